/* Chunks of drawables are changed one by one, with their entries in the index. */
#include "store/rtree_pack.h"
#include "store/spatialite_editor.h"

enum err_code feature_editor_drop_chunk(struct feature_editor *e, int64_t id, struct err *err)
{
    return db_run(e->store, err,
                  "DELETE FROM \"%w_drawable\" WHERE id=%lld;"
                  "DELETE FROM \"%w_drawable_index\" WHERE id=%lld",
                  e->layer->name, (long long)id, e->layer->name, (long long)id);
}

static enum err_code put_row(struct feature_editor *e, const struct chunk *c, int64_t *id,
                             struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc =
        db_prepare(e->store, &stmt, err,
                   "INSERT OR REPLACE INTO \"%w_drawable\"(id, n_drawables, min_zoom, max_zoom,"
                   " content) VALUES(?,?,?,?,?)",
                   e->layer->name);
    if (rc)
        return rc;
    if (c->id)
        sqlite3_bind_int64(stmt, 1, c->id);
    sqlite3_bind_int64(stmt, 2, c->n_drawables);
    sqlite3_bind_int(stmt, 3, c->min_zoom);
    sqlite3_bind_int(stmt, 4, c->max_zoom);
    sqlite3_bind_blob64(stmt, 5, c->content.at, c->content.len_bytes, SQLITE_STATIC);
    rc = db_step_reset(e->store, stmt, err);
    sqlite3_finalize(stmt);
    *id = c->id ? c->id : sqlite3_last_insert_rowid(e->store->db);
    return rc;
}

enum err_code feature_editor_put_chunk(struct feature_editor *e, const struct chunk *c,
                                       struct err *err)
{
    const struct grid_box *b = &c->box;
    int64_t id = 0;
    const enum err_code rc = put_row(e, c, &id, err);
    return rc ? rc
              : db_run(
                    e->store, err,
                    "INSERT OR REPLACE INTO \"%w_drawable_index\" VALUES(%lld,%d,%d,%d,%d,%d,%d)",
                    e->layer->name, (long long)id, rtree_key_of_u32(b->min_x),
                    rtree_key_of_u32(b->max_x), rtree_key_of_u32(b->min_y),
                    rtree_key_of_u32(b->max_y), c->min_zoom, c->max_zoom);
}
