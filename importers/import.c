#include "importers/import.h"

#include "importers/import_job.h"

/* SQL does not tell cases apart, so the store would not take the name. */
static enum err_code find_existing(struct import_job *j, struct err *err)
{
    for (size_t i = 0; i < catalog_n_layers(j->catalog); i++) {
        const struct layer *l = catalog_layer(j->catalog, i);
        if (text_eq(l->name, j->layer))
            j->existing = l;
        else if (text_eq_ignoring_case(l->name, j->layer))
            return err_set(err, CONFLICT, "layer '%s' differs from layer '%s' only in case",
                           j->layer, l->name);
    }
    return OK;
}

/* What is there already, and whether it allows what was asked for. */
static enum err_code look_at_store(struct import_job *j, struct err *err)
{
    const struct import_options *o = j->options;
    if (o->delete_missing && o->mode != IMPORT_UPSERT)
        return err_set(err, BAD_ARG, "--delete-missing goes with --mode upsert");
    if (!j->store)
        return OK;
    enum err_code rc = store_read_catalog(j->store, &j->catalog, err);
    if (!rc)
        rc = find_existing(j, err);
    if (rc || !j->existing)
        return rc;
    if (o->mode == IMPORT_CREATE)
        return err_set(err, CONFLICT,
                       "layer '%s' exists: say --mode replace, append or upsert, or another "
                       "--layer",
                       j->layer);
    if (o->mode == IMPORT_REPLACE)
        return OK;
    if (j->existing->kept)
        return err_set(err, BAD_ARG, "layer '%s' holds tiles, to which no feature can be added",
                       j->layer);
    j->adds = true;
    const int id = j->existing->id_field;
    const char *id_field = id >= 0 ? j->existing->fields[id].name : NULL;
    if (o->mode == IMPORT_UPSERT && !id_field)
        return err_set(err, BAD_ARG,
                       "layer '%s' has positions for ids, so no feature can be found again in it: "
                       "say --mode append or replace",
                       j->layer);
    if (o->id_field && !text_eq(o->id_field, id_field))
        return err_set(err, BAD_ARG, "the id of layer '%s' is %s%s%s: --id cannot say otherwise",
                       j->layer, id_field ? "its field '" : "the position",
                       id_field ? id_field : "", id_field ? "'" : "");
    return OK;
}

/* What the layer holds goes through the spool with what comes to it: one way to write a layer. */
enum err_code import_take_existing(struct import_job *j, void *state, struct err *err)
{
    (void)state;
    struct feature_cursor *cursor = NULL;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    const struct feature_query all = {.layer = j->existing};
    enum err_code rc = store_query_features(j->store, &all, &cursor, err);
    while (!rc) {
        struct feature f;
        bool more = false;
        arena_reset(&arena);
        rc = feature_cursor_next(cursor, &arena, &f, &more, err);
        if (rc || !more)
            break;
        rc = sink_take_existing(j->sink, &f, err);
    }
    feature_cursor_close(cursor);
    arena_clear(&arena);
    return rc;
}

static enum err_code tell_reject(void *state, struct feature_place place, const char *reason,
                                 struct span raw, struct err *err)
{
    const struct import_job *j = state;
    struct buf source;
    buf_init(&source, 1 << 16);
    input_put_name(&source, j->input);
    const struct told_reject told = {.layer = j->layer,
                                     .source = buf_text(&source),
                                     .feature = place.ordinal,
                                     .line = place.line,
                                     .byte = place.byte,
                                     .reason = reason,
                                     .raw = raw};
    const enum err_code rc = j->options->reject(j->options->reject_state, &told, err);
    buf_clear(&source);
    return rc;
}

enum err_code import_read_source(struct import_job *j, take_existing_fn *existing, void *state,
                                 struct err *err)
{
    struct sink_setup setup = {
        .options = j->options,
        .default_epsg = j->input->importer->default_epsg,
        .existing = j->adds ? j->existing : NULL,
        .rejects = import_reject_rules(j->options, j->options->reject ? tell_reject : NULL, j),
    };
    const int64_t start_us = when_monotonic_us();
    struct import_summary *s = &j->summary;
    enum err_code rc = OK;
    if (j->adds && j->existing->id_field < 0)
        rc = store_read_max_position(j->store, j->existing, &setup.max_position, err);
    if (!rc)
        rc = sink_new(&setup, &j->sink, err);
    if (!rc && existing)
        rc = existing(j, state, err);
    if (!rc)
        rc = import_job_read(j, err);
    if (rc)
        return rc;
    s->plain_bytes = j->progress.plain_bytes;
    s->read_s = (double)(when_monotonic_us() - start_us) / 1e6;
    rc = sink_notes(j->sink, j->arena, s->notes, &s->n_notes, err);
    if (rc)
        return rc;
    return reject_list_first(sink_rejects(j->sink), j->arena, s->first_rejects, &s->n_first_rejects,
                             err);
}

void import_summarise(struct import_job *j)
{
    const struct sink_counts *c = &j->outcome.counts;
    struct import_summary *s = &j->summary;
    s->layer = j->layer;
    s->importer = j->input->importer->name;
    s->geom_type = j->outcome.geom_type;
    s->epsg = j->outcome.epsg;
    s->n_read = c->n_read;
    s->n_rejected = reject_list_count(sink_rejects(j->sink));
    s->n_repaired = c->n_repaired;
    s->n_without_geometry = c->n_without_geometry;
    s->n_rings_closed = c->n_rings_closed;
    s->n_rings_turned = c->n_rings_turned;
    s->n_duplicate_vertices = c->n_duplicate_vertices;
    s->n_heights = c->n_heights;
    s->n_outside_area = c->n_outside_area;
}

static enum err_code import_features(struct import_job *j, struct err *err)
{
    bool done = false;
    enum err_code rc = import_edit(j, &done, err);
    if (rc || done)
        return rc;
    rc = import_read_source(j, j->adds ? import_take_existing : NULL, NULL, err);
    if (rc)
        return rc;
    import_summarise(j);
    return j->options->dry_run ? import_write_nothing(j, err) : import_write(j, err);
}

enum err_code import_run(struct store *store, const struct input *in,
                         const struct import_options *o, struct arena *a,
                         struct import_summary *out, struct err *err)
{
    struct import_job j = {
        .store = store, .input = in, .options = o, .arena = a, .started_us = when_now_us()};
    enum err_code rc = import_job_name(&j, err);
    if (!rc)
        rc = look_at_store(&j, err);
    if (!rc)
        rc = import_is_kept(&j) ? import_keep(&j, o->dry_run, err) : import_features(&j, err);
    j.summary.dry_run = o->dry_run;
    if (!rc)
        *out = j.summary;
    import_job_clear(&j);
    return rc;
}
