/* Is a layer whole: its rows, its registration with SpatiaLite, its indexes, its counts. */
#include "store/geometry_blob.h"
#include "store/spatialite_check.h"

#include <math.h>

/* SpatiaLite's triggers: checks of geometry, times, and what keeps the index. */
#define TRIGGERS "'ggi_','ggu_','gii_','giu_','gid_','tmi_','tmu_','tmd_'"
enum { N_TRIGGERS = 8 };

/* Numbers in an R-tree are of single precision, rounded away from the box: two of its steps. */
#define INDEX_PRECISION (2.0 / (1 << 23))

/* What was counted of the rows. */
struct rows {
    uint64_t n, n_without_geometry, n_without_id;
    uint64_t n_unreadable, n_not_indexed, n_wrongly_indexed;
    struct bbox box;
};

static bool is_rounded(double in_index, double value, int direction)
{
    const double out = (value - in_index) * direction;
    return out >= 0 && out <= fabs(value) * INDEX_PRECISION + 1e-37;
}

/* Columns of the statement: id, geometry, then the index's box. */
enum { COLUMN_ID, COLUMN_GEOMETRY, COLUMN_BOX };

static enum err_code look_at_row(sqlite3_stmt *stmt, bool indexed, struct arena *a, struct rows *r,
                                 struct err *err)
{
    struct geom geom = {0};
    struct err why = {0};
    r->n++;
    r->n_without_id += sqlite3_column_type(stmt, COLUMN_ID) == SQLITE_NULL;
    if (sqlite3_column_type(stmt, COLUMN_GEOMETRY) == SQLITE_NULL) {
        r->n_without_geometry++;
        return OK;
    }
    const struct span blob = {(const char *)sqlite3_column_blob(stmt, COLUMN_GEOMETRY),
                              (size_t)sqlite3_column_bytes(stmt, COLUMN_GEOMETRY)};
    const enum err_code rc = geometry_blob_read(blob, a, &geom, &why);
    if (rc && rc != BAD_DATA)
        return err_set(err, rc, "%s", why.text);
    const struct bbox box = rc ? bbox_empty() : geom_bbox(&geom);
    if (bbox_is_empty(&box)) {
        r->n_unreadable++;
        return OK;
    }
    bbox_join(&r->box, &box);
    if (!indexed)
        return OK;
    if (sqlite3_column_type(stmt, COLUMN_BOX) == SQLITE_NULL)
        r->n_not_indexed++;
    else if (!is_rounded(sqlite3_column_double(stmt, COLUMN_BOX), box.min_x, 1) ||
             !is_rounded(sqlite3_column_double(stmt, COLUMN_BOX + 1), box.max_x, -1) ||
             !is_rounded(sqlite3_column_double(stmt, COLUMN_BOX + 2), box.min_y, 1) ||
             !is_rounded(sqlite3_column_double(stmt, COLUMN_BOX + 3), box.max_y, -1))
        r->n_wrongly_indexed++;
    return OK;
}

static enum err_code prepare_rows(const struct check *c, const struct layer *l, bool indexed,
                                  sqlite3_stmt **out, struct err *err)
{
    if (indexed)
        return db_prepare(c->store, out, err,
                          "SELECT f.\"%w\", f.geom, i.xmin, i.xmax, i.ymin, i.ymax FROM \"%w\" f"
                          " LEFT JOIN \"idx_%w_geom\" i ON i.pkid=f.fid",
                          l->id_column, l->name, l->name);
    return db_prepare(c->store, out, err, "SELECT \"%w\", %s FROM \"%w\"", l->id_column,
                      l->geom_type == GEOM_NONE ? "NULL" : "geom", l->name);
}

static enum err_code count_rows(const struct check *c, const struct layer *l, bool indexed,
                                struct rows *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    *out = (struct rows){.box = bbox_empty()};
    enum err_code rc = prepare_rows(c, l, indexed, &stmt, err);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        arena_reset(&arena);
        rc = look_at_row(stmt, indexed, &arena, out, err);
    }
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    return rc;
}

static bool is_same_box(const struct bbox *a, const struct bbox *b)
{
    return (bbox_is_empty(a) && bbox_is_empty(b)) ||
           (a->min_x == b->min_x && a->min_y == b->min_y && a->max_x == b->max_x &&
            a->max_y == b->max_y);
}

static enum err_code tell_rows(const struct check *c, const struct layer *l, const struct rows *r,
                               struct err *err)
{
    const struct {
        uint64_t n;
        const char *words;
        bool derived;
    } problems[] = {
        {r->n_without_id, "features have no id", false},
        {r->n_unreadable, "geometries cannot be read", false},
        {r->n_not_indexed, "features are not in its spatial index", true},
        {r->n_wrongly_indexed, "features are elsewhere in its spatial index", true},
    };
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof problems / sizeof *problems; i++)
        rc = check_tell_count(c, l->name, problems[i].derived, problems[i].n, problems[i].words,
                              err);
    if (!rc && (r->n != l->n_features || r->n_without_geometry != l->n_without_geometry))
        rc = check_tell(c, l->name, true, err,
                        "it has %llu features, %llu of them without geometry, not %llu and %llu",
                        (unsigned long long)r->n, (unsigned long long)r->n_without_geometry,
                        (unsigned long long)l->n_features,
                        (unsigned long long)l->n_without_geometry);
    if (!rc && !is_same_box(&r->box, &l->bbox))
        rc = check_tell(c, l->name, true, err, "its features do not fill the box that is said");
    return rc;
}

