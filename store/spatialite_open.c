/* Opening a store: is it one, and what may this connection do? */
#include "base/cancel.h"
#include "base/mem.h"
#include "store/spatialite_db.h"

#include <errno.h>
#include <spatialite.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS  1000
#define READER_MMAP      ((sqlite3_int64)1 << 30)
#define READER_CACHE_KIB 16384
#define WRITER_CACHE_KIB 32768
#define STEPS_PER_CHECK  4000 /* of SQLite's machine, between two looks at clock and flag */

/* What the file says of itself before SQLite touches it: SQLite would write to some files that are
 * not ours (recovery, WAL). Source: https://www.sqlite.org/fileformat.html, 1.3 */
enum { HEADER_BYTES = 100, VERSIONS_AT = 18, APPLICATION_ID_AT = 68 };
static const char MAGIC[16] = "SQLite format 3";

static enum err_code judge_header(const char *path, const uint8_t *head, size_t n,
                                  bool may_be_empty, struct err *err)
{
    if (n == 0)
        return may_be_empty ? OK : err_set(err, BAD_DATA, "'%s' is empty, not a store", path);
    if (n < HEADER_BYTES || memcmp(head, MAGIC, sizeof MAGIC) != 0)
        return err_set(err, BAD_DATA, "'%s' is not a store: not an SQLite file", path);
    const uint8_t *id = head + APPLICATION_ID_AT;
    const uint32_t application_id =
        (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
    if (application_id != STORE_APPLICATION_ID)
        return err_set(err, BAD_DATA, "'%s' is not a store: an SQLite file made by something else",
                       path);
    return OK;
}

/* The header is read through SQLite: if we opened and closed the file ourselves, POSIX would drop
 * the locks that other connections of this process hold on it, and a writer would take the WAL for
 * its own and remove it. Source: https://www.sqlite.org/howtocorrupt.html, 2.2 */
static enum err_code read_header(const char *path, uint8_t head[HEADER_BYTES], size_t *out_n,
                                 struct err *err)
{
    sqlite3 *db = NULL;
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    /* SQLite gives names like ":memory:" a meaning. */
    char *name = path[0] == '/' ? sqlite3_mprintf("%s", path) : sqlite3_mprintf("./%s", path);
    int rc = name ? sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY, NULL) : SQLITE_NOMEM;
    if (rc == SQLITE_OK)
        rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc == SQLITE_OK)
        rc = file->pMethods->xFileSize(file, &size);
    const int n = size < HEADER_BYTES ? (int)size : HEADER_BYTES;
    if (rc == SQLITE_OK && n > 0)
        rc = file->pMethods->xRead(file, head, n, 0);
    sqlite3_close(db);
    sqlite3_free(name);
    if (rc != SQLITE_OK)
        return err_set(err, rc == SQLITE_NOMEM ? NO_MEMORY : IO, "'%s': %s", path,
                       sqlite3_errstr(rc));
    *out_n = (size_t)n;
    return OK;
}

static enum err_code check_file(const char *path, enum store_mode mode, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT && mode >= STORE_CREATE)
            return OK;
        return err_set(err, errno == ENOENT ? NOT_FOUND : IO, "'%s': %s", path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode))
        return err_set(err, BAD_DATA, "'%s' is not a store: %s", path,
                       S_ISDIR(st.st_mode) ? "a directory" : "not a file");
    if (access(path, R_OK) != 0)
        return err_set(err, IO, "'%s': %s", path, strerror(errno));
    uint8_t head[HEADER_BYTES];
    size_t n = 0;
    const enum err_code rc = read_header(path, head, &n, err);
    return rc ? rc : judge_header(path, head, n, mode >= STORE_CREATE, err);
}

/* What SQLite prepares for itself when a statement first meets an R-tree: writing to the tables
 * behind it, and a look into the schema that counts as an update. Nothing comes of it: the
 * connection cannot write. */
static bool is_rtree_matter(int action, const char *table)
{
    return text_ends_with(table, "_node") || text_ends_with(table, "_rowid") ||
           text_ends_with(table, "_parent") ||
           (action == SQLITE_UPDATE && text_eq(table, "sqlite_master"));
}

