/* Blocks are drawn on a thread of its own while the next are joined. */
#ifndef TILER_BLOCK_DRAW_LANE_H
#define TILER_BLOCK_DRAW_LANE_H

#include "store/layer_drawing.h"
#include "tiler/block_list.h"

struct block_draw_lane;

/** The drawing is lent for life. Errors NO_MEMORY */
enum err_code block_draw_lane_new(const struct layer_drawing *drawing, struct block_draw_lane **out,
                                  struct err *err) MUST_USE;
void block_draw_lane_free(struct block_draw_lane *l); /* accepts NULL */

/** The next block to be drawn: it is copied. Of those before, what is drawn by now may be added to
 * `out`, in their order. Errors those of block_draw(), of any before */
enum err_code block_draw_lane_put(struct block_draw_lane *l, const struct block_piece *b,
                                  struct drawable_list *out, struct err *err) MUST_USE;
/** All the rest is drawn and added. */
enum err_code block_draw_lane_end(struct block_draw_lane *l, struct drawable_list *out,
                                  struct err *err) MUST_USE;

#endif
