/* Rows of a layer are changed: see store/feature_editor.h. The end is spatialite_editor_commit.c. */
#include "store/spatialite_editor.h"

#include "base/mem.h"

#include <string.h>

#define TEXTS_LIMIT_BYTES ((size_t)1000000000) /* of a row: SQLITE_MAX_LENGTH */

/* Columns of `find`. */
enum { FIND_FID, FIND_ID, FIND_TIME, FIND_BOX };

/* SpatiaLite's triggers are not trusted with our schema, and would do one by one what the commit
 * does once: the index is written here, as the layer writer does. */
static void set_triggers(struct feature_editor *e, bool on)
{
    sqlite3_db_config(e->store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, NULL);
    e->has_triggers_off = !on;
}

void feature_editor_abort(struct feature_editor *e)
{
    if (!e)
        return;
    struct layer_writer *w = &e->writer;
    sqlite3_finalize(e->find);
    sqlite3_finalize(e->erase);
    sqlite3_finalize(e->index_put);
    sqlite3_finalize(e->index_erase);
    sqlite3_finalize(w->put_reject);
    row_writer_clear(&e->same);
    row_writer_clear(&w->features);
    db_rollback(e->store);
    if (e->has_triggers_off)
        set_triggers(e, true);
    row_scratch_clear(&w->scratch);
    catalog_unref(e->catalog);
    mem_free(e->change_of_fid);
    mem_free(e->changes);
    mem_free(e->areas);
    mem_free(e);
}

static enum err_code prepare_same(struct feature_editor *e, struct err *err)
{
    const struct layer *l = e->layer;
    sqlite3_str *sql = sqlite3_str_new(e->store->db);
    sqlite3_str_appendf(sql, "SELECT 1 FROM \"%w\" WHERE fid=?", l->name);
    if (l->id_field < 0)
        sqlite3_str_appendf(sql, " AND \"%w\" IS ?", l->id_column);
    for (size_t i = 0; i < l->n_fields; i++)
        sqlite3_str_appendf(sql, " AND \"%w\" IS ?", l->fields[i].column);
    if (l->geom_type != GEOM_NONE)
        sqlite3_str_appendall(sql, " AND geom IS ?");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    e->same.store = e->store;
    const enum err_code rc = db_prepare(e->store, &e->same.stmt, err, "%s", text);
    sqlite3_free(text);
    return rc;
}

static enum err_code prepare(struct feature_editor *e, struct err *err)
{
    struct store *s = e->store;
    const struct layer *l = e->layer;
    const bool has_geometry = l->geom_type != GEOM_NONE;
    const char *time = l->time_field < 0 ? "fid" : l->fields[l->time_field].column;
    const size_t n_columns = 1 + (l->id_field < 0) + l->n_fields + has_geometry;
    enum err_code rc = db_prepare(s, &e->find, err,
                                  "SELECT fid, \"%w\", \"%w\"%s FROM \"%w\" WHERE"
                                  " \"%w\"=?",
                                  l->id_column, time,
                                  has_geometry ? ", MbrMinX(geom), MbrMinY(geom), MbrMaxX(geom),"
                                                 " MbrMaxY(geom)"
                                               : "",
                                  l->name, l->id_column);
    if (!rc)
        rc = db_prepare(s, &e->erase, err, "DELETE FROM \"%w\" WHERE fid=?", l->name);
    if (!rc && has_geometry)
        rc = db_prepare(s, &e->index_put, err, "INSERT INTO \"idx_%w_geom\" VALUES(?,?,?,?,?)",
                        l->name);
    if (!rc && has_geometry)
        rc = db_prepare(s, &e->index_erase, err, "DELETE FROM \"idx_%w_geom\" WHERE pkid=?",
                        l->name);
    if (!rc)
        rc = prepare_same(e, err);
    if (!rc)
        rc = row_writer_insert(&e->writer.features, s, l->name, n_columns, err);
    if (!rc)
        rc = layer_writer_prepare_import(&e->writer, err);
    return rc ? rc
              : db_get_i64(s, &e->first_fid, err, "SELECT coalesce(max(fid),0)+1 FROM \"%w\"",
                           l->name);
}

