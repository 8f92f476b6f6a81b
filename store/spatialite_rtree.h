/* Packed nodes into the tables behind one of SQLite's R-tree indexes. */
#ifndef STORE_SPATIALITE_RTREE_H
#define STORE_SPATIALITE_RTREE_H

#include "store/rtree_pack.h"
#include "store/spatialite_db.h"

/** Fields are this module's own. */
struct rtree_writer {
    struct store *store;
    struct rtree_pack *pack;
    sqlite3_stmt *put_node, *put_row, *put_rows, *put_parent; /* rows: a full leaf's */
};

/** Start to fill an empty index, within a transaction. Errors those of rtree_pack_new() and of
 * SQLite. */
enum err_code rtree_writer_init(struct rtree_writer *w, struct store *s, const char *index,
                                size_t n_dims, bool is_float, struct err *err) MUST_USE;
void rtree_writer_clear(struct rtree_writer *w); /* accepts a zeroed one */

/** As rtree_pack_put(). */
enum err_code rtree_writer_put(struct rtree_writer *w, int64_t id, const int32_t *coords,
                               struct err *err) MUST_USE;
enum err_code rtree_writer_finish(struct rtree_writer *w, struct err *err) MUST_USE;

#endif
