#include "tiler/block_draw_lane.h"

#include "base/lane.h"
#include "base/mem.h"
#include "tiler/block_draw.h"

/* Many small blocks are handed over at once, a large one by itself. */
enum { N_BATCHES = 4, BATCH_EDGES = 4096 };

struct block_draw_lane {
    const struct layer_drawing *drawing;
    struct block_drawer *drawer; /* the lane's, between lane_give() and lane_wait() */
    struct lane *lane;
    struct block_list *filling; /* NULL: none is begun */
    struct block_list batches[N_BATCHES];
    size_t n_given, n_taken; /* ever; batch number n stands at n % N_BATCHES */
};

static enum err_code draw_batch(void *state, void *batch, struct err *err)
{
    const struct block_draw_lane *l = state;
    struct block_list *list = batch;
    struct piece_reader pieces = {.list = list};
    struct block_piece piece;
    enum err_code rc = OK;
    while (!rc && piece_reader_next(&pieces, &piece))
        rc = block_draw(l->drawer, &piece, l->drawing, &list->made, err);
    return rc;
}

enum err_code block_draw_lane_new(const struct layer_drawing *drawing, struct block_draw_lane **out,
                                  struct err *err)
{
    struct block_draw_lane *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->drawing = drawing;
    enum err_code rc = block_drawer_new(&l->drawer, err);
    if (!rc)
        rc = lane_new(l->batches, N_BATCHES, sizeof l->batches[0], draw_batch, l, &l->lane, err);
    if (rc)
        block_draw_lane_free(l);
    else
        *out = l;
    return rc;
}

void block_draw_lane_free(struct block_draw_lane *l)
{
    if (!l)
        return;
    lane_free(l->lane);
    for (int i = 0; i < N_BATCHES; i++)
        block_list_clear(&l->batches[i]);
    block_drawer_free(l->drawer);
    mem_free(l);
}

/* What was drawn of the oldest batch that is not taken. */
static enum err_code take(struct block_draw_lane *l, struct drawable_list *out, struct err *err)
{
    const struct block_list *drawn = &l->batches[l->n_taken++ % N_BATCHES];
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < drawn->made.n; i++) {
        const struct listed_drawable d = drawable_list_at(&drawn->made, i);
        rc = drawable_list_put(out, &d, err);
    }
    return rc;
}

static enum err_code begin_batch(struct block_draw_lane *l, struct drawable_list *out,
                                 struct err *err)
{
    struct block_list *list = lane_batch(l->lane);
    const enum err_code rc = l->n_given - l->n_taken == N_BATCHES ? take(l, out, err) : OK;
    block_list_reset(list);
    l->filling = list;
    return rc;
}

static enum err_code give(struct block_draw_lane *l, struct err *err)
{
    l->filling = NULL;
    l->n_given++;
    return lane_give(l->lane, err);
}

enum err_code block_draw_lane_put(struct block_draw_lane *l, const struct block_piece *b,
                                  struct drawable_list *out, struct err *err)
{
    enum err_code rc = l->filling ? OK : begin_batch(l, out, err);
    if (!rc)
        rc = block_list_put_piece(l->filling, b, err);
    return rc || l->filling->n_edges < BATCH_EDGES ? rc : give(l, err);
}

enum err_code block_draw_lane_end(struct block_draw_lane *l, struct drawable_list *out,
                                  struct err *err)
{
    enum err_code rc = l->filling ? give(l, err) : OK;
    if (!rc)
        rc = lane_wait(l->lane, err);
    while (!rc && l->n_taken < l->n_given)
        rc = take(l, out, err);
    return rc;
}