/* What the catalog's row says, before it is seen through what was said of the layer. */
static enum err_code read_zooms(struct feature_editor *e, struct err *err)
{
    struct layer_writer *w = &e->writer;
    int64_t min_zoom = 0, max_zoom = 0;
    const char *name = e->layer->name;
    enum err_code rc = db_get_i64(e->store, &min_zoom, err,
                                  "SELECT min_zoom FROM cassini_layers WHERE name=%Q", name);
    if (!rc)
        rc = db_get_i64(e->store, &max_zoom, err,
                        "SELECT max_zoom FROM cassini_layers WHERE name=%Q", name);
    w->n_chunks = e->layer->n_features > e->layer->n_without_geometry;
    w->min_zoom = w->n_chunks ? (int)min_zoom : ZOOM_MAX;
    w->max_zoom = (int)max_zoom;
    return rc;
}

static enum err_code start(struct feature_editor *e, const char *layer, int64_t revision,
                           struct err *err)
{
    struct layer_writer *w = &e->writer;
    enum err_code rc = store_begin(e->store, err);
    if (!rc)
        rc = store_read_catalog(e->store, &e->catalog, err);
    if (rc)
        return rc;
    const struct layer *l = catalog_find(e->catalog, span_of(layer));
    if (!l)
        return err_set(err, NOT_FOUND, "there is no layer '%s'", layer);
    if (l->kept)
        return err_set(err, BAD_ARG, "layer '%s' holds tiles, not features", layer);
    if (revision && l->revision != revision)
        return err_set(err, CONFLICT, "layer '%s' has changed in the meantime", layer);
    e->layer = l;
    w->spec = tables_spec_of(l, l->name);
    w->id_column = l->id_column;
    w->n_features = (int64_t)l->n_features;
    w->n_without_geometry = (int64_t)l->n_without_geometry;
    w->bbox = l->bbox;
    w->has_time_extent = l->has_time_extent;
    w->time_start_us = l->time_start_us;
    w->time_end_us = l->time_end_us;
    set_triggers(e, false); /* before statements are prepared, which would hold them */
    rc = read_zooms(e, err);
    return rc ? rc : prepare(e, err);
}

enum err_code feature_editor_open(struct store *s, const char *layer, int64_t revision,
                                  struct feature_editor **out, struct err *err)
{
    if (s->mode == STORE_READ)
        return err_set(err, BAD_ARG, "the store was opened for reading");
    if (s->db && !sqlite3_get_autocommit(s->db))
        return err_set(err, BUSY, "another layer is being written");
    struct feature_editor *e = mem_new(1, sizeof *e);
    if (!e)
        return err_no_memory(err, sizeof *e);
    e->store = e->writer.store = s;
    e->writer.pages.fd = -1;
    row_scratch_init(&e->writer.scratch);
    const enum err_code rc = start(e, layer, revision, err);
    if (rc)
        feature_editor_abort(e);
    else
        *out = e;
    return rc;
}

const struct layer *feature_editor_layer(const struct feature_editor *e)
{
    return e->layer;
}

struct store *feature_editor_store(const struct feature_editor *e)
{
    return e->store;
}

uint64_t feature_editor_n_features(const struct feature_editor *e)
{
    return (uint64_t)e->writer.n_features;
}

void feature_editor_say(struct feature_editor *e, const struct layer_words *words)
{
    struct layer_spec *spec = &e->writer.spec;
    spec->title = words->title;
    spec->description = words->description;
    spec->license = words->license;
    spec->attribution = words->attribution;
    spec->keywords = words->keywords;
}

enum err_code feature_editor_reject(struct feature_editor *e, const struct reject *r,
                                    struct err *err)
{
    return layer_writer_reject(&e->writer, r, err);
}

/* --- what has changed --- */

