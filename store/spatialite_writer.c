/* The layer writer: see store/layer_writer.h. */
#include "store/spatialite_writer.h"
#include "base/mem.h"
#include "store/columns.h"
#include "store/geometry_blob.h"

#include <string.h>

#define DAY_US            (INT64_C(86400) * 1000000)
#define NAMES_LIMIT_BYTES ((size_t)64 << 20)
#define BLOB_LIMIT_BYTES  ((size_t)1000000000) /* SQLITE_MAX_LENGTH */

static enum err_code check_spec(const struct store *s, const struct layer_spec *spec,
                                struct err *err)
{
    const int n = (int)spec->n_fields;
    if (s->mode == STORE_READ)
        return err_set(err, BAD_ARG, "the store was opened for reading");
    if (!layer_name_is_ok(spec->name))
        return err_set(err, BAD_ARG, "a layer cannot be called '%s'", spec->name);
    if (spec->id_field >= n || spec->time_field >= n)
        return err_set(err, BAD_ARG, "layer '%s': there are only %d fields", spec->name, n);
    return OK;
}

/* Whether the layer stands there, and may be replaced. */
static enum err_code check_existing(struct store *s, const struct layer_spec *spec,
                                    bool *out_exists, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(
        s, &stmt, err, "SELECT name, revision FROM cassini_layers WHERE name=%Q", spec->name);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && row) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (!text_eq(name, spec->name))
            rc = err_set(err, CONFLICT, "layer '%s' differs from '%s' only in case", spec->name,
                         name);
        else if (!spec->may_replace)
            rc = err_set(err, CONFLICT, "layer '%s' exists already", name);
    }
    if (!rc && spec->revision && (!row || sqlite3_column_int64(stmt, 1) != spec->revision))
        rc = err_set(err, CONFLICT, "layer '%s' has changed in the meantime", spec->name);
    sqlite3_finalize(stmt);
    if (!rc)
        *out_exists = row;
    return rc;
}

static enum err_code prepare_feature(struct layer_writer *w, struct err *err)
{
    const struct layer_spec *spec = &w->spec;
    sqlite3_str *sql = sqlite3_str_new(w->store->db);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w\" VALUES(?", spec->name);
    const size_t n_more = (spec->id_field < 0) + spec->n_fields + (spec->geom_type != GEOM_NONE);
    for (size_t i = 0; i < n_more; i++)
        sqlite3_str_appendall(sql, ",?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    const enum err_code rc = db_prepare(w->store, &w->put_feature, err, "%s", text);
    sqlite3_free(text);
    return rc;
}

static enum err_code prepare_all(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    const char *name = w->spec.name;
    char *index = NULL, *drawable_index = NULL;
    enum err_code rc = prepare_feature(w, err);
    if (!rc)
        rc = db_prepare(s, &w->put_drawable, err,
                        "INSERT INTO \"%w_drawable\" VALUES(?,?,?,?,?,?,?)", name);
    if (!rc)
        rc = db_prepare(s, &w->put_reject, err,
                        "INSERT INTO cassini_rejects(import, position, reason, raw)"
                        " VALUES(?,?,?,?)");
    if (!rc)
        rc = db_get_i64(s, &w->import_id, err, "SELECT coalesce(max(id),0)+1 FROM cassini_imports");
    if (!rc) {
        index = sqlite3_mprintf("idx_%s_geom", name);
        drawable_index = sqlite3_mprintf("%s_drawable_index", name);
        if (!index || !drawable_index)
            rc = err_no_memory(err, 0);
    }
    if (!rc && w->spec.geom_type != GEOM_NONE)
        rc = rtree_writer_init(&w->index, s, index, 2, true, err);
    if (!rc)
        rc = rtree_writer_init(&w->drawable_index, s, drawable_index, 3, false, err);
    sqlite3_free(index);
    sqlite3_free(drawable_index);
    return rc;
}

/* The fields with columns chosen: our own, for the caller's may go before we do. */
static enum err_code copy_fields(struct layer_writer *w, struct err *err)
{
    struct err why = {0};
    const size_t n = w->spec.n_fields;
    struct field *fields = arena_new(&w->arena, n, sizeof *fields, &why);
    if (!fields)
        return err_set(err, why.code, "%s", why.text);
    if (n)
        memcpy(fields, w->spec.fields, n * sizeof *fields);
    w->spec.fields = fields;
    return columns_choose(fields, n, w->spec.id_field, &w->arena, &w->id_column, err);
}

static enum err_code start(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    struct layer_spec *spec = &w->spec;
    bool exists = false;
    enum err_code rc = check_existing(s, spec, &exists, err);
    if (!rc && exists)
        rc = tables_drop(s, spec->name, err);
    if (!rc)
        rc = tables_check_free(s, spec->name, err);
    if (!rc)
        rc = copy_fields(w, err);
    if (!rc)
        rc = tables_create(s, spec, w->id_column, err);
    if (!rc)
        rc = triggers_put_aside(s, spec->name, &w->arena, &w->triggers, err);
    if (!rc)
        rc = prepare_all(w, err);
    return rc;
}

