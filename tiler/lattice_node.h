/*
 * Edges on a lattice meet in their ends only: where two cross they are cut, at the nearest place of
 * the lattice, and an edge that passes through the unit square around another's end goes through that
 * end instead (snap rounding). So what has come to lie along each other lies there in whole edges.
 */
#ifndef TILER_LATTICE_NODE_H
#define TILER_LATTICE_NODE_H

#include "base/err.h"
#include "tiler/tile_shape.h"

#include <stddef.h>
#include <stdint.h>

struct lattice_edge {
    struct vertex_tu from, to;
    uint32_t next_out; /* for who links them: of those that begin at the same place */
    bool is_done;
    bool is_new; /* not yet compared with the others */
};

struct lattice_cut;
struct lattice_boxed;
struct lattice_passed;

/** Scratch of one thread; starts zeroed. */
struct lattice_noder {
    uint32_t *bucket_end;
    struct lattice_boxed *in_bucket; /* the edges that pass each bucket */
    uint8_t *has_new;                /* of each bucket: a new edge passes it */
    struct lattice_passed *passed;
    struct lattice_cut *cuts;
    uint32_t *first_cut; /* of each edge, plus one; 0: none */
    struct lattice_edge *made;
    size_t room_buckets, room_in_bucket, room_has_new, room_passed, room_cuts, room_first,
        room_made;
};

void lattice_noder_clear(struct lattice_noder *l);

/**
 * One pass over edges of which some are new. A cut edge takes another way, and may come to pass a
 * third: so again, until nothing changes.
 *
 * In/out   edges: closed rings, in any order, n of them with room for `room`; grown as needed
 * Out      changed: some were cut; only these are new then
 * Errors   NO_MEMORY
 * Source   J. Hobby, "Practical segment intersection with finite precision output", 1999
 */
enum err_code lattice_node(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                           size_t *room, bool *changed, struct err *err) MUST_USE;

#endif
