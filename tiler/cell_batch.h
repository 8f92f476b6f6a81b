/*
 * A stretch of the Hilbert curve, worked out: its shapes as they are drawn, and the blocks of its
 * polygons. Batches hang on each other in nothing, so several threads may work on one each.
 */
#ifndef TILER_CELL_BATCH_H
#define TILER_CELL_BATCH_H

#include "tiler/blocks.h"
#include "tiler/cell_derive.h"
#include "tiler/shape_runs.h"

/** Where shapes are that are at home: boxes that hold them, and the box around these. The curve may
 * leave a layer and come back elsewhere: then that box holds much that is nobody's neighbour. */
struct home_boxes {
    struct grid_box all;
    struct grid_box *boxes;
    size_t n, room;
};

/** Starts zeroed; memory is kept. */
struct cell_batch {
    size_t first_run, n_runs; /* said by who gives it */
    struct home_boxes home;
    struct cell cell;
    struct cell_drawables drawables;
    struct block_list blocks;
};

void cell_batch_clear(struct cell_batch *b);

/** What a thread that works on batches needs; starts zeroed. */
struct batch_worker {
    const struct shape_runs *runs;       /* lent */
    const struct layer_drawing *drawing; /* lent */
    struct cell_deriver deriver;
    struct label_placer *placer; /* NULL: nothing is labelled */
    struct blocks *blocks;
};

/** Errors NO_MEMORY */
enum err_code batch_worker_init(struct batch_worker *w, const struct shape_runs *runs,
                                const struct layer_drawing *drawing, struct err *err) MUST_USE;
void batch_worker_clear(struct batch_worker *w);

/** Work out the batch of some runs. Errors IO, NO_MEMORY, LIMIT, BAD_DATA */
enum err_code batch_work(struct batch_worker *w, struct cell_batch *b, struct err *err) MUST_USE;

/* --- its halves ---------------------------------------------------------------------------- */

void home_boxes_reset(struct home_boxes *h);
enum err_code home_boxes_add(struct home_boxes *h, const struct grid_box *box,
                             struct err *err) MUST_USE;
bool home_boxes_meet(const struct home_boxes *h, const struct grid_box *box);

/** The shapes of the records in b->cell.bytes (as of tiler/shape_runs.h): the first `home_bytes` of
 * them are at home, in the order of the curve; of the others those come that meet b->home. Errors
 * BAD_DATA, NO_MEMORY */
enum err_code cell_batch_read(struct cell_batch *b, size_t home_bytes, struct err *err) MUST_USE;
/** Drawables and blocks of the shapes that were read. In       stretch: NULL: no other batch has
 * polygons of the same cells. Errors NO_MEMORY, LIMIT */
enum err_code batch_derive(struct batch_worker *w, struct cell_batch *b,
                           const struct blocks_job *job, struct err *err) MUST_USE;

/* --- what came of it ----------------------------------------------------------------------- */

/** A shape as it is drawn; lent from the batch. */
struct drawable cell_batch_drawable(const struct cell_batch *b, const struct derived *made);
/** The same feature, as the point where its label stands; its geometry is put into `scratch`. Errors
 * NO_MEMORY */
enum err_code cell_batch_label(const struct cell_batch *b, const struct derived *made,
                               struct buf *scratch, struct drawable *out, struct err *err) MUST_USE;

#endif
