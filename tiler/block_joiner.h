/* Joins the pieces of blocks that stretches of the curve leave at their ends (tiler/blocks.h), on a
 * thread of its own. */
#ifndef TILER_BLOCK_JOINER_H
#define TILER_BLOCK_JOINER_H

#include "store/layer_drawing.h"
#include "tiler/block_list.h"

struct block_joiner;

/** Takes what was made, in the order of the curve; on the caller's thread. */
typedef enum err_code made_taker(void *state, const struct drawable_list *made, struct err *err);

/** All are lent. Errors NO_MEMORY */
enum err_code block_joiner_new(const struct layer_drawing *drawing, made_taker *take, void *state,
                               struct block_joiner **out, struct err *err) MUST_USE;
void block_joiner_free(struct block_joiner *j); /* accepts NULL */

/** The pieces of the next stretch: the list changes places with one whose content is of no use.
 * Errors NO_MEMORY, those of the taker; also of stretches before */
enum err_code block_joiner_put(struct block_joiner *j, struct block_list *pieces,
                               struct err *err) MUST_USE;
/** No more come. */
enum err_code block_joiner_finish(struct block_joiner *j, struct err *err) MUST_USE;

#endif
