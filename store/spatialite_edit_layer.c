/* Changes of a layer that leave its features as they are: see store/layer_edit.h. */
#include "store/check.h"
#include "store/layer_edit.h"

#include "store/spatialite_changes.h"
#include "store/spatialite_drawing.h"
#include "store/spatialite_tables.h"
#include "store/tileset.h"

/* Of what is said of the drawing of the widest layer. */
#define DRAWING_LIMIT_BYTES ((size_t)1 << 20)

/* A change under way: a transaction, and the catalog as it was when it began. */
struct edit {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer;
};

static enum err_code begin(struct edit *e, struct store *s, const char *layer, struct err *err)
{
    *e = (struct edit){.store = s};
    if (s->mode == STORE_READ)
        return err_set(err, BAD_ARG, "the store was opened for reading");
    enum err_code rc = db_run(s, err, "BEGIN IMMEDIATE");
    if (!rc)
        rc = store_read_catalog(s, &e->catalog, err);
    if (rc)
        return rc;
    e->layer = catalog_find(e->catalog, span_of(layer));
    return e->layer ? OK : err_set(err, NOT_FOUND, "there is no layer '%s'", layer);
}

/* Ends it, for good or for nothing. */
static enum err_code end(struct edit *e, enum err_code rc, struct err *err)
{
    struct store *s = e->store;
    if (!rc)
        rc = db_run(s, err, "COMMIT");
    db_rollback(s);
    catalog_unref(e->catalog);
    return rc ? rc : store_publish(s, err);
}

/* --- words ---------------------------------------------------------------------------------- */

static enum err_code put_words(struct edit *e, const struct layer_words *w, struct err *err)
{
    const struct {
        const char *column, *text;
    } words[] = {
        {"title", w->title},       {"description", w->description}, {"license", w->license},
        {"keywords", w->keywords}, {"attribution", w->attribution},
    };
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof words / sizeof *words; i++) {
        if (words[i].text)
            rc = db_run(e->store, err, "UPDATE cassini_layers SET %s=nullif(%Q, '') WHERE name=%Q",
                        words[i].column, words[i].text, e->layer->name);
    }
    return rc;
}

/* --- what is drawn -------------------------------------------------------------------------- */

static enum err_code put_numbers(struct edit *e, const struct layer_words *w, struct err *err)
{
    const struct {
        const char *column;
        int64_t number; /* -1: it stays */
    } numbers[] = {
        {"said_min_zoom", w->min_zoom},
        {"tile_limit_bytes", w->tile_limit_bytes ? (int64_t)w->tile_limit_bytes : -1},
        {"tile_limit_features", w->tile_limit_features ? (int64_t)w->tile_limit_features : -1},
    };
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].number >= 0)
            rc = db_run(e->store, err, "UPDATE cassini_layers SET %s=%lld WHERE name=%Q",
                        numbers[i].column, (long long)numbers[i].number, e->layer->name);
    }
    return rc;
}

/* Which attributes stand in tiles is decided when a tile is made; the rest when drawables are. */
static enum err_code put_drawing(struct edit *e, const struct drawing_words *said,
                                 struct deriver *d, struct err *err)
{
    const struct layer_spec spec = tables_spec_of(e->layer, e->layer->name);
    struct layer_drawing drawing;
    struct arena arena;
    arena_init(&arena, DRAWING_LIMIT_BYTES);
    enum err_code rc = layer_drawing_make(said, e->layer, &spec, &arena, &drawing, err);
    if (!rc)
        rc = drawing_check_names(e->store, e->layer->name, drawing.label_field >= 0, err);
    if (!rc)
        rc = drawing_write(e->store, e->layer->name, &drawing, err);
    if (!rc && (drawing_words_change_drawables(said)))
        rc = store_repair_layer(e->store, e->layer->name, d, err);
    arena_clear(&arena);
    return rc;
}

static enum err_code put_drawn(struct edit *e, const struct layer_words *w, struct deriver *d,
                               struct err *err)
{
    const struct drawing_words *said = &w->drawing;
    const bool says_drawing = drawing_words_are_said(said);
    const bool says_number = w->min_zoom >= 0 || w->tile_limit_bytes || w->tile_limit_features;
    if (e->layer->kept && (says_drawing || says_number))
        return err_set(err, BAD_ARG,
                       "the tiles of layer '%s' came ready-made: so did what is on them",
                       e->layer->name);
    const enum err_code rc = put_numbers(e, w, err);
    return rc || !says_drawing ? rc : put_drawing(e, said, d, err);
}

enum err_code store_set_layer(struct store *s, const char *layer, const struct layer_words *words,
                              struct deriver *d, struct err *err)
{
    struct edit e;
    enum err_code rc = begin(&e, s, layer, err);
    if (!rc)
        rc = put_words(&e, words, err);
    if (!rc)
        rc = put_drawn(&e, words, d, err);
    if (!rc)
        rc = changes_put_whole(s, layer, err);
    return end(&e, rc, err);
}

