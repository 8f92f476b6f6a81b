#include "store/spatialite_rtree.h"

#include "base/mem.h"

/* Most leaves are full: their rows in one statement take half the time. */
#define ROWS_AT_ONCE 51

#define ROOT             1
#define NODE_LIMIT_BYTES ((size_t)1 << 16)

static enum err_code put_pairs(struct rtree_writer *w, sqlite3_stmt *stmt, const int64_t *ids,
                               size_t n, int64_t number, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(stmt, (int)(2 * i + 1), ids[i]);
        sqlite3_bind_int64(stmt, (int)(2 * i + 2), number);
    }
    return db_step_reset(w->store, stmt, err);
}

static enum err_code put_root(struct rtree_writer *w, struct span data, struct err *err)
{
    sqlite3_bind_int64(w->put_node, 1, ROOT);
    sqlite3_bind_blob64(w->put_node, 2, data.at, data.len_bytes, SQLITE_STATIC);
    return db_step_reset(w->store, w->put_node, err);
}

/* Rows of leaves come in order, and so do nodes but for the root. */
static enum err_code pack_node(struct rtree_writer *w, const struct rtree_node *node,
                               struct err *err)
{
    const struct span data = {(const char *)node->data, node->n_bytes};
    enum err_code rc = OK;
    if (node->number == ROOT) {
        buf_put(&w->root, data.at, data.len_bytes);
        rc = buf_status(&w->root, err);
    } else {
        row_start(&w->nodes, node->number);
        row_put_blob(&w->nodes, data);
        rc = row_end(&w->nodes, node->number, err);
    }
    for (size_t i = 0; !rc && node->leaf && i < node->n_ids; i++) {
        row_start(&w->rows, node->ids[i]);
        row_put_i64(&w->rows, node->number);
        rc = row_end(&w->rows, node->ids[i], err);
    }
    if (rc || node->leaf)
        return rc;
    rc = mem_grow((void **)&w->parents, &w->room_parents, w->n_parents + node->n_ids,
                  sizeof *w->parents, err);
    for (size_t i = 0; !rc && i < node->n_ids; i++)
        w->parents[w->n_parents++] = (struct parent){node->ids[i], node->number};
    return rc;
}

/* Source: "The Shadow Tables", https://www.sqlite.org/rtree.html: every node, for each row its
 * leaf, for each node but the root the node above. */
static enum err_code store_node(void *state, const struct rtree_node *node, struct err *err)
{
    struct rtree_writer *w = state;
    if (w->packs_pages)
        return pack_node(w, node, err);
    sqlite3_bind_int64(w->put_node, 1, node->number);
    sqlite3_bind_blob64(w->put_node, 2, node->data, node->n_bytes, SQLITE_STATIC);
    enum err_code rc = db_step_reset(w->store, w->put_node, err);
    if (!rc && node->leaf && node->n_ids == ROWS_AT_ONCE)
        return put_pairs(w, w->put_rows, node->ids, ROWS_AT_ONCE, node->number, err);
    sqlite3_stmt *put = node->leaf ? w->put_row : w->put_parent;
    for (size_t i = 0; !rc && i < node->n_ids; i++)
        rc = put_pairs(w, put, &node->ids[i], 1, node->number, err);
    return rc;
}

static enum err_code prepare_rows(struct rtree_writer *w, const char *index, struct err *err)
{
    sqlite3_str *sql = sqlite3_str_new(w->store->db);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w_rowid\" VALUES(?,?)", index);
    for (int i = 1; i < ROWS_AT_ONCE; i++)
        sqlite3_str_appendall(sql, ",(?,?)");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    const enum err_code rc = db_prepare(w->store, &w->put_rows, err, "%s", text);
    sqlite3_free(text);
    return rc;
}

static enum err_code start_pages(struct rtree_writer *w, const char *index, struct page_file *pages,
                                 struct err *err)
{
    char *nodes = sqlite3_mprintf("%s_node", index), *rows = sqlite3_mprintf("%s_rowid", index);
    enum err_code rc = nodes && rows ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = row_writer_pack(&w->nodes, w->store, nodes, pages, err);
    if (!rc)
        rc = row_writer_pack(&w->rows, w->store, rows, pages, err);
    sqlite3_free(nodes);
    sqlite3_free(rows);
    return rc;
}

enum err_code rtree_writer_init(struct rtree_writer *w, struct store *s, const char *index,
                                size_t n_dims, bool is_float, struct page_file *pages,
                                struct err *err)
{
    int64_t node_bytes = 0;
    *w = (struct rtree_writer){.store = s, .packs_pages = pages != NULL};
    buf_init(&w->root, NODE_LIMIT_BYTES);
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
        rc = prepare_rows(w, index, err);
    if (!rc)
        rc = db_prepare(s, &w->put_parent, err, "INSERT INTO \"%w_parent\" VALUES(?,?)", index);
    if (!rc && pages)
        rc = start_pages(w, index, pages, err);
    if (rc)
        rtree_writer_clear(w);
    return rc;
}

void rtree_writer_clear(struct rtree_writer *w)
{
    rtree_pack_free(w->pack);
    sqlite3_finalize(w->put_node);
    sqlite3_finalize(w->put_row);
    sqlite3_finalize(w->put_rows);
    sqlite3_finalize(w->put_parent);
    row_writer_clear(&w->nodes);
    row_writer_clear(&w->rows);
    mem_free(w->parents);
    buf_clear(&w->root);
    *w = (struct rtree_writer){0};
}

enum err_code rtree_writer_put(struct rtree_writer *w, int64_t id, const int32_t *coords,
                               struct err *err)
{
    return rtree_pack_put(w->pack, id, coords, err);
}

enum err_code rtree_writer_finish(struct rtree_writer *w, struct err *err)
{
    enum err_code rc = rtree_pack_finish(w->pack, err);
    if (!rc)
        rc = row_writer_finish(&w->nodes, err);
    return rc ? rc : row_writer_finish(&w->rows, err);
}

enum err_code rtree_writer_settle(struct rtree_writer *w, struct err *err)
{
    enum err_code rc = OK;
    if (w->root.len_bytes)
        rc = put_root(w, (struct span){(const char *)w->root.data, w->root.len_bytes}, err);
    for (size_t i = 0; !rc && i < w->n_parents; i++)
        rc = put_pairs(w, w->put_parent, &w->parents[i].child, 1, w->parents[i].node, err);
    return rc;
}
