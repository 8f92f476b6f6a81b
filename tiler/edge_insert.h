/* Vertices that lie on the edges of others: the part of tiler/edge_match.h that finds and inserts
 * them. */
#ifndef TILER_EDGE_INSERT_H
#define TILER_EDGE_INSERT_H

#include "tiler/edge_match.h"

/** A vertex to be put behind that of an edge. */
struct edge_insert {
    uint32_t edge;
    struct vertex_gu at;
    double along; /* from the edge's beginning, squared distance */
};

/** Give each edge that has nobody across the vertices of other such edges that lie on it. Errors
 * NO_MEMORY */
enum err_code edge_insert_touching(struct edge_matcher *m, struct cell *c, bool *out_inserted,
                                   struct err *err) MUST_USE;

#endif