static int authorize_reader(void *state, int action, const char *a, const char *b,
                            const char *database, const char *within)
{
    (void)state;
    (void)database;
    (void)within;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_TRANSACTION:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return text_eq_ignoring_case(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        return (text_eq(a, "data_version") && !b) || text_eq(a, "integrity_check") ? SQLITE_OK
                                                                                   : SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return a && is_rtree_matter(action, a) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int on_progress(void *state)
{
    struct store *s = state;
    if (cancel_is_asked(s->cancel))
        s->stopped = CANCELED;
    else if (s->deadline_us && when_monotonic_us() >= s->deadline_us)
        s->stopped = LIMIT;
    return s->stopped != OK;
}

void store_set_interrupt(struct store *s, const atomic_bool *cancel, int64_t deadline_us)
{
    s->cancel = cancel;
    s->deadline_us = deadline_us;
    s->stopped = OK;
    if (cancel || deadline_us)
        sqlite3_progress_handler(s->db, STEPS_PER_CHECK, on_progress, s);
    else
        sqlite3_progress_handler(s->db, 0, NULL, NULL);
}

static enum err_code open_sqlite(struct store *s, const char *name, int flags, const char *vfs,
                                 struct err *err)
{
    const int rc = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX, vfs);
    if (!s->db)
        return err_no_memory(err, 0);
    if (rc)
        return db_error(s, rc, err);
    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return db_run(s, err, "PRAGMA cell_size_check=ON");
}

static enum err_code set_up_reader(struct store *s, struct err *err)
{
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* Else the name of a column that is gone would be read as a text. */
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    enum err_code rc = db_run(s, err, "PRAGMA mmap_size=%lld; PRAGMA cache_size=-%d", READER_MMAP,
                              READER_CACHE_KIB);
    if (!rc)
        sqlite3_set_authorizer(s->db, authorize_reader, NULL);
    return rc;
}

static enum err_code set_up_writer(struct store *s, struct err *err)
{
    s->spatialite = spatialite_alloc_connection();
    if (!s->spatialite)
        return err_no_memory(err, 0);
    spatialite_init_ex(s->db, s->spatialite, 0);
    /* Pages that a dropped layer leaves need not be overwritten, which would cost as much as to
     * write them. */
    return db_run(s, err,
                  "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-%d;"
                  "PRAGMA secure_delete=OFF",
                  WRITER_CACHE_KIB);
}

static enum err_code check_version(int64_t version, struct err *err)
{
    if (version > STORE_VERSION)
        return err_set(err, UNSUPPORTED,
                       "made by a newer Cassini (version %lld, this one reads %d)",
                       (long long)version, STORE_VERSION);
    if (version == 0)
        return err_set(err, BAD_DATA, "not a store: it has none of our tables");
    return version == STORE_VERSION
               ? OK
               : err_set(err, UNSUPPORTED, "made by an older Cassini; the next import updates it");
}

static enum err_code open_reader(struct store *s, const char *name, int flags, struct err *err)
{
    int64_t version = 0;
    enum err_code rc = open_sqlite(s, name, flags | SQLITE_OPEN_READONLY, NULL, err);
    if (!rc)
        rc = set_up_reader(s, err);
    if (!rc)
        rc = store_read_version(s, &version, err);
    return rc ? rc : check_version(version, err);
}

static enum err_code open_writer(struct store *s, const char *name, struct err *err)
{
    const int create = s->mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0;
    enum err_code rc = open_sqlite(s, name, SQLITE_OPEN_READWRITE | create, NULL, err);
    if (!rc)
        rc = set_up_writer(s, err);
    if (!rc)
        rc = store_upgrade(s, err);
    /* Only now, so that a store is born in one piece: in WAL mode the new file could be left
     * without tables. Changing into it needs the file for oneself, staying in it does not. */
    return rc ? rc : db_run(s, err, "PRAGMA journal_mode=WAL");
}

/* A folder that cannot be written holds no files for WAL; without a WAL there is nothing that
 * could change the file under us. */
static bool is_immutable(const char *path)
{
    struct stat st;
    char name[4096];
    const char *slash = strrchr(path, '/');
    if (snprintf(name, sizeof name, "%s-wal", path) >= (int)sizeof name ||
        (stat(name, &st) == 0 && st.st_size > 0))
        return false;
    snprintf(name, sizeof name, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    return access(name, W_OK) != 0;
}

static void close_sqlite(struct store *s)
{
    db_forget_statements(s);
    sqlite3_close(s->db);
    if (s->spatialite)
        spatialite_cleanup_ex(s->spatialite);
    s->db = NULL;
    s->spatialite = NULL;
}

static enum err_code open_immutable(struct store *s, const char *path, struct err *err)
{
    struct buf uri;
    buf_init(&uri, 3 * 4096);
    buf_put_text(&uri, "file:");
    text_put_percent(&uri, path);
    buf_put_text(&uri, "?immutable=1");
    enum err_code rc = buf_status(&uri, err);
    if (!rc)
        rc = open_reader(s, buf_text(&uri), SQLITE_OPEN_URI, err);
    buf_clear(&uri);
    return rc;
}

/* Nobody else can have the file, and if we do not come to its end it is thrown away: so there are
 * no locks, and neither log nor sync until store_publish(). */
static enum err_code begin_build(struct store *s, struct err *err)
{
    enum err_code rc = open_sqlite(s, s->aside.path, SQLITE_OPEN_READWRITE, "unix-none", err);
    if (!rc)
        rc = set_up_writer(s, err);
    if (!rc)
        rc = db_run(s, err, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF");
    return rc ? rc : store_upgrade(s, err);
}

static enum err_code open_aside(struct store *s, const char *name, struct err *err)
{
    enum err_code rc = aside_file_begin(name, &s->aside, err);
    if (rc)
        return rc;
    s->place = mem_strdup(name);
    return s->place ? begin_build(s, err) : err_no_memory(err, strlen(name));
}

enum err_code store_begin(struct store *s, struct err *err)
{
    enum err_code rc = OK;
    if (s->spoiled) {
        close_sqlite(s);
        if (ftruncate(s->aside.fd, 0) != 0)
            return err_set(err, IO, "'%s': %s", s->aside.path, strerror(errno));
        rc = begin_build(s, err);
        s->spoiled = rc != OK;
    }
    return rc ? rc : db_run(s, err, "BEGIN IMMEDIATE");
}
/* From here on SQLite uses a WAL, as in every store. In SQLite's words only a connection that has
 * the file for itself could say so, which must not be needed once others see the file.
 * Source: https://www.sqlite.org/fileformat.html, 1.3.3 */
static enum err_code mark_as_wal(const struct aside_file *a, struct err *err)
{
    static const uint8_t versions[] = {2, 2};
    return pwrite(a->fd, versions, sizeof versions, VERSIONS_AT) == (ssize_t)sizeof versions
               ? OK
               : err_set(err, IO, "'%s': %s", a->path, strerror(errno));
}

enum err_code store_publish(struct store *s, struct err *err)
{
    if (s->aside.fd < 0) {
        /* So that it is one file again. Readers may be in the way: then a later one does it. */
        sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        return OK;
    }
    close_sqlite(s);
    enum err_code rc = mark_as_wal(&s->aside, err);
    if (!rc)
        rc = aside_file_publish(&s->aside, s->place, false, err);
    return rc ? rc : open_writer(s, s->place, err);
}

static enum err_code open_mode(struct store *s, const char *name, struct err *err)
{
    if (s->mode == STORE_READ)
        return is_immutable(name) ? open_immutable(s, name, err) : open_reader(s, name, 0, err);
    const bool build = s->mode == STORE_BUILD && access(name, F_OK) != 0;
    if (s->mode == STORE_BUILD)
        s->mode = STORE_CREATE;
    if (build)
        return open_aside(s, name, err);
    aside_file_sweep(name);
    return open_writer(s, name, err);
}

enum err_code store_open(const char *path, enum store_mode mode, struct store **out,
                         struct err *err)
{
    enum err_code rc = check_file(path, mode, err);
    if (rc)
        return rc;
    struct store *s = mem_new(1, sizeof *s);
    /* SQLite gives names like ":memory:" a meaning. */
    char *name = path[0] == '/' ? sqlite3_mprintf("%s", path) : sqlite3_mprintf("./%s", path);
    if (!s || !name)
        rc = err_no_memory(err, sizeof *s);
    if (!rc) {
        s->mode = mode;
        s->aside.fd = -1;
        rc = open_mode(s, name, err);
        if (rc)
            err_add(err, "'%s'", path);
    }
    sqlite3_free(name);
    if (rc)
        store_close(s);
    else
        *out = s;
    return rc;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    close_sqlite(s);
    aside_file_discard(&s->aside);
    mem_free(s->place);
    mem_free(s);
}
