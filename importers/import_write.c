/* The second half of an import: from the spool into the store, row by row in Hilbert order. */
#include "importers/derive_lane.h"
#include "importers/feature_pack.h"
#include "importers/import_job.h"
#include "importers/sum_lane.h"

#include <inttypes.h>
#include <string.h>

enum { PROGRESS_FEATURES = 1024 };

struct writing {
    struct import_job *job;
    struct layer_spec spec;
    struct layer_drawing drawing;
    struct layer_writer *writer;
    struct derive_lane *lane;
    struct sum_lane *sum; /* of the source */
    struct arena values;  /* of one feature, as the source has them */
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
    struct import_options times = *o;
    if (j->adds) {
        keep_words(&w->spec, j->existing);
        if (!times.time_field && j->existing->time_field >= 0)
            times.time_field = j->existing->fields[j->existing->time_field].name;
    }
    rc = import_time_field(&times, w->spec.fields, w->spec.n_fields, &w->spec.time_field, err);
    if (!rc)
        rc = layer_drawing_make(&o->drawing, j->existing, &w->spec, j->arena, &w->drawing, err);
    w->spec.drawing = &w->drawing;
    return rc;
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
    if (!rc)
        rc = derive_lane_new(d, &w->lane, err);
    /* Only now: what the source says of its fields was read from the same bundle. */
    return rc ? rc : sum_lane_new(w->job->input, &w->sum, err);
}

/* The public id, in the arena. */
static enum err_code make_id(struct writing *w, const struct packed_feature *p,
                             const struct value *values, struct arena *a, struct span *out,
                             struct err *err)
{
    const size_t id_field = w->job->outcome.ids.id_field;
    if (id_field != NO_FIELD && values[id_field].type == VALUE_TEXT) {
        *out = values[id_field].text;
        return OK;
    }
    buf_reset(&w->id);
    if (id_field == NO_FIELD)
        buf_printf(&w->id, "%" PRIu64, p->position);
    else
        value_put_text(&w->id, &values[id_field]);
    enum err_code rc = buf_status(&w->id, err);
    char *copy = rc ? NULL : arena_strndup(a, buf_text(&w->id), w->id.len_bytes, err);
    if (!rc && !copy)
        return NO_MEMORY;
    if (!rc)
        *out = (struct span){copy, w->id.len_bytes};
    return rc;
}

/* The feature as a row, in the arena: every field has a value, of the type that was settled. */
static enum err_code make_feature(struct writing *w, const struct packed_feature *p,
                                  struct arena *a, struct feature *out, struct err *err)
{
    const size_t member_field = w->job->outcome.ids.member_field;
    const size_t n = w->spec.n_fields;
    struct value *values = arena_raw(a, n, sizeof *values, err);
    if (!values)
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        values[i] = value_null();
    for (size_t i = 0; i < p->n_values; i++)
        values[p->fields[i]] = p->values[i];
    if (member_field != NO_FIELD && p->id.at && values[member_field].type == VALUE_NULL)
        values[member_field] = value_text(p->id);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < n; i++)
        rc = field_value_as(w->spec.fields[i].type, &values[i], a, err);
    *out = (struct feature){.geom = p->geom, .values = values, .n_values = n};
    return rc ? rc : make_id(w, p, values, a, &out->id, err);
}

/* A row of the layer; its drawables follow on the lane's thread. */
static enum err_code write_feature(struct writing *w, const struct packed_feature *p,
                                   struct arena *a, struct err *err)
{
    struct feature f;
    enum err_code rc = make_feature(w, p, a, &f, err);
    if (!rc)
        rc = layer_writer_put(w->writer, &f, err);
    if (!rc)
        rc = derive_lane_put(w->lane, &f, err);
    if (!rc)
        w->n_written++;
    if (!rc && w->n_written % PROGRESS_FEATURES == 0)
        rc = tell(w->job, IMPORT_WRITING, w->n_written, err);
    return rc;
}

/* A record of the spool, which lends its bytes only until the next. */
static enum err_code write_record(struct writing *w, struct span record, struct err *err)
{
    struct arena *a = derive_lane_arena(w->lane);
    struct packed_feature p;
    char *copy = arena_raw(a, record.len_bytes, 1, err);
    if (!copy)
        return NO_MEMORY;
    memcpy(copy, record.at, record.len_bytes);
    /* What the other thread does not need is not put where it reads: memory that goes to and fro
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
        rc = feature_unpack_number(record, &number, err);
        if (!rc && !id_check_is_dropped(ids, number))
            rc = write_record(w, record, err);
    }
    return rc ? rc : derive_lane_end(w->lane, err);
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
    char sha256[SOURCE_SHA256_BYTES];
    const enum err_code rc = w->sum ? sum_lane_wait(w->sum, sha256, &s->source_bytes, err)
                                    : input_sha256(j->input, sha256, &s->source_bytes, err);
    if (rc)
        return rc;
    s->sha256 = arena_strdup(j->arena, sha256, err);
    if (!s->sha256)
        return NO_MEMORY;
    const struct layer_spec *spec = &w->spec;
    const char *id = spec->id_field >= 0 ? spec->fields[spec->id_field].name : NULL;
    const char *time = spec->time_field >= 0 ? spec->fields[spec->time_field].name : NULL;
    const struct sink_outcome *outcome = &j->outcome;
    s->n_written = w->n_written;
    if (j->adds) {
        s->n_updated = outcome->ids.n_updated;
        s->n_deleted = outcome->ids.n_deleted;
        s->n_inserted = outcome->counts.n_taken - outcome->ids.n_refused - s->n_updated;
    }
    s->n_fields = spec->n_fields;
    s->id_field = arena_strdup(j->arena, id, err);
    s->time_field = arena_strdup(j->arena, time, err);
    return (id && !s->id_field) || (time && !s->time_field) ? NO_MEMORY : OK;
}

enum err_code import_write_nothing(struct import_job *j, struct err *err)
{
    struct writing w = {.job = j};
    const struct id_decision *ids = &j->outcome.ids;
    const enum err_code rc = make_spec(&w, err);
    w.n_written =
        spool_count(sink_spool(j->sink)) - ids->n_updated - ids->n_deleted - ids->n_refused;
    return rc ? rc : summarise(&w, err);
}

enum err_code import_write(struct import_job *j, struct err *err)
{
    struct writing w = {.job = j};
    const int64_t start_us = when_monotonic_us();
    buf_init(&w.id, 1 << 20);
    arena_init(&w.values, SIZE_MAX);
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
    derive_lane_free(w.lane);
    sum_lane_free(w.sum);
    layer_writer_abort(w.writer);
    j->summary.write_s = (double)(when_monotonic_us() - start_us) / 1e6 - j->summary.derive_s;
    buf_clear(&w.id);
    arena_clear(&w.values);
    return rc;
}
