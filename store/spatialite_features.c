/* Queries for features. */
#include "base/mem.h"
#include "store/geometry_blob.h"
#include "store/spatialite_db.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* Columns of the statement: row, id, geometry, then the fields. */
enum { COLUMN_FID, COLUMN_ID, COLUMN_GEOMETRY, COLUMN_FIELDS };
/* Its parameters: the row before, the id or the first box. */
enum { PARAM_AFTER = 1, PARAM_ID = 2, PARAM_BOX = 2 };

struct feature_cursor {
    struct store *store;
    const struct layer *layer;
    sqlite3_stmt *stmt;
    struct when_interval when;
    bool has_when;
    char *id; /* NULL: any */
};

/* The layer lies in one of the boxes: no need to look into the index. */
static bool is_everywhere(const struct feature_query *q)
{
    const struct bbox *all = &q->layer->bbox;
    bool everywhere = q->n_boxes == 0 || bbox_is_empty(all);
    for (size_t i = 0; i < q->n_boxes; i++) {
        const struct bbox *b = &q->boxes[i];
        everywhere |= b->min_x <= all->min_x && b->min_y <= all->min_y && b->max_x >= all->max_x &&
                      b->max_y >= all->max_y;
    }
    return everywhere;
}

/* Row numbers as one list, which SQLite sorts and then walks: with OR it would sort whole
 * features. */
static void put_candidates(sqlite3_str *sql, const struct feature_query *q)
{
    const char *name = q->layer->name;
    for (size_t i = 0; i < q->n_boxes; i++) {
        const int at = (int)(PARAM_BOX + 4 * i);
        sqlite3_str_appendf(sql,
                            "%sSELECT pkid FROM \"idx_%w_geom\" WHERE xmin<=?%d AND xmax>=?%d"
                            " AND ymin<=?%d AND ymax>=?%d AND pkid>?1",
                            i ? " UNION ALL " : "", name, at, at + 1, at + 2, at + 3);
    }
    if (q->layer->n_without_geometry > 0)
        sqlite3_str_appendf(sql, " UNION ALL SELECT fid FROM \"%w\" WHERE geom IS NULL AND fid>?1",
                            name);
}

static enum err_code borrow_statement(struct store *s, const struct feature_query *q,
                                      sqlite3_stmt **out, struct err *err)
{
    const struct layer *l = q->layer;
    sqlite3_str *sql = sqlite3_str_new(s->db);
    sqlite3_str_appendf(sql, "SELECT fid, \"%w\", %s", l->id_column,
                        l->geom_type == GEOM_NONE ? "NULL" : "geom");
    for (size_t i = 0; i < l->n_fields; i++)
        sqlite3_str_appendf(sql, ", \"%w\"", l->fields[i].column);
    sqlite3_str_appendf(sql, " FROM \"%w\" WHERE fid>?1", l->name);
    if (q->id)
        sqlite3_str_appendf(sql, " AND \"%w\"=?2", l->id_column);
    if (!q->id && !is_everywhere(q)) {
        sqlite3_str_appendall(sql, " AND fid IN (");
        put_candidates(sql, q);
        sqlite3_str_appendall(sql, ")");
    }
    sqlite3_str_appendall(sql, " ORDER BY fid");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    const enum err_code rc = db_borrow(s, out, err, "%s", text);
    sqlite3_free(text);
    return rc;
}

enum err_code store_query_features(struct store *s, const struct feature_query *q,
                                   struct feature_cursor **out, struct err *err)
{
    struct err why = {0};
    struct feature_cursor *c = mem_new(1, sizeof *c);
    char *id = mem_strdup(q->id);
    if (!c || (q->id && !id)) {
        mem_free(c);
        mem_free(id);
        return err_no_memory(err, sizeof *c);
    }
    *c = (struct feature_cursor){.store = s, .layer = q->layer, .id = id};
    if (q->when && q->layer->time_field >= 0) {
        c->has_when = true;
        c->when = *q->when;
    }
    const enum err_code rc = borrow_statement(s, q, &c->stmt, &why);
    if (rc) {
        feature_cursor_close(c);
        return store_layer_failed(s, q->layer, &why, err);
    }
    sqlite3_bind_int64(c->stmt, PARAM_AFTER, q->after_fid);
    if (id) {
        db_bind_text(c->stmt, PARAM_ID, id);
    } else if (!is_everywhere(q)) {
        for (size_t i = 0; i < q->n_boxes; i++) {
            const struct bbox *b = &q->boxes[i];
            const int at = (int)(PARAM_BOX + 4 * i);
            sqlite3_bind_double(c->stmt, at, b->max_x);
            sqlite3_bind_double(c->stmt, at + 1, b->min_x);
            sqlite3_bind_double(c->stmt, at + 2, b->max_y);
            sqlite3_bind_double(c->stmt, at + 3, b->min_y);
        }
    }
    *out = c;
    return OK;
}

