/*
 * From which zoom a vertex appears: Douglas-Peucker's tolerance as a ladder of zooms, worked out
 * once, so that simplification while drawing is a comparison.
 */
#ifndef TILER_VERTEX_ZOOM_H
#define TILER_VERTEX_ZOOM_H

#include "tiler/grid_shape.h"

#include <stddef.h>

struct vertex_chain;

/** Scratch of one thread; starts zeroed. */
struct vertex_zoomer {
    struct vertex_chain *chains;
    size_t room_chains;
};

void vertex_zoomer_clear(struct vertex_zoomer *z);

/**
 * Set the zoom of every vertex of a shape.
 *
 * A vertex appears at the zoom at which the outline without it would be off by half a CSS pixel or
 * more. The largest ring keeps three corners at every zoom (a line its ends); other rings appear
 * as wholes from the zoom at which they are a pixel wide. Points appear at every zoom.
 *
 * Errors   NO_MEMORY
 * Source   D. Douglas, T. Peucker, "Algorithms for the reduction of the number of points ...", 1973
 */
enum err_code vertex_zoom_set(struct vertex_zoomer *z, struct grid_shape *s,
                              struct err *err) MUST_USE;

#endif
