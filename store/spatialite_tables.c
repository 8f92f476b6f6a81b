#include "store/spatialite_tables.h"
#include "store/spatialite_tileset.h"

#include <string.h>

enum err_code tables_check_free(struct store *s, const char *layer, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(
        s, &stmt, err,
        "SELECT name FROM sqlite_schema WHERE lower(name) IN (lower(%Q), lower(%Q)||'_drawable',"
        " lower(%Q)||'_drawable_index', 'idx_'||lower(%Q)||'_geom', 'idx_'||lower(%Q)||'_id',"
        " 'idx_'||lower(%Q)||'_geom_null')",
        layer, layer, layer, layer, layer, layer);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && row)
        rc = err_set(err, CONFLICT,
                     "layer '%s' would need the name '%s', which is taken in the store", layer,
                     (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return rc;
}

/* SpatiaLite's own list of CRSs ends at its release; the PROJ below it may know more. The name is
 * the first text in quotes. */
static enum err_code know_crs(struct store *s, int32_t epsg, struct err *err)
{
    int64_t known = 0;
    enum err_code rc =
        db_get_i64(s, &known, err, "SELECT count(*) FROM spatial_ref_sys WHERE srid=%d", (int)epsg);
    if (!rc && !known)
        rc = db_get_i64(s, &known, err, "SELECT InsertEpsgSrid(%d)", (int)epsg);
    if (rc || known)
        return rc;
    rc = db_run(s, err,
                "WITH w(wkt) AS (SELECT PROJ_AsWKT('EPSG', %d, 'GDAL')),"
                " r(wkt, rest) AS (SELECT wkt, substr(wkt, instr(wkt, '\"') + 1) FROM w)"
                " INSERT INTO spatial_ref_sys(srid, auth_name, auth_srid, ref_sys_name, proj4text,"
                " srtext) SELECT %d, 'epsg', %d, substr(rest, 1, instr(rest, '\"') - 1),"
                " PROJ_AsProjString('EPSG', %d), wkt FROM r",
                (int)epsg, (int)epsg, (int)epsg, (int)epsg);
    return rc == CONFLICT ? err_set(err, UNSUPPORTED, "SpatiaLite does not know EPSG:%d", (int)epsg)
                          : rc;
}

/* SpatiaLite's functions answer 1 when they have done it. What stopped them comes out as an SQL
 * error or as 0; the disk's part in it is what SQLite remembers of the system. */
static enum err_code call_spatialite(struct store *s, const char *what, const char *args,
                                     struct err *err)
{
    int64_t done = 0;
    const enum err_code rc = db_get_i64(s, &done, err, "SELECT %s(%s)", what, args);
    if (!rc && done == 1)
        return OK;
    if (s->stopped)
        return db_error(s, SQLITE_INTERRUPT, err);
    const int reason = sqlite3_system_errno(s->db);
    if (reason)
        return err_set(err, IO, "writing the store failed (%s)", strerror(reason));
    return rc ? rc : err_set(err, INTERNAL, "SpatiaLite's %s(%s) did not work", what, args);
}

static enum err_code create_truth(struct store *s, const struct layer_spec *spec,
                                  const char *id_column, struct err *err)
{
    sqlite3_str *sql = sqlite3_str_new(s->db);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w\"(fid INTEGER PRIMARY KEY", spec->name);
    if (spec->id_field < 0)
        sqlite3_str_appendf(sql, ", \"%w\" %s", id_column, field_type_sql(FIELD_INTEGER));
    for (size_t i = 0; i < spec->n_fields; i++)
        sqlite3_str_appendf(sql, ", \"%w\" %s", spec->fields[i].column,
                            field_type_sql(spec->fields[i].type));
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    const enum err_code rc = db_run(s, err, "%s", text);
    sqlite3_free(text);
    return rc;
}

