/*
 * Who shares which edge: for each edge of each polygon of a cell the polygon on its other side.
 * Where a vertex of one lies on an edge of another, that edge gets the vertex too: so what touches
 * touches in whole edges.
 */
#ifndef TILER_EDGE_MATCH_H
#define TILER_EDGE_MATCH_H

#include "tiler/cell.h"

struct edge_slot;
struct edge_insert;

/** Scratch of one thread; starts zeroed. */
struct edge_matcher {
    struct edge_slot *slots;
    size_t n_slots;
    uint32_t *shape_of_edge;
    size_t room_edges;
    /* For edges that are alone: their ends, in buckets of a grid over the cell. */
    uint32_t *bucket_end, *bucket_vertex;
    size_t room_buckets, room_bucket_vertices;
    struct edge_insert *inserts;
    size_t n_inserts, room_inserts;
    struct cell made; /* the cell with what was inserted */
};

void edge_matcher_clear(struct edge_matcher *m);

/** Set `c->across`, after vertices were inserted where they touch. Errors NO_MEMORY */
enum err_code edge_match(struct edge_matcher *m, struct cell *c, struct err *err) MUST_USE;

#endif
