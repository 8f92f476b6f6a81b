#include "importers/import_job.h"

#include "base/cancel.h"

#include <string.h>

enum err_code import_job_add_name(const struct import_job *j, enum err_code rc, struct err *err)
{
    struct buf name;
    buf_init(&name, 4096);
    input_put_name(&name, j->input);
    err_add(err, "%s", buf_text(&name));
    buf_clear(&name);
    return rc;
}

enum err_code import_job_name(struct import_job *j, struct err *err)
{
    const char *asked = j->options->layer;
    if (asked && !layer_name_is_ok(asked))
        return err_set(err, BAD_ARG,
                       "'%s' cannot be a layer's name: letters, digits, '_', '-' and '.' can, at "
                       "most %d of them, and the store's own names cannot",
                       asked, LAYER_NAME_MAX_BYTES);
    struct buf name;
    buf_init(&name, 4096);
    enum err_code rc = OK;
    if (asked)
        buf_put_text(&name, asked);
    else
        rc = input_layer_name(j->input, NULL, &name, err);
    const char *text = buf_text(&name);
    if (!rc)
        rc = buf_status(&name, err);
    if (!rc && !layer_name_is_ok(text))
        rc = import_job_add_name(
            j, err_set(err, BAD_ARG, "the store needs the name '%s' itself: say --layer", text),
            err);
    if (!rc)
        j->layer = arena_strdup(j->arena, text, err);
    buf_clear(&name);
    return rc || j->layer ? rc : NO_MEMORY;
}

enum err_code import_job_read(struct import_job *j, struct err *err)
{
    enum err_code rc = j->input->importer->read(j->input, &j->options->reader, j->sink, err);
    if (rc == CANCELED && sink_has_enough(j->sink))
        rc = OK;
    rc = sink_end(j->sink, rc, err);
    if (!rc)
        rc = sink_settle(j->sink, &j->outcome, err);
    j->progress = sink_progress_so_far(j->sink);
    return rc && rc != CANCELED ? import_job_add_name(j, rc, err) : rc;
}

struct reject_rules import_reject_rules(const struct import_options *o, reject_teller *tell,
                                        void *state)
{
    return (struct reject_rules){.max = o->max_rejects,
                                 .is_count = o->max_rejects_is_count,
                                 .temp_folder = o->reader.temp_folder,
                                 .tell = tell,
                                 .state = state};
}

enum err_code import_check_cancel(const struct import_options *o, struct err *err)
{
    return cancel_check(o->reader.cancel, "the import", err);
}

enum err_code import_job_tell(struct import_job *j, enum import_phase phase, uint64_t n_done,
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

void import_job_clear(struct import_job *j)
{
    sink_free(j->sink);
    catalog_unref(j->catalog);
}

enum err_code import_time_field(const struct import_options *o, const struct field *fields,
                                size_t n_fields, int *out, struct err *err)
{
    int found = -1, n_found = 0;
    for (size_t i = 0; i < n_fields; i++) {
        const bool is_time = fields[i].type == FIELD_DATE || fields[i].type == FIELD_DATETIME;
        if (o->time_field && text_eq(o->time_field, fields[i].name)) {
            if (!is_time)
                return err_set(err, BAD_ARG,
                               "field '%s' cannot be the time: it is %s, not dates or times",
                               o->time_field, field_type_name(fields[i].type));
            *out = (int)i;
            return OK;
        }
        if (is_time) {
            found = (int)i;
            n_found++;
        }
    }
    if (o->time_field)
        return err_set(err, BAD_ARG, "there is no field '%s' to be the time", o->time_field);
    *out = n_found == 1 ? found : -1;
    return OK;
}

/* Titles, units and meanings: what the layer that is added to says, and what the source does. */
static enum err_code describe_fields(struct import_job *j, struct field *fields, size_t n_fields,
                                     struct err *err)
{
    const struct importer *importer = j->input->importer;
    const struct layer *existing = j->adds ? j->existing : NULL;
    for (size_t i = 0; existing && i < existing->n_fields && i < n_fields; i++) {
        fields[i].title = existing->fields[i].title;
        fields[i].unit = existing->fields[i].unit;
        fields[i].iri = existing->fields[i].iri;
    }
    return importer->describe
               ? importer->describe(j->input, &j->options->reader, j->arena, fields, n_fields, err)
               : OK;
}

enum err_code import_fields(struct import_job *j, struct field **out, size_t *n_out,
                            struct err *err)
{
    const struct field_set *set = sink_fields(j->sink);
    const size_t n = field_set_count(set);
    struct field *fields = arena_new(j->arena, n, sizeof *fields, err);
    if (!fields)
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        fields[i].name = field_set_name(set, i);
        fields[i].type = field_set_type(set, i);
        /* What an id looks like must not depend on how SQLite writes a real number. */
        if (i == j->outcome.ids.id_field && fields[i].type != FIELD_INTEGER)
            fields[i].type = FIELD_TEXT;
    }
    const enum err_code rc = describe_fields(j, fields, n, err);
    *out = fields;
    *n_out = n;
    return rc;
}
