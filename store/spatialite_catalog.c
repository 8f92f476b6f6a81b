/* Layers, fields and imports, as our tables tell them. */
#include "store/catalog.h"
#include "store/spatialite_drawing.h"
#include "store/spatialite_tileset.h"

enum err_code store_change_number(struct store *s, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(s, &stmt, err, "PRAGMA data_version");
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc)
        *out = sqlite3_column_int64(stmt, 0);
    db_return(s, stmt);
    return rc;
}

/* A copy of the column's text; NULL for null, and when there is no memory (err says which). */
static const char *copy_text(sqlite3_stmt *stmt, int column, struct arena *a, struct err *err)
{
    if (err->code || sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return NULL;
    const struct span text = db_column_span(stmt, column);
    return arena_strndup(a, text.at, text.len_bytes, err);
}

static struct bbox copy_bbox(sqlite3_stmt *stmt, int column)
{
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return bbox_empty();
    return (struct bbox){
        sqlite3_column_double(stmt, column),
        sqlite3_column_double(stmt, column + 1),
        sqlite3_column_double(stmt, column + 2),
        sqlite3_column_double(stmt, column + 3),
    };
}

static int copy_index(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? -1 : sqlite3_column_int(stmt, column);
}

static const char READ_LAYERS[] =
    "SELECT l.name, l.title, l.description, l.license, l.attribution, l.keywords,"
    " l.id_column, l.id_field, l.time_field, l.geom_type, l.epsg, l.n_features,"
    " l.n_without_geometry, l.min_x, l.min_y, l.max_x, l.max_y,"
    " l.west_deg, l.south_deg, l.east_deg, l.north_deg,"
    " max(l.min_zoom, l.said_min_zoom), max(l.max_zoom, l.said_min_zoom),"
    " l.tile_limit_bytes, l.tile_limit_features, l.revision, l.updated_us,"
    " l.time_start_us, l.time_end_us,"
    " (SELECT count(*) FROM cassini_fields f WHERE f.layer=l.name),"
    " (SELECT coord_dimension FROM geometry_columns g WHERE g.f_table_name=lower(l.name)),"
    " l.whole_revision"
    " FROM cassini_layers l ORDER BY l.name COLLATE BINARY";

static enum err_code copy_layer(sqlite3_stmt *stmt, struct arena *a, struct layer *l,
                                struct err *err)
{
    struct err why = {0};
    l->name = copy_text(stmt, 0, a, &why);
    l->title = copy_text(stmt, 1, a, &why);
    l->description = copy_text(stmt, 2, a, &why);
    l->license = copy_text(stmt, 3, a, &why);
    l->attribution = copy_text(stmt, 4, a, &why);
    l->keywords = copy_text(stmt, 5, a, &why);
    l->id_column = copy_text(stmt, 6, a, &why);
    l->id_field = copy_index(stmt, 7);
    l->time_field = copy_index(stmt, 8);
    l->geom_type = (enum geom_type)sqlite3_column_int(stmt, 9);
    l->epsg = sqlite3_column_int(stmt, 10);
    l->n_features = (uint64_t)sqlite3_column_int64(stmt, 11);
    l->n_without_geometry = (uint64_t)sqlite3_column_int64(stmt, 12);
    l->bbox = copy_bbox(stmt, 13);
    l->bbox_deg = copy_bbox(stmt, 17);
    l->min_zoom = sqlite3_column_int(stmt, 21);
    l->max_zoom = sqlite3_column_int(stmt, 22);
    l->tile_limit_bytes = (uint64_t)sqlite3_column_int64(stmt, 23);
    l->tile_limit_features = (uint64_t)sqlite3_column_int64(stmt, 24);
    l->revision = sqlite3_column_int64(stmt, 25);
    l->updated_us = sqlite3_column_int64(stmt, 26);
    l->has_time_extent = sqlite3_column_type(stmt, 27) != SQLITE_NULL;
    l->time_start_us = sqlite3_column_int64(stmt, 27);
    l->time_end_us = sqlite3_column_int64(stmt, 28);
    const int64_t n_fields = sqlite3_column_int64(stmt, 29);
    l->n_fields = (size_t)n_fields;
    l->has_z = sqlite3_column_int(stmt, 30) == 3;
    l->whole_revision = sqlite3_column_int64(stmt, 31);
    if (!why.code)
        l->fields = arena_new(a, l->n_fields, sizeof *l->fields, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    if (!l->title)
        l->title = l->name;
    /* A file can be edited by anybody: what others index with must be in range. */
    if (!l->name || !l->id_column || l->geom_type > GEOM_COLLECTION || l->id_field >= n_fields ||
        l->time_field >= n_fields || l->id_field < -1 || l->time_field < -1 || l->min_zoom < 0 ||
        l->max_zoom > ZOOM_MAX)
        return err_set(err, BAD_DATA, "layer '%s' is not described as it should be",
                       l->name ? l->name : "");
    return OK;
}

static enum err_code copy_fields(struct store *s, struct arena *a, struct layer *l, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "SELECT name, column, type, title, unit, iri FROM cassini_fields"
                                 " WHERE layer=? ORDER BY position");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, l->name);
    struct field *fields = (struct field *)l->fields;
    for (size_t i = 0; !rc && i < l->n_fields; i++) {
        struct err why = {0};
        rc = db_step(s, stmt, &row, err);
        if (rc)
            break;
        fields[i].name = row ? copy_text(stmt, 0, a, &why) : NULL;
        fields[i].column = row ? copy_text(stmt, 1, a, &why) : NULL;
        const char *type = row ? copy_text(stmt, 2, a, &why) : NULL;
        fields[i].title = row ? copy_text(stmt, 3, a, &why) : NULL;
        fields[i].unit = row ? copy_text(stmt, 4, a, &why) : NULL;
        fields[i].iri = row ? copy_text(stmt, 5, a, &why) : NULL;
        if (why.code)
            rc = err_set(err, why.code, "%s", why.text);
        else if (!fields[i].name || !fields[i].column || !field_type_parse(type, &fields[i].type))
            rc = err_set(err, BAD_DATA, "layer '%s': field %zu is not described as it should be",
                         l->name, i + 1);
    }
    db_return(s, stmt);
    return rc;
}

