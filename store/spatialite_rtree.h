/* Packed nodes into the tables behind one of SQLite's R-tree indexes. */
#ifndef STORE_SPATIALITE_RTREE_H
#define STORE_SPATIALITE_RTREE_H

#include "store/rtree_pack.h"
#include "store/spatialite_row.h"

struct parent {
    int64_t child, node;
};

/** Fields are this module's own. */
struct rtree_writer {
    struct store *store;
    struct rtree_pack *pack;
    sqlite3_stmt *put_node, *put_row, *put_rows, *put_parent; /* rows: a full leaf's */
    /* Where pages are packed: nodes but the root, and the rows' leaves. */
    bool packs_pages;
    struct row_writer nodes, rows;
    struct parent *parents; /* of nodes: not in order, and few */
    size_t n_parents, room_parents;
    struct buf root;
};

/** Start to fill an empty index, within a transaction; with `pages` (which may be NULL) as in
 * row_writer_pack(). Errors those of rtree_pack_new() and of SQLite. */
enum err_code rtree_writer_init(struct rtree_writer *w, struct store *s, const char *index,
                                size_t n_dims, bool is_float, struct page_file *pages,
                                struct err *err) MUST_USE;
void rtree_writer_clear(struct rtree_writer *w); /* accepts a zeroed one */

/** As rtree_pack_put(). */
enum err_code rtree_writer_put(struct rtree_writer *w, int64_t id, const int32_t *coords,
                               struct err *err) MUST_USE;
/** After the last row. */
enum err_code rtree_writer_finish(struct rtree_writer *w, struct err *err) MUST_USE;
/** Where pages were packed, when they belong to the database: what must go through SQLite. Nothing
 * otherwise. Within a transaction. */
enum err_code rtree_writer_settle(struct rtree_writer *w, struct err *err) MUST_USE;

#endif