/* --- dropping ------------------------------------------------------------------------------- */

enum err_code store_drop_layer(struct store *s, const char *layer, struct err *err)
{
    struct edit e;
    enum err_code rc = begin(&e, s, layer, err);
    if (!rc)
        rc = tables_drop(s, layer, err);
    if (!rc)
        rc = db_run(s, err,
                    "DELETE FROM cassini_imports WHERE layer=%Q;"
                    "DELETE FROM cassini_changes WHERE layer=%Q;"
                    "DELETE FROM cassini_layers WHERE name=%Q",
                    layer, layer, layer);
    return end(&e, rc, err);
}

/* --- renaming ------------------------------------------------------------------------------- */

static enum err_code check_name(struct edit *e, const char *name, struct err *err)
{
    if (!layer_name_is_ok(name))
        return err_set(err, BAD_ARG, "a layer cannot be called '%s'", name);
    for (size_t i = 0; i < catalog_n_layers(e->catalog); i++) {
        const char *other = catalog_layer(e->catalog, i)->name;
        if (text_eq(other, name))
            return err_set(err, CONFLICT, "layer '%s' exists already", name);
        if (text_eq_ignoring_case(other, name))
            return err_set(err, CONFLICT, "'%s' differs from layer '%s' only in case", name, other);
    }
    const enum err_code rc =
        drawing_check_names(e->store, name, e->layer->drawing->label_field >= 0, err);
    return rc ? rc : tables_check_free(e->store, name, err);
}

/* Empty tables of the new name have what SpatiaLite registers and the triggers it writes; then the
 * full ones take their places. */
static enum err_code move_tables(struct edit *e, const char *name, struct arena *a, struct err *err)
{
    struct store *s = e->store;
    const struct layer_spec spec = tables_spec_of(e->layer, name);
    const char *old = e->layer->name;
    struct triggers old_triggers, triggers;
    enum err_code rc = tables_create(s, &spec, e->layer->id_column, err);
    if (!rc)
        rc = triggers_put_aside(s, name, a, &triggers, err);
    if (!rc)
        rc = triggers_put_aside(s, old, a, &old_triggers, err);
    if (!rc && spec.geom_type != GEOM_NONE)
        rc = db_run(s, err,
                    "DROP TABLE \"idx_%w_geom\";"
                    "ALTER TABLE \"idx_%w_geom\" RENAME TO \"idx_%w_geom\"",
                    name, old, name);
    if (!rc)
        rc = db_run(
            s, err,
            "DROP TABLE \"%w_drawable_index\"; DROP TABLE \"%w_drawable\"; DROP TABLE \"%w\";"
            "ALTER TABLE \"%w_drawable_index\" RENAME TO \"%w_drawable_index\";"
            "ALTER TABLE \"%w_drawable\" RENAME TO \"%w_drawable\";"
            "ALTER TABLE \"%w\" RENAME TO \"%w\";"
            "DROP INDEX IF EXISTS \"idx_%w_id\"; DROP INDEX IF EXISTS \"idx_%w_geom_null\"",
            name, name, name, old, name, old, name, old, name, old, old);
    if (!rc)
        rc = tables_forget(s, old, err);
    if (!rc)
        rc = tables_index(s, name, e->layer->id_column, e->layer->n_without_geometry > 0, err);
    if (!rc)
        rc = triggers_put_back(s, &triggers, err);
    return rc ? rc : tables_put_statistics(s, name, e->layer->n_features, &e->layer->bbox, err);
}

static enum err_code move_rows(struct edit *e, const char *name, struct err *err)
{
    static const struct {
        const char *table, *column;
    } PLACES[] = {
        {"cassini_layers", "name"},   {"cassini_fields", "layer"},   {"cassini_drawing", "layer"},
        {"cassini_imports", "layer"}, {"cassini_tilesets", "layer"}, {"cassini_changes", "layer"},
    };
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof PLACES / sizeof *PLACES; i++)
        rc = db_run(e->store, err, "UPDATE %s SET %s=%Q WHERE %s=%Q", PLACES[i].table,
                    PLACES[i].column, name, PLACES[i].column, e->layer->name);
    return rc ? rc : changes_put_whole(e->store, name, err);
}

enum err_code store_rename_layer(struct store *s, const char *layer, const char *name,
                                 struct err *err)
{
    struct edit e;
    struct arena arena;
    arena_init(&arena, (size_t)1 << 20); /* triggers */
    enum err_code rc = begin(&e, s, layer, err);
    if (!rc)
        rc = check_name(&e, name, err);
    if (!rc && !e.layer->kept)
        rc = move_tables(&e, name, &arena, err);
    if (!rc)
        rc = move_rows(&e, name, err);
    arena_clear(&arena);
    return end(&e, rc, err);
}
