/*
 * From which zoom something is worth drawing, by its size. Worked out once, at import: a thing that
 * shows at one zoom shows at every zoom above.
 */
#ifndef TILER_MIN_ZOOM_H
#define TILER_MIN_ZOOM_H

#include "tiler/grid_shape.h"

#include <stdint.h>

#define ALL_DRAWN_ZOOM        16 /* from here on every line and polygon is drawn, however small */
#define ALL_POINTS_DRAWN_ZOOM 14

/** Lines and polygons: the drawable's lowest zoom. */
uint8_t min_zoom_by_size(const struct grid_shape *s);

/**
 * Points: the lowest zoom at which this one, of points that come in the order of the Hilbert curve,
 * is the first in its square of 16 CSS pixels. `before` is the point before it; NULL for the first,
 * which shows from zoom 0.
 */
uint8_t min_zoom_by_spacing(struct vertex_gu at, const struct vertex_gu *before);

/** The ring (an outer one, or a line) that is drawn wherever the drawable is: the largest. */
size_t main_ring(const struct grid_shape *s);

/** Any other ring: the lowest zoom at which it is wider or higher than a CSS pixel; 20 at most. */
uint8_t ring_min_zoom(const struct vertex_gu *ring, size_t n);

#endif
