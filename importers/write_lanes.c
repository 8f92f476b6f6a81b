#include "importers/write_lanes.h"

#include "base/lane.h"
#include "base/mem.h"

enum { N_BATCHES = 4, BATCH_FEATURES = 1024, BATCH_VERTICES = 1 << 14 };

/* What a batch of large features grew to is not kept. */
#define KEPT_BYTES ((size_t)4 << 20)

struct batch {
    struct arena arena;
    size_t n_features, n_vertices;
    struct feature features[BATCH_FEATURES];
};

/* Both lanes read the same batches. */
struct write_lanes {
    struct layer_writer *writer;
    struct deriver *deriver;
    struct lane *rows, *drawables;
    int64_t last_fid;
    struct batch *filling; /* NULL: none is begun */
    struct batch batches[N_BATCHES];
};

static enum err_code write_batch(void *state, void *batch, struct err *err)
{
    const struct write_lanes *l = state;
    const struct batch *b = batch;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < b->n_features; i++) {
        struct feature f = b->features[i];
        rc = layer_writer_put(l->writer, &f, err);
        if (!rc && f.fid != b->features[i].fid)
            rc = err_set(err, INTERNAL, "a row with the number of another");
    }
    return rc;
}

static enum err_code derive_batch(void *state, void *batch, struct err *err)
{
    const struct write_lanes *l = state;
    const struct batch *b = batch;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && l->deriver && i < b->n_features; i++)
        rc = l->deriver->feature(l->deriver->state, &b->features[i], err);
    return rc;
}

enum err_code write_lanes_new(struct layer_writer *w, struct deriver *d, struct write_lanes **out,
                              struct err *err)
{
    struct write_lanes *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->writer = w;
    l->deriver = d;
    for (int i = 0; i < N_BATCHES; i++)
        arena_init(&l->batches[i].arena, SIZE_MAX);
    const size_t size = sizeof l->batches[0];
    enum err_code rc = lane_new(l->batches, N_BATCHES, size, write_batch, l, &l->rows, err);
    if (!rc)
        rc = lane_new(l->batches, N_BATCHES, size, derive_batch, l, &l->drawables, err);
    if (rc)
        write_lanes_free(l);
    else
        *out = l;
    return rc;
}

void write_lanes_free(struct write_lanes *l)
{
    if (!l)
        return;
    lane_free(l->rows);
    lane_free(l->drawables);
    for (int i = 0; i < N_BATCHES; i++)
        arena_clear(&l->batches[i].arena);
    mem_free(l);
}

struct arena *write_lanes_arena(struct write_lanes *l)
{
    if (l->filling)
        return &l->filling->arena;
    /* Both were given the same, so it is the same that they lend; now it is free in both. */
    (void)lane_batch(l->rows);
    struct batch *b = lane_batch(l->drawables);
    if (b->arena.used_bytes > KEPT_BYTES)
        arena_clear(&b->arena);
    else
        arena_reset(&b->arena);
    b->n_features = b->n_vertices = 0;
    l->filling = b;
    return &b->arena;
}

static enum err_code give(struct write_lanes *l, struct err *err)
{
    l->filling = NULL;
    const enum err_code rc = lane_give(l->rows, err);
    return rc ? rc : lane_give(l->drawables, err);
}

enum err_code write_lanes_put(struct write_lanes *l, const struct feature *f, struct err *err)
{
    struct batch *b = l->filling;
    b->features[b->n_features] = *f;
    b->features[b->n_features++].fid = ++l->last_fid; /* as the writer will number it */
    b->n_vertices += f->geom.n_vertices;
    return b->n_features == BATCH_FEATURES || b->n_vertices >= BATCH_VERTICES ? give(l, err) : OK;
}

enum err_code write_lanes_end(struct write_lanes *l, struct err *err)
{
    enum err_code rc = l->filling ? give(l, err) : OK;
    if (!rc)
        rc = lane_wait(l->rows, err);
    return rc ? rc : lane_wait(l->drawables, err);
}