enum err_code layer_writer_open(struct store *s, const struct layer_spec *spec,
                                struct layer_writer **out, struct err *err)
{
    enum err_code rc = check_spec(s, spec, err);
    if (rc)
        return rc;
    if (!sqlite3_get_autocommit(s->db))
        return err_set(err, BUSY, "another layer is being written");
    struct layer_writer *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    w->store = s;
    w->spec = *spec;
    w->bbox = bbox_empty();
    w->min_zoom = ZOOM_MAX;
    arena_init(&w->arena, NAMES_LIMIT_BYTES);
    buf_init(&w->blob, BLOB_LIMIT_BYTES);
    rc = db_run(s, err, "BEGIN IMMEDIATE");
    if (!rc)
        rc = start(w, err);
    if (rc) {
        layer_writer_abort(w);
        return rc;
    }
    *out = w;
    return OK;
}

void layer_writer_abort(struct layer_writer *w)
{
    if (!w)
        return;
    sqlite3_finalize(w->put_feature);
    sqlite3_finalize(w->put_drawable);
    sqlite3_finalize(w->put_reject);
    rtree_writer_clear(&w->index);
    rtree_writer_clear(&w->drawable_index);
    db_rollback(w->store);
    buf_clear(&w->blob);
    arena_clear(&w->arena);
    mem_free(w);
}

/* --- features --- */

/* A column of text takes any value as people read it. */
static enum err_code bind_as_text(sqlite3_stmt *stmt, int at, const struct value *v,
                                  struct err *err)
{
    struct buf text;
    buf_init(&text, 64);
    value_put_text(&text, v);
    const enum err_code rc = buf_status(&text, err);
    if (!rc)
        sqlite3_bind_text(stmt, at, buf_text(&text), (int)text.len_bytes, SQLITE_TRANSIENT);
    buf_clear(&text);
    return rc;
}

static enum err_code bind_value(sqlite3_stmt *stmt, int at, enum field_type type,
                                const struct value *v, struct err *err)
{
    const bool textual = type == FIELD_TEXT || type == FIELD_DATE || type == FIELD_DATETIME;
    switch (v->type) {
    case VALUE_NULL:
        sqlite3_bind_null(stmt, at);
        return OK;
    case VALUE_TEXT:
    case VALUE_JSON:
        sqlite3_bind_text64(stmt, at, v->text.at ? v->text.at : "", v->text.len_bytes,
                            SQLITE_STATIC, SQLITE_UTF8);
        return OK;
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_REAL:
        break;
    }
    if (textual)
        return bind_as_text(stmt, at, v, err);
    if (v->type == VALUE_REAL)
        sqlite3_bind_double(stmt, at, v->real);
    else
        sqlite3_bind_int64(stmt, at, v->type == VALUE_BOOL ? v->boolean : v->integer);
    return OK;
}

/* Ids that are positions are whole numbers. */
static enum err_code bind_position(sqlite3_stmt *stmt, int at, struct span id, struct err *err)
{
    char text[24] = {0};
    int64_t position = 0;
    if (id.len_bytes >= sizeof text)
        return err_set(err, BAD_DATA, "an id of %zu characters is no position", id.len_bytes);
    if (id.len_bytes)
        memcpy(text, id.at, id.len_bytes);
    if (text_parse_i64(text, &position, NULL))
        return err_set(err, BAD_DATA, "the id '%s' is no position", text);
    sqlite3_bind_int64(stmt, at, position);
    return OK;
}

static void extend_time(struct layer_writer *w, const struct value *v)
{
    int64_t start = 0;
    enum when_kind kind = WHEN_NONE;
    if (v->type != VALUE_TEXT || when_parse(v->text, &start, &kind, NULL))
        return;
    const int64_t end = kind == WHEN_DATE ? start + DAY_US - 1 : start;
    if (!w->has_time_extent || start < w->time_start_us)
        w->time_start_us = start;
    if (!w->has_time_extent || end > w->time_end_us)
        w->time_end_us = end;
    w->has_time_extent = true;
}

