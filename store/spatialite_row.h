/*
 * Rows of one table in order of their numbers: through an INSERT, or, where the file is ours alone
 * until it is whole, as pages that are packed and written at its end (store/btree_pack.h).
 */
#ifndef STORE_SPATIALITE_ROW_H
#define STORE_SPATIALITE_ROW_H

#include "store/btree_pack.h"
#include "store/spatialite_db.h"

/** Open to be embedded; fields are its own. `{0}` is none. */
struct row_writer {
    struct store *store;
    sqlite3_stmt *stmt; /* NULL: rows are made in the record, and pages packed of them */
    int at;             /* of the statement's next parameter */
    struct btree_pack *pack;
    struct record record;
};

/** INSERT `n_columns` into the table; the first is its row number. Errors those of SQLite */
enum err_code row_writer_insert(struct row_writer *w, struct store *s, const char *table,
                                size_t n_columns, struct err *err) MUST_USE;
/** Pack pages of the table, which is empty or whose rows are to go. `pages` is lent until the writer
 * is cleared. No transaction is open from row_start() to row_writer_finish(). Errors those of
 * SQLite, NO_MEMORY */
enum err_code row_writer_pack(struct row_writer *w, struct store *s, const char *table,
                              struct page_file *pages, struct err *err) MUST_USE;
/** Of no table: rows are made in its record. */
void row_writer_detach(struct row_writer *w);
void row_writer_clear(struct row_writer *w);

/** A row: its number, its other columns one after the other, its end. Texts and blobs are lent until
 * then. */
void row_start(struct row_writer *w, int64_t number);
void row_put_null(struct row_writer *w);
void row_put_i64(struct row_writer *w, int64_t v);
void row_put_f64(struct row_writer *w, double v);
void row_put_text(struct row_writer *w, struct span text);
void row_put_blob(struct row_writer *w, struct span blob);
/** Errors those of SQLite and of btree_pack_put(), LIMIT, NO_MEMORY */
enum err_code row_end(struct row_writer *w, int64_t number, struct err *err) MUST_USE;

/** After the last row. A table without rows stays as it is. */
enum err_code row_writer_finish(struct row_writer *w, struct err *err) MUST_USE;

#endif