enum err_code tables_register(struct store *s, const struct layer_spec *spec, bool is_there,
                              struct err *err)
{
    static const char *const TYPES[] = {
        [GEOM_POINT] = "POINT",
        [GEOM_LINESTRING] = "LINESTRING",
        [GEOM_POLYGON] = "POLYGON",
        [GEOM_MULTIPOINT] = "MULTIPOINT",
        [GEOM_MULTILINESTRING] = "MULTILINESTRING",
        [GEOM_MULTIPOLYGON] = "MULTIPOLYGON",
        [GEOM_COLLECTION] = "GEOMETRY",
    };
    if (spec->geom_type == GEOM_NONE)
        return OK;
    char *column = sqlite3_mprintf("%Q, 'geom', %d, '%s', '%s'", spec->name, (int)spec->epsg,
                                   TYPES[spec->geom_type], spec->has_z ? "XYZ" : "XY");
    char *index = sqlite3_mprintf("%Q, 'geom'", spec->name);
    enum err_code rc = column && index ? know_crs(s, spec->epsg, err) : err_no_memory(err, 0);
    if (!rc)
        rc = call_spatialite(s, is_there ? "RecoverGeometryColumn" : "AddGeometryColumn", column,
                             err);
    if (!rc)
        rc = call_spatialite(s, "CreateSpatialIndex", index, err);
    sqlite3_free(column);
    sqlite3_free(index);
    return rc;
}

enum err_code tables_create_drawables(struct store *s, const char *layer, struct err *err)
{
    return db_run(s, err,
                  "CREATE TABLE \"%w_drawable\"(id INTEGER PRIMARY KEY, n_drawables INTEGER,"
                  " min_zoom INTEGER, max_zoom INTEGER, content BLOB);"
                  "CREATE VIRTUAL TABLE \"%w_drawable_index\" USING rtree_i32(id, min_x, max_x,"
                  " min_y, max_y, min_zoom, max_zoom)",
                  layer, layer);
}

enum err_code tables_create(struct store *s, const struct layer_spec *spec, const char *id_column,
                            struct err *err)
{
    enum err_code rc = create_truth(s, spec, id_column, err);
    if (!rc)
        rc = tables_register(s, spec, false, err);
    if (!rc)
        rc = tables_create_drawables(s, spec->name, err);
    return rc;
}

static enum err_code drop_features(struct store *s, const char *layer, struct err *err)
{
    /* DropTable() also takes what SpatiaLite has registered, and its R-tree. */
    char *args = sqlite3_mprintf("NULL, %Q", layer);
    enum err_code rc = args ? call_spatialite(s, "DropTable", args, err) : err_no_memory(err, 0);
    sqlite3_free(args);
    if (!rc)
        rc = db_run(s, err,
                    "DROP TABLE \"%w_drawable_index\"; DROP TABLE \"%w_drawable\";"
                    "DELETE FROM cassini_fields WHERE layer=%Q;"
                    "DELETE FROM cassini_drawing WHERE layer=%Q",
                    layer, layer, layer, layer);
    return rc;
}

enum err_code tables_drop(struct store *s, const char *layer, struct err *err)
{
    int64_t is_kept = 0;
    enum err_code rc =
        db_get_i64(s, &is_kept, err, "SELECT count(*) FROM cassini_tilesets WHERE layer=%Q", layer);
    if (!rc)
        rc = is_kept ? tileset_drop(s, layer, err) : drop_features(s, layer, err);
    if (!rc)
        rc = db_run(s, err,
                    "DELETE FROM cassini_rejects WHERE import IN"
                    " (SELECT id FROM cassini_imports WHERE layer=%Q)",
                    layer);
    return rc;
}

struct layer_spec tables_spec_of(const struct layer *l, const char *name)
{
    return (struct layer_spec){
        .name = name,
        .fields = l->fields,
        .n_fields = l->n_fields,
        .id_field = l->id_field,
        .time_field = l->time_field,
        .geom_type = l->geom_type,
        .has_z = l->has_z,
        .epsg = l->epsg,
        .drawing = l->drawing,
    };
}

enum err_code tables_forget(struct store *s, const char *layer, struct err *err)
{
    static const char *const TABLES[] = {
        "geometry_columns_field_infos",
        "geometry_columns_statistics",
        "geometry_columns_time",
        "geometry_columns_auth",
        "geometry_columns",
    };
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof TABLES / sizeof *TABLES; i++)
        rc = db_run(s, err, "DELETE FROM %s WHERE f_table_name=lower(%Q)", TABLES[i], layer);
    return rc;
}

