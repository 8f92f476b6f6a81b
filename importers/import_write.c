/* The second half of an import: from the spool into the store, row by row in Hilbert order. */
#include "importers/row_maker.h"
#include "importers/sum_lane.h"
#include "importers/write_crew.h"

struct writing {
    struct import_job *job;
    struct row_maker rows;
    struct layer_writer *writer;
    struct sum_lane *sum; /* of the source */
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
    /* Only now: what the source says of its fields was read from the same bundle. */
    return rc ? rc : sum_lane_new(w->job->input, &w->sum, err);
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
    store_set_interrupt(j->store, j->options->reader.cancel, 0);
    enum err_code rc = begin(&w, err);
    if (!rc)
        rc = reject_list_write(sink_rejects(j->sink), put_reject, w.writer, err);
    if (!rc)
        rc = write_crew_run(j, &w.rows, w.writer, &w.n_written, err);
    if (!rc)
        rc = derive(&w, err);
    if (!rc)
        rc = row_maker_summarise(&w.rows, w.sum, w.n_written, err);
    if (!rc)
        rc = commit(&w, err);
    sum_lane_free(w.sum);
    store_set_interrupt(j->store, NULL, 0);
    layer_writer_abort(w.writer);
    if (rc == CANCELED)
        rc = err_set(err, CANCELED, "the import was canceled");
    j->summary.write_s = (double)(when_monotonic_us() - start_us) / 1e6 - j->summary.derive_s;
    return rc;
}
