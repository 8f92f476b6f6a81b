/* What is drawn of the shapes of a work cell: with which vertices at which zoom, and what of a
 * polygon becomes part of a block below its lowest zoom. */
#ifndef TILER_CELL_DERIVE_H
#define TILER_CELL_DERIVE_H

#include "tiler/block_outline.h"
#include "tiler/cell.h"
#include "tiler/drawable.h"
#include "tiler/edge_match.h"
#include "tiler/junction.h"
#include "tiler/label_point.h"
#include "tiler/vertex_zoom.h"

/** A shape of the cell as it is drawn. */
struct derived {
    uint32_t shape; /* of the cell */
    size_t geometry_at, geometry_bytes;
    size_t first_edge, n_edges;
    bool has_label;
    struct vertex_gu label;
};

/** Starts zeroed; memory is kept for the next cell. */
struct cell_drawables {
    struct derived *derived; /* of the shapes at home, in their order */
    size_t n_derived, room_derived;
    struct buf geometry;
    struct block_edge *edges; /* outlines at the lowest zoom of each */
    size_t n_edges, room_edges;
};

void cell_drawables_clear(struct cell_drawables *d);

/** Scratch of one thread; starts zeroed. */
struct cell_deriver {
    struct edge_matcher matcher;
    struct junction_finder finder;
    struct vertex_zoomer zoomer;
    struct label_placer *placer; /* lent; NULL: nothing is labelled */
    struct grid_shape shape;
};

void cell_deriver_clear(struct cell_deriver *d);

/** Errors NO_MEMORY, LIMIT */
enum err_code cell_derive(struct cell_deriver *d, struct cell *c, struct cell_drawables *out,
                          struct err *err) MUST_USE;

#endif
