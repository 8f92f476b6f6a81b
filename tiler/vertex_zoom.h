/*
 * From which zoom each vertex of a shape appears. Polygons are settled arc by arc, between
 * junctions. As zooms get lower, neighbours that are drawn as one block become one, so arcs grow;
 * each zoom is settled from what the zoom below it kept.
 */
#ifndef TILER_VERTEX_ZOOM_H
#define TILER_VERTEX_ZOOM_H

#include "tiler/arc.h"

/** Scratch of one thread; starts zeroed. */
struct vertex_zoomer {
    struct arc_settler settler;
    struct vertex_gu *arc;
    size_t *index;
    uint8_t *arc_zoom;
    size_t room_arc, room_index, room_zoom;
};

void vertex_zoomer_clear(struct vertex_zoomer *z);

/**
 * Lines and points: set `s->zoom`.
 * Out      points and the ends of lines: 0. Every vertex has 20 at most
 * Errors   NO_MEMORY
 */
enum err_code vertex_zoom_set(struct vertex_zoomer *z, struct grid_shape *s,
                              struct err *err) MUST_USE;

/**
 * One ring of a polygon.
 *
 * In       v: n vertices, not closed; junction_zoom: from which zoom on each is a junction;
 *          min_zoom: the lowest zoom at which it matters
 * Out      zoom: min_zoom to 20
 * Errors   NO_MEMORY
 */
enum err_code vertex_zoom_ring(struct vertex_zoomer *z, const struct vertex_gu *v,
                               const uint8_t *junction_zoom, size_t n, uint8_t min_zoom,
                               uint8_t *zoom, struct err *err) MUST_USE;

#endif
