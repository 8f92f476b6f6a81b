/* Kept tilesets: their tables, what the catalog says of them, and one tile. */
#include "store/spatialite_tileset.h"

/* Contents belong to one tileset, so that dropping it needs no counting of references. */
const char TILESET_TABLES[] =
    "CREATE TABLE cassini_tilesets("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, layer TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " format TEXT NOT NULL, image_px INTEGER NOT NULL,"
    " center_lon_deg DOUBLE, center_lat_deg DOUBLE, center_zoom INTEGER,"
    " vector_layers TEXT, metadata TEXT,"
    " n_tiles INTEGER NOT NULL, n_blobs INTEGER NOT NULL, n_bytes INTEGER NOT NULL);"
    "CREATE TABLE cassini_tileset_zooms("
    " tileset INTEGER NOT NULL, zoom INTEGER NOT NULL,"
    " min_x INTEGER NOT NULL, min_y INTEGER NOT NULL,"
    " max_x INTEGER NOT NULL, max_y INTEGER NOT NULL, n_tiles INTEGER NOT NULL,"
    " PRIMARY KEY(tileset, zoom)) WITHOUT ROWID;"
    "CREATE TABLE cassini_tiles("
    " tileset INTEGER NOT NULL, z INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL,"
    " blob INTEGER NOT NULL, PRIMARY KEY(tileset, z, x, y)) WITHOUT ROWID;"
    "CREATE TABLE cassini_tile_blobs("
    " id INTEGER PRIMARY KEY, tileset INTEGER NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL);"
    "CREATE UNIQUE INDEX cassini_tile_blobs_key ON cassini_tile_blobs(tileset, key);";

/* --- the catalog ---------------------------------------------------------------------------- */

static const char *copy_text(sqlite3_stmt *stmt, int column, struct arena *a, struct err *why)
{
    if (why->code || sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return NULL;
    const struct span text = db_column_span(stmt, column);
    return arena_strndup(a, text.at, text.len_bytes, why);
}

static bool zoom_is_ok(const struct kept_zoom *z, int zoom_before)
{
    if (z->zoom <= zoom_before || z->zoom > ZOOM_MAX)
        return false;
    const uint64_t n = UINT64_C(1) << z->zoom;
    return z->min_x <= z->max_x && z->max_x < n && z->min_y <= z->max_y && z->max_y < n;
}

static enum err_code read_zooms(struct store *s, struct arena *a, struct kept_tiles *k,
                                struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    struct kept_zoom *zooms = arena_new(a, ZOOM_MAX + 1, sizeof *zooms, err);
    if (!zooms)
        return err ? err->code : NO_MEMORY;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "SELECT zoom, min_x, min_y, max_x, max_y, n_tiles"
                                 " FROM cassini_tileset_zooms WHERE tileset=? ORDER BY zoom");
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, k->id);
    while (!(rc = db_step(s, stmt, &row, err)) && row) {
        const struct kept_zoom z = {
            .zoom = sqlite3_column_int(stmt, 0),
            .min_x = (uint32_t)sqlite3_column_int64(stmt, 1),
            .min_y = (uint32_t)sqlite3_column_int64(stmt, 2),
            .max_x = (uint32_t)sqlite3_column_int64(stmt, 3),
            .max_y = (uint32_t)sqlite3_column_int64(stmt, 4),
            .n_tiles = (uint64_t)sqlite3_column_int64(stmt, 5),
        };
        /* A file can be edited by anybody: no more zooms than there is room for. */
        if (!zoom_is_ok(&z, k->n_zooms ? zooms[k->n_zooms - 1].zoom : -1)) {
            rc = err_set(err, BAD_DATA, "its zooms are not described as they should be");
            break;
        }
        zooms[k->n_zooms++] = z;
    }
    db_return(s, stmt);
    k->zooms = zooms;
    return rc;
}

static enum err_code copy_tileset(sqlite3_stmt *stmt, struct arena *a, struct kept_tiles *k,
                                  struct err *err)
{
    struct err why = {0};
    const char *format = copy_text(stmt, 2, a, &why);
    *k = (struct kept_tiles){
        .id = sqlite3_column_int64(stmt, 0),
        .image_px = sqlite3_column_int(stmt, 3),
        .has_center = sqlite3_column_type(stmt, 4) != SQLITE_NULL,
        .center_lon_deg = sqlite3_column_double(stmt, 4),
        .center_lat_deg = sqlite3_column_double(stmt, 5),
        .center_zoom = sqlite3_column_int(stmt, 6),
        .vector_layers = copy_text(stmt, 7, a, &why),
        .metadata = copy_text(stmt, 8, a, &why),
        .n_tiles = (uint64_t)sqlite3_column_int64(stmt, 9),
        .n_blobs = (uint64_t)sqlite3_column_int64(stmt, 10),
        .n_bytes = (uint64_t)sqlite3_column_int64(stmt, 11),
    };
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    if (!format || !tile_format_parse(format, &k->format))
        return err_set(err, BAD_DATA, "its format is not known");
    return OK;
}