/* Entries of rows that are gone. */
static enum err_code check_left_entries(const struct check *c, const struct layer *l,
                                        struct err *err)
{
    int64_t n = 0;
    const enum err_code rc = db_get_i64(
        c->store, &n, err,
        "SELECT count(*) FROM \"idx_%w_geom_rowid\" WHERE rowid NOT IN (SELECT fid FROM \"%w\")",
        l->name, l->name);
    return rc ? rc
              : check_tell_count(c, l->name, true, (uint64_t)n,
                                 "entries of its spatial index are of no feature", err);
}

static enum err_code check_ids(const struct check *c, const struct layer *l, struct err *err)
{
    int64_t n = 0;
    enum err_code rc =
        db_get_i64(c->store, &n, err,
                   "SELECT count(*) FROM sqlite_schema WHERE type='index' AND name='idx_%q_id'"
                   " AND tbl_name=%Q",
                   l->name, l->name);
    if (!rc && n == 0)
        rc = check_tell(c, l->name, true, err, "the index of its ids is missing");
    if (!rc)
        rc = db_get_i64(c->store, &n, err,
                        "SELECT count(*) FROM (SELECT 1 FROM \"%w\" WHERE \"%w\" IS NOT NULL"
                        " GROUP BY \"%w\" HAVING count(*)>1)",
                        l->name, l->id_column, l->id_column);
    return rc ? rc
              : check_tell_count(c, l->name, false, (uint64_t)n,
                                 "ids are those of several features", err);
}

static enum err_code check_registration(const struct check *c, const struct layer *l,
                                        struct err *err)
{
    const int type = l->geom_type == GEOM_COLLECTION ? 0 : (int)l->geom_type;
    int64_t n = 0;
    enum err_code rc =
        db_get_i64(c->store, &n, err,
                   "SELECT count(*) FROM geometry_columns WHERE f_table_name=lower(%Q)"
                   " AND f_geometry_column='geom' AND srid=%d AND geometry_type=%d"
                   " AND spatial_index_enabled=1",
                   l->name, (int)l->epsg, l->has_z ? type + 1000 : type);
    if (!rc && n == 0)
        rc = check_tell(c, l->name, true, err, "SpatiaLite does not know its geometry as it is");
    if (!rc)
        rc = db_get_i64(c->store, &n, err,
                        "SELECT count(*) FROM sqlite_schema WHERE type='trigger'"
                        " AND lower(tbl_name)=lower(%Q) AND substr(name, 1, 4) IN (" TRIGGERS ")",
                        l->name);
    if (!rc && n < N_TRIGGERS)
        rc = check_tell(c, l->name, true, err, "%d of SpatiaLite's triggers on it are missing",
                        N_TRIGGERS - (int)n);
    if (!rc)
        rc = db_get_i64(c->store, &n, err,
                        "SELECT count(*) FROM geometry_columns_statistics"
                        " WHERE f_table_name=lower(%Q) AND row_count=%lld",
                        l->name, (long long)l->n_features);
    if (!rc && n == 0)
        rc = check_tell(c, l->name, true, err, "SpatiaLite's statistics of it are not up to date");
    return rc;
}

static enum err_code check_geometry(const struct check *c, const struct layer *l, bool *out_indexed,
                                    struct err *err)
{
    char *index = sqlite3_mprintf("idx_%s_geom", l->name);
    enum err_code rc = index ? check_rtree(c, l, index, out_indexed, err) : err_no_memory(err, 0);
    sqlite3_free(index);
    if (!rc && *out_indexed)
        rc = check_left_entries(c, l, err);
    return rc ? rc : check_registration(c, l, err);
}

enum err_code check_layer(const struct check *c, const struct layer *l, struct err *err)
{
    struct feature_cursor *cursor = NULL;
    struct err why = {0};
    struct rows rows;
    bool indexed = false;
    const struct feature_query one = {.layer = l, .id = ""};
    /* Whether there are its table and its columns. */
    const enum err_code there = store_query_features(c->store, &one, &cursor, &why);
    feature_cursor_close(cursor);
    if (there)
        return check_tell(c, l->name, false, err, "its table is not what it should be: %s",
                          why.text);
    enum err_code rc = l->geom_type == GEOM_NONE ? OK : check_geometry(c, l, &indexed, err);
    if (!rc)
        rc = count_rows(c, l, indexed, &rows, err);
    if (!rc)
        rc = tell_rows(c, l, &rows, err);
    if (!rc)
        rc = check_ids(c, l, err);
    if (rc || l->geom_type == GEOM_NONE)
        return rc;
    return check_drawables(c, l, err);
}
