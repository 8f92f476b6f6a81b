#include "store/spatialite_db.h"

#include "base/mem.h"

#include <spatialite.h>

const char *store_sqlite_version(void)
{
    return sqlite3_libversion();
}

const char *store_spatialite_version(void)
{
    return spatialite_version();
}

/* What SQLite's primary result codes mean here. The others are our own mistakes. */
static const struct {
    int rc;
    enum err_code code;
    const char *words;
} RESULTS[] = {
    {SQLITE_BUSY, BUSY, "somebody else is writing to the store"},
    {SQLITE_LOCKED, BUSY, "the store is in use by this connection"},
    {SQLITE_NOMEM, NO_MEMORY, "out of memory"},
    {SQLITE_READONLY, IO, "the store cannot be written"},
    {SQLITE_PERM, IO, "no permission for the store"},
    {SQLITE_IOERR, IO, "reading or writing the store failed"},
    {SQLITE_FULL, IO, "no space is left for the store"},
    {SQLITE_CANTOPEN, IO, "the store cannot be opened"},
    {SQLITE_CORRUPT, BAD_DATA, "the store is damaged"},
    {SQLITE_NOTADB, BAD_DATA, "not an SQLite file"},
    {SQLITE_FORMAT, BAD_DATA, "not an SQLite file"},
    {SQLITE_CONSTRAINT, CONFLICT, "the store does not take this"},
    {SQLITE_TOOBIG, LIMIT, "a value is too long for the store"},
};

enum err_code db_error(struct store *s, int rc, struct err *err)
{
    const int primary = rc & 0xFF;
    /* SpatiaLite's functions tell of statements of theirs that were interrupted as of any failure. */
    if (s->stopped && (primary == SQLITE_INTERRUPT || primary == SQLITE_ERROR))
        return s->stopped == CANCELED ? err_set(err, CANCELED, "the query was canceled")
                                      : err_set(err, LIMIT, "the query took too long");
    for (size_t i = 0; i < sizeof RESULTS / sizeof *RESULTS; i++) {
        if (RESULTS[i].rc == primary)
            return err_set(err, RESULTS[i].code, "%s (%s)", RESULTS[i].words,
                           s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
    }
    return err_set(err, INTERNAL, "SQLite: %s", s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
}

static enum err_code prepare(struct store *s, const char *sql, unsigned flags, sqlite3_stmt **out,
                             struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    const int rc = sqlite3_prepare_v3(s->db, sql, -1, flags, &stmt, NULL);
    if (rc)
        return db_error(s, rc, err);
    *out = stmt;
    return OK;
}

static enum err_code prepare_args(struct store *s, sqlite3_stmt **out, struct err *err,
                                  const char *format, va_list args)
{
    char *sql = sqlite3_vmprintf(format, args);
    if (!sql)
        return err_no_memory(err, 0);
    const enum err_code rc = prepare(s, sql, 0, out, err);
    sqlite3_free(sql);
    return rc;
}

enum err_code db_prepare(struct store *s, sqlite3_stmt **out, struct err *err, const char *format,
                         ...)
{
    va_list args;
    va_start(args, format);
    const enum err_code rc = prepare_args(s, out, err, format, args);
    va_end(args);
    return rc;
}

enum err_code db_run(struct store *s, struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    if (!sql)
        return err_no_memory(err, 0);
    s->stopped = OK;
    const int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return rc ? db_error(s, rc, err) : OK;
}

enum err_code db_get_i64(struct store *s, int64_t *out, struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = prepare_args(s, &stmt, err, format, args);
    va_end(args);
    bool row = false;
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && !row)
        rc = err_set(err, NOT_FOUND, "the store has no such row");
    if (!rc)
        *out = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return rc;
}

enum err_code db_step(struct store *s, sqlite3_stmt *stmt, bool *out_row, struct err *err)
{
    s->stopped = OK;
    const int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return db_error(s, rc, err);
    *out_row = rc == SQLITE_ROW;
    return OK;
}

enum err_code db_step_reset(struct store *s, sqlite3_stmt *stmt, struct err *err)
{
    bool row = false;
    const enum err_code rc = db_step(s, stmt, &row, err);
    sqlite3_reset(stmt);
    return rc;
}

static void forget(struct kept_statement *k)
{
    sqlite3_finalize(k->stmt);
    sqlite3_free(k->sql);
    *k = (struct kept_statement){0};
}

void db_forget_statements(struct store *s)
{
    for (size_t i = 0; i < KEPT_STATEMENTS; i++)
        forget(&s->kept[i]);
}

/* The place of that SQL, when it is free. */
static struct kept_statement *find_kept(struct store *s, const char *sql, uint64_t hash)
{
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) {
        struct kept_statement *k = &s->kept[i];
        if (k->stmt && !k->lent && k->hash == hash && text_eq(k->sql, sql))
            return k;
    }
    return NULL;
}

/* The place whose statement was not used for the longest time; NULL when all are lent. */
static struct kept_statement *find_oldest(struct store *s)
{
    struct kept_statement *oldest = NULL;
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) {
        struct kept_statement *k = &s->kept[i];
        if (!k->lent && (!oldest || k->last_use < oldest->last_use))
            oldest = k;
    }
    return oldest;
}

enum err_code db_borrow(struct store *s, sqlite3_stmt **out, struct err *err, const char *format,
                        ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    if (!sql)
        return err_no_memory(err, 0);
    const uint64_t hash = text_hash(sql, span_of(sql).len_bytes, 0);
    struct kept_statement *k = find_kept(s, sql, hash);
    if (k) {
        sqlite3_free(sql);
    } else {
        sqlite3_stmt *stmt = NULL;
        const enum err_code rc = prepare(s, sql, SQLITE_PREPARE_PERSISTENT, &stmt, err);
        k = rc ? NULL : find_oldest(s);
        if (!k) { /* without a place the statement lives until db_return() */
            sqlite3_free(sql);
            if (!rc)
                *out = stmt;
            return rc;
        }
        forget(k);
        *k = (struct kept_statement){.sql = sql, .hash = hash, .stmt = stmt};
    }
    k->lent = true;
    k->last_use = ++s->n_uses;
    *out = k->stmt;
    return OK;
}

void db_return(struct store *s, sqlite3_stmt *stmt)
{
    if (!stmt)
        return;
    for (size_t i = 0; i < KEPT_STATEMENTS; i++) {
        if (s->kept[i].stmt == stmt) {
            sqlite3_reset(stmt);
            sqlite3_clear_bindings(stmt);
            s->kept[i].lent = false;
            return;
        }
    }
    sqlite3_finalize(stmt);
}

void db_bind_text(sqlite3_stmt *stmt, int index, const char *text)
{
    db_bind_span(stmt, index, span_of(text));
}

void db_bind_span(sqlite3_stmt *stmt, int index, struct span text)
{
    if (text.at)
        sqlite3_bind_text64(stmt, index, text.at, text.len_bytes, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(stmt, index);
}

struct span db_column_span(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? (struct span){text, (size_t)sqlite3_column_bytes(stmt, column)}
                : (struct span){"", 0};
}

void db_rollback(struct store *s)
{
    /* It cannot fail in a way that leaves the transaction open. */
    if (s->db && !sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}