/* A row that this edit wrote itself is not told as one that was there. */
static enum err_code note_change(struct feature_editor *e, const struct feature_change *c,
                                 struct err *err)
{
    size_t at = e->n_changes;
    enum err_code rc =
        mem_grow((void **)&e->changes, &e->room_changes, e->n_changes + 1, sizeof *e->changes, err);
    if (!rc && c->new_fid)
        rc = mem_grow((void **)&e->change_of_fid, &e->room_fids, (size_t)e->n_fids + 1,
                      sizeof *e->change_of_fid, err);
    if (rc)
        return rc;
    if (c->old_fid >= e->first_fid) {
        at = e->change_of_fid[c->old_fid - e->first_fid];
        e->changes[at].new_fid = c->new_fid;
        e->changes[at].new_box = c->new_box;
    } else {
        e->changes[e->n_changes++] = *c;
    }
    if (c->new_fid)
        e->change_of_fid[e->n_fids++] = at;
    return OK;
}

enum err_code feature_editor_touch(struct feature_editor *e, const struct changed_area *area,
                                   struct err *err)
{
    struct layer_writer *w = &e->writer;
    const enum err_code rc =
        mem_grow((void **)&e->areas, &e->room_areas, e->n_areas + 1, sizeof *e->areas, err);
    if (rc)
        return rc;
    e->areas[e->n_areas++] = *area;
    w->n_chunks = 1;
    layer_writer_extend_zooms(w, area->min_zoom);
    return OK;
}

/* --- rows --- */

/* A row as it was before. */
struct old_row {
    int64_t fid; /* 0: there is none */
    struct bbox box;
    bool is_at_time_end;
};

static bool is_at_time_end(const struct feature_editor *e, sqlite3_stmt *stmt)
{
    struct layer_writer one = {0};
    const struct layer *l = e->layer;
    if (l->time_field < 0 || !l->has_time_extent)
        return false;
    const struct value v = value_text(db_column_span(stmt, FIND_TIME));
    layer_writer_extend_time(&one, &v);
    return one.has_time_extent &&
           (one.time_start_us <= l->time_start_us || one.time_end_us >= l->time_end_us);
}

static bool is_id(struct span found, struct span id)
{
    return found.len_bytes == id.len_bytes && memcmp(found.at, id.at, id.len_bytes) == 0;
}

static enum err_code find(struct feature_editor *e, struct span id, struct old_row *out,
                          struct err *err)
{
    sqlite3_stmt *stmt = e->find;
    bool row = false;
    *out = (struct old_row){.box = bbox_empty()};
    db_bind_span(stmt, 1, id);
    enum err_code rc = db_step(e->store, stmt, &row, err);
    /* An index finds "007" in a column of whole numbers as 7: another text is another id. */
    if (!rc && row && is_id(db_column_span(stmt, FIND_ID), id)) {
        out->fid = sqlite3_column_int64(stmt, FIND_FID);
        out->is_at_time_end = is_at_time_end(e, stmt);
        if (e->index_put && sqlite3_column_type(stmt, FIND_BOX) != SQLITE_NULL)
            out->box = (struct bbox){sqlite3_column_double(stmt, FIND_BOX),
                                     sqlite3_column_double(stmt, FIND_BOX + 1),
                                     sqlite3_column_double(stmt, FIND_BOX + 2),
                                     sqlite3_column_double(stmt, FIND_BOX + 3)};
    }
    sqlite3_reset(stmt);
    return rc;
}

static enum err_code is_same(struct feature_editor *e, int64_t fid, const struct feature *f,
                             bool *out, struct err *err)
{
    struct bbox box;
    row_start(&e->same, fid);
    enum err_code rc =
        layer_row_put_columns(&e->writer.spec, &e->writer.scratch, &e->same, f, &box, err);
    if (!rc)
        rc = db_step(e->store, e->same.stmt, out, err);
    sqlite3_reset(e->same.stmt);
    return rc;
}

static bool touches_edge(const struct bbox *all, const struct bbox *b)
{
    return !bbox_is_empty(b) && (b->min_x <= all->min_x || b->min_y <= all->min_y ||
                                 b->max_x >= all->max_x || b->max_y >= all->max_y);
}

