/* All that is derived of a layer, made anew from its features: see store/check.h. */
#include "store/check.h"
#include "store/spatialite_writer.h"

/* A rebuild under way: the part of a layer writer that takes drawables, and no features. */
struct rebuild {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer;
    struct layer_writer writer;
};

/* Triggers go with what is registered; SpatiaLite writes new ones. */
static enum err_code drop_derived(struct rebuild *r, struct err *err)
{
    struct store *s = r->store;
    const char *name = r->layer->name;
    struct triggers triggers;
    enum err_code rc = triggers_put_aside(s, name, &r->writer.arena, &triggers, err);
    if (!rc)
        rc = tables_forget(s, name, err);
    return rc ? rc
              : db_run(s, err,
                       "DROP TABLE IF EXISTS \"idx_%w_geom\";"
                       "DROP TABLE IF EXISTS \"%w_drawable_index\";"
                       "DROP TABLE IF EXISTS \"%w_drawable\";"
                       "DROP INDEX IF EXISTS \"idx_%w_id\";"
                       "DROP INDEX IF EXISTS \"idx_%w_geom_null\"",
                       name, name, name, name, name);
}

static enum err_code begin_drawables(struct layer_writer *w, struct err *err)
{
    char *drawables = sqlite3_mprintf("%s_drawable", w->spec.name);
    char *index = sqlite3_mprintf("%s_drawable_index", w->spec.name);
    enum err_code rc = drawables && index ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = row_writer_insert(&w->drawables, w->store, drawables, DRAWABLE_COLUMNS, err);
    if (!rc)
        rc = rtree_writer_init(&w->drawable_index, w->store, index, 3, false, NULL, err);
    sqlite3_free(drawables);
    sqlite3_free(index);
    w->begun = true;
    return rc;
}

static enum err_code begin(struct rebuild *r, const char *layer, struct err *err)
{
    enum err_code rc = store_read_catalog(r->store, &r->catalog, err);
    if (rc)
        return rc;
    r->layer = catalog_find(r->catalog, span_of(layer));
    if (!r->layer)
        return err_set(err, NOT_FOUND, "there is no layer '%s'", layer);
    r->writer.spec = tables_spec_of(r->layer, r->layer->name);
    r->writer.id_column = r->layer->id_column;
    rc = drop_derived(r, err);
    if (!rc)
        rc = tables_create_drawables(r->store, layer, err);
    return rc ? rc : begin_drawables(&r->writer, err);
}

static void count(struct layer_writer *w, const struct feature *f)
{
    const struct bbox box = f->geom.type == GEOM_NONE ? bbox_empty() : geom_bbox(&f->geom);
    w->n_features++;
    w->n_without_geometry += bbox_is_empty(&box);
    bbox_join(&w->bbox, &box);
    if (w->spec.time_field >= 0)
        layer_writer_extend_time(w, &f->values[w->spec.time_field]);
}

static enum err_code derive(struct rebuild *r, struct deriver *d, struct err *err)
{
    struct layer_writer *w = &r->writer;
    struct feature_cursor *cursor = NULL;
    struct arena arena;
    const struct feature_query all = {.layer = r->layer};
    arena_init(&arena, SIZE_MAX);
    enum err_code rc = d->begin(d->state, &w->spec, err);
    if (!rc)
        rc = store_query_features(r->store, &all, &cursor, err);
    while (!rc) {
        struct feature f;
        bool more = false;
        arena_reset(&arena);
        rc = feature_cursor_next(cursor, &arena, &f, &more, err);
        if (rc || !more)
            break;
        count(w, &f);
        rc = d->feature(d->state, &f, err);
    }
    feature_cursor_close(cursor);
    arena_clear(&arena);
    return rc ? rc : d->finish(d->state, w, err);
}

static enum err_code finish(struct rebuild *r, struct err *err)
{
    struct layer_writer *w = &r->writer;
    const bool has_geometry = w->spec.geom_type != GEOM_NONE;
    enum err_code rc = row_writer_finish(&w->drawables, err);
    if (!rc)
        rc = rtree_writer_finish(&w->drawable_index, err);
    if (!rc)
        rc = tables_register(r->store, &w->spec, true, err);
    if (!rc)
        rc = tables_index(r->store, w->spec.name, w->id_column,
                          has_geometry && w->n_without_geometry > 0, err);
    if (!rc && has_geometry)
        rc = tables_put_statistics(r->store, w->spec.name, (uint64_t)w->n_features, &w->bbox, err);
    return rc ? rc : layer_writer_put_layer(w, err);
}

enum err_code store_repair_layer(struct store *s, const char *layer, struct deriver *d,
                                 struct err *err)
{
    struct rebuild r = {.store = s};
    struct layer_writer *w = &r.writer;
    struct err why = {0};
    enum err_code rc = db_run(s, err, "SAVEPOINT repair");
    if (rc)
        return rc;
    *w = (struct layer_writer){
        .store = s, .bbox = bbox_empty(), .min_zoom = ZOOM_MAX, .pages.fd = -1};
    arena_init(&w->arena, (size_t)1 << 20); /* triggers */
    rc = begin(&r, layer, &why);
    if (!rc)
        rc = derive(&r, d, &why);
    if (!rc)
        rc = finish(&r, &why);
    row_writer_clear(&w->drawables);
    rtree_writer_clear(&w->drawable_index);
    arena_clear(&w->arena);
    catalog_unref(r.catalog);
    if (rc)
        err_set(err, rc, "%s", why.text);
    const enum err_code ended =
        db_run(s, rc ? NULL : err, rc ? "ROLLBACK TO repair; RELEASE repair" : "RELEASE repair");
    return rc ? rc : ended;
}
