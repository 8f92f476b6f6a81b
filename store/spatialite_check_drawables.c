/* Are a layer's drawables whole, and of the features that it has? */
#include "base/crs.h"
#include "base/mem.h"
#include "store/geometry_blob.h"
#include "store/rtree_pack.h"
#include "store/spatialite_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LON_LAT_EPSG 4326

/* The features that have drawables, as they come out of the chunks; then in order. */
struct drawn {
    int64_t *fids;
    size_t n, room;
};

enum {
    COLUMN_CONTENT,
    COLUMN_N,
    COLUMN_MIN_ZOOM,
    COLUMN_MAX_ZOOM,
    COLUMN_BOX,
    COLUMN_INDEXED = COLUMN_BOX + 4
};

static struct span column_blob(sqlite3_stmt *stmt, int column)
{
    return (struct span){(const char *)sqlite3_column_blob(stmt, column),
                         (size_t)sqlite3_column_bytes(stmt, column)};
}

static enum err_code take_fids(struct drawn *drawn, const int64_t *fids, size_t n, struct err *err)
{
    if (n == 0)
        return OK;
    if (mem_grow((void **)&drawn->fids, &drawn->room, drawn->n + n, sizeof *drawn->fids, err))
        return NO_MEMORY;
    memcpy(drawn->fids + drawn->n, fids, n * sizeof *fids);
    drawn->n += n;
    return OK;
}

static struct chunk chunk_of_row(sqlite3_stmt *stmt)
{
    return (struct chunk){
        .n_drawables = (uint32_t)sqlite3_column_int64(stmt, COLUMN_N),
        .min_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_MIN_ZOOM),
        .max_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_MAX_ZOOM),
        .box = {.min_x = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX)),
                .max_x = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 1)),
                .min_y = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 2)),
                .max_y = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 3))},
        .content = column_blob(stmt, COLUMN_CONTENT),
    };
}

static enum err_code check_contents(const struct check *c, const struct layer *l,
                                    struct drawn *drawn, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    uint64_t n_unreadable = 0, n_not_indexed = 0;
    enum err_code rc =
        db_prepare(c->store, &stmt, err,
                   "SELECT d.content, d.n_drawables, d.min_zoom, d.max_zoom, i.min_x, i.max_x,"
                   " i.min_y, i.max_y, i.min_zoom=d.min_zoom AND i.max_zoom=d.max_zoom"
                   " FROM \"%w_drawable\" d LEFT JOIN \"%w_drawable_index\" i ON i.id=d.id",
                   l->name, l->name);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        const struct chunk chunk = chunk_of_row(stmt);
        const int64_t *fids = NULL;
        size_t n_fids = 0;
        struct err why = {0};
        const enum err_code read =
            c->checker->chunk(c->checker->state, &chunk, &fids, &n_fids, &why);
        if (read && read != BAD_DATA)
            rc = err_set(err, read, "%s", why.text);
        else if (!read)
            rc = take_fids(drawn, fids, n_fids, err);
        n_unreadable += read == BAD_DATA;
        n_not_indexed += sqlite3_column_int(stmt, COLUMN_INDEXED) != 1;
    }
    sqlite3_finalize(stmt);
    if (!rc)
        rc = check_tell_count(c, l->name, true, n_unreadable, "chunks of drawables cannot be read",
                              err);
    return rc ? rc
              : check_tell_count(c, l->name, true, n_not_indexed,
                                 "chunks of drawables are not in their index as they are", err);
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

static int by_fid(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Features and drawables in the order of fids, side by side. */
static enum err_code check_features(const struct check *c, const struct layer *l,
                                    struct drawn *drawn, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct crs *crs = NULL;
    struct arena arena;
    bool row = false, drawable = false;
    uint64_t n_undrawn = 0, n_orphans = 0;
    size_t at = 0;
    arena_init(&arena, SIZE_MAX);
    if (drawn->n)
        qsort(drawn->fids, drawn->n, sizeof *drawn->fids, by_fid);
    enum err_code rc = crs_new(&crs, err);
    if (!rc)
        rc =
            db_prepare(c->store, &stmt, err,
                       "SELECT geom, fid FROM \"%w\" WHERE geom IS NOT NULL ORDER BY fid", l->name);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        const int64_t fid = sqlite3_column_int64(stmt, 1);
        for (; at < drawn->n && drawn->fids[at] < fid; at++)
            n_orphans++;
        if (at < drawn->n && drawn->fids[at] == fid) {
            while (at < drawn->n && drawn->fids[at] == fid)
                at++;
            continue;
        }
        arena_reset(&arena);
        rc = can_be_drawn(crs, l, column_blob(stmt, 0), &arena, &drawable, err);
        n_undrawn += drawable;
    }
    n_orphans += drawn->n - at;
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    crs_free(crs);
    if (!rc)
        rc = check_tell_count(c, l->name, true, n_orphans, "drawables are of no feature", err);
    return rc ? rc : check_tell_count(c, l->name, true, n_undrawn, "features are not drawn", err);
}

static enum err_code check_entries(const struct check *c, const struct layer *l, struct err *err)
{
    int64_t n = 0;
    const enum err_code rc = db_get_i64(
        c->store, &n, err,
        "SELECT count(*) FROM \"%w_drawable_index_rowid\" WHERE rowid NOT IN (SELECT id FROM"
        " \"%w_drawable\")",
        l->name, l->name);
    return rc ? rc
              : check_tell_count(c, l->name, true, (uint64_t)n,
                                 "entries of its index of drawables are of no chunk", err);
}

/* The columns that chunks have. Stores of before hold drawables of another form. */
static enum err_code check_form(const struct check *c, const struct layer *l, bool *out_is_ours,
                                struct err *err)
{
    int64_t n = 0;
    enum err_code rc = db_get_i64(
        c->store, &n, err, "SELECT count(*) FROM sqlite_schema WHERE name='%q_drawable'", l->name);
    *out_is_ours = false;
    if (rc || n == 0)
        return rc ? rc : check_tell(c, l->name, true, err, "its drawables are missing");
    rc = db_get_i64(c->store, &n, err,
                    "SELECT count(*) FROM sqlite_schema WHERE name='%q_drawable' AND sql LIKE"
                    " '%% n_drawables INTEGER,%%content BLOB%%'",
                    l->name);
    *out_is_ours = n == 1;
    return rc || n == 1
               ? rc
               : check_tell(c, l->name, true, err, "its drawables are of an older Cassini's form");
}

enum err_code check_drawables(const struct check *c, const struct layer *l, struct err *err)
{
    struct drawn drawn = {0};
    bool is_ours = false, whole = false;
    enum err_code rc = check_form(c, l, &is_ours, err);
    if (rc || !is_ours)
        return rc;
    char *index = sqlite3_mprintf("%s_drawable_index", l->name);
    rc = index ? check_rtree(c, l, index, &whole, err) : err_no_memory(err, 0);
    sqlite3_free(index);
    if (!rc && whole)
        rc = check_contents(c, l, &drawn, err);
    if (!rc && whole)
        rc = check_entries(c, l, err);
    if (!rc && whole)
        rc = check_features(c, l, &drawn, err);
    mem_free(drawn.fids);
    return rc;
}
