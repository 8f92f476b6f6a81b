/*
 * A work cell: some thousand shapes that lie together, and around them all that touch them. What is
 * worked out of one shape hangs on those that share its borders; so it is worked out cell by cell,
 * within a fixed memory, however large the layer is.
 */
#ifndef TILER_CELL_H
#define TILER_CELL_H

#include "base/buf.h"
#include "tiler/owner.h"
#include "tiler/shape_record.h"

#define NO_SHAPE UINT32_MAX
#define REPEATED (UINT32_MAX - 1) /* the edge of a polygon that covers what others do */

struct cell_shape {
    struct shape_record record; /* lent from the cell's bytes */
    uint64_t key;               /* as of its owner */
    uint32_t first_part, first_ring, first_vertex;
    bool is_home; /* else it only touches those that are */
};

/** Starts zeroed; memory is kept for the next. */
struct cell {
    struct buf bytes; /* records, each lent by its shape */
    struct cell_shape *shapes;
    size_t n_shapes, n_home; /* those at home come first */
    struct vertex_gu *vertices;
    uint32_t *ring_end, *part_end; /* in vertices of the cell; in rings of the cell */
    size_t n_vertices, n_rings, n_parts;
    uint32_t *across; /* for each edge, from its vertex to the next of the ring: the index of the
                         polygon on the other side, NO_SHAPE or REPEATED */
    uint8_t *junction_zoom; /* of the vertices at home, see junction.h */
    size_t room_shapes, room_vertices, room_rings, room_parts, room_across, room_junctions;
};

void cell_clear(struct cell *c);
void cell_reset(struct cell *c);

/** Add a shape, whose record must stay where it is until the cell is reset. Errors BAD_DATA,
 * NO_MEMORY */
enum err_code cell_add(struct cell *c, struct span record, uint64_t key, bool is_home,
                       struct err *err) MUST_USE;

static inline size_t cell_ring_start(const struct cell *c, size_t ring)
{
    return ring ? c->ring_end[ring - 1] : 0;
}

static inline struct owner cell_owner(const struct cell *c, uint32_t shape)
{
    if (shape == NO_SHAPE)
        return owner_none();
    const struct cell_shape *s = &c->shapes[shape];
    return (struct owner){s->key, s->record.group, s->record.min_zoom};
}

#endif
