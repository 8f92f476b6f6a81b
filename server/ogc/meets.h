/* The exact spatial test of `bbox`: does a geometry share a point with a box? Borders belong. */
#ifndef SERVER_OGC_MEETS_H
#define SERVER_OGC_MEETS_H

#include "base/geom.h"

#include <stdbool.h>

/** In the plane of the coordinates, edges straight between vertices. A geometry without vertices
 * meets nothing. */
bool geom_meets_box(const struct geom *g, const struct bbox *box);

#endif
