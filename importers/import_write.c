/* The second half of an import: from the spool into the store, row by row in Hilbert order. */
#include "importers/feature_pack.h"
#include "importers/import_job.h"

#include <inttypes.h>
#include <string.h>

enum { PROGRESS_FEATURES = 1024 };

struct writing {
    struct import_job *job;
    struct layer_spec spec;
    struct layer_writer *writer;
    struct arena arena;   /* for one feature */
    struct value *values; /* of the feature, one for each field; in the job's arena */
    struct buf id;
    uint64_t n_written;
};

static enum err_code tell(struct import_job *j, enum import_phase phase, uint64_t n_done,
                          struct err *err)
{
    const struct import_options *o = j->options;
    const struct import_progress p = {.phase = phase,
                                      .n_features = n_done,
                                      .n_features_total = spool_count(sink_spool(j->sink)),
                                      .source = j->progress};
    if (o->progress && !o->progress(o->progress_state, &p))
        return err_set(err, CANCELED, "the import was canceled");
    return OK;
}

/* What was said of the layer, where an addition says nothing. */
static void keep_words(struct layer_spec *spec, const struct layer *old)
{
    const struct {
        const char **said;
        const char *kept;
    } words[] = {
        {&spec->title, old->title},       {&spec->description, old->description},
        {&spec->license, old->license},   {&spec->attribution, old->attribution},
        {&spec->keywords, old->keywords},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!*words[i].said)
            *words[i].said = words[i].kept;
    }
}

static enum err_code make_spec(struct writing *w, struct err *err)
{
    struct import_job *j = w->job;
    const struct import_options *o = j->options;
    const size_t id_field = j->outcome.ids.id_field;
    w->spec = (struct layer_spec){
        .name = j->layer,
        .title = o->title,
        .description = o->description,
        .license = o->license,
        .attribution = o->attribution,
        .keywords = o->keywords,
        .id_field = id_field == NO_FIELD ? -1 : (int)id_field,
        .geom_type = j->outcome.geom_type,
        .has_z = j->outcome.has_z,
        .epsg = j->outcome.epsg,
        .may_replace = o->mode != IMPORT_CREATE,
        /* An addition is made of what the layer held when it was read. */
        .revision = j->adds ? j->existing->revision : 0,
    };
    struct field *fields = NULL;
    enum err_code rc = import_fields(j, &fields, &w->spec.n_fields, err);
    if (rc)
        return rc;
    w->spec.fields = fields;
    w->values = arena_new(j->arena, w->spec.n_fields, sizeof *w->values, err);
    if (!w->values)
        return NO_MEMORY;
    struct import_options times = *o;
    if (j->adds) {
        keep_words(&w->spec, j->existing);
        if (!times.time_field && j->existing->time_field >= 0)
            times.time_field = j->existing->fields[j->existing->time_field].name;
    }
    return import_time_field(&times, w->spec.fields, w->spec.n_fields, &w->spec.time_field, err);
}

static enum err_code begin(struct writing *w, struct err *err)
{
    struct deriver *d = w->job->options->deriver;
    enum err_code rc = make_spec(w, err);
    if (!rc)
        rc = spool_sort(sink_spool(w->job->sink), err);
    if (!rc)
        rc = layer_writer_open(w->job->store, &w->spec, &w->writer, err);
    if (!rc && d)
        rc = d->begin(d->state, &w->spec, err);
    return rc;
}

