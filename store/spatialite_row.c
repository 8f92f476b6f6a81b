#include "store/spatialite_row.h"

#define ROW_LIMIT_BYTES ((size_t)1000000000) /* SQLITE_MAX_LENGTH */

enum err_code row_writer_insert(struct row_writer *w, struct store *s, const char *table,
                                size_t n_columns, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_str *sql = sqlite3_str_new(s->db);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w\" VALUES(?", table);
    for (size_t i = 1; i < n_columns; i++)
        sqlite3_str_appendall(sql, ",?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    if (!text)
        return err_no_memory(err, 0);
    const enum err_code rc = db_prepare(s, &stmt, err, "%s", text);
    sqlite3_free(text);
    if (!rc)
        *w = (struct row_writer){.store = s, .stmt = stmt};
    return rc;
}

enum err_code row_writer_pack(struct row_writer *w, struct store *s, const char *table,
                              struct page_file *pages, struct err *err)
{
    int64_t root = 0;
    struct btree_pack *pack = NULL;
    enum err_code rc =
        db_get_i64(s, &root, err, "SELECT rootpage FROM sqlite_schema WHERE name=%Q", table);
    if (!rc)
        rc = btree_pack_new(pages, (uint32_t)root, &pack, err);
    if (rc)
        return rc;
    *w = (struct row_writer){.store = s, .pack = pack};
    record_init(&w->record, ROW_LIMIT_BYTES);
    return OK;
}

void row_writer_detach(struct row_writer *w)
{
    *w = (struct row_writer){0};
    record_init(&w->record, ROW_LIMIT_BYTES);
}

void row_writer_clear(struct row_writer *w)
{
    sqlite3_finalize(w->stmt);
    btree_pack_free(w->pack);
    record_clear(&w->record);
    *w = (struct row_writer){0};
}

void row_start(struct row_writer *w, int64_t number)
{
    if (!w->stmt) {
        record_start(&w->record);
        record_put_null(&w->record);
        return;
    }
    sqlite3_bind_int64(w->stmt, 1, number);
    w->at = 2;
}

void row_put_null(struct row_writer *w)
{
    if (!w->stmt)
        record_put_null(&w->record);
    else
        sqlite3_bind_null(w->stmt, w->at++);
}

void row_put_i64(struct row_writer *w, int64_t v)
{
    if (!w->stmt)
        record_put_i64(&w->record, v);
    else
        sqlite3_bind_int64(w->stmt, w->at++, v);
}

void row_put_f64(struct row_writer *w, double v)
{
    if (!w->stmt)
        record_put_f64(&w->record, v);
    else
        sqlite3_bind_double(w->stmt, w->at++, v);
}

void row_put_text(struct row_writer *w, struct span text)
{
    if (!w->stmt)
        record_put_text(&w->record, text);
    else
        sqlite3_bind_text64(w->stmt, w->at++, text.at ? text.at : "", text.len_bytes, SQLITE_STATIC,
                            SQLITE_UTF8);
}

void row_put_blob(struct row_writer *w, struct span blob)
{
    if (!w->stmt)
        record_put_blob(&w->record, blob);
    else
        sqlite3_bind_blob64(w->stmt, w->at++, blob.at ? blob.at : "", blob.len_bytes,
                            SQLITE_STATIC);
}

enum err_code row_end(struct row_writer *w, int64_t number, struct err *err)
{
    if (!w->pack)
        return db_step_reset(w->store, w->stmt, err);
    const enum err_code rc = record_status(&w->record, err);
    return rc ? rc : btree_pack_put(w->pack, number, &w->record, err);
}

enum err_code row_writer_finish(struct row_writer *w, struct err *err)
{
    return w->pack ? btree_pack_finish(w->pack, err) : OK;
}