static enum err_code erase(struct feature_editor *e, const struct old_row *old, struct err *err)
{
    struct layer_writer *w = &e->writer;
    sqlite3_bind_int64(e->erase, 1, old->fid);
    enum err_code rc = db_step_reset(e->store, e->erase, err);
    if (!rc && !bbox_is_empty(&old->box)) {
        sqlite3_bind_int64(e->index_erase, 1, old->fid);
        rc = db_step_reset(e->store, e->index_erase, err);
    }
    w->n_features--;
    w->n_without_geometry -= bbox_is_empty(&old->box);
    e->may_shrink |= touches_edge(&w->bbox, &old->box);
    e->may_shorten_time |= old->is_at_time_end;
    return rc;
}

static enum err_code insert(struct feature_editor *e, struct feature *f, struct bbox *out_box,
                            struct err *err)
{
    struct layer_writer *w = &e->writer;
    const int64_t fid = e->first_fid + e->n_fids;
    *out_box = bbox_empty();
    row_start(&w->features, fid);
    enum err_code rc = layer_row_put_columns(&w->spec, &w->scratch, &w->features, f, out_box, err);
    if (!rc)
        rc = row_end(&w->features, fid, err);
    if (!rc && !bbox_is_empty(out_box)) {
        const double sides[] = {out_box->min_x, out_box->max_x, out_box->min_y, out_box->max_y};
        sqlite3_bind_int64(e->index_put, 1, fid);
        for (int i = 0; i < 4; i++)
            sqlite3_bind_double(e->index_put, 2 + i, sides[i]);
        rc = db_step_reset(e->store, e->index_put, err);
    }
    if (rc)
        return rc;
    w->n_features++;
    w->n_without_geometry += bbox_is_empty(out_box);
    bbox_join(&w->bbox, out_box);
    if (w->spec.time_field >= 0)
        layer_writer_extend_time(w, &f->values[w->spec.time_field]);
    f->fid = fid;
    return OK;
}

/* A statement that failed has left nothing, but the edit as a whole may be half of one. */
enum err_code feature_editor_put(struct feature_editor *e, struct feature *f, enum edit_rule rule,
                                 struct err *err)
{
    struct old_row old;
    struct bbox box = bbox_empty();
    bool same = false;
    const char *name = e->layer->name;
    const int n_id = f->id.len_bytes < 200 ? (int)f->id.len_bytes : 200;
    enum err_code rc = find(e, f->id, &old, err);
    if (rc)
        return rc;
    if (old.fid && rule == EDIT_INSERT)
        return err_set(err, CONFLICT, "layer '%s' has a feature '%.*s' already", name, n_id,
                       f->id.at);
    if (!old.fid && rule == EDIT_UPDATE)
        return err_set(err, NOT_FOUND, "layer '%s' has no feature '%.*s'", name, n_id, f->id.at);
    if (old.fid)
        rc = is_same(e, old.fid, f, &same, err);
    if (rc || same) {
        f->fid = old.fid;
        return rc;
    }
    if (old.fid)
        rc = erase(e, &old, err);
    if (!rc)
        rc = insert(e, f, &box, err);
    const struct feature_change change = {old.fid, f->fid, old.box, box};
    return rc ? rc : note_change(e, &change, err);
}

enum err_code feature_editor_delete(struct feature_editor *e, struct span id, struct err *err)
{
    struct old_row old;
    const int n_id = id.len_bytes < 200 ? (int)id.len_bytes : 200;
    enum err_code rc = find(e, id, &old, err);
    if (rc)
        return rc;
    if (!old.fid)
        return err_set(err, NOT_FOUND, "layer '%s' has no feature '%.*s'", e->layer->name, n_id,
                       id.at);
    rc = erase(e, &old, err);
    const struct feature_change change = {old.fid, 0, old.box, bbox_empty()};
    return rc ? rc : note_change(e, &change, err);
}