/* The feature as a row: every field has a value, of the type that was settled. */
static enum err_code make_feature(struct writing *w, const struct packed_feature *p,
                                  struct feature *out, struct err *err)
{
    const struct id_decision ids = w->job->outcome.ids;
    enum err_code rc = OK;
    for (size_t i = 0; i < w->spec.n_fields; i++)
        w->values[i] = value_null();
    for (size_t i = 0; i < p->n_values; i++)
        w->values[p->fields[i]] = p->values[i];
    if (ids.member_field != NO_FIELD && p->id.at && w->values[ids.member_field].type == VALUE_NULL)
        w->values[ids.member_field] = value_text(p->id);
    for (size_t i = 0; !rc && i < w->spec.n_fields; i++)
        rc = field_value_as(w->spec.fields[i].type, &w->values[i], &w->arena, err);
    buf_reset(&w->id);
    if (ids.id_field == NO_FIELD)
        buf_printf(&w->id, "%" PRIu64, p->position);
    else
        value_put_text(&w->id, &w->values[ids.id_field]);
    *out = (struct feature){
        .id = {buf_text(&w->id), w->id.len_bytes},
        .geom = p->geom,
        .values = w->values,
        .n_values = w->spec.n_fields,
    };
    return rc ? rc : buf_status(&w->id, err);
}

static enum err_code write_feature(struct writing *w, const struct packed_feature *p,
                                   struct err *err)
{
    struct deriver *d = w->job->options->deriver;
    struct feature f;
    enum err_code rc = make_feature(w, p, &f, err);
    if (!rc)
        rc = layer_writer_put(w->writer, &f, err);
    if (!rc && d)
        rc = d->feature(d->state, &f, err);
    if (!rc)
        w->n_written++;
    if (!rc && w->n_written % PROGRESS_FEATURES == 0)
        rc = tell(w->job, IMPORT_WRITING, w->n_written, err);
    return rc;
}

static enum err_code write_features(struct writing *w, struct err *err)
{
    struct spool *spool = sink_spool(w->job->sink);
    const struct id_check *ids = sink_ids(w->job->sink);
    enum err_code rc = OK;
    while (!rc) {
        uint64_t key = 0;
        struct span record;
        struct packed_feature p;
        bool more = false;
        rc = spool_next(spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        arena_reset(&w->arena);
        rc = feature_unpack(record, &w->arena, &p, err);
        if (!rc && !id_check_is_dropped(ids, p.number))
            rc = write_feature(w, &p, err);
    }
    return rc;
}

static enum err_code derive(struct writing *w, struct err *err)
{
    struct deriver *d = w->job->options->deriver;
    const int64_t start_us = when_monotonic_us();
    if (!d)
        return OK;
    enum err_code rc = tell(w->job, IMPORT_DERIVING, w->n_written, err);
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

static enum err_code summarise(const struct writing *w, struct err *err)
{
    struct import_job *j = w->job;
    struct import_summary *s = &j->summary;
    const struct layer_spec *spec = &w->spec;
    const char *id = spec->id_field >= 0 ? spec->fields[spec->id_field].name : NULL;
    const char *time = spec->time_field >= 0 ? spec->fields[spec->time_field].name : NULL;
    s->n_written = w->n_written;
    s->n_fields = spec->n_fields;
    s->id_field = arena_strdup(j->arena, id, err);
    s->time_field = arena_strdup(j->arena, time, err);
    return (id && !s->id_field) || (time && !s->time_field) ? NO_MEMORY : OK;
}

enum err_code import_write(struct import_job *j, struct err *err)
{
    struct writing w = {.job = j};
    const int64_t start_us = when_monotonic_us();
    arena_init(&w.arena, SIZE_MAX);
    buf_init(&w.id, 1 << 20);
    enum err_code rc = begin(&w, err);
    if (!rc)
        rc = reject_list_write(sink_rejects(j->sink), w.writer, err);
    if (!rc)
        rc = write_features(&w, err);
    if (!rc)
        rc = derive(&w, err);
    if (!rc)
        rc = summarise(&w, err);
    if (!rc)
        rc = commit(&w, err);
    layer_writer_abort(w.writer);
    j->summary.write_s = (double)(when_monotonic_us() - start_us) / 1e6 - j->summary.derive_s;
    buf_clear(&w.id);
    arena_clear(&w.arena);
    return rc;
}
