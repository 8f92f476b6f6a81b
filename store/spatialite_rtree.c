#include "store/spatialite_rtree.h"

/* Source: "The Shadow Tables", https://www.sqlite.org/rtree.html: every node, for each row its
 * leaf, for each node but the root the node above. */
static enum err_code store_node(void *state, const struct rtree_node *node, struct err *err)
{
    struct rtree_writer *w = state;
    sqlite3_bind_int64(w->put_node, 1, node->number);
    sqlite3_bind_blob64(w->put_node, 2, node->data, node->n_bytes, SQLITE_STATIC);
    enum err_code rc = db_step_reset(w->store, w->put_node, err);
    sqlite3_stmt *put = node->leaf ? w->put_row : w->put_parent;
    for (size_t i = 0; !rc && i < node->n_ids; i++) {
        sqlite3_bind_int64(put, 1, node->ids[i]);
        sqlite3_bind_int64(put, 2, node->number);
        rc = db_step_reset(w->store, put, err);
    }
    return rc;
}

enum err_code rtree_writer_init(struct rtree_writer *w, struct store *s, const char *index,
                                size_t n_dims, bool is_float, struct err *err)
{
    int64_t node_bytes = 0;
    *w = (struct rtree_writer){.store = s};
    enum err_code rc = db_get_i64(s, &node_bytes, err,
                                  "SELECT length(data) FROM \"%w_node\" WHERE nodeno=1", index);
    if (!rc)
        rc = rtree_pack_new(n_dims, (size_t)node_bytes, is_float, store_node, w, &w->pack, err);
    if (!rc)
        rc = db_prepare(s, &w->put_node, err, "INSERT OR REPLACE INTO \"%w_node\" VALUES(?,?)",
                        index);
    if (!rc)
        rc = db_prepare(s, &w->put_row, err, "INSERT INTO \"%w_rowid\" VALUES(?,?)", index);
    if (!rc)
        rc = db_prepare(s, &w->put_parent, err, "INSERT INTO \"%w_parent\" VALUES(?,?)", index);
    if (rc)
        rtree_writer_clear(w);
    return rc;
}

void rtree_writer_clear(struct rtree_writer *w)
{
    rtree_pack_free(w->pack);
    sqlite3_finalize(w->put_node);
    sqlite3_finalize(w->put_row);
    sqlite3_finalize(w->put_parent);
    *w = (struct rtree_writer){0};
}

enum err_code rtree_writer_put(struct rtree_writer *w, int64_t id, const int32_t *coords,
                               struct err *err)
{
    return rtree_pack_put(w->pack, id, coords, err);
}

enum err_code rtree_writer_finish(struct rtree_writer *w, struct err *err)
{
    return rtree_pack_finish(w->pack, err);
}
