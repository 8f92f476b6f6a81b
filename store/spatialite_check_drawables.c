/* Are a layer's drawables whole, and of the features that it has? */
#include "base/crs.h"
#include "store/geometry_blob.h"
#include "store/spatialite_check.h"

#include <math.h>

#define LON_LAT_EPSG 4326

/* Columns of the statement: what of a drawable is needed to read it, and its zooms in the index. */
enum { COLUMN_GEOMETRY, COLUMN_PROPERTIES, COLUMN_MIN_ZOOM, COLUMN_MAX_ZOOM, COLUMN_INDEXED };

static struct span column_blob(sqlite3_stmt *stmt, int column)
{
    return (struct span){(const char *)sqlite3_column_blob(stmt, column),
                         (size_t)sqlite3_column_bytes(stmt, column)};
}

static enum err_code check_contents(const struct check *c, const struct layer *l, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    uint64_t n_unreadable = 0, n_not_indexed = 0;
    enum err_code rc =
        db_prepare(c->store, &stmt, err,
                   "SELECT d.geometry, d.properties, d.min_zoom, d.max_zoom,"
                   " i.min_zoom=d.min_zoom AND i.max_zoom=d.max_zoom FROM \"%w_drawable\" d"
                   " LEFT JOIN \"%w_drawable_index\" i ON i.id=d.id",
                   l->name, l->name);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        const struct drawable d = {.min_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_MIN_ZOOM),
                                   .max_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_MAX_ZOOM),
                                   .geometry = column_blob(stmt, COLUMN_GEOMETRY),
                                   .properties = column_blob(stmt, COLUMN_PROPERTIES)};
        struct err why = {0};
        const enum err_code read = c->checker->drawable(c->checker->state, &d, &why);
        if (read && read != BAD_DATA)
            rc = err_set(err, read, "%s", why.text);
        n_unreadable += read == BAD_DATA;
        n_not_indexed += sqlite3_column_int(stmt, COLUMN_INDEXED) != 1;
    }
    sqlite3_finalize(stmt);
    if (!rc)
        rc = check_tell_count(c, l->name, true, n_unreadable, "drawables cannot be read", err);
    return rc ? rc
              : check_tell_count(c, l->name, true, n_not_indexed,
                                 "drawables are not in their index as they are", err);
}

/* What has no place on the world grid is not drawn. */
static enum err_code can_be_drawn(struct crs *crs, const struct layer *l, struct span blob,
                                  struct arena *a, bool *out, struct err *err)
{
    struct geom geom = {0};
    struct err why = {0};
    *out = false;
    const enum err_code rc = geometry_blob_read(blob, a, &geom, &why);
    if (rc == BAD_DATA) /* told already */
        return OK;
    if (rc)
        return err_set(err, rc, "%s", why.text);
    const enum err_code moved =
        l->epsg == LON_LAT_EPSG
            ? OK
            : crs_transform(crs, l->epsg, LON_LAT_EPSG, geom.xy, geom.n_vertices, NULL, err);
    for (size_t i = 0; !moved && !*out && i < geom.n_vertices; i++)
        *out = isfinite(geom.xy[2 * i]) && isfinite(geom.xy[2 * i + 1]);
    return moved;
}

static enum err_code check_undrawn(const struct check *c, const struct layer *l, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct crs *crs = NULL;
    struct arena arena;
    bool row = false, drawable = false;
    uint64_t n = 0;
    arena_init(&arena, SIZE_MAX);
    enum err_code rc = crs_new(&crs, err);
    if (!rc)
        rc = db_prepare(c->store, &stmt, err,
                        "SELECT geom FROM \"%w\" WHERE fid IN (SELECT fid FROM \"%w\" WHERE geom IS"
                        " NOT NULL EXCEPT SELECT feature FROM \"%w_drawable\")",
                        l->name, l->name, l->name);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        arena_reset(&arena);
        rc = can_be_drawn(crs, l, column_blob(stmt, 0), &arena, &drawable, err);
        n += drawable;
    }
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    crs_free(crs);
    return rc ? rc : check_tell_count(c, l->name, true, n, "features are not drawn", err);
}

static enum err_code check_counts(const struct check *c, const struct layer *l, struct err *err)
{
    int64_t n = 0;
    enum err_code rc = db_get_i64(c->store, &n, err,
                                  "SELECT count(*) FROM \"%w_drawable\" WHERE feature NOT IN"
                                  " (SELECT fid FROM \"%w\")",
                                  l->name, l->name);
    if (!rc)
        rc = check_tell_count(c, l->name, true, (uint64_t)n, "drawables are of no feature", err);
    if (!rc)
        rc = db_get_i64(c->store, &n, err,
                        "SELECT count(*) FROM \"%w_drawable_index_rowid\" WHERE rowid NOT IN"
                        " (SELECT id FROM \"%w_drawable\")",
                        l->name, l->name);
    return rc ? rc
              : check_tell_count(c, l->name, true, (uint64_t)n,
                                 "entries of its index of drawables are of no drawable", err);
}

enum err_code check_drawables(const struct check *c, const struct layer *l, struct err *err)
{
    int64_t n = 0;
    bool whole = false;
    enum err_code rc = db_get_i64(
        c->store, &n, err, "SELECT count(*) FROM sqlite_schema WHERE name='%q_drawable'", l->name);
    if (rc || n == 0)
        return rc ? rc : check_tell(c, l->name, true, err, "its drawables are missing");
    char *index = sqlite3_mprintf("%s_drawable_index", l->name);
    rc = index ? check_rtree(c, l, index, &whole, err) : err_no_memory(err, 0);
    sqlite3_free(index);
    if (!rc && whole)
        rc = check_contents(c, l, err);
    if (!rc && whole)
        rc = check_counts(c, l, err);
    return rc ? rc : check_undrawn(c, l, err);
}
