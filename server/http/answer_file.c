#include "server/http/answer_file.h"

#include "base/mem.h"
#include "base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID  0x43534E54 /* "CSNT" */
#define PAGE_BYTES      4096
#define MIN_PAGES       64
#define EVICTED         "8" /* the share of rows that go when it is full: an eighth */
#define LOOK_AGAIN_US   1000000
#define TEXTS_MAX_BYTES ((size_t)1 << 16)

/* The file's user_version: a process that uses it has made it one. */
enum { STATE_CLOSED = 1, STATE_IN_USE = 2 };

/* Parameters of `put`, which are columns of `get` but for the first. */
enum {
    PUT_KEY = 1,
    PUT_STAMP,
    PUT_WIDE,
    PUT_CHECK,
    PUT_MEDIA,
    PUT_GZIP,
    PUT_MAX_AGE,
    PUT_HEADERS,
    PUT_BODY
};
enum { GET_STAMP, GET_WIDE, GET_CHECK, GET_MEDIA, GET_GZIP, GET_MAX_AGE, GET_HEADERS, GET_BODY };

struct answer_file {
    pthread_mutex_t lock;
    char *path;
    uint64_t limit_bytes;
    const struct log *log;
    sqlite3 *db; /* NULL: it cannot be had for now */
    sqlite3_stmt *get, *put, *evict;
    struct stat there;    /* the file that is open */
    int64_t last_look_us; /* whether it is still there */
};

