/*
 * Blocks as they are handed on: those that are drawn, on their way into the store; and pieces of
 * those whose polygons one thread has only some of, on their way to the thread that has the rest.
 */
#ifndef TILER_BLOCK_LIST_H
#define TILER_BLOCK_LIST_H

#include "base/buf.h"
#include "tiler/block_outline.h"
#include "tiler/drawable.h"

/** A polygon that is drawn in a block of a zoom, or what is known of a block. */
struct block_piece {
    uint8_t zoom;
    uint64_t cell; /* as of block_cell() */
    uint32_t group;
    struct span common; /* the packed value that is grouped by; empty without --group-by */
    uint64_t n_features;
    const struct block_edge *edges; /* the outline */
    size_t n_edges;                 /* 0: it has no area on the grid; then it is only counted */
    struct vertex_gu somewhere;     /* one of its vertices */
};

struct listed_block;

/** Starts zeroed; memory is kept. */
struct block_list {
    struct listed_block *drawn, *pieces;
    size_t n_drawn, n_pieces, room_drawn, room_pieces;
    struct buf bytes;
    struct block_edge *edges;
    size_t n_edges, room_edges;
};

void block_list_clear(struct block_list *l);
void block_list_reset(struct block_list *l);

/** Both copy what they are given. Errors NO_MEMORY, LIMIT */
enum err_code block_list_put_drawn(struct block_list *l, uint8_t zoom, const struct drawable *d,
                                   struct err *err) MUST_USE;
enum err_code block_list_put_piece(struct block_list *l, const struct block_piece *p,
                                   struct err *err) MUST_USE;

/** Drawn at its zoom alone; lent until the next is put. */
struct drawable block_list_drawn(const struct block_list *l, size_t i, uint8_t *out_zoom);
struct block_piece block_list_piece(const struct block_list *l, size_t i);

#endif
