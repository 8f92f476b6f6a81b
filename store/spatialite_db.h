/*
 * The SQLite connection behind a store and how all statements are run. Only for
 * store/spatialite_*.c: nobody else knows that there is SQL.
 */
#ifndef STORE_SPATIALITE_DB_H
#define STORE_SPATIALITE_DB_H

#include "base/err.h"
#include "base/text.h"
#include "store/aside_file.h"
#include "store/store.h"

#include <sqlite3.h>

/* A prepared statement that waits for its next use. */
struct kept_statement {
    char *sql;
    uint64_t hash, last_use;
    sqlite3_stmt *stmt;
    bool lent;
};
#define KEPT_STATEMENTS 64

struct store {
    sqlite3 *db;
    void *spatialite; /* SpatiaLite's part of the connection; NULL in a reader */
    enum store_mode mode;
    /* A store that does not exist yet is built aside; `aside` is none once it is at its place. */
    struct aside_file aside;
    char *place;
    bool spoiled;              /* a layer that did not come to its end has left tables in it */
    const atomic_bool *cancel; /* see store_set_interrupt() */
    int64_t deadline_us;
    enum err_code stopped; /* why the progress handler ended a query: CANCELED or LIMIT */
    uint64_t n_uses;
    struct kept_statement kept[KEPT_STATEMENTS];
};

/** What SQLite's result code means, with its words. Never OK. */
enum err_code db_error(struct store *s, int rc, struct err *err);

/*
 * SQL text is made with sqlite3_mprintf(): %w within "..." for names, %Q for texts, %lld.
 */

/** Run statements that give nothing back. */
enum err_code db_run(struct store *s, struct err *err, const char *format, ...) MUST_USE;
/** The first column of the first row as a number; NOT_FOUND without a row. */
enum err_code db_get_i64(struct store *s, int64_t *out, struct err *err, const char *format,
                         ...) MUST_USE;
/** One statement; the caller's to sqlite3_finalize(). */
enum err_code db_prepare(struct store *s, sqlite3_stmt **out, struct err *err, const char *format,
                         ...) MUST_USE;
/** One statement, kept for its next use; to be given back with db_return(). */
enum err_code db_borrow(struct store *s, sqlite3_stmt **out, struct err *err, const char *format,
                        ...) MUST_USE;
void db_return(struct store *s, sqlite3_stmt *stmt); /* accepts NULL */
/** Finalizes all that is kept. */
void db_forget_statements(struct store *s);

enum err_code db_step(struct store *s, sqlite3_stmt *stmt, bool *out_row, struct err *err) MUST_USE;
/** A step that gives no row, and ready for the next. */
enum err_code db_step_reset(struct store *s, sqlite3_stmt *stmt, struct err *err) MUST_USE;

/** Binding cannot fail but for memory, which the step then tells. Lent until the step. */
void db_bind_text(sqlite3_stmt *stmt, int index, const char *text);
void db_bind_span(sqlite3_stmt *stmt, int index, struct span text);
/** "" for NULL; lent until the next step. */
struct span db_column_span(sqlite3_stmt *stmt, int column);

/** BEGIN a transaction that writes. A store that is being built is begun anew where a layer has
 * spoiled it. */
enum err_code store_begin(struct store *s, struct err *err) MUST_USE;

/** Roll back what is open, if anything is. */
void db_rollback(struct store *s);

/** Make an empty file a store, or bring an older one up to date, in one transaction. */
enum err_code store_upgrade(struct store *s, struct err *err) MUST_USE;
/** The version of our tables; 0 when there are none. */
enum err_code store_read_version(struct store *s, int64_t *out, struct err *err) MUST_USE;
#define STORE_VERSION        7
#define STORE_APPLICATION_ID 0x43534E49 /* "CSNI" */

/** A statement about a layer failed as `why` says: is it because the layer is no longer what the
 * caller's catalog says? Errors NOT_FOUND it is gone; CONFLICT it was replaced; else why's own. */
enum err_code store_layer_failed(struct store *s, const struct layer *l, const struct err *why,
                                 struct err *err) MUST_USE;

/** Remember an import. Within its transaction; `r` lacks layer and n_written. */
enum err_code store_put_import(struct store *s, int64_t id, const char *layer, int64_t n_written,
                               const struct import_record *r, struct err *err) MUST_USE;

#endif
