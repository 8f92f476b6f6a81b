/* The order in which features are written: along a Hilbert curve. */
#ifndef IMPORTERS_PLACE_KEY_H
#define IMPORTERS_PLACE_KEY_H

#include "base/geom.h"

#include <stdbool.h>
#include <stdint.h>

/** Where a box lies on the curve: what lies together on the ground is written together, what lies
 * nowhere comes first. `geographic`: in degrees, else in metres of any projected CRS. */
uint64_t place_key(const struct bbox *b, bool geographic);

#endif
