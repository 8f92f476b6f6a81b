/*
 * The outline of a block: the edges of its polygons, of which those that two of them share are gone,
 * thinned to what its zoom needs.
 */
#ifndef TILER_BLOCK_OUTLINE_H
#define TILER_BLOCK_OUTLINE_H

#include "tiler/arc.h"

/** From a vertex to another, with the block on its right in a world whose y points down. */
struct block_edge {
    struct vertex_gu from, to;
    uint8_t junction_zoom; /* from which zoom on `from` is a junction */
    bool is_open;          /* nobody is on the other side, whom a change would leave or meet */
};

struct outline_slot;

/** Scratch of one thread; starts zeroed. */
struct outliner {
    struct arc_settler settler;
    struct outline_slot *slots; /* by place */
    size_t n_slots;
    uint32_t *follower;   /* of each edge: the one that goes on from its end */
    uint8_t *is_followed; /* of each edge: it goes on from another's end */
    uint8_t *visited, *arc_zoom;
    struct vertex_gu *arc;
    struct block_edge *kept;
    size_t room_follower, room_followed, room_visited, room_arc, room_arc_zoom, room_kept;
};

void outliner_clear(struct outliner *o);

/**
 * In/out   edges: n of them, in any order; afterwards those of the thinned outline, which may be
 *          fewer
 * Errors   NO_MEMORY
 */
enum err_code outline_make(struct outliner *o, uint8_t zoom, struct block_edge *edges, size_t *n,
                           struct err *err) MUST_USE;

#endif