static struct layer *find_layer(struct catalog *c, const char *name)
{
    for (size_t i = 0; name && i < c->n_layers; i++) {
        if (text_eq_ignoring_case(c->layers[i].name, name))
            return &c->layers[i];
    }
    return NULL;
}

enum err_code tilesets_read(struct store *s, struct catalog *c, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "SELECT id, layer, format, image_px, center_lon_deg,"
                                 " center_lat_deg, center_zoom, vector_layers, metadata, n_tiles,"
                                 " n_blobs, n_bytes FROM cassini_tilesets");
    while (!rc && !(rc = db_step(s, stmt, &row, err)) && row) {
        struct layer *l = find_layer(c, (const char *)sqlite3_column_text(stmt, 1));
        struct kept_tiles *k = l ? arena_new(&c->arena, 1, sizeof *k, err) : NULL;
        if (!l)
            continue;
        if (!k)
            rc = err ? err->code : NO_MEMORY;
        if (!rc)
            rc = copy_tileset(stmt, &c->arena, k, err);
        if (!rc)
            rc = read_zooms(s, &c->arena, k, err);
        if (rc) {
            err_add(err, "tileset '%s'", l->name);
            break;
        }
        l->kept = k;
    }
    db_return(s, stmt);
    return rc;
}

const struct kept_zoom *kept_tiles_zoom(const struct kept_tiles *k, int zoom)
{
    for (size_t i = 0; i < k->n_zooms; i++) {
        if (k->zooms[i].zoom == zoom)
            return &k->zooms[i];
    }
    return NULL;
}

/* --- one tile ------------------------------------------------------------------------------- */

static enum err_code check_still_there(struct store *s, const struct layer *l, struct err *err)
{
    int64_t n = 0;
    const enum err_code rc = db_get_i64(
        s, &n, err, "SELECT count(*) FROM cassini_tilesets WHERE id=%lld", (long long)l->kept->id);
    if (rc || n > 0)
        return rc;
    return err_set(err, CONFLICT, "tileset '%s' was replaced or dropped in the meantime", l->name);
}

enum err_code store_read_kept_tile(struct store *s, const struct layer *l, int z, uint32_t x,
                                   uint32_t y, struct buf *out, bool *out_found, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "SELECT b.data FROM cassini_tiles t JOIN cassini_tile_blobs b"
                                 " ON b.id=t.blob WHERE t.tileset=? AND t.z=? AND t.x=? AND t.y=?");
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, l->kept->id);
    sqlite3_bind_int(stmt, 2, z);
    sqlite3_bind_int64(stmt, 3, x);
    sqlite3_bind_int64(stmt, 4, y);
    rc = db_step(s, stmt, &row, err);
    if (!rc && row) {
        const void *data = sqlite3_column_blob(stmt, 0);
        buf_put(out, data, (size_t)sqlite3_column_bytes(stmt, 0));
        rc = buf_status(out, err);
    }
    db_return(s, stmt);
    if (!rc && !row)
        rc = check_still_there(s, l, err);
    if (!rc)
        *out_found = row;
    return rc;
}

/* --- many ----------------------------------------------------------------------------------- */

/* The rows of one column: a seek in the primary key, whatever other columns hold. */
static enum err_code list_column(struct store *s, sqlite3_stmt *stmt, uint32_t x,
                                 struct kept_place *out, size_t room, uint64_t *n, struct err *err)
{
    bool row = false;
    enum err_code rc;
    sqlite3_bind_int64(stmt, 3, x);
    while (!(rc = db_step(s, stmt, &row, err)) && row) {
        if (*n < room)
            out[*n] = (struct kept_place){x, (uint32_t)sqlite3_column_int64(stmt, 0)};
        ++*n;
    }
    sqlite3_reset(stmt);
    return rc;
}

enum err_code store_list_kept_tiles(struct store *s, const struct layer *l,
                                    const struct kept_zoom *box, struct kept_place *out,
                                    size_t room, uint64_t *out_n, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    const struct kept_zoom *all = kept_tiles_zoom(l->kept, box->zoom);
    uint64_t n = 0;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "SELECT y FROM cassini_tiles WHERE tileset=? AND z=? AND x=?"
                                 " AND y BETWEEN ? AND ? ORDER BY y");
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, l->kept->id);
    sqlite3_bind_int(stmt, 2, box->zoom);
    sqlite3_bind_int64(stmt, 4, box->min_y);
    sqlite3_bind_int64(stmt, 5, box->max_y);
    if (all) {
        const uint32_t first = box->min_x > all->min_x ? box->min_x : all->min_x;
        const uint32_t last = box->max_x < all->max_x ? box->max_x : all->max_x;
        for (uint64_t x = first; !rc && x <= last; x++)
            rc = list_column(s, stmt, (uint32_t)x, out, room, &n, err);
    }
    db_return(s, stmt);
    if (!rc && n == 0)
        rc = check_still_there(s, l, err);
    if (!rc)
        *out_n = n;
    return rc;
}
