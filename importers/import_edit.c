/* A small addition to a large layer: its features are changed in place (store/feature_editor.h). */
#include "importers/row_maker.h"
#include "store/feature_editor.h"

#include <string.h>

/* What a rebuild of the layer costs hangs on the layer alone, what an edit costs on the source: see
 * docs/adr/0012-area-revisions.md. But rows at the end of the table are not where their neighbours
 * are: many of them are better written anew. */
#define MANY_FEATURES  5000
#define SHARE_OF_MANY  100 /* a layer's hundredth may be more than that */
#define SHARE_OF_LAYER 10  /* but never more than its tenth */

static uint64_t most_features(const struct import_job *j)
{
    const struct layer *l = j->existing;
    /* What is missing in the source is found among all, most of which are in it. */
    if (j->options->delete_missing)
        return l->n_features <= MANY_FEATURES ? MANY_FEATURES : 0;
    const uint64_t many = l->n_features / SHARE_OF_MANY;
    const uint64_t bearable = l->n_features / SHARE_OF_LAYER;
    const uint64_t n = many > MANY_FEATURES ? many : MANY_FEATURES;
    return n < bearable ? n : bearable;
}

/* --- looking: the source is read once for nothing, no further than it is small --- */

/* Whether the layer with what the sink has read would be the same kind of layer. */
static enum err_code fits(struct import_job *j, bool *out, struct err *err)
{
    const struct layer *l = j->existing;
    struct row_maker rows;
    enum err_code rc = row_maker_init(&rows, j, err);
    const struct layer_spec *spec = &rows.spec;
    bool same = !rc && spec->n_fields == l->n_fields && spec->id_field == l->id_field &&
                spec->time_field == l->time_field && spec->epsg == l->epsg &&
                geom_type_union(l->geom_type, spec->geom_type) == l->geom_type &&
                (!spec->has_z || l->has_z) && !drawing_words_are_said(&j->options->drawing);
    for (size_t i = 0; same && i < l->n_fields; i++) {
        const struct field *a = &l->fields[i], *b = &spec->fields[i];
        same = text_eq(a->name, b->name) && a->type == b->type && text_eq(a->title, b->title) &&
               text_eq(a->unit, b->unit) && text_eq(a->iri, b->iri);
    }
    *out = same;
    return rc;
}

/* The ids that the source has, one after the other. */
struct id_list {
    struct arena *arena;
    const char **ids;
    size_t n, room;
};

static enum err_code list_id(void *state, struct span id, struct err *err)
{
    struct id_list *list = state;
    if (list->n == list->room)
        return err_set(err, LIMIT, "the source is not small");
    list->ids[list->n] = arena_strndup(list->arena, id.at, id.len_bytes, err);
    return list->ids[list->n++] ? OK : NO_MEMORY;
}

static enum err_code look(struct import_job *j, struct id_list *ids, bool *out_fits,
                          struct err *err)
{
    const uint64_t n_max = most_features(j);
    const struct sink_setup setup = {
        .options = j->options,
        .default_epsg = j->input->importer->default_epsg,
        .existing = j->existing,
        .only_look = true,
        .n_max = n_max + 1,
        .rejects = {.max = 1, .temp_folder = j->options->reader.temp_folder},
        .each_id = list_id,
        .each_id_state = ids};
    ids->arena = j->arena;
    ids->room = (size_t)n_max;
    ids->ids = arena_new(j->arena, ids->room, sizeof *ids->ids, err);
    enum err_code rc = ids->ids ? sink_new(&setup, &j->sink, err) : NO_MEMORY;
    if (!rc)
        rc = import_job_read(j, err);
    if (!rc && sink_has_enough(j->sink))
        rc = err_set(err, LIMIT, "the source is not small");
    return rc ? rc : fits(j, out_fits, err);
}

/* What is wrong with the source is told when it is read for good. */
static enum err_code is_small(struct import_job *j, struct id_list *ids, bool *out, struct err *err)
{
    struct err why = {0};
    bool is_fit = false;
    const enum err_code rc = look(j, ids, &is_fit, &why);
    const bool is_canceled = rc == CANCELED;
    sink_free(j->sink);
    j->sink = NULL;
    j->outcome = (struct sink_outcome){0};
    bundle_release(j->input->bundle, j->input->file);
    *out = !rc && is_fit;
    return is_canceled ? err_set(err, CANCELED, "%s", why.text) : OK;
}

/* --- reading: of the layer only what the source meets --- */

static enum err_code take_met(struct import_job *j, void *state, struct err *err)
{
    const struct id_list *ids = state;
    struct arena arena;
    enum err_code rc = OK;
    arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; !rc && i < ids->n; i++) {
        struct feature_cursor *cursor = NULL;
        struct feature f;
        bool more = false;
        const struct feature_query one = {.layer = j->existing, .id = ids->ids[i]};
        arena_reset(&arena);
        rc = store_query_features(j->store, &one, &cursor, err);
        if (!rc)
            rc = feature_cursor_next(cursor, &arena, &f, &more, err);
        if (!rc && more)
            rc = sink_take_existing(j->sink, &f, err);
        feature_cursor_close(cursor);
    }
    arena_clear(&arena);
    return rc;
}

