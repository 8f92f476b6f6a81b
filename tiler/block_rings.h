/*
 * The outline of a block as polygons: put on the lattice of its zoom's tile units, so that what is
 * narrower closes as often as it opens, traced into rings, and made valid.
 */
#ifndef TILER_BLOCK_RINGS_H
#define TILER_BLOCK_RINGS_H

#include "base/arena.h"
#include "tiler/block_outline.h"
#include "tiler/tile_rings.h"
#include "tiler/tile_shape.h"

struct ring_tracer;

enum err_code ring_tracer_new(struct ring_tracer **out, struct err *err) MUST_USE;
void ring_tracer_free(struct ring_tracer *t); /* accepts NULL */

/** The parts of a block are dealt out to so many sets that the boxes of no two parts of a set meet:
 * then no two parts of it do, whatever the rounding did. */
struct block_parts {
    struct tile_shape shape; /* all parts, in lattice units from the origin */
    uint32_t *set_of_part;
    size_t n_sets;
    uint32_t origin_x, origin_y; /* in lattice units of the world */
    size_t room_sets;
};

void block_parts_clear(struct block_parts *p); /* starts zeroed */

/**
 * In       edges: of a thinned outline; zoom 0 to 20
 * Out      out: outer rings have a positive area, each part is valid; no parts when nothing has an
 *          area
 * Errors   NO_MEMORY
 */
enum err_code ring_trace(struct ring_tracer *t, uint8_t zoom, const struct block_edge *edges,
                         size_t n, struct block_parts *out, struct err *err) MUST_USE;

/**
 * Make valid what was valid before it was rounded, or its rings clipped, one by one: where they run
 * along a border there and back is nothing.
 *
 * In       rounded: outer rings have a positive area, holes a negative one; may_overlap: rings may lie
 *          in or over each other, which need not be looked for in blocks
 * Out      out: as above, in the same units; not dealt out
 * Errors   NO_MEMORY
 */
enum err_code ring_retrace(struct ring_tracer *t, const struct tile_shape *rounded,
                           bool may_overlap, struct tile_shape *out, struct err *err) MUST_USE;

#endif