static enum err_code read_layers(struct store *s, struct catalog *c, struct err *err)
{
    int64_t n = 0;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_get_i64(s, &n, err, "SELECT count(*) FROM cassini_layers");
    if (rc)
        return rc;
    c->layers = arena_new(&c->arena, (size_t)n, sizeof *c->layers, err);
    if (!c->layers)
        return err ? err->code : NO_MEMORY;
    rc = db_borrow(s, &stmt, err, "%s", READ_LAYERS);
    while (!rc && c->n_layers < (size_t)n) {
        rc = db_step(s, stmt, &row, err);
        if (rc || !row)
            break;
        struct layer *l = &c->layers[c->n_layers++];
        rc = copy_layer(stmt, &c->arena, l, err);
        if (!rc)
            rc = copy_fields(s, &c->arena, l, err);
        if (!rc)
            rc = drawing_read(s, &c->arena, l, err);
    }
    db_return(s, stmt);
    return rc ? rc : tilesets_read(s, c, err);
}

enum err_code store_read_catalog(struct store *s, struct catalog **out, struct err *err)
{
    struct catalog *c = NULL;
    struct err why = {0};
    enum err_code rc = catalog_new(&c, err);
    if (rc)
        return rc;
    /* One moment: layers and fields of the same commit. A writer is in its transaction already. */
    const bool own = sqlite3_get_autocommit(s->db);
    if (own)
        rc = db_run(s, &why, "BEGIN");
    if (!rc)
        rc = read_layers(s, c, &why);
    if (!rc && own)
        rc = db_run(s, &why, "COMMIT");
    if (rc) {
        if (own)
            db_rollback(s);
        catalog_unref(c);
        return err_set(err, rc, "%s", why.text);
    }
    *out = c;
    return OK;
}

static enum err_code check_layer(struct store *s, const struct layer *l, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(s, &stmt, err, "SELECT revision FROM cassini_layers WHERE name=?");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, l->name);
    rc = db_step(s, stmt, &row, err);
    if (!rc && !row)
        rc = err_set(err, NOT_FOUND, "layer '%s' is gone", l->name);
    else if (!rc && sqlite3_column_int64(stmt, 0) != l->revision)
        rc = err_set(err, CONFLICT, "layer '%s' was replaced in the meantime", l->name);
    db_return(s, stmt);
    return rc;
}

enum err_code store_layer_failed(struct store *s, const struct layer *l, const struct err *why,
                                 struct err *err)
{
    /* "no such table" and "no such column" have no code of their own. */
    const enum err_code changed = why->code == INTERNAL ? check_layer(s, l, err) : OK;
    if (changed)
        return changed;
    err_set(err, why->code, "layer '%s': %s", l->name, why->text);
    return why->code;
}

enum { IMPORT_N = 11 }; /* the column of how many there are; the counts come behind it */

static enum err_code copy_import(sqlite3_stmt *stmt, struct arena *a, struct import_record *r,
                                 struct err *err)
{
    struct err why = {0};
    r->layer = copy_text(stmt, 0, a, &why);
    r->source = copy_text(stmt, 1, a, &why);
    r->sha256 = copy_text(stmt, 2, a, &why);
    r->source_bytes = (uint64_t)sqlite3_column_int64(stmt, 3);
    r->started_us = sqlite3_column_int64(stmt, 4);
    r->ended_us = sqlite3_column_int64(stmt, 5);
    r->mode = copy_text(stmt, 6, a, &why);
    r->options = copy_text(stmt, 7, a, &why);
    r->software = copy_text(stmt, 8, a, &why);
    r->n_read = (uint64_t)sqlite3_column_int64(stmt, 9);
    r->n_written = (uint64_t)sqlite3_column_int64(stmt, 10);
    for (int i = 0; import_count_table[i].name; i++)
        *import_count_of(&r->counts, &import_count_table[i]) =
            (uint64_t)sqlite3_column_int64(stmt, IMPORT_N + 1 + i);
    return why.code ? err_set(err, why.code, "%s", why.text) : OK;
}

enum err_code store_read_imports(struct store *s, const char *layer, struct arena *a,
                                 struct import_record **out, size_t *n_out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    /* The window gives each row the number of all of them: one statement sees one moment. */
    enum err_code rc =
        db_borrow(s, &stmt, err,
                  "SELECT layer, source, sha256, source_bytes, started_us, ended_us, mode,"
                  " options, software, n_read, n_written, count(*) OVER ()" IMPORT_COUNTS(
                      IMPORT_COUNT_COLUMN) " FROM cassini_imports WHERE layer=? ORDER BY id DESC");
    if (rc)
        return rc;
    struct import_record *records = NULL;
    size_t n = 0;
    bool row = false;
    db_bind_text(stmt, 1, layer);
    while (!(rc = db_step(s, stmt, &row, err)) && row) {
        struct err why = {0};
        if (!records)
            records =
                arena_new(a, (size_t)sqlite3_column_int64(stmt, IMPORT_N), sizeof *records, &why);
        rc = why.code ? err_set(err, why.code, "%s", why.text)
                      : copy_import(stmt, a, &records[n++], err);
        if (rc)
            break;
    }
    db_return(s, stmt);
    if (!rc) {
        *out = records;
        *n_out = n;
    }
    return rc;
}
