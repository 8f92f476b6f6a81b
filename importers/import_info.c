/* What is in a source, before importing it: read like an import, but kept nowhere. */
#include "importers/import_job.h"

#include <string.h>

/* For how long a sample is read. */
#define SAMPLE_US 500000

/* One field; what the format's id member says counts for the field that takes it. */
static enum err_code describe_field(struct import_job *j, size_t index, const struct field *field,
                                    struct source_field *out, struct err *err)
{
    const struct id_decision ids = j->outcome.ids;
    const struct field_set *set = sink_fields(j->sink);
    const struct field_set *members = id_check_members(sink_ids(j->sink));
    struct buf examples;
    uint64_t n_values = field_set_n_values(set, index);
    buf_init(&examples, 4096);
    if (index == ids.member_field && n_values == 0 && field_set_count(members) > 0) {
        n_values = field_set_n_values(members, 0);
        field_set_put_examples(members, 0, &examples);
    } else {
        field_set_put_examples(set, index, &examples);
    }
    out->name = arena_strdup(j->arena, field->name, err);
    out->type = field->type;
    /* No feature is taken without the id that was decided. */
    out->n_null = index == ids.id_field ? 0 : j->outcome.counts.n_taken - n_values;
    out->examples = arena_strdup(j->arena, buf_text(&examples), err);
    const enum err_code rc = buf_status(&examples, err);
    buf_clear(&examples);
    return !rc && (!out->name || !out->examples) ? NO_MEMORY : rc;
}

static enum err_code describe_fields(struct import_job *j, struct source_info *info,
                                     const struct field *fields, size_t n_fields, struct err *err)
{
    struct source_field *out = arena_new(j->arena, n_fields, sizeof *out, err);
    enum err_code rc = out ? OK : NO_MEMORY;
    for (size_t i = 0; !rc && i < n_fields; i++)
        rc = describe_field(j, i, &fields[i], &out[i], err);
    info->fields = out;
    info->n_fields = n_fields;
    return rc;
}

/* A sample's share of the bytes tells how many features there may be in all. */
static uint64_t estimate(const struct import_job *j)
{
    const struct source_progress p = j->progress;
    const uint64_t n = j->outcome.n_at_progress;
    if (!j->outcome.is_sample || n == 0 || p.raw_bytes == 0 || p.raw_total_bytes < p.raw_bytes)
        return 0;
    const double all = (double)n / (double)p.raw_bytes * (double)p.raw_total_bytes;
    return all > (double)j->outcome.counts.n_read ? (uint64_t)all : j->outcome.counts.n_read;
}

static enum err_code describe(struct import_job *j, struct source_info *out, struct err *err)
{
    struct field *fields = NULL;
    size_t n_fields = 0;
    int time_field = -1;
    const size_t id_field = j->outcome.ids.id_field;
    const struct sink_counts *c = &j->outcome.counts;
    const struct source_progress p = j->progress;
    struct source_info info = {
        .importer = j->input->importer->name,
        .layer = j->layer,
        .geom_type = j->outcome.geom_type,
        .epsg = j->outcome.epsg,
        .bbox = j->outcome.bbox,
        .n_features = c->n_read,
        .n_rejected = reject_list_count(sink_rejects(j->sink)),
        .n_without_geometry = c->n_without_geometry,
        .n_invalid = c->n_repaired,
        .complete = !j->outcome.is_sample,
        .source_bytes = p.raw_total_bytes ? p.raw_total_bytes : p.raw_bytes,
    };
    enum err_code rc = import_fields(j, &fields, &n_fields, err);
    if (!rc)
        rc = sink_notes(j->sink, j->arena, info.notes, &info.n_notes, err);
    if (!rc)
        rc = import_time_field(j->options, fields, n_fields, &time_field, err);
    if (!rc)
        rc = describe_fields(j, &info, fields, n_fields, err);
    if (rc)
        return rc;
    info.id_field = id_field != NO_FIELD ? info.fields[id_field].name : NULL;
    info.time_field = time_field >= 0 ? info.fields[time_field].name : NULL;
    info.n_estimated = estimate(j);
    *out = info;
    return OK;
}

static void describe_kept(const struct import_job *j, struct source_info *out)
{
    const struct import_summary *s = &j->summary;
    *out = (struct source_info){
        .importer = s->importer,
        .layer = s->layer,
        .epsg = 3857,
        .bbox = s->kept.bbox_deg,
        .complete = true,
        .source_bytes = s->source_bytes,
        .n_notes = s->n_notes,
        .kept = s->kept,
    };
    memcpy(out->notes, s->notes, sizeof out->notes);
}

enum err_code import_info(const struct input *in, const struct import_options *o, uint64_t n_max,
                          struct arena *a, struct source_info *out, struct err *err)
{
    struct import_job j = {.input = in, .options = o, .arena = a};
    enum err_code rc = import_job_name(&j, err);
    if (!rc && import_is_kept(&j)) {
        rc = import_keep(&j, true, err);
        if (!rc)
            describe_kept(&j, out);
        import_job_clear(&j);
        return rc;
    }
    if (!rc) {
        const struct sink_setup setup = {.options = o,
                                         .default_epsg = in->importer->default_epsg,
                                         .only_look = true,
                                         .rejects = import_reject_rules(o, NULL, NULL),
                                         .n_max = n_max,
                                         .deadline_us =
                                             n_max ? when_monotonic_us() + SAMPLE_US : 0};
        rc = sink_new(&setup, &j.sink, err);
    }
    if (!rc)
        rc = import_job_read(&j, err);
    if (!rc)
        rc = describe(&j, out, err);
    import_job_clear(&j);
    return rc;
}
