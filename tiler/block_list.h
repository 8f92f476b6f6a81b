/*
 * Blocks as they are handed on: drawables, on their way into the store; and pieces of blocks whose
 * polygons one thread has only some of, on their way to the thread that has the rest.
 */
#ifndef TILER_BLOCK_LIST_H
#define TILER_BLOCK_LIST_H

#include "tiler/block_outline.h"
#include "tiler/drawable_list.h"

/** A polygon that is drawn in a block of a zoom, or what is known of a block. */
struct block_piece {
    uint8_t zoom;
    uint64_t cell; /* as of block_cell() */
    uint64_t key;  /* where the curve comes to it: the polygon's own, or the cell's first */
    int64_t fid;   /* of the polygon; 0: it is a block */
    uint32_t group;
    struct span common; /* the packed value that is grouped by; empty without --group-by */
    uint64_t n_features;
    const struct block_edge *edges; /* the outline */
    size_t n_edges;                 /* 0: it has no area on the grid; then it is only counted */
    struct vertex_gu somewhere;     /* one of its vertices */
};

/** Starts zeroed; memory is kept. */
struct block_list {
    struct drawable_list made;  /* groups, and outlines that are kept */
    struct block_piece *pieces; /* without their edges: see block_list_piece() */
    size_t n_pieces, room_pieces;
    struct buf bytes;
    struct block_edge *edges;
    size_t n_edges, room_edges;
};

void block_list_clear(struct block_list *l);
void block_list_reset(struct block_list *l);

/** Copies what it is given. Errors NO_MEMORY, LIMIT */
enum err_code block_list_put_piece(struct block_list *l, const struct block_piece *p,
                                   struct err *err) MUST_USE;
/** The next, in the order in which they were put; they must be taken from the first on. */
struct piece_reader {
    const struct block_list *list;
    size_t next, edges_at, bytes_at;
};
bool piece_reader_next(struct piece_reader *r, struct block_piece *out);

#endif
