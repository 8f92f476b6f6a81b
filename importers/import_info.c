/* What is in a source, before importing it: read like an import, but kept nowhere. */
#include "importers/import_job.h"

static enum err_code describe_fields(struct import_job *j, struct source_info *info,
                                     const struct field *fields, size_t n_fields, struct err *err)
{
    const struct field_set *set = sink_fields(j->sink);
    struct source_field *out = arena_new(j->arena, n_fields, sizeof *out, err);
    struct buf examples;
    enum err_code rc = out ? OK : NO_MEMORY;
    buf_init(&examples, 4096);
    for (size_t i = 0; !rc && i < n_fields; i++) {
        buf_reset(&examples);
        field_set_put_examples(set, i, &examples);
        out[i].name = arena_strdup(j->arena, fields[i].name, err);
        out[i].type = fields[i].type;
        out[i].n_null = j->outcome.counts.n_taken - field_set_n_values(set, i);
        out[i].examples = arena_strdup(j->arena, buf_text(&examples), err);
        if (!out[i].name || !out[i].examples)
            rc = NO_MEMORY;
    }
    buf_clear(&examples);
    info->fields = out;
    info->n_fields = n_fields;
    return rc;
}

static enum err_code describe(struct import_job *j, struct source_info *out, struct err *err)
{
    struct field *fields = NULL;
    size_t n_fields = 0;
    int time_field = -1;
    const size_t id_field = j->outcome.ids.id_field;
    const struct sink_counts *c = &j->outcome.counts;
    const struct source_progress p = source_progress(j->source);
    struct source_info info = {
        .importer = j->importer->name,
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
        rc = import_time_field(j->options, fields, n_fields, &time_field, err);
    if (!rc)
        rc = describe_fields(j, &info, fields, n_fields, err);
    if (rc)
        return rc;
    info.id_field = id_field != NO_FIELD ? info.fields[id_field].name : NULL;
    info.time_field = time_field >= 0 ? info.fields[time_field].name : NULL;
    *out = info;
    return OK;
}

enum err_code import_info(const struct import_options *o, uint64_t n_max, struct arena *a,
                          struct source_info *out, struct err *err)
{
    struct import_job j = {.options = o, .arena = a};
    enum err_code rc = import_job_name(&j, err);
    if (!rc)
        rc = import_job_open(&j, err);
    if (!rc) {
        const struct sink_setup setup = {.options = o,
                                         .default_epsg = j.importer->default_epsg,
                                         .only_look = true,
                                         .n_max = n_max};
        rc = sink_new(&setup, &j.sink, err);
    }
    if (!rc)
        rc = import_job_read(&j, err);
    if (!rc)
        rc = describe(&j, out, err);
    import_job_clear(&j);
    return rc;
}
