#include "importers/write_crew.h"

#include "base/crew.h"
#include "base/mem.h"
#include "store/row_batch.h"

#include <string.h>

/* Batches enough that nobody waits while one thread sorts what it has in memory. */
enum { BATCHES_A_WORKER = 6, BATCH_FEATURES = 256, BATCH_BYTES = 64 << 10 };

/* What a batch of large features grew to is not kept. */
#define KEPT_BYTES ((size_t)4 << 20)

/* Features as the spool has them, then their rows and what will be drawn. */
struct batch {
    struct arena arena; /* records, and what is made of them */
    struct span records[BATCH_FEATURES];
    size_t n;
    int64_t first_fid;
    struct row_batch *rows;
    struct buf prepared;
};

struct writing {
    struct import_job *job;
    const struct row_maker *rows;
    struct deriver *deriver;       /* NULL: nothing is drawn */
    struct arena values[CREW_MAX]; /* of one feature, as the source has them */
    int64_t n_taken;
    uint64_t n_written;
};

static enum err_code add_record(struct batch *b, struct span record, struct err *err)
{
    char *copy = arena_raw(&b->arena, record.len_bytes, 1, err);
    if (!copy)
        return NO_MEMORY;
    memcpy(copy, record.at, record.len_bytes);
    b->records[b->n++] = (struct span){copy, record.len_bytes};
    return OK;
}

static enum err_code take(void *state, struct crew *c, void *batch, bool *out_more, struct err *err)
{
    struct writing *w = state;
    struct batch *b = batch;
    struct spool *spool = sink_spool(w->job->sink);
    const struct id_check *ids = sink_ids(w->job->sink);
    enum err_code rc = import_check_cancel(w->job->options, err);
    bool more = true;
    size_t n_bytes = 0;
    (void)c;
    arena_reset_within(&b->arena, KEPT_BYTES);
    b->n = 0;
    while (!rc && more && b->n < BATCH_FEATURES && n_bytes < BATCH_BYTES) {
        uint64_t key = 0, number = 0;
        struct span record;
        rc = spool_next(spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = feature_unpack_number(record, &number, err);
        if (rc || id_check_is_dropped(ids, number))
            continue;
        rc = add_record(b, record, err);
        n_bytes += record.len_bytes;
    }
    b->first_fid = w->n_taken + 1; /* as the writer will number them */
    w->n_taken += (int64_t)b->n;
    *out_more = b->n > 0;
    return rc;
}

static enum err_code make(struct writing *w, size_t worker, struct batch *b, size_t i,
                          struct err *err)
{
    struct packed_feature p;
    struct feature f;
    struct deriver *d = w->deriver;
    arena_reset(&w->values[worker]);
    enum err_code rc = feature_unpack(b->records[i], &b->arena, &w->values[worker], &p, err);
    if (!rc)
        rc = row_maker_make(w->rows, &p, &b->arena, &f, err);
    if (rc)
        return rc;
    f.fid = b->first_fid + (int64_t)i;
    rc = row_batch_add(b->rows, &f, err);
    return rc || !d ? rc : d->prepare(d->state, worker, &f, &b->prepared, err);
}

static enum err_code work(void *state, size_t worker, void *batch, struct err *err)
{
    struct batch *b = batch;
    enum err_code rc = OK;
    row_batch_reset(b->rows);
    buf_reset_within(&b->prepared, KEPT_BYTES);
    for (size_t i = 0; !rc && i < b->n; i++)
        rc = make(state, worker, b, i, err);
    return rc;
}

static enum err_code give(void *state, void *batch, struct err *err)
{
    struct writing *w = state;
    const struct batch *b = batch;
    struct deriver *d = w->deriver;
    const struct span prepared = {(const char *)b->prepared.data, b->prepared.len_bytes};
    enum err_code rc = row_batch_write(b->rows, err);
    if (!rc && d)
        rc = d->keep(d->state, prepared, err);
    w->n_written += b->n;
    return rc ? rc : import_job_tell(w->job, IMPORT_WRITING, w->n_written, err);
}

static enum err_code run(struct writing *w, struct layer_writer *writer, struct err *err)
{
    static const struct crew_steps STEPS = {take, work, give};
    const size_t n_workers = crew_size(), n = n_workers * BATCHES_A_WORKER;
    struct batch *batches = mem_new(n, sizeof *batches);
    enum err_code rc = batches ? OK : err_no_memory(err, n * sizeof *batches);
    for (size_t i = 0; batches && i < n; i++) {
        arena_init(&batches[i].arena, SIZE_MAX);
        buf_init(&batches[i].prepared, SIZE_MAX);
        if (!rc)
            rc = row_batch_new(writer, &batches[i].rows, err);
    }
    if (!rc)
        rc = crew_run(&STEPS, w, n_workers, batches, n, sizeof *batches, err);
    for (size_t i = 0; batches && i < n; i++) {
        arena_clear(&batches[i].arena);
        buf_clear(&batches[i].prepared);
        row_batch_free(batches[i].rows);
    }
    mem_free(batches);
    return rc;
}

enum err_code write_crew_run(struct import_job *j, const struct row_maker *rows,
                             struct layer_writer *writer, uint64_t *out_n_written, struct err *err)
{
    struct writing w = {.job = j, .rows = rows, .deriver = j->options->deriver};
    for (size_t i = 0; i < CREW_MAX; i++)
        arena_init(&w.values[i], SIZE_MAX);
    const enum err_code rc = run(&w, writer, err);
    for (size_t i = 0; i < CREW_MAX; i++)
        arena_clear(&w.values[i]);
    *out_n_written = w.n_written;
    return rc;
}
