#include "importers/row_maker.h"

#include <inttypes.h>

#define ID_LIMIT_BYTES ((size_t)1 << 20)

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

enum err_code row_maker_init(struct row_maker *m, struct import_job *j, struct err *err)
{
    const struct import_options *o = j->options;
    const size_t id_field = j->outcome.ids.id_field;
    *m = (struct row_maker){.job = j};
    m->spec = (struct layer_spec){
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
    enum err_code rc = import_fields(j, &fields, &m->spec.n_fields, err);
    if (rc)
        return rc;
    m->spec.fields = fields;
    struct import_options times = *o;
    if (j->adds) {
        keep_words(&m->spec, j->existing);
        if (!times.time_field && j->existing->time_field >= 0)
            times.time_field = j->existing->fields[j->existing->time_field].name;
    }
    rc = import_time_field(&times, m->spec.fields, m->spec.n_fields, &m->spec.time_field, err);
    if (!rc)
        rc = layer_drawing_make(&o->drawing, j->existing, &m->spec, j->arena, &m->drawing, err);
    m->spec.drawing = &m->drawing;
    return rc;
}

/* The public id, in the arena. */
static enum err_code make_id(const struct row_maker *m, const struct packed_feature *p,
                             const struct value *values, struct arena *a, struct span *out,
                             struct err *err)
{
    const size_t id_field = m->job->outcome.ids.id_field;
    if (id_field != NO_FIELD && values[id_field].type == VALUE_TEXT) {
        *out = values[id_field].text;
        return OK;
    }
    struct buf text;
    buf_init(&text, ID_LIMIT_BYTES);
    if (id_field == NO_FIELD)
        buf_printf(&text, "%" PRIu64, p->position);
    else
        value_put_text(&text, &values[id_field]);
    enum err_code rc = buf_status(&text, err);
    const size_t n_bytes = text.len_bytes;
    char *copy = rc ? NULL : arena_strndup(a, buf_text(&text), n_bytes, err);
    buf_clear(&text);
    if (!rc && !copy)
        return NO_MEMORY;
    if (!rc)
        *out = (struct span){copy, n_bytes};
    return rc;
}

enum err_code row_maker_make(const struct row_maker *m, const struct packed_feature *p,
                             struct arena *a, struct feature *out, struct err *err)
{
    const size_t member_field = m->job->outcome.ids.member_field;
    const size_t n = m->spec.n_fields;
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
        rc = field_value_as(m->spec.fields[i].type, &values[i], a, err);
    *out = (struct feature){.geom = p->geom, .values = values, .n_values = n};
    return rc ? rc : make_id(m, p, values, a, &out->id, err);
}

enum err_code row_maker_summarise(const struct row_maker *m, struct sum_lane *sum,
                                  uint64_t n_written, struct err *err)
{
    struct import_job *j = m->job;
    struct import_summary *s = &j->summary;
    char sha256[SOURCE_SHA256_BYTES];
    const enum err_code rc = sum ? sum_lane_wait(sum, sha256, &s->source_bytes, err)
                                 : input_sha256(j->input, sha256, &s->source_bytes, err);
    if (rc)
        return rc;
    s->sha256 = arena_strdup(j->arena, sha256, err);
    if (!s->sha256)
        return NO_MEMORY;
    const struct layer_spec *spec = &m->spec;
    const char *id = spec->id_field >= 0 ? spec->fields[spec->id_field].name : NULL;
    const char *time = spec->time_field >= 0 ? spec->fields[spec->time_field].name : NULL;
    const struct sink_outcome *outcome = &j->outcome;
    s->n_written = n_written;
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
