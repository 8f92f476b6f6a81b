/* Queries for drawables. */
#include "base/mem.h"
#include "store/drawable.h"
#include "store/rtree_pack.h"
#include "store/spatialite_db.h"

struct drawable_cursor {
    struct store *store;
    const struct layer *layer;
    sqlite3_stmt *stmt;
    enum drawable_part part;
};

#define IN_BOX                                                                                     \
    " WHERE i.min_x<=?1 AND i.max_x>=?2 AND i.min_y<=?3 AND i.max_y>=?4"                           \
    " AND i.min_zoom<=?5 AND i.max_zoom>=?5"

static void bind_query(sqlite3_stmt *stmt, const struct drawable_query *q)
{
    sqlite3_bind_int(stmt, 1, rtree_key_of_u32(q->box.max_x));
    sqlite3_bind_int(stmt, 2, rtree_key_of_u32(q->box.min_x));
    sqlite3_bind_int(stmt, 3, rtree_key_of_u32(q->box.max_y));
    sqlite3_bind_int(stmt, 4, rtree_key_of_u32(q->box.min_y));
    sqlite3_bind_int(stmt, 5, q->zoom);
}

#define BOX     "i.min_x, i.max_x, i.min_y, i.max_y"
#define CONTENT "d.n_features, d.geometry, d.properties"
/* CROSS JOIN pins the order: the index first, then rows by their number. */
#define FROM_ROWS " FROM \"%w_drawable_index\" i CROSS JOIN \"%w_drawable\" d ON d.id=i.id" IN_BOX

static enum err_code borrow_query(struct store *s, const struct drawable_query *q,
                                  sqlite3_stmt **out, struct err *err)
{
    static const char *const SQL[] = {
        [DRAWABLE_ALL] = "SELECT " CONTENT ", " BOX ", d.feature, d.min_zoom, d.max_zoom" FROM_ROWS,
        [DRAWABLE_BOX] = "SELECT " BOX " FROM \"%w_drawable_index\" i" IN_BOX,
        [DRAWABLE_CONTENT] = "SELECT " CONTENT FROM_ROWS,
    };
    return db_borrow(s, out, err, SQL[q->part], q->layer->name, q->layer->name);
}

enum err_code store_query_drawables(struct store *s, const struct drawable_query *q,
                                    struct drawable_cursor **out, struct err *err)
{
    struct err why = {0};
    struct drawable_cursor *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    *c = (struct drawable_cursor){.store = s, .layer = q->layer, .part = q->part};
    if (borrow_query(s, q, &c->stmt, &why)) {
        drawable_cursor_close(c);
        return store_layer_failed(s, q->layer, &why, err);
    }
    bind_query(c->stmt, q);
    *out = c;
    return OK;
}

static struct span column_blob(sqlite3_stmt *stmt, int column)
{
    const char *at = sqlite3_column_blob(stmt, column);
    return (struct span){at, at ? (size_t)sqlite3_column_bytes(stmt, column) : 0};
}

static struct grid_box column_box(sqlite3_stmt *stmt, int first)
{
    return (struct grid_box){
        .min_x = rtree_key_to_u32(sqlite3_column_int(stmt, first)),
        .max_x = rtree_key_to_u32(sqlite3_column_int(stmt, first + 1)),
        .min_y = rtree_key_to_u32(sqlite3_column_int(stmt, first + 2)),
        .max_y = rtree_key_to_u32(sqlite3_column_int(stmt, first + 3)),
    };
}

static void read_row(sqlite3_stmt *stmt, enum drawable_part part, struct drawable *out)
{
    *out = (struct drawable){0};
    if (part == DRAWABLE_BOX) {
        out->box = column_box(stmt, 0);
        return;
    }
    out->n_features = (uint32_t)sqlite3_column_int64(stmt, 0);
    out->geometry = column_blob(stmt, 1);
    out->properties = column_blob(stmt, 2);
    if (part == DRAWABLE_CONTENT)
        return;
    out->box = column_box(stmt, 3);
    out->fid = sqlite3_column_int64(stmt, 7);
    out->min_zoom = (uint8_t)sqlite3_column_int(stmt, 8);
    out->max_zoom = (uint8_t)sqlite3_column_int(stmt, 9);
}

enum err_code drawable_cursor_next(struct drawable_cursor *c, struct drawable *out, bool *out_more,
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

void drawable_cursor_close(struct drawable_cursor *c)
{
    if (!c)
        return;
    db_return(c->store, c->stmt);
    mem_free(c);
}

enum err_code store_count_drawables(struct store *s, const struct drawable_query *q, uint64_t n_max,
                                    uint64_t *out, struct err *err)
{
    struct err why = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc =
        db_borrow(s, &stmt, &why,
                  "SELECT count(*) FROM (SELECT 1 FROM \"%w_drawable_index\" i" IN_BOX " LIMIT ?6)",
                  q->layer->name);
    if (!rc) {
        bind_query(stmt, q);
        sqlite3_bind_int64(stmt, 6, n_max < INT64_MAX ? (int64_t)n_max : INT64_MAX);
        rc = db_step(s, stmt, &row, &why);
    }
    const uint64_t n = row ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
    db_return(s, stmt);
    if (rc)
        return store_layer_failed(s, q->layer, &why, err);
    *out = n;
    return OK;
}
