#include "importers/derive_lane.h"

#include "base/lane.h"
#include "base/mem.h"

enum { N_BATCHES = 4, BATCH_FEATURES = 256, BATCH_VERTICES = 1 << 14 };

/* What a batch of large features grew to is not kept. */
#define KEPT_BYTES ((size_t)4 << 20)

struct batch {
    struct arena arena;
    size_t n_features, n_vertices;
    struct feature features[BATCH_FEATURES];
};

struct derive_lane {
    struct deriver *deriver;
    struct lane *lane;
    struct batch *filling; /* NULL: none is begun */
    struct batch batches[N_BATCHES];
};

static enum err_code derive_batch(void *state, void *batch, struct err *err)
{
    const struct derive_lane *l = state;
    const struct batch *b = batch;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && l->deriver && i < b->n_features; i++)
        rc = l->deriver->feature(l->deriver->state, &b->features[i], err);
    return rc;
}

enum err_code derive_lane_new(struct deriver *d, struct derive_lane **out, struct err *err)
{
    void *batches[N_BATCHES];
    struct derive_lane *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->deriver = d;
    for (int i = 0; i < N_BATCHES; i++) {
        arena_init(&l->batches[i].arena, SIZE_MAX);
        batches[i] = &l->batches[i];
    }
    const enum err_code rc = lane_new(batches, N_BATCHES, derive_batch, l, &l->lane, err);
    if (rc)
        derive_lane_free(l);
    else
        *out = l;
    return rc;
}

void derive_lane_free(struct derive_lane *l)
{
    if (!l)
        return;
    lane_free(l->lane);
    for (int i = 0; i < N_BATCHES; i++)
        arena_clear(&l->batches[i].arena);
    mem_free(l);
}

struct arena *derive_lane_arena(struct derive_lane *l)
{
    if (l->filling)
        return &l->filling->arena;
    struct batch *b = lane_batch(l->lane);
    if (b->arena.used_bytes > KEPT_BYTES)
        arena_clear(&b->arena);
    else
        arena_reset(&b->arena);
    b->n_features = b->n_vertices = 0;
    l->filling = b;
    return &b->arena;
}

static enum err_code give(struct derive_lane *l, struct err *err)
{
    l->filling = NULL;
    return lane_give(l->lane, err);
}

enum err_code derive_lane_put(struct derive_lane *l, const struct feature *f, struct err *err)
{
    struct batch *b = l->filling;
    b->features[b->n_features++] = *f;
    b->n_vertices += f->geom.n_vertices;
    return b->n_features == BATCH_FEATURES || b->n_vertices >= BATCH_VERTICES ? give(l, err) : OK;
}

enum err_code derive_lane_end(struct derive_lane *l, struct err *err)
{
    const enum err_code rc = l->filling ? give(l, err) : OK;
    return rc ? rc : lane_wait(l->lane, err);
}
