/* Writes a kept tileset: see store/tileset.h. */
#include "base/mem.h"
#include "store/spatialite_changes.h"
#include "store/spatialite_tables.h"
#include "store/spatialite_tileset.h"
#include "store/spatialite_writer.h"

#define EPSG_OF_TILES 3857

struct tileset_writer {
    struct store *store;
    char *layer;
    int64_t id, import_id;
    sqlite3_stmt *find_blob, *put_blob, *put_tile;
    struct kept_zoom zooms[ZOOM_MAX + 1]; /* n_tiles 0: none so far */
    int64_t n_tiles, n_blobs, n_bytes;
};

enum err_code tileset_drop(struct store *s, const char *layer, struct err *err)
{
    static const char THIS[] = "(SELECT id FROM cassini_tilesets WHERE layer=%Q)";
    static const char *const TABLES[] = {"cassini_tileset_zooms", "cassini_tiles",
                                         "cassini_tile_blobs"};
    char *ids = sqlite3_mprintf(THIS, layer);
    enum err_code rc = ids ? OK : err_no_memory(err, 0);
    for (size_t i = 0; !rc && i < sizeof TABLES / sizeof *TABLES; i++)
        rc = db_run(s, err, "DELETE FROM %s WHERE tileset IN %s", TABLES[i], ids);
    sqlite3_free(ids);
    return rc ? rc : db_run(s, err, "DELETE FROM cassini_tilesets WHERE layer=%Q", layer);
}

static enum err_code check_existing(struct store *s, const char *layer, bool may_replace,
                                    bool *out_exists, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc =
        db_prepare(s, &stmt, err, "SELECT name FROM cassini_layers WHERE name=%Q", layer);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && row) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (!text_eq(name, layer))
            rc = err_set(err, CONFLICT, "layer '%s' differs from '%s' only in case", layer, name);
        else if (!may_replace)
            rc = err_set(err, CONFLICT, "layer '%s' exists already", name);
    }
    sqlite3_finalize(stmt);
    if (!rc)
        *out_exists = row;
    return rc;
}

static enum err_code prepare_all(struct tileset_writer *w, struct err *err)
{
    struct store *s = w->store;
    enum err_code rc =
        db_get_i64(s, &w->import_id, err, "SELECT coalesce(max(id),0)+1 FROM cassini_imports");
    if (!rc)
        rc = db_prepare(s, &w->find_blob, err,
                        "SELECT id FROM cassini_tile_blobs WHERE tileset=%lld AND key=?",
                        (long long)w->id);
    if (!rc)
        rc = db_prepare(s, &w->put_blob, err,
                        "INSERT INTO cassini_tile_blobs(tileset, key, data) VALUES(%lld,?,?)",
                        (long long)w->id);
    if (!rc)
        rc = db_prepare(s, &w->put_tile, err, "INSERT INTO cassini_tiles VALUES(%lld,?,?,?,?)",
                        (long long)w->id);
    return rc;
}

static enum err_code start(struct tileset_writer *w, bool may_replace, struct err *err)
{
    struct store *s = w->store;
    bool exists = false;
    enum err_code rc = check_existing(s, w->layer, may_replace, &exists, err);
    if (!rc && exists)
        rc = tables_drop(s, w->layer, err);
    if (!rc)
        rc = tables_check_free(s, w->layer, err);
    if (!rc)
        rc = db_run(s, err,
                    "INSERT INTO cassini_tilesets(layer, format, image_px, n_tiles, n_blobs,"
                    " n_bytes) VALUES(%Q, '', 0, 0, 0, 0)",
                    w->layer);
    w->id = sqlite3_last_insert_rowid(s->db);
    return rc ? rc : prepare_all(w, err);
}

enum err_code tileset_writer_open(struct store *s, const char *layer, bool may_replace,
                                  struct tileset_writer **out, struct err *err)
{
    if (s->mode == STORE_READ)
        return err_set(err, BAD_ARG, "the store was opened for reading");
    if (!layer_name_is_ok(layer))
        return err_set(err, BAD_ARG, "a layer cannot be called '%s'", layer);
    if (!sqlite3_get_autocommit(s->db))
        return err_set(err, BUSY, "another layer is being written");
    struct tileset_writer *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    w->store = s;
    w->layer = mem_strdup(layer);
    enum err_code rc = w->layer ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = store_begin(s, err);
    if (!rc)
        rc = start(w, may_replace, err);
    if (rc)
        tileset_writer_abort(w);
    else
        *out = w;
    return rc;
}

