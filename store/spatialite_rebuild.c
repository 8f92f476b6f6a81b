/* All that is derived of a layer, made anew from its features: see store/check.h. */
#include "store/check.h"
#include "store/spatialite_changes.h"
#include "store/spatialite_editor.h"

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
                       "DROP INDEX IF EXISTS \"idx_%w_id\";"
                       "DROP INDEX IF EXISTS \"idx_%w_geom_null\"",
                       name, name, name);
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
    return drop_derived(r, err);
}

static enum err_code finish(struct rebuild *r, struct err *err)
{
    struct layer_writer *w = &r->writer;
    const bool has_geometry = w->spec.geom_type != GEOM_NONE;
    enum err_code rc = tables_register(r->store, &w->spec, true, err);
    if (!rc)
        rc = tables_index(r->store, w->spec.name, w->id_column,
                          has_geometry && w->n_without_geometry > 0, err);
    if (!rc && has_geometry)
        rc = tables_put_statistics(r->store, w->spec.name, (uint64_t)w->n_features, &w->bbox, err);
    if (!rc)
        rc = layer_writer_put_layer(w, err);
    return rc ? rc : changes_put_whole(r->store, w->spec.name, err);
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
    *w = (struct layer_writer){.store = s, .pages.fd = -1};
    arena_init(&w->arena, (size_t)1 << 20); /* triggers */
    rc = begin(&r, layer, &why);
    if (!rc)
        rc = rederive_layer(w, r.layer, d, NULL, &why);
    if (!rc)
        rc = finish(&r, &why);
    arena_clear(&w->arena);
    catalog_unref(r.catalog);
    if (rc)
        err_set(err, rc, "%s", why.text);
    const enum err_code ended =
        db_run(s, rc ? NULL : err, rc ? "ROLLBACK TO repair; RELEASE repair" : "RELEASE repair");
    return rc ? rc : ended;
}
