/*
 * A shape on the world grid while its drawable is being made: of one kind, in grid units, with the
 * zoom from which each vertex appears. Parts and rings as in base/geom.h, but rings are not closed
 * and no vertex equals the one before it.
 */
#ifndef TILER_GRID_SHAPE_H
#define TILER_GRID_SHAPE_H

#include "base/geom.h"
#include "store/drawable.h"

#include <stddef.h>
#include <stdint.h>

struct vertex_gu {
    uint32_t x, y;
};

/** Starts zeroed; arrays are its own and kept for the next shape. */
struct grid_shape {
    enum geom_kind kind;
    size_t n_parts, n_rings, n_vertices;
    struct vertex_gu *vertices;
    uint8_t *zoom;      /* n_vertices: the vertex is drawn at this zoom and above */
    uint32_t *ring_end; /* n_rings, in vertices */
    uint32_t *part_end; /* n_parts, in rings */
    size_t room_vertices, room_zooms, room_rings, room_parts;
};

void grid_shape_clear(struct grid_shape *s);

/**
 * The parts of that kind of a geometry, rounded to whole grid units.
 *
 * In       in: in grid units, what is beyond the world goes to its edge; vertices that are NaN are
 *          passed over
 * Out      out: no parts when there is none of that kind; zooms are not set
 * Errors   NO_MEMORY
 */
enum err_code grid_shape_round(const struct geom *in, enum geom_kind kind, struct grid_shape *out,
                               struct err *err) MUST_USE;

/** A shape must have a vertex to have a box. */
struct grid_box grid_shape_box(const struct grid_shape *s);

#endif
