#include "importers/sink_crew.h"

#include "base/mem.h"

/* Enough that nobody waits while one thread sorts what it has in memory. */
enum { BATCHES_A_WORKER = 8 };

/* Pieces, then the features that were in them. */
struct sink_batch {
    struct sink *sink;
    size_t worker;
    void *pieces;
    struct feature_batch features;
    struct source_progress progress;
    struct err why; /* what befell behind the last feature */
};

struct sink_reading {
    struct sink *sink;
    const struct cut_source *source;
    void *state;
    bool ended; /* cutting has failed */
};

static enum err_code cut(void *state, struct crew *c, void *batch, bool *out_more, struct err *err)
{
    struct sink_reading *r = state;
    struct sink_batch *b = batch;
    (void)err;
    *out_more = false;
    if (r->ended)
        return OK;
    b->why = (struct err){0};
    sink_read_by(r->sink, c);
    /* Pieces that were cut before it failed come first. */
    r->ended = r->source->cut(r->state, b->pieces, &b->progress, out_more, &b->why);
    sink_read_by(r->sink, NULL);
    *out_more = *out_more || r->ended;
    return OK;
}

static enum err_code read(void *state, size_t worker, void *batch, struct err *err)
{
    const struct sink_reading *r = state;
    struct sink_batch *b = batch;
    struct err why = {0};
    (void)err;
    feature_batch_reset(&b->features);
    b->worker = worker;
    if (r->source->read(r->state, worker, b->pieces, b, &why))
        b->why = why;
    return OK;
}

static enum err_code give(void *state, void *batch, struct err *err)
{
    const struct sink_reading *r = state;
    struct sink_batch *b = batch;
    enum err_code rc = sink_take_batch(r->sink, &b->features, err);
    if (!rc && b->why.code)
        rc = err_set(err, b->why.code, "%s", b->why.text);
    return rc ? rc : sink_progress(r->sink, b->progress, err);
}

static enum err_code add(struct sink_batch *b, const struct source_feature *f, const char *reason,
                         const struct feature_placing *placing, struct err *err)
{
    struct batch_item *item = NULL;
    const enum err_code rc = feature_batch_add(&b->features, f, reason, &item, err);
    if (rc)
        return rc;
    item->is_placed = placing != NULL;
    if (placing)
        item->placing = *placing;
    return OK;
}

enum err_code sink_batch_reject(struct sink_batch *b, const struct source_feature *f,
                                const char *reason, struct err *err)
{
    return add(b, f, reason, NULL, err);
}

enum err_code sink_batch_take(struct sink_batch *b, const struct source_feature *f, struct err *err)
{
    struct feature_placer *placer = NULL;
    struct feature_placing placing;
    struct geom geom;
    struct err why = {0};
    struct source_feature placed = *f;
    enum err_code rc = sink_placer(b->sink, b->worker, &placer, err);
    if (rc)
        return rc;
    rc = feature_placer_run(placer, f->geom, &geom, &placing, &why);
    if (rc == BAD_DATA || rc == LIMIT)
        return sink_batch_reject(b, f, why.text, err);
    if (rc)
        return err_set(err, rc, "%s", why.text);
    placed.geom = &geom;
    return add(b, &placed, NULL, &placing, err);
}

enum err_code sink_read(struct sink *s, const struct cut_source *source, void *state,
                        struct err *err)
{
    static const struct crew_steps STEPS = {cut, read, give};
    struct sink_reading r = {.sink = s, .source = source, .state = state};
    const size_t n_workers = crew_size(), n = n_workers * BATCHES_A_WORKER;
    struct sink_batch *batches = mem_new(n, sizeof *batches);
    char *pieces = mem_new(n, source->pieces_bytes);
    enum err_code rc = batches && pieces ? OK : err_no_memory(err, n * sizeof *batches);
    for (size_t i = 0; !rc && i < n; i++) {
        batches[i] = (struct sink_batch){.sink = s, .pieces = pieces + i * source->pieces_bytes};
        feature_batch_init(&batches[i].features);
        batches[i].features.raw_stays = source->raw_stays;
    }
    if (!rc)
        rc = crew_run(&STEPS, &r, n_workers, batches, n, sizeof *batches, err);
    for (size_t i = 0; batches && pieces && i < n; i++) {
        feature_batch_clear(&batches[i].features);
        if (source->clear)
            source->clear(batches[i].pieces);
    }
    mem_free(batches);
    mem_free(pieces);
    return rc;
}
