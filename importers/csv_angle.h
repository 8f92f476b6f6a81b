/* Coordinates as people write them: 2.35, 2,35, 48°51'24"N, n1 05 30.6 */
#ifndef IMPORTERS_CSV_ANGLE_H
#define IMPORTERS_CSV_ANGLE_H

#include "base/text.h"

#include <stdbool.h>

enum csv_axis { CSV_X, CSV_Y };

/**
 * The whole text must be one coordinate: a number, with a decimal comma too, or degrees with minutes
 * and perhaps seconds, below 60 each, with a sign or a letter of the axis (E W, N S) before or
 * behind. False: it is none.
 */
bool csv_angle_read(struct span text, enum csv_axis axis, double *out);

#endif