void feature_cursor_close(struct feature_cursor *c)
{
    if (!c)
        return;
    db_return(c->store, c->stmt);
    mem_free(c->id);
    mem_free(c);
}

/* An index finds "007" in a column of whole numbers as 7: what is another text is another id. A
 * time that says nothing matches. */
static bool row_matches(const struct feature_cursor *c)
{
    if (c->id && !span_eq(db_column_span(c->stmt, COLUMN_ID), c->id))
        return false;
    if (!c->has_when)
        return true;
    int64_t start = 0;
    enum when_kind kind = WHEN_NONE;
    const struct span text = db_column_span(c->stmt, COLUMN_FIELDS + c->layer->time_field);
    if (when_parse(text, &start, &kind, NULL))
        return true;
    const int64_t end = kind == WHEN_DATE ? start + DAY_US - 1 : start;
    return (!c->when.has_start || end >= c->when.start_us) &&
           (!c->when.has_end || start <= c->when.end_us);
}

static enum err_code copy_span(struct span from, struct arena *a, struct span *out, struct err *err)
{
    struct err why = {0};
    char *text = arena_strndup(a, from.at, from.len_bytes, &why);
    if (!text)
        return err_set(err, why.code, "%s", why.text);
    *out = (struct span){text, from.len_bytes};
    return OK;
}

/* By what is stored more than by what the field should hold, for the file is open to other
 * programs; the type only tells truth values, JSON and text kept in numeric columns. */
static enum err_code read_value(sqlite3_stmt *stmt, int column, enum field_type type,
                                struct arena *a, struct value *out, struct err *err)
{
    const int stored = sqlite3_column_type(stmt, column);
    const bool textual = type == FIELD_TEXT || type == FIELD_DATE || type == FIELD_DATETIME;
    if (stored == SQLITE_NULL || stored == SQLITE_BLOB) {
        *out = value_null();
    } else if (stored == SQLITE_INTEGER && !textual) {
        const int64_t n = sqlite3_column_int64(stmt, column);
        *out = type == FIELD_BOOLEAN ? value_bool(n != 0)
               : type == FIELD_REAL  ? value_real((double)n)
                                     : value_int(n);
    } else if (stored == SQLITE_FLOAT && !textual) {
        *out = value_real(sqlite3_column_double(stmt, column));
    } else {
        struct span text = {0};
        const enum err_code rc = copy_span(db_column_span(stmt, column), a, &text, err);
        if (rc)
            return rc;
        *out = type == FIELD_JSON ? value_json(text) : value_text(text);
    }
    return OK;
}

static enum err_code read_row(const struct feature_cursor *c, struct arena *a, struct feature *out,
                              struct err *err)
{
    const struct layer *l = c->layer;
    struct feature f = {.fid = sqlite3_column_int64(c->stmt, COLUMN_FID), .n_values = l->n_fields};
    struct err why = {0};
    struct value *values = arena_new(a, l->n_fields, sizeof *values, &why);
    if (!values)
        return err_set(err, why.code, "%s", why.text);
    f.values = values;
    enum err_code rc = copy_span(db_column_span(c->stmt, COLUMN_ID), a, &f.id, err);
    if (!rc && sqlite3_column_type(c->stmt, COLUMN_GEOMETRY) != SQLITE_NULL) {
        const struct span blob = {
            .at = sqlite3_column_blob(c->stmt, COLUMN_GEOMETRY),
            .len_bytes = (size_t)sqlite3_column_bytes(c->stmt, COLUMN_GEOMETRY),
        };
        rc = geometry_blob_read(blob, a, &f.geom, err);
        if (rc)
            err_add(err, "layer '%s', row %lld", l->name, (long long)f.fid);
    }
    for (size_t i = 0; !rc && i < l->n_fields; i++)
        rc = read_value(c->stmt, COLUMN_FIELDS + (int)i, l->fields[i].type, a, &values[i], err);
    if (!rc)
        *out = f;
    return rc;
}

enum err_code feature_cursor_next(struct feature_cursor *c, struct arena *a, struct feature *out,
                                  bool *out_more, struct err *err)
{
    struct err why = {0};
    bool row = false;
    enum err_code rc;
    do {
        rc = db_step(c->store, c->stmt, &row, &why);
    } while (!rc && row && !row_matches(c));
    if (rc)
        return store_layer_failed(c->store, c->layer, &why, err);
    if (row)
        rc = read_row(c, a, out, err);
    if (!rc)
        *out_more = row;
    return rc;
}

enum err_code store_read_max_position(struct store *s, const struct layer *l, uint64_t *out,
                                      struct err *err)
{
    int64_t n = 0;
    struct err why = {0};
    if (db_get_i64(s, &n, &why, "SELECT coalesce(max(\"%w\"),0) FROM \"%w\"", l->id_column,
                   l->name))
        return store_layer_failed(s, l, &why, err);
    *out = n > 0 ? (uint64_t)n : 0;
    return OK;
}
