/*
 * Polygons too small to be drawn alone become blocks, and blocks bigger blocks: at each zoom those
 * whose middles lie in one cell of a quadtree, and that have the same value where the layer groups
 * by a field. They come along the Hilbert curve, which visits a cell in one go: so a block is ready
 * as soon as the curve has left its cell, and only those under way are in memory.
 *
 * A thread may have a stretch of the curve only: then the blocks of the cells in which it begins and
 * ends are handed on as pieces, for who has all stretches.
 */
#ifndef TILER_BLOCKS_H
#define TILER_BLOCKS_H

#include "store/layer_drawing.h"
#include "tiler/block_list.h"

struct block_draw_lane;
struct blocks;

/** From one owner's key to another's, both included. */
struct curve_stretch {
    uint64_t first, last;
};

enum err_code blocks_new(struct blocks **out, struct err *err) MUST_USE;
void blocks_free(struct blocks *b); /* accepts NULL */

/** What is to be made. */
struct blocks_job {
    const struct layer_drawing *drawing;
    const struct curve_stretch *stretch; /* NULL: the whole curve */
    uint8_t lowest_zoom;                 /* no blocks below it */
    struct block_draw_lane *draw_lane;   /* who draws them; NULL: blocks_add() itself */
};

/** Begin anew. What is made is added to the list; all are lent. */
void blocks_start(struct blocks *b, const struct blocks_job *job, struct block_list *out);
/** What is made goes there from here on. */
void blocks_put_into(struct blocks *b, struct block_list *out);
/** A polygon, as it goes into the block of a zoom: added like others, and kept where its step is
 * (tiler/kept_outline.h). */
enum err_code blocks_add_polygon(struct blocks *b, const struct block_piece *p,
                                 struct err *err) MUST_USE;
/** Add the next along the curve; of a block, the next along the curve of its zoom. Errors NO_MEMORY */
enum err_code blocks_add(struct blocks *b, const struct block_piece *p, struct err *err) MUST_USE;
/** No more come. Errors NO_MEMORY */
enum err_code blocks_finish(struct blocks *b, struct err *err) MUST_USE;

#endif
