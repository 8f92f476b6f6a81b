/* The second half of an import: from the spool into the store, row by row in Hilbert order. */
#include "importers/row_maker.h"
#include "importers/sum_lane.h"
#include "importers/write_lanes.h"

#include <string.h>

enum { PROGRESS_FEATURES = 1024 };

struct writing {
    struct import_job *job;
    struct row_maker rows;
    struct layer_writer *writer;
    struct write_lanes *lanes;
    struct sum_lane *sum; /* of the source */
    struct arena values;  /* of one feature, as the source has them */
    uint64_t n_written;
};

static enum err_code begin(struct writing *w, struct err *err)
{
    struct deriver *d = w->job->options->deriver;
    enum err_code rc = row_maker_init(&w->rows, w->job, err);
    if (!rc)
        rc = spool_sort(sink_spool(w->job->sink), err);
    if (!rc)
        rc = layer_writer_open(w->job->store, &w->rows.spec, &w->writer, err);
    if (!rc && d)
        rc = d->begin(d->state, &w->rows.spec, err);
    if (!rc)
        rc = write_lanes_new(w->writer, d, &w->lanes, err);
    /* Only now: what the source says of its fields was read from the same bundle. */
    return rc ? rc : sum_lane_new(w->job->input, &w->sum, err);
}

/* Made here; the row and its drawables follow on the threads of the lanes. */
static enum err_code write_feature(struct writing *w, const struct packed_feature *p,
                                   struct arena *a, struct err *err)
{
    struct feature f;
    enum err_code rc = row_maker_make(&w->rows, p, a, &f, err);
    if (!rc)
        rc = write_lanes_put(w->lanes, &f, err);
    if (!rc)
        w->n_written++;
    if (!rc && w->n_written % PROGRESS_FEATURES == 0)
        rc = import_job_tell(w->job, IMPORT_WRITING, w->n_written, err);
    return rc;
}

/* A record of the spool, which lends its bytes only until the next. */
static enum err_code write_record(struct writing *w, struct span record, struct err *err)
{
    struct arena *a = write_lanes_arena(w->lanes);
    struct packed_feature p;
    char *copy = arena_raw(a, record.len_bytes, 1, err);
    if (!copy)
        return NO_MEMORY;
    memcpy(copy, record.at, record.len_bytes);
    /* What the other threads do not need is not put where they read: memory that goes to and fro
     * between two cores costs more than the work that is done in it. */
    arena_reset(&w->values);
    const enum err_code rc =
        feature_unpack((struct span){copy, record.len_bytes}, a, &w->values, &p, err);
    return rc ? rc : write_feature(w, &p, a, err);
}

static enum err_code write_features(struct writing *w, struct err *err)
{
    struct spool *spool = sink_spool(w->job->sink);
    const struct id_check *ids = sink_ids(w->job->sink);
    enum err_code rc = OK;
    while (!rc) {
        uint64_t key = 0, number = 0;
        struct span record;
        bool more = false;
        rc = spool_next(spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = import_check_cancel(w->job->options, err);
        if (!rc)
            rc = feature_unpack_number(record, &number, err);
        if (!rc && !id_check_is_dropped(ids, number))
            rc = write_record(w, record, err);
    }
    return rc ? rc : write_lanes_end(w->lanes, err);
}

static enum err_code derive(struct writing *w, struct err *err)
{
    struct deriver *d = w->job->options->deriver;
    const int64_t start_us = when_monotonic_us();
    if (!d)
        return OK;
    enum err_code rc = import_job_tell(w->job, IMPORT_DERIVING, w->n_written, err);
    if (!rc)
        rc = d->finish(d->state, w->writer, err);
    w->job->summary.derive_s = (double)(when_monotonic_us() - start_us) / 1e6;
    return rc;
}

static enum err_code commit(struct writing *w, struct err *err)
{
    struct layer_writer *writer = w->writer;
    struct import_record record;
    const enum err_code rc = import_record_make(w->job, &record, err);
    if (rc)
        return rc;
    w->writer = NULL;
    return layer_writer_commit(writer, &record, err);
}

enum err_code import_write_nothing(struct import_job *j, struct err *err)
{
    struct row_maker rows;
    const struct id_decision *ids = &j->outcome.ids;
    const uint64_t n_written =
        spool_count(sink_spool(j->sink)) - ids->n_updated - ids->n_deleted - ids->n_refused;
    enum err_code rc = row_maker_init(&rows, j, err);
    if (!rc)
        rc = row_maker_summarise(&rows, NULL, n_written, err);
    row_maker_clear(&rows);
    return rc;
}

static enum err_code put_reject(void *state, const struct reject *r, struct err *err)
{
    return layer_writer_reject(state, r, err);
}

enum err_code import_write(struct import_job *j, struct err *err)
{
    struct writing w = {.job = j};
    const int64_t start_us = when_monotonic_us();
    arena_init(&w.values, SIZE_MAX);
    store_set_interrupt(j->store, j->options->cancel, 0);
    enum err_code rc = begin(&w, err);
    if (!rc)
        rc = reject_list_write(sink_rejects(j->sink), put_reject, w.writer, err);
    if (!rc)
        rc = write_features(&w, err);
    if (!rc)
        rc = derive(&w, err);
    if (!rc)
        rc = row_maker_summarise(&w.rows, w.sum, w.n_written, err);
    if (!rc)
        rc = commit(&w, err);
    write_lanes_free(w.lanes);
    sum_lane_free(w.sum);
    store_set_interrupt(j->store, NULL, 0);
    layer_writer_abort(w.writer);
    if (rc == CANCELED)
        rc = err_set(err, CANCELED, "the import was canceled");
    j->summary.write_s = (double)(when_monotonic_us() - start_us) / 1e6 - j->summary.derive_s;
    row_maker_clear(&w.rows);
    arena_clear(&w.values);
    return rc;
}