enum err_code triggers_put_aside(struct store *s, const char *layer, struct arena *a,
                                 struct triggers *out, struct err *err)
{
    struct triggers t = {0};
    int64_t n = 0;
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    struct err why = {0};
    enum err_code rc = db_get_i64(s, &n, err,
                                  "SELECT count(*) FROM sqlite_schema WHERE type='trigger'"
                                  " AND lower(tbl_name)=lower(%Q)",
                                  layer);
    if (rc)
        return rc;
    t.name = arena_new(a, (size_t)n, sizeof *t.name, &why);
    if (!why.code)
        t.sql = arena_new(a, (size_t)n, sizeof *t.sql, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    rc = db_prepare(s, &stmt, err,
                    "SELECT name, sql FROM sqlite_schema WHERE type='trigger'"
                    " AND lower(tbl_name)=lower(%Q) ORDER BY rowid",
                    layer);
    while (!rc && t.n < (size_t)n && !(rc = db_step(s, stmt, &row, err)) && row) {
        t.name[t.n] = arena_strdup(a, (const char *)sqlite3_column_text(stmt, 0), &why);
        t.sql[t.n] = arena_strdup(a, (const char *)sqlite3_column_text(stmt, 1), &why);
        if (why.code)
            rc = err_set(err, why.code, "%s", why.text);
        t.n++;
    }
    sqlite3_finalize(stmt);
    for (size_t i = 0; !rc && i < t.n; i++)
        rc = db_run(s, err, "DROP TRIGGER \"%w\"", t.name[i]);
    if (!rc)
        *out = t;
    return rc;
}

enum err_code triggers_put_back(struct store *s, const struct triggers *t, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < t->n; i++)
        rc = db_run(s, err, "%s", t->sql[i]);
    return rc;
}

/* The error for an id that two features have. */
static enum err_code tell_double_id(struct store *s, const char *layer, const char *id_column,
                                    struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(s, &stmt, err,
                                  "SELECT \"%w\", count(*) FROM \"%w\" GROUP BY 1"
                                  " HAVING count(*) > 1 LIMIT 1",
                                  id_column, layer);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc)
        rc = err_set(err, BAD_DATA, "%lld features have the same id '%s' (field '%s')",
                     (long long)sqlite3_column_int64(stmt, 1),
                     (const char *)sqlite3_column_text(stmt, 0), id_column);
    sqlite3_finalize(stmt);
    return rc;
}

enum err_code tables_index_no_geometry(struct store *s, const char *layer,
                                       bool some_without_geometry, struct err *err)
{
    return some_without_geometry
               ? db_run(s, err,
                        "CREATE INDEX \"idx_%w_geom_null\" ON \"%w\"(fid) WHERE geom IS NULL",
                        layer, layer)
               : OK;
}

enum err_code tables_index(struct store *s, const char *layer, const char *id_column,
                           bool some_without_geometry, struct err *err)
{
    enum err_code rc = db_run(s, err, "CREATE UNIQUE INDEX \"idx_%w_id\" ON \"%w\"(\"%w\")", layer,
                              layer, id_column);
    if (rc == CONFLICT)
        return tell_double_id(s, layer, id_column, err);
    return rc ? rc : tables_index_no_geometry(s, layer, some_without_geometry, err);
}

enum err_code tables_put_statistics(struct store *s, const char *layer, uint64_t n_rows,
                                    const struct bbox *box, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    /* Verified after the last insert: only then SpatiaLite and OGR believe them. */
    enum err_code rc =
        db_run(s, err,
               "UPDATE geometry_columns_time SET last_insert=strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ',"
               " 'now') WHERE f_table_name=lower(%Q)",
               layer);
    if (!rc)
        rc = db_prepare(s, &stmt, err,
                        "UPDATE geometry_columns_statistics SET last_verified="
                        "strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now'), row_count=?, extent_min_x=?,"
                        " extent_min_y=?, extent_max_x=?, extent_max_y=?"
                        " WHERE f_table_name=lower(%Q)",
                        layer);
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)n_rows);
    if (!bbox_is_empty(box)) {
        sqlite3_bind_double(stmt, 2, box->min_x);
        sqlite3_bind_double(stmt, 3, box->min_y);
        sqlite3_bind_double(stmt, 4, box->max_x);
        sqlite3_bind_double(stmt, 5, box->max_y);
    }
    rc = db_step_reset(s, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}
