/* The layer writer: see store/layer_writer.h. */
#include "store/spatialite_writer.h"
#include "base/mem.h"
#include "store/columns.h"
#include "store/geometry_blob.h"
#include "store/spatialite_drawing.h"

#include <string.h>

#define DAY_US            (INT64_C(86400) * 1000000)
#define NAMES_LIMIT_BYTES ((size_t)64 << 20)

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

static enum err_code start_rows(struct row_writer *w, struct store *s, const char *table,
                                size_t n_columns, struct page_file *pages, struct err *err)
{
    return pages ? row_writer_pack(w, s, table, pages, err)
                 : row_writer_insert(w, s, table, n_columns, err);
}

static enum err_code start_tables(struct layer_writer *w, struct page_file *pages, struct err *err)
{
    struct store *s = w->store;
    const struct layer_spec *spec = &w->spec;
    char *index = sqlite3_mprintf("idx_%s_geom", spec->name);
    char *drawables = sqlite3_mprintf("%s_drawable", spec->name);
    char *drawable_index = sqlite3_mprintf("%s_drawable_index", spec->name);
    const size_t n_columns =
        1 + (spec->id_field < 0) + spec->n_fields + (spec->geom_type != GEOM_NONE);
    enum err_code rc = index && drawables && drawable_index ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = start_rows(&w->features, s, spec->name, n_columns, pages, err);
    if (!rc)
        rc = start_rows(&w->drawables, s, drawables, DRAWABLE_COLUMNS, pages, err);
    if (!rc && spec->geom_type != GEOM_NONE)
        rc = rtree_writer_init(&w->index, s, index, 2, true, pages, err);
    if (!rc)
        rc = rtree_writer_init(&w->drawable_index, s, drawable_index, 3, false, pages, err);
    sqlite3_free(index);
    sqlite3_free(drawables);
    sqlite3_free(drawable_index);
    return rc;
}

static enum err_code start_ids(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    const struct layer_spec *spec = &w->spec;
    int64_t root = 0;
    if (spec->id_field < 0 || spec->fields[spec->id_field].type != FIELD_TEXT)
        return OK;
    enum err_code rc = tables_index(s, spec->name, w->id_column, false, err);
    if (!rc)
        rc = db_get_i64(s, &root, err,
                        "SELECT rootpage FROM sqlite_schema WHERE name='idx_'||%Q||'_id'",
                        spec->name);
    w->ids_root = (uint32_t)root;
    return rc ? rc : id_index_new(&w->ids, err);
}

static void add_id(struct layer_writer *w, const struct value *v, int64_t fid)
{
    if (v->type == VALUE_TEXT)
        id_index_add(w->ids, v->text, fid);
    else
        id_index_give_up(w->ids);
}

/* In a store that is being built all tables are there by now; until the rows are in them the file
 * is ours and not SQLite's. */