void tileset_writer_abort(struct tileset_writer *w)
{
    if (!w)
        return;
    sqlite3_finalize(w->find_blob);
    sqlite3_finalize(w->put_blob);
    sqlite3_finalize(w->put_tile);
    db_rollback(w->store);
    mem_free(w->layer);
    mem_free(w);
}

/* --- tiles ---------------------------------------------------------------------------------- */

static void count_tile(struct tileset_writer *w, int z, uint32_t x, uint32_t y)
{
    struct kept_zoom *k = &w->zooms[z];
    if (k->n_tiles == 0)
        *k = (struct kept_zoom){z, x, y, x, y, 0};
    k->min_x = x < k->min_x ? x : k->min_x;
    k->min_y = y < k->min_y ? y : k->min_y;
    k->max_x = x > k->max_x ? x : k->max_x;
    k->max_y = y > k->max_y ? y : k->max_y;
    k->n_tiles++;
    w->n_tiles++;
}

static enum err_code put_tile(struct tileset_writer *w, int z, uint32_t x, uint32_t y, int64_t blob,
                              struct err *err)
{
    if (z < 0 || z > ZOOM_MAX || x >> z || y >> z)
        return err_set(err, BAD_DATA, "there is no tile %d/%u/%u", z, x, y);
    sqlite3_bind_int(w->put_tile, 1, z);
    sqlite3_bind_int64(w->put_tile, 2, x);
    sqlite3_bind_int64(w->put_tile, 3, y);
    sqlite3_bind_int64(w->put_tile, 4, blob);
    const enum err_code rc = db_step_reset(w->store, w->put_tile, err);
    if (rc == CONFLICT)
        return err_set(err, BAD_DATA, "tile %d/%u/%u is there twice", z, x, y);
    if (!rc)
        count_tile(w, z, x, y);
    return rc;
}

enum err_code tileset_writer_put_known(struct tileset_writer *w, int z, uint32_t x, uint32_t y,
                                       const char *key, bool *out_known, struct err *err)
{
    bool row = false;
    db_bind_text(w->find_blob, 1, key);
    enum err_code rc = db_step(w->store, w->find_blob, &row, err);
    const int64_t blob = row ? sqlite3_column_int64(w->find_blob, 0) : 0;
    sqlite3_reset(w->find_blob);
    if (!rc && row)
        rc = put_tile(w, z, x, y, blob, err);
    if (!rc)
        *out_known = row;
    return rc;
}

enum err_code tileset_writer_put(struct tileset_writer *w, int z, uint32_t x, uint32_t y,
                                 const char *key, struct span data, struct err *err)
{
    db_bind_text(w->put_blob, 1, key);
    sqlite3_bind_blob64(w->put_blob, 2, data.at ? data.at : "", data.len_bytes, SQLITE_STATIC);
    const enum err_code rc = db_step_reset(w->store, w->put_blob, err);
    if (rc)
        return rc;
    w->n_blobs++;
    w->n_bytes += (int64_t)data.len_bytes;
    return put_tile(w, z, x, y, sqlite3_last_insert_rowid(w->store->db), err);
}

/* --- the end -------------------------------------------------------------------------------- */

static enum err_code put_zooms(struct tileset_writer *w, int *out_min, int *out_max,
                               struct err *err)
{
    *out_min = ZOOM_MAX;
    *out_max = 0;
    enum err_code rc = OK;
    for (int z = 0; !rc && z <= ZOOM_MAX; z++) {
        const struct kept_zoom *k = &w->zooms[z];
        if (k->n_tiles == 0)
            continue;
        *out_min = z < *out_min ? z : *out_min;
        *out_max = z;
        rc = db_run(
            w->store, err, "INSERT INTO cassini_tileset_zooms VALUES(%lld,%d,%u,%u,%u,%u,%lld)",
            (long long)w->id, z, k->min_x, k->min_y, k->max_x, k->max_y, (long long)k->n_tiles);
    }
    return rc;
}

