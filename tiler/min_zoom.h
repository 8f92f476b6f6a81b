/*
 * From which zoom something is worth drawing, by its size. Worked out once, at import: a thing that
 * shows at one zoom shows at every zoom above.
 */
#ifndef TILER_MIN_ZOOM_H
#define TILER_MIN_ZOOM_H

#include "tiler/grid_shape.h"

#include <stdbool.h>
#include <stdint.h>

#define ALL_DRAWN_ZOOM        16 /* from here on every line and polygon is drawn as itself */
#define ALL_POINTS_DRAWN_ZOOM 14 /* and every point */

/** Lines and polygons: the lowest zoom at which it is drawn as itself. */
uint8_t min_zoom_by_size(const struct grid_shape *s);

/** Whether a line is long enough to be drawn at a zoom (0 to 20). */
bool line_is_long(const struct vertex_gu *v, size_t n, uint8_t zoom);

/** The ring of a polygon that is the largest of the outer ones. */
size_t main_ring(const struct grid_shape *s);

/** What a polygon covers, holes left out. */
double shape_area_gu2(const struct grid_shape *s);

#endif