enum err_code layer_writer_begin(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    const bool packs = s->aside.fd >= 0;
    enum err_code rc = OK;
    if (w->begun)
        return OK;
    w->begun = true;
    if (packs) {
        s->spoiled = true;
        rc = start_ids(w, err);
        if (!rc)
            rc = db_run(s, err, "COMMIT");
    }
    if (!rc && packs)
        rc = page_file_open(&w->pages, s->aside.fd, err);
    return rc ? rc : start_tables(w, packs ? &w->pages : NULL, err);
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

enum err_code layer_writer_prepare_import(struct layer_writer *w, struct err *err)
{
    const enum err_code rc = db_prepare(w->store, &w->put_reject, err,
                                        "INSERT INTO cassini_rejects(import, position, reason, raw)"
                                        " VALUES(?,?,?,?)");
    return rc ? rc
              : db_get_i64(w->store, &w->import_id, err,
                           "SELECT coalesce(max(id),0)+1 FROM cassini_imports");
}

static enum err_code start(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    struct layer_spec *spec = &w->spec;
    bool exists = false;
    enum err_code rc = check_existing(s, spec, &exists, err);
    if (!rc)
        rc = drawing_check_names(s, spec->name, layer_drawing_of(spec->drawing)->label_field >= 0,
                                 err);
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
        rc = layer_writer_prepare_import(w, err);
    return rc;
}

enum err_code layer_writer_open(struct store *s, const struct layer_spec *spec,
                                struct layer_writer **out, struct err *err)
{
    enum err_code rc = check_spec(s, spec, err);
    if (rc)
        return rc;
    if (s->db && !sqlite3_get_autocommit(s->db))
        return err_set(err, BUSY, "another layer is being written");
    struct layer_writer *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    w->store = s;
    w->spec = *spec;
    w->bbox = bbox_empty();
    w->min_zoom = ZOOM_MAX;
    arena_init(&w->arena, NAMES_LIMIT_BYTES);
    row_scratch_init(&w->scratch);
    w->pages.fd = -1;
    rc = store_begin(s, err);
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
    sqlite3_finalize(w->put_reject);
    row_writer_clear(&w->features);
    row_writer_clear(&w->drawables);
    rtree_writer_clear(&w->index);
    rtree_writer_clear(&w->drawable_index);
    page_file_close(&w->pages);
    id_index_free(w->ids);
    db_rollback(w->store);
    row_scratch_clear(&w->scratch);
    arena_clear(&w->arena);
    mem_free(w);
}

/* --- features --- */

void layer_writer_extend_time(struct layer_writer *w, const struct value *v)
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

enum err_code layer_writer_enter(struct layer_writer *w, const struct feature *f,
                                 const struct bbox *box, struct err *err)
{
    const int64_t fid = w->n_features + 1;
    if (!bbox_is_empty(box)) {
        const int32_t coords[] = {rtree_key_down(box->min_x), rtree_key_up(box->max_x),
                                  rtree_key_down(box->min_y), rtree_key_up(box->max_y)};
        const enum err_code rc = rtree_writer_put(&w->index, fid, coords, err);
        if (rc)
            return rc;
    }
    if (w->ids)
        add_id(w, &f->values[w->spec.id_field], fid);
    w->n_features = fid;
    w->n_without_geometry += bbox_is_empty(box);
    bbox_join(&w->bbox, box);
    if (w->spec.time_field >= 0)
        layer_writer_extend_time(w, &f->values[w->spec.time_field]);
    return OK;
}

enum err_code layer_writer_put(struct layer_writer *w, struct feature *f, struct err *err)
{
    struct bbox box = bbox_empty();
    const int64_t fid = w->n_features + 1;
    enum err_code rc = layer_writer_begin(w, err);
    if (rc)
        return rc;
    row_start(&w->features, fid);
    rc = layer_row_put_columns(&w->spec, &w->scratch, &w->features, f, &box, err);
    if (!rc)
        rc = row_end(&w->features, fid, err);
    if (!rc)
        rc = layer_writer_enter(w, f, &box, err);
    if (!rc)
        f->fid = fid;
    return rc;
}

/* --- drawables and rejects --- */

void layer_writer_extend_zooms(struct layer_writer *w, int zoom)
{
    w->min_zoom = zoom < w->min_zoom ? zoom : w->min_zoom;
    w->max_zoom = zoom > w->max_zoom ? zoom : w->max_zoom;
}

enum err_code layer_writer_put_chunk(struct layer_writer *w, const struct chunk *c, struct err *err)
{
    const int64_t id = w->n_chunks + 1;
    enum err_code rc = layer_writer_begin(w, err);
    if (!rc && w->ids)
        rc = id_index_sort(w->ids, err);
    if (rc)
        return rc;
    struct row_writer *row = &w->drawables;
    row_start(row, id);
    row_put_i64(row, c->n_drawables);
    row_put_i64(row, c->min_zoom);
    row_put_i64(row, c->max_zoom);
    row_put_blob(row, c->content);
    const int32_t coords[] = {
        rtree_key_of_u32(c->box.min_x),
        rtree_key_of_u32(c->box.max_x),
        rtree_key_of_u32(c->box.min_y),
        rtree_key_of_u32(c->box.max_y),
        c->min_zoom,
        c->max_zoom,
    };
    rc = row_end(row, id, err);
    if (!rc)
        rc = rtree_writer_put(&w->drawable_index, id, coords, err);
    if (rc)
        return rc;
    w->n_chunks = id;
    if (c->min_zoom <= ZOOM_MAX)
        layer_writer_extend_zooms(w, c->min_zoom);
    return OK;
}

enum err_code layer_writer_reject(struct layer_writer *w, const struct reject *r, struct err *err)
{
    sqlite3_stmt *stmt = w->put_reject;
    if (w->begun)
        return err_set(err, INTERNAL, "rejects come before features");
    sqlite3_bind_int64(stmt, 1, w->import_id);
    db_bind_text(stmt, 2, r->position);
    db_bind_text(stmt, 3, r->reason);
    /* Bytes, for they may be bad because they are no text. */
    sqlite3_bind_blob64(stmt, 4, r->raw.at, r->raw.len_bytes, SQLITE_STATIC);
    return db_step_reset(w->store, stmt, err);
}