static void close_db(struct answer_file *f, bool is_whole)
{
    sqlite3_finalize(f->get);
    sqlite3_finalize(f->put);
    sqlite3_finalize(f->evict);
    f->get = f->put = f->evict = NULL;
    if (f->db && is_whole)
        sqlite3_exec(f->db, "PRAGMA user_version=1", NULL, NULL, NULL);
    sqlite3_close(f->db);
    f->db = NULL;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int64_t number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static int begin_anew(sqlite3 *db)
{
    return sqlite3_exec(
        db,
        "CREATE TABLE about(version TEXT);"
        "INSERT INTO about VALUES('" CASSINI_VERSION "');"
        "CREATE TABLE answers(id INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL,"
        " stamp INTEGER, wide INTEGER, checked INTEGER, media INTEGER, gzip INTEGER,"
        " max_age_s INTEGER, headers BLOB, body BLOB);"
        "PRAGMA application_id=0x43534E54",
        NULL, NULL, NULL);
}

static int prepare(struct answer_file *f)
{
    static const char PUT[] =
        "INSERT OR REPLACE INTO answers(key, stamp, wide, checked, media, gzip,"
        " max_age_s, headers, body) VALUES(?,?,?,?,?,?,?,?,?)";
    static const char GET[] = "SELECT stamp, wide, checked, media, gzip, max_age_s, headers, body"
                              " FROM answers WHERE key=?1 AND stamp=iif(wide,?3,?2)";
    static const char EVICT[] =
        "DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY id"
        " LIMIT (SELECT count(*)/" EVICTED "+1 FROM answers))";
    int rc = sqlite3_prepare_v2(f->db, PUT, -1, &f->put, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(f->db, GET, -1, &f->get, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(f->db, EVICT, -1, &f->evict, NULL);
    return rc;
}

static int bound(struct answer_file *f)
{
    const uint64_t n_pages = f->limit_bytes / PAGE_BYTES;
    char sql[96];
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA max_page_count=%llu",
                     n_pages < MIN_PAGES ? MIN_PAGES : n_pages);
    return sqlite3_exec(f->db, sql, NULL, NULL, NULL);
}

enum whose { IS_NEW, IS_OURS, IS_FOREIGN };

/* What the file says of itself, be it damaged or not. Source:
 * https://www.sqlite.org/fileformat.html, 1.3 */
static enum whose judge_header(const char *path)
{
    static const uint8_t ID[] = {APPLICATION_ID >> 24, APPLICATION_ID >> 16 & 0xff,
                                 APPLICATION_ID >> 8 & 0xff, APPLICATION_ID & 0xff};
    uint8_t head[100];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? IS_NEW : IS_FOREIGN;
    const ssize_t n = read(fd, head, sizeof head);
    close(fd);
    if (n == 0)
        return IS_NEW;
    return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 &&
                   memcmp(head + 68, ID, sizeof ID) == 0
               ? IS_OURS
               : IS_FOREIGN;
}

/* SQLITE_NOTADB: it is not to be used any more. */
static int open_db(struct answer_file *f)
{
    int rc = sqlite3_open_v2(
        f->path, &f->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(
            f->db,
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=4096;"
            "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-2048;"
            "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; BEGIN EXCLUSIVE",
            NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return rc;
    const int64_t id = number_of(f->db, "PRAGMA application_id");
    const int64_t n_tables = number_of(f->db, "SELECT count(*) FROM sqlite_schema");
    if (id == 0 && n_tables == 0)
        rc = begin_anew(f->db);
    else if (id != APPLICATION_ID || number_of(f->db, "PRAGMA user_version") != STATE_CLOSED ||
             number_of(f->db, "SELECT version='" CASSINI_VERSION "' FROM about") != 1)
        return SQLITE_NOTADB;
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(f->db, "PRAGMA user_version=2; COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = bound(f);
    if (rc == SQLITE_OK)
        rc = prepare(f);
    return stat(f->path, &f->there) == 0 || rc != SQLITE_OK ? rc : SQLITE_CANTOPEN;
}

static enum err_code open_file(struct answer_file *f, struct err *err)
{
    if (judge_header(f->path) == IS_FOREIGN)
        return err_set(err, BAD_ARG, "'%s' is there, and not a file of tiles: it is left alone",
                       f->path);
    int rc = open_db(f);
    if (rc != SQLITE_OK)
        close_db(f, false);
    if (rc == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_ERROR) {
        if (unlink(f->path) != 0 && errno != ENOENT)
            return err_set(err, IO, "'%s': %s", f->path, strerror(errno));
        rc = open_db(f);
        if (rc != SQLITE_OK)
            close_db(f, false);
    }
    switch (rc & 0xff) {
    case SQLITE_OK:
        return OK;
    case SQLITE_BUSY:
        return err_set(err, BUSY, "'%s' is used by another server", f->path);
    default:
        return err_set(err, IO, "'%s': %s", f->path, sqlite3_errstr(rc));
    }
}

/* Something is wrong with the file: it goes, if it is still ours, and the next look begins anew. */
static void give_up(struct answer_file *f, int rc)
{
    struct stat now;
    log_line(f->log, LOG_WARNING, "%s cannot be used as it is (%s): it is begun anew", f->path,
             sqlite3_errstr(rc));
    close_db(f, false);
    if (stat(f->path, &now) == 0 && is_same_file(&now, &f->there))
        (void)unlink(f->path);
}

/* A file that was deleted, or could not be had, is tried again every second. */
static bool is_usable(struct answer_file *f)
{
    struct stat now;
    struct err err = {0};
    const int64_t now_us = when_monotonic_us();
    if (now_us < f->last_look_us + LOOK_AGAIN_US)
        return f->db != NULL;
    f->last_look_us = now_us;
    if (f->db && stat(f->path, &now) == 0 && is_same_file(&now, &f->there))
        return true;
    close_db(f, false);
    return open_file(f, &err) == OK;
}

enum err_code answer_file_open(const char *path, uint64_t limit_bytes, const struct log *log,
                               struct answer_file **out, struct err *err)
{
    struct answer_file *f = mem_new(1, sizeof *f);
    if (!f)
        return err_no_memory(err, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    f->limit_bytes = limit_bytes;
    f->log = log;
    f->last_look_us = when_monotonic_us();
    f->path = mem_strdup(path);
    const enum err_code rc = f->path ? open_file(f, err) : err_no_memory(err, strlen(path));
    if (rc)
        answer_file_close(f);
    else
        *out = f;
    return rc;
}

void answer_file_close(struct answer_file *f)
{
    if (!f)
        return;
    close_db(f, true);
    pthread_mutex_destroy(&f->lock);
    mem_free(f->path);
    mem_free(f);
}

/* --- answers as rows --- */

/* Over all that a client would see of it: a row that was damaged is none. */
static uint64_t check_of(struct span key, uint64_t stamp, struct span headers, struct span body)
{
    uint64_t check = text_hash(key.at, key.len_bytes, stamp);
    check = text_hash(headers.at, headers.len_bytes, check);
    return text_hash(body.at, body.len_bytes, check);
}

static struct span blob_column(sqlite3_stmt *stmt, int column)
{
    const char *at = sqlite3_column_blob(stmt, column);
    return (struct span){at ? at : "", at ? (size_t)sqlite3_column_bytes(stmt, column) : 0};
}

/* Names and values, each ended by a NUL, lent from the row. False when they do not come out even. */
static bool put_headers(struct response *r, struct span headers)
{
    const char *at = headers.at, *end = headers.at + headers.len_bytes;
    while (at < end) {
        const char *name_end = memchr(at, '\0', (size_t)(end - at));
        const char *value = name_end ? name_end + 1 : end;
        const char *value_end = value < end ? memchr(value, '\0', (size_t)(end - value)) : NULL;
        if (!value_end)
            return false;
        response_header(r, at, value);
        at = value_end + 1;
    }
    return true;
}

static struct answer *answer_of_row(sqlite3_stmt *stmt, struct span key)
{
    struct answer *a = NULL;
    struct err err = {0};
    const struct span headers = blob_column(stmt, GET_HEADERS), body = blob_column(stmt, GET_BODY);
    struct response r = {.status = 200,
                         .is_gzip = sqlite3_column_int(stmt, GET_GZIP) != 0,
                         .is_wide = sqlite3_column_int(stmt, GET_WIDE) != 0,
                         .max_age_s = sqlite3_column_int(stmt, GET_MAX_AGE)};
    const int media = sqlite3_column_int(stmt, GET_MEDIA);
    const uint64_t stamp = (uint64_t)sqlite3_column_int64(stmt, GET_STAMP);
    if ((uint64_t)sqlite3_column_int64(stmt, GET_CHECK) != check_of(key, stamp, headers, body) ||
        media < 0 || media >= MEDIA_END)
        return NULL;
    r.media = (enum media)media;
    buf_init(&r.body, body.len_bytes);
    buf_put(&r.body, body.at, body.len_bytes);
    if (!put_headers(&r, headers) || answer_new(&r, NULL, &a, &err))
        a = NULL;
    buf_clear(&r.body);
    return a;
}

struct answer *answer_file_get(struct answer_file *f, struct span key, const struct stamps *stamps)
{
    struct answer *a = NULL;
    pthread_mutex_lock(&f->lock);
    if (is_usable(f)) {
        sqlite3_bind_blob64(f->get, 1, key.at, key.len_bytes, SQLITE_STATIC);
        sqlite3_bind_int64(f->get, 2, (sqlite3_int64)stamps->narrow);
        sqlite3_bind_int64(f->get, 3, (sqlite3_int64)stamps->wide);
        const int rc = sqlite3_step(f->get);
        if (rc == SQLITE_ROW)
            a = answer_of_row(f->get, key);
        sqlite3_reset(f->get);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            give_up(f, rc);
    }
    pthread_mutex_unlock(&f->lock);
    return a;
}

static int step(sqlite3_stmt *stmt)
{
    sqlite3_step(stmt);
    return sqlite3_reset(stmt);
}

static int put(struct answer_file *f, struct span key, uint64_t stamp, const struct answer *a,
               const struct buf *texts)
{
    const struct span headers = {(const char *)texts->data, texts->len_bytes};
    const struct span body = {(const char *)blob_bytes(a->body), blob_len_bytes(a->body)};
    sqlite3_stmt *s = f->put;
    sqlite3_bind_blob64(s, PUT_KEY, key.at, key.len_bytes, SQLITE_STATIC);
    sqlite3_bind_int64(s, PUT_STAMP, (sqlite3_int64)stamp);
    sqlite3_bind_int(s, PUT_WIDE, a->is_wide);
    sqlite3_bind_int64(s, PUT_CHECK, (sqlite3_int64)check_of(key, stamp, headers, body));
    sqlite3_bind_int(s, PUT_MEDIA, (int)a->media);
    sqlite3_bind_int(s, PUT_GZIP, a->gzip);
    sqlite3_bind_int(s, PUT_MAX_AGE, a->max_age_s);
    sqlite3_bind_blob64(s, PUT_HEADERS, headers.at ? headers.at : "", headers.len_bytes,
                        SQLITE_STATIC);
    sqlite3_bind_blob64(s, PUT_BODY, body.at ? body.at : "", body.len_bytes, SQLITE_STATIC);
    int rc = step(s);
    /* Full is full of old answers, or the disk is. */
    for (int tries = 0; rc == SQLITE_FULL && tries < 2; tries++) {
        rc = step(f->evict);
        if (rc == SQLITE_OK)
            rc = step(s);
    }
    sqlite3_clear_bindings(s);
    return rc;
}

void answer_file_put(struct answer_file *f, struct span key, const struct stamps *stamps,
                     const struct answer *a)
{
    struct buf texts;
    if (a->status != 200 || a->n_bytes > f->limit_bytes / 8)
        return;
    buf_init(&texts, TEXTS_MAX_BYTES);
    for (size_t i = 0; i < a->n_headers; i++) {
        buf_put(&texts, a->headers[i].name, strlen(a->headers[i].name) + 1);
        buf_put(&texts, a->headers[i].value, strlen(a->headers[i].value) + 1);
    }
    pthread_mutex_lock(&f->lock);
    if (!texts.failed && is_usable(f)) {
        const int rc = put(f, key, answer_stamp(a, stamps), a, &texts);
        if (rc != SQLITE_OK && rc != SQLITE_FULL)
            give_up(f, rc);
    }
    pthread_mutex_unlock(&f->lock);
    buf_clear(&texts);
}