/* The geometry into `w->blob` and its column; `box` stays empty without geometry. */
static enum err_code bind_geometry(struct layer_writer *w, int at, const struct geom *g,
                                   struct bbox *box, struct err *err)
{
    if (g->type == GEOM_NONE || g->n_vertices == 0) {
        if (w->spec.geom_type != GEOM_NONE)
            sqlite3_bind_null(w->put_feature, at);
        return OK;
    }
    if (w->spec.geom_type == GEOM_NONE)
        return err_set(err, BAD_DATA, "a geometry in a layer without geometry");
    *box = geom_bbox(g);
    if (bbox_is_empty(box))
        return err_set(err, BAD_DATA, "coordinates that are not numbers");
    buf_reset(&w->blob);
    const struct geometry_column column = {w->spec.geom_type, w->spec.has_z, w->spec.epsg};
    const enum err_code rc = geometry_blob_put(&w->blob, g, &column, box, err);
    if (!rc)
        sqlite3_bind_blob64(w->put_feature, at, w->blob.data, w->blob.len_bytes, SQLITE_STATIC);
    return rc;
}

static enum err_code bind_feature(struct layer_writer *w, const struct feature *f, struct bbox *box,
                                  struct err *err)
{
    const struct layer_spec *spec = &w->spec;
    enum err_code rc = OK;
    int at = 1;
    sqlite3_bind_int64(w->put_feature, at++, w->n_features + 1);
    if (spec->id_field < 0)
        rc = bind_position(w->put_feature, at++, f->id, err);
    else if (f->values[spec->id_field].type == VALUE_NULL)
        rc = err_set(err, BAD_DATA, "no id (field '%s')", spec->fields[spec->id_field].name);
    for (size_t i = 0; !rc && i < spec->n_fields; i++)
        rc = bind_value(w->put_feature, at++, spec->fields[i].type, &f->values[i], err);
    return rc ? rc : bind_geometry(w, at, &f->geom, box, err);
}

enum err_code layer_writer_put(struct layer_writer *w, struct feature *f, struct err *err)
{
    if (f->n_values != w->spec.n_fields)
        return err_set(err, BAD_ARG, "%zu values for %zu fields", f->n_values, w->spec.n_fields);
    struct bbox box = bbox_empty();
    enum err_code rc = bind_feature(w, f, &box, err);
    if (!rc)
        rc = db_step_reset(w->store, w->put_feature, err);
    const int64_t fid = w->n_features + 1;
    if (!rc && !bbox_is_empty(&box)) {
        const int32_t coords[] = {rtree_key_down(box.min_x), rtree_key_up(box.max_x),
                                  rtree_key_down(box.min_y), rtree_key_up(box.max_y)};
        rc = rtree_writer_put(&w->index, fid, coords, err);
    }
    if (rc)
        return rc;
    w->n_features = fid;
    w->n_without_geometry += bbox_is_empty(&box);
    bbox_join(&w->bbox, &box);
    if (w->spec.time_field >= 0)
        extend_time(w, &f->values[w->spec.time_field]);
    f->fid = fid;
    return OK;
}

/* --- drawables and rejects --- */

enum err_code layer_writer_put_drawable(struct layer_writer *w, const struct drawable *d,
                                        struct err *err)
{
    sqlite3_stmt *stmt = w->put_drawable;
    const int64_t id = w->n_drawables + 1;
    sqlite3_bind_int64(stmt, 1, id);
    if (d->fid)
        sqlite3_bind_int64(stmt, 2, d->fid);
    else
        sqlite3_bind_null(stmt, 2);
    sqlite3_bind_int64(stmt, 3, d->n_features);
    sqlite3_bind_int(stmt, 4, d->min_zoom);
    sqlite3_bind_int(stmt, 5, d->max_zoom);
    sqlite3_bind_blob64(stmt, 6, d->geometry.at, d->geometry.len_bytes, SQLITE_STATIC);
    sqlite3_bind_blob64(stmt, 7, d->properties.at, d->properties.len_bytes, SQLITE_STATIC);
    const int32_t coords[] = {
        rtree_key_of_u32(d->box.min_x),
        rtree_key_of_u32(d->box.max_x),
        rtree_key_of_u32(d->box.min_y),
        rtree_key_of_u32(d->box.max_y),
        d->min_zoom,
        d->max_zoom,
    };
    enum err_code rc = db_step_reset(w->store, stmt, err);
    if (!rc)
        rc = rtree_writer_put(&w->drawable_index, id, coords, err);
    if (rc)
        return rc;
    w->n_drawables = id;
    if (d->min_zoom < w->min_zoom)
        w->min_zoom = d->min_zoom;
    if (d->min_zoom > w->max_zoom)
        w->max_zoom = d->min_zoom;
    return OK;
}

enum err_code layer_writer_reject(struct layer_writer *w, const struct reject *r, struct err *err)
{
    sqlite3_stmt *stmt = w->put_reject;
    sqlite3_bind_int64(stmt, 1, w->import_id);
    db_bind_text(stmt, 2, r->position);
    db_bind_text(stmt, 3, r->reason);
    /* Bytes, for they may be bad because they are no text. */
    sqlite3_bind_blob64(stmt, 4, r->raw.at, r->raw.len_bytes, SQLITE_STATIC);
    return db_step_reset(w->store, stmt, err);
}
