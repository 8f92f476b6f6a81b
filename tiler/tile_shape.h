/*
 * A shape in tile units on its way into a tile: of one kind, parts and rings as in base/geom.h, but
 * rings are not closed and no vertex equals the one before it. 64 bits, since before clipping a
 * shape may reach from one end of the world to the other.
 */
#ifndef TILER_TILE_SHAPE_H
#define TILER_TILE_SHAPE_H

#include "base/geom.h"
#include "tiler/grid_shape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vertex_tu {
    int64_t x, y;
};

/** Starts zeroed; arrays are its own and kept for the next shape. */
struct tile_shape {
    enum geom_kind kind;
    size_t n_parts, n_rings, n_vertices;
    struct vertex_tu *vertices;
    uint32_t *ring_end; /* n_rings, in vertices */
    uint32_t *part_end; /* n_parts, in rings */
    size_t room_vertices, room_rings, room_parts;
    /* Scratch of who makes it of shapes on the world grid. */
    struct vertex_gu *ring_gu;
    size_t room_ring_gu;
};

void tile_shape_clear(struct tile_shape *s);
void tile_shape_swap(struct tile_shape *a, struct tile_shape *b);

/** Forget what was there and make room for so many items. Errors NO_MEMORY */
enum err_code tile_shape_start(struct tile_shape *s, enum geom_kind kind, size_t n_parts,
                               size_t n_rings, size_t n_vertices, struct err *err) MUST_USE;
/** Room for so many more items than there are. Errors NO_MEMORY */
enum err_code tile_shape_reserve(struct tile_shape *s, size_t n_parts, size_t n_rings,
                                 size_t n_vertices, struct err *err) MUST_USE;

static inline bool vertex_tu_is_same(struct vertex_tu a, struct vertex_tu b)
{
    return a.x == b.x && a.y == b.y;
}

static inline size_t tile_shape_ring_start(const struct tile_shape *s, size_t ring)
{
    return ring ? s->ring_end[ring - 1] : 0;
}

static inline size_t tile_shape_part_start(const struct tile_shape *s, size_t part)
{
    return part ? s->part_end[part - 1] : 0;
}

/** Where the ring begins that is being built. */
static inline size_t tile_shape_open_ring(const struct tile_shape *s)
{
    return tile_shape_ring_start(s, s->n_rings);
}

/** There must be room. A vertex that repeats the one before it is passed over. */
static inline void tile_shape_put(struct tile_shape *s, struct vertex_tu v)
{
    if (s->n_vertices == tile_shape_open_ring(s) ||
        !vertex_tu_is_same(s->vertices[s->n_vertices - 1], v))
        s->vertices[s->n_vertices++] = v;
}

/** End the ring; a polygon's ring loses last vertices that repeat its first. */
void tile_shape_end_ring(struct tile_shape *s);
/** Forget the vertices of the ring that is being built. */
void tile_shape_drop_ring(struct tile_shape *s);
/** End the part; a part without rings is none. */
void tile_shape_end_part(struct tile_shape *s);

#endif
