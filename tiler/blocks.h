/*
 * Polygons too small to be drawn alone become blocks, and blocks bigger blocks: at each zoom those
 * whose middles lie in one cell of a quadtree, and that have the same value where the layer groups
 * by a field. They come along the Hilbert curve, which visits a cell in one go: so a block is ready
 * as soon as the curve has left its cell, and only those under way are in memory.
 */
#ifndef TILER_BLOCKS_H
#define TILER_BLOCKS_H

#include "tiler/block_outline.h"
#include "tiler/chunk_sink.h"

struct blocks;

/** A polygon that is drawn in blocks below its min_zoom. */
struct small_polygon {
    struct owner self;
    struct span common;             /* packed; empty without --group-by */
    const struct block_edge *edges; /* its outline as it is drawn at its min_zoom */
    size_t n_edges;                 /* 0: it has no area on the grid; then it is only counted */
    struct vertex_gu somewhere;     /* one of its vertices */
};

enum err_code blocks_new(struct blocks **out, struct err *err) MUST_USE;
void blocks_free(struct blocks *b); /* accepts NULL */

/** Blocks go to the sink, from here on. Both are lent. */
void blocks_start(struct blocks *b, const struct layer_drawing *drawing, struct chunk_sink *sink);
/** Add the next along the curve. Errors NO_MEMORY, those of the sink */
enum err_code blocks_add(struct blocks *b, const struct small_polygon *p, struct err *err) MUST_USE;
/** No more come. */
enum err_code blocks_finish(struct blocks *b, struct err *err) MUST_USE;

#endif