/* --- writing --- */

struct editing {
    struct import_job *job;
    struct row_maker rows;
    struct feature_editor *editor;
    struct arena arena; /* of one feature */
    uint64_t n_done;
};

static enum err_code put_reject(void *state, const struct reject *r, struct err *err)
{
    return feature_editor_reject(state, r, err);
}

/* Features of the layer come first in the sink: of them only the missing ones go. */
static enum err_code edit_feature(struct editing *e, struct span record, struct err *err)
{
    const struct id_check *ids = sink_ids(e->job->sink);
    struct packed_feature p;
    struct feature f;
    arena_reset(&e->arena);
    enum err_code rc = feature_unpack(record, &e->arena, &e->arena, &p, err);
    if (rc)
        return rc;
    const bool is_missing = id_check_is_missing(ids, p.number);
    if (p.number < e->job->outcome.n_existing ? !is_missing : id_check_is_dropped(ids, p.number))
        return OK;
    rc = row_maker_make(&e->rows, &p, &e->arena, &f, err);
    if (!rc)
        rc = is_missing ? feature_editor_delete(e->editor, f.id, err)
                        : feature_editor_put(e->editor, &f, EDIT_PUT, err);
    return rc ? rc : import_job_tell(e->job, IMPORT_WRITING, ++e->n_done, err);
}

static enum err_code edit_features(struct editing *e, struct err *err)
{
    struct spool *spool = sink_spool(e->job->sink);
    enum err_code rc = spool_sort(spool, err);
    while (!rc) {
        uint64_t key = 0;
        struct span record;
        bool more = false;
        rc = spool_next(spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = edit_feature(e, record, err);
    }
    return rc;
}

static enum err_code begin(struct editing *e, struct err *err)
{
    struct import_job *j = e->job;
    bool same = false;
    enum err_code rc = fits(j, &same, err);
    if (!rc && !same)
        rc = err_set(err, CONFLICT, "the source has changed while it was read");
    if (!rc)
        rc = row_maker_init(&e->rows, j, err);
    if (!rc)
        rc = feature_editor_open(j->store, j->layer, j->existing->revision, &e->editor, err);
    if (rc)
        return rc;
    const struct layer_spec *spec = &e->rows.spec;
    const struct layer_words words = {.title = spec->title,
                                      .description = spec->description,
                                      .license = spec->license,
                                      .attribution = spec->attribution,
                                      .keywords = spec->keywords};
    feature_editor_say(e->editor, &words);
    return reject_list_write(sink_rejects(j->sink), put_reject, e->editor, err);
}

static enum err_code commit(struct editing *e, struct err *err)
{
    struct import_job *j = e->job;
    struct feature_editor *editor = e->editor;
    struct import_record record;
    enum err_code rc = import_job_tell(j, IMPORT_DERIVING, e->n_done, err);
    if (!rc)
        rc = row_maker_summarise(&e->rows, NULL, feature_editor_n_features(editor), err);
    if (!rc)
        rc = import_record_make(j, &record, err);
    if (rc)
        return rc;
    e->editor = NULL;
    return feature_editor_commit(editor, j->options->deriver, &record, err);
}

static enum err_code write_edit(struct import_job *j, struct err *err)
{
    const int64_t start_us = when_monotonic_us();
    struct editing e = {.job = j};
    arena_init(&e.arena, SIZE_MAX);
    enum err_code rc = begin(&e, err);
    if (!rc)
        rc = edit_features(&e, err);
    j->summary.write_s = (double)(when_monotonic_us() - start_us) / 1e6;
    if (!rc)
        rc = commit(&e, err);
    j->summary.derive_s = (double)(when_monotonic_us() - start_us) / 1e6 - j->summary.write_s;
    feature_editor_abort(e.editor);
    arena_clear(&e.arena);
    return rc;
}

enum err_code import_edit(struct import_job *j, bool *out_done, struct err *err)
{
    const struct import_options *o = j->options;
    struct id_list ids = {0};
    bool is_worth = j->adds && !o->rebuild && !o->dry_run && most_features(j) > 0 &&
                    !text_eq(bundle_path(j->input->bundle), "-");
    enum err_code rc = is_worth ? is_small(j, &ids, &is_worth, err) : OK;
    *out_done = false;
    if (rc || !is_worth)
        return rc;
    rc = import_read_source(j, o->delete_missing ? import_take_existing : take_met, &ids, err);
    if (rc)
        return rc;
    j->outcome.geom_type = j->existing->geom_type;
    import_summarise(j);
    rc = write_edit(j, err);
    *out_done = true;
    return rc;
}