static enum err_code put_tileset(struct tileset_writer *w, const struct tileset_spec *spec,
                                 struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc =
        db_prepare(w->store, &stmt, err,
                   "UPDATE cassini_tilesets SET format=?, image_px=?, center_lon_deg=?,"
                   " center_lat_deg=?, center_zoom=?, vector_layers=?, metadata=?, n_tiles=?,"
                   " n_blobs=?, n_bytes=? WHERE id=?");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, tile_format_name(spec->format));
    sqlite3_bind_int(stmt, 2, spec->image_px);
    if (spec->has_center) {
        sqlite3_bind_double(stmt, 3, spec->center_lon_deg);
        sqlite3_bind_double(stmt, 4, spec->center_lat_deg);
        sqlite3_bind_int(stmt, 5, spec->center_zoom);
    }
    db_bind_text(stmt, 6, spec->vector_layers);
    db_bind_text(stmt, 7, spec->metadata);
    sqlite3_bind_int64(stmt, 8, w->n_tiles);
    sqlite3_bind_int64(stmt, 9, w->n_blobs);
    sqlite3_bind_int64(stmt, 10, w->n_bytes);
    sqlite3_bind_int64(stmt, 11, w->id);
    rc = db_step_reset(w->store, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}

/* As a layer without features. A replaced one keeps the words that were not said again. */
static const char PUT_LAYER[] =
    "INSERT INTO cassini_layers(name, title, description, license, attribution, keywords,"
    " id_column, geom_type, epsg, n_features, n_without_geometry, west_deg, south_deg, east_deg,"
    " north_deg, min_zoom, max_zoom, updated_us, revision)"
    " VALUES(?,?,?,?,?,?,'',0,?,0,0,?,?,?,?,?,?,0,0)"
    " ON CONFLICT(name) DO UPDATE SET title=coalesce(excluded.title, title),"
    " description=coalesce(excluded.description, description),"
    " license=coalesce(excluded.license, license),"
    " attribution=coalesce(excluded.attribution, attribution),"
    " keywords=coalesce(excluded.keywords, keywords), id_column='', id_field=NULL,"
    " time_field=NULL, geom_type=0, epsg=excluded.epsg, n_features=0, n_without_geometry=0,"
    " min_x=NULL, min_y=NULL, max_x=NULL, max_y=NULL, west_deg=excluded.west_deg,"
    " south_deg=excluded.south_deg, east_deg=excluded.east_deg, north_deg=excluded.north_deg,"
    " min_zoom=excluded.min_zoom, max_zoom=excluded.max_zoom, time_start_us=NULL,"
    " time_end_us=NULL";

static enum err_code put_layer(struct tileset_writer *w, const struct tileset_spec *spec,
                               int min_zoom, int max_zoom, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = db_prepare(w->store, &stmt, err, "%s", PUT_LAYER);
    if (rc)
        return rc;
    const char *const texts[] = {w->layer,      spec->title,       spec->description,
                                 spec->license, spec->attribution, spec->keywords};
    const double sides[] = {spec->bbox_deg.min_x, spec->bbox_deg.min_y, spec->bbox_deg.max_x,
                            spec->bbox_deg.max_y};
    for (int i = 0; i < 6; i++)
        db_bind_text(stmt, i + 1, texts[i]);
    sqlite3_bind_int(stmt, 7, EPSG_OF_TILES);
    for (int i = 0; i < 4; i++)
        sqlite3_bind_double(stmt, 8 + i, sides[i]);
    sqlite3_bind_int(stmt, 12, min_zoom);
    sqlite3_bind_int(stmt, 13, max_zoom);
    rc = db_step_reset(w->store, stmt, err);
    sqlite3_finalize(stmt);
    return rc ? rc : changes_put_whole(w->store, w->layer, err);
}

enum err_code tileset_writer_commit(struct tileset_writer *w, const struct tileset_spec *spec,
                                    const struct import_record *record, struct err *err)
{
    struct store *s = w->store;
    int min_zoom = 0, max_zoom = 0;
    enum err_code rc = w->n_tiles ? OK : err_set(err, BAD_DATA, "there are no tiles in it");
    if (!rc)
        rc = put_zooms(w, &min_zoom, &max_zoom, err);
    if (!rc)
        rc = put_tileset(w, spec, err);
    if (!rc)
        rc = put_layer(w, spec, min_zoom, max_zoom, err);
    if (!rc)
        rc = store_put_import(s, w->import_id, w->layer, w->n_tiles, record, err);
    if (!rc)
        rc = db_run(s, err, "COMMIT");
    tileset_writer_abort(w);
    return rc ? rc : store_publish(s, err);
}
