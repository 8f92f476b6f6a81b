#include "tiler/block_joiner.h"

#include "base/lane.h"
#include "base/mem.h"
#include "tiler/block_draw_lane.h"
#include "tiler/blocks.h"

/* As many as there may be: now and then a block of a low zoom takes as long as some batches. */
enum { N_BATCHES = 8 };

struct join_batch {
    struct block_list pieces, made;
};

struct block_joiner {
    made_taker *take;
    void *state; /* the taker's */
    struct lane *lane;
    struct blocks *blocks;             /* the lane's, between lane_give() and lane_wait() */
    struct block_draw_lane *draw_lane; /* of the blocks */
    struct join_batch batches[N_BATCHES];
    size_t n_given;
};

static enum err_code join(void *joiner, void *batch, struct err *err)
{
    struct block_joiner *j = joiner;
    struct join_batch *b = batch;
    struct piece_reader pieces = {.list = &b->pieces};
    struct block_piece piece;
    enum err_code rc = OK;
    block_list_reset(&b->made);
    blocks_put_into(j->blocks, &b->made);
    while (!rc && piece_reader_next(&pieces, &piece))
        rc = blocks_add(j->blocks, &piece, err);
    return rc;
}

enum err_code block_joiner_new(const struct layer_drawing *drawing, made_taker *take, void *state,
                               struct block_joiner **out, struct err *err)
{
    struct block_joiner *j = mem_new(1, sizeof *j);
    if (!j)
        return err_no_memory(err, sizeof *j);
    j->take = take;
    j->state = state;
    enum err_code rc = blocks_new(&j->blocks, err);
    if (!rc)
        rc = block_draw_lane_new(drawing, &j->draw_lane, err);
    if (!rc)
        rc = lane_new(j->batches, N_BATCHES, sizeof j->batches[0], join, j, &j->lane, err);
    if (rc) {
        block_joiner_free(j);
        return rc;
    }
    const struct blocks_job all = {.drawing = drawing, .draw_lane = j->draw_lane};
    blocks_start(j->blocks, &all, &j->batches[0].made);
    *out = j;
    return OK;
}

void block_joiner_free(struct block_joiner *j)
{
    if (!j)
        return;
    lane_free(j->lane);
    block_draw_lane_free(j->draw_lane);
    blocks_free(j->blocks);
    for (int i = 0; i < N_BATCHES; i++) {
        block_list_clear(&j->batches[i].pieces);
        block_list_clear(&j->batches[i].made);
    }
    mem_free(j);
}

enum err_code block_joiner_put(struct block_joiner *j, struct block_list *pieces, struct err *err)
{
    struct join_batch *b = lane_batch(j->lane);
    const enum err_code rc = j->n_given >= N_BATCHES ? j->take(j->state, &b->made.made, err) : OK;
    if (rc)
        return rc;
    const struct block_list was = b->pieces;
    b->pieces = *pieces;
    *pieces = was;
    j->n_given++;
    return lane_give(j->lane, err);
}

enum err_code block_joiner_finish(struct block_joiner *j, struct err *err)
{
    enum err_code rc = lane_wait(j->lane, err);
    for (size_t i = j->n_given > N_BATCHES ? j->n_given - N_BATCHES : 0; !rc && i < j->n_given; i++)
        rc = j->take(j->state, &j->batches[i % N_BATCHES].made.made, err);
    struct block_list *last = &j->batches[0].made;
    block_list_reset(last);
    blocks_put_into(j->blocks, last);
    if (!rc)
        rc = blocks_finish(j->blocks, err);
    return rc ? rc : j->take(j->state, &last->made, err);
}
