/*
 * Edges on a lattice meet in their ends only: an edge that passes through the unit square around
 * another's end goes through that end instead (snap rounding). So what has come to lie along each
 * other lies there in whole edges.
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
};

struct passed_end;
struct crossing;

/** Scratch of one thread; starts zeroed. */
struct lattice_noder {
    uint32_t *bucket_end;
    struct vertex_tu *ends; /* where edges begin, by bucket */
    struct passed_end *passed;
    struct lattice_edge *made;
    struct crossing *crossings;
    uint32_t *order, *active;
    size_t room_buckets, room_ends, room_passed, room_made;
    size_t room_crossings, room_order, room_active;
};

void lattice_noder_clear(struct lattice_noder *l);

/**
 * In/out   edges: closed rings, in any order, n of them with room for `room`; grown as needed
 * Errors   NO_MEMORY
 * Source   J. Hobby, "Practical segment intersection with finite precision output", 1999
 */
enum err_code lattice_node(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                           size_t *room, struct err *err) MUST_USE;

/** Edges that cross between their ends are cut where they do, on the lattice. As above. */
enum err_code lattice_cut_crossings(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                                    size_t *room, struct err *err) MUST_USE;

#endif
