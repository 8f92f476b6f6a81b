/* Queries for chunks of drawables. */
#include "base/mem.h"
#include "store/drawable.h"
#include "store/rtree_pack.h"
#include "store/spatialite_db.h"

struct chunk_cursor {
    struct store *store;
    const struct layer *layer;
    sqlite3_stmt *stmt;
    enum chunk_part part;
};

#define IN_BOX                                                                                     \
    " WHERE i.min_x<=?1 AND i.max_x>=?2 AND i.min_y<=?3 AND i.max_y>=?4"                           \
    " AND i.min_zoom<=?5 AND i.max_zoom>=?5"

static void bind_query(sqlite3_stmt *stmt, const struct chunk_query *q)
{
    sqlite3_bind_int(stmt, 1, rtree_key_of_u32(q->box.max_x));
    sqlite3_bind_int(stmt, 2, rtree_key_of_u32(q->box.min_x));
    sqlite3_bind_int(stmt, 3, rtree_key_of_u32(q->box.max_y));
    sqlite3_bind_int(stmt, 4, rtree_key_of_u32(q->box.min_y));
    sqlite3_bind_int(stmt, 5, q->zoom);
}

enum { COLUMN_BOX = 0, COLUMN_ID = 4, COLUMN_ZOOMS, COLUMN_N = 7, COLUMN_BYTES, COLUMN_CONTENT };

#define FACE                                                                                       \
    "i.min_x, i.max_x, i.min_y, i.max_y, i.id, i.min_zoom, i.max_zoom, d.n_drawables,"             \
    " length(d.content)"
/* CROSS JOIN pins the order: the index first, then rows by their number. That is not the order of the
 * index, which an edit changes all around: tiles where nothing changed are to stay as they are, byte
 * for byte. LIMIT keeps the sorting within: of what the index holds, not of contents. */
#define FROM_ROWS                                                                                  \
    " FROM (SELECT * FROM \"%w_drawable_index\" i" IN_BOX " ORDER BY id LIMIT -1) i"               \
    " CROSS JOIN \"%w_drawable\" d ON d.id=i.id"

enum err_code store_query_chunks(struct store *s, const struct chunk_query *q,
                                 struct chunk_cursor **out, struct err *err)
{
    static const char *const SQL[] = {
        [CHUNK_ALL] = "SELECT " FACE ", d.content" FROM_ROWS,
        [CHUNK_FACE] = "SELECT " FACE FROM_ROWS,
    };
    struct err why = {0};
    struct chunk_cursor *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    *c = (struct chunk_cursor){.store = s, .layer = q->layer, .part = q->part};
    if (db_borrow(s, &c->stmt, &why, SQL[q->part], q->layer->name, q->layer->name)) {
        chunk_cursor_close(c);
        return store_layer_failed(s, q->layer, &why, err);
    }
    bind_query(c->stmt, q);
    *out = c;
    return OK;
}

static void read_row(sqlite3_stmt *stmt, enum chunk_part part, struct chunk *out)
{
    *out = (struct chunk){
        .id = sqlite3_column_int64(stmt, COLUMN_ID),
        .n_drawables = (uint32_t)sqlite3_column_int64(stmt, COLUMN_N),
        .min_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_ZOOMS),
        .max_zoom = (uint8_t)sqlite3_column_int(stmt, COLUMN_ZOOMS + 1),
        .box = {.min_x = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX)),
                .max_x = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 1)),
                .min_y = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 2)),
                .max_y = rtree_key_to_u32(sqlite3_column_int(stmt, COLUMN_BOX + 3))},
        .content_bytes = (uint64_t)sqlite3_column_int64(stmt, COLUMN_BYTES),
    };
    if (part == CHUNK_FACE)
        return;
    const char *at = sqlite3_column_blob(stmt, COLUMN_CONTENT);
    out->content = (struct span){at, at ? (size_t)sqlite3_column_bytes(stmt, COLUMN_CONTENT) : 0};
}

enum err_code chunk_cursor_next(struct chunk_cursor *c, struct chunk *out, bool *out_more,
                                struct err *err)
{
    struct err why = {0};
    bool row = false;
    if (db_step(c->store, c->stmt, &row, &why))
        return store_layer_failed(c->store, c->layer, &why, err);
    if (row)
        read_row(c->stmt, c->part, out);
    *out_more = row;
    return OK;
}

void chunk_cursor_close(struct chunk_cursor *c)
{
    if (!c)
        return;
    db_return(c->store, c->stmt);
    mem_free(c);
}

enum err_code store_has_chunks(struct store *s, const struct chunk_query *q, bool *out,
                               struct err *err)
{
    struct err why = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(
        s, &stmt, &why, "SELECT 1 FROM \"%w_drawable_index\" i" IN_BOX " LIMIT 1", q->layer->name);
    if (!rc) {
        bind_query(stmt, q);
        rc = db_step(s, stmt, &row, &why);
    }
    db_return(s, stmt);
    if (rc)
        return store_layer_failed(s, q->layer, &why, err);
    *out = row;
    return OK;
}
