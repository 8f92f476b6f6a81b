/*
 * MBTiles 1.3: an SQLite file. Equal tiles are kept once: `tiles` is a view of the places and the
 * contents, as the specification allows.
 * Source: https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md
 */
#include "base/json_write.h"
#include "base/mem.h"
#include "base/tile_number.h"
#include "exporters/archive.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define METADATA_MAX_BYTES ((size_t)1 << 30)
/* What a transaction changes stays in memory: tiles only come to be written. */
#define CACHE_KB 16384

enum statement { PUT_CONTENT, PUT_PLACE, PUT_STATE, N_STATEMENTS };

struct archive {
    sqlite3 *db;
    sqlite3_stmt *statements[N_STATEMENTS];
    struct content_index *index;
    struct archive_counts counts; /* of tiles, bytes and zooms */
};

/* While it is written, two rows of the metadata say what it is for and how far it is. */
#define PLAN_ROW "cassini:plan"
#define NEXT_ROW "cassini:next"

/* "MPBX": the application id of the specification. */
static const char SCHEMA[] =
    "PRAGMA application_id=0x4d504258;"
    "CREATE TABLE metadata(name TEXT, value TEXT);"
    "CREATE UNIQUE INDEX metadata_name ON metadata(name);"
    "CREATE TABLE places(zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL,"
    " tile_row INTEGER NOT NULL, content INTEGER NOT NULL,"
    " PRIMARY KEY(zoom_level, tile_column, tile_row)) WITHOUT ROWID;"
    "CREATE TABLE contents(id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL);"
    "CREATE VIEW tiles AS SELECT p.zoom_level AS zoom_level, p.tile_column AS tile_column,"
    " p.tile_row AS tile_row, c.tile_data AS tile_data FROM places p JOIN contents c"
    " ON c.id=p.content;";

static const char *const STATEMENTS[N_STATEMENTS] = {
    [PUT_CONTENT] = "INSERT INTO contents VALUES(?,?)",
    [PUT_PLACE] = "INSERT INTO places VALUES(?,?,?,?)",
    [PUT_STATE] = "REPLACE INTO metadata VALUES(?,?)",
};

/* --- SQLite --------------------------------------------------------------------------------- */

static enum err_code sql_error(struct archive *a, int rc, struct err *err)
{
    const char *words = a->db ? sqlite3_errmsg(a->db) : sqlite3_errstr(rc);
    if ((rc & 0xFF) == SQLITE_NOMEM)
        return err_no_memory(err, 0);
    if ((rc & 0xFF) == SQLITE_FULL)
        return err_set(err, IO, "No space left on device");
    if ((rc & 0xFF) == SQLITE_NOTADB || (rc & 0xFF) == SQLITE_CORRUPT)
        return err_set(err, CONFLICT, "it is no archive that was begun: %s", words);
    return err_set(err, IO, "%s", words);
}

static enum err_code run(struct archive *a, const char *sql, struct err *err)
{
    const int rc = sqlite3_exec(a->db, sql, NULL, NULL, NULL);
    return rc ? sql_error(a, rc, err) : OK;
}

/* Runs a statement whose values are bound, and makes it ready for the next. */
static enum err_code step(struct archive *a, enum statement which, struct err *err)
{
    sqlite3_step(a->statements[which]);
    const int rc = sqlite3_reset(a->statements[which]);
    return rc ? sql_error(a, rc, err) : OK;
}

static enum err_code prepare(struct archive *a, const char *sql, sqlite3_stmt **out,
                             struct err *err)
{
    const int rc = sqlite3_prepare_v2(a->db, sql, -1, out, NULL);
    return rc ? sql_error(a, rc, err) : OK;
}

static enum err_code put_state(struct archive *a, const char *name, const char *value,
                               struct err *err)
{
    sqlite3_bind_text(a->statements[PUT_STATE], 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(a->statements[PUT_STATE], 2, value, -1, SQLITE_STATIC);
    return step(a, PUT_STATE, err);
}

/* --- opening -------------------------------------------------------------------------------- */

static enum err_code prepare_all(struct archive *a, struct err *err)
{
    enum err_code rc = OK;
    for (int i = 0; !rc && i < N_STATEMENTS; i++)
        rc = prepare(a, STATEMENTS[i], &a->statements[i], err);
    return rc;
}

static enum err_code begin(struct archive *a, const char *plan, struct err *err)
{
    enum err_code rc = run(a, "BEGIN", err);
    if (!rc)
        rc = run(a, SCHEMA, err);
    if (!rc)
        rc = prepare_all(a, err);
    if (!rc)
        rc = put_state(a, PLAN_ROW, plan, err);
    return rc ? rc : put_state(a, NEXT_ROW, "0", err);
}

/* What is there is read once more, to know it again. */
static enum err_code index_contents(struct archive *a, struct err *err)
{
    sqlite3_stmt *rows = NULL;
    struct sha256 *sha = NULL;
    int step_rc = SQLITE_DONE;
    enum err_code rc = prepare(a, "SELECT id, tile_data FROM contents", &rows, err);
    if (!rc)
        rc = sha256_new(&sha, err);
    while (!rc && (step_rc = sqlite3_step(rows)) == SQLITE_ROW) {
        struct content_key key;
        const struct span data = {sqlite3_column_blob(rows, 1),
                                  (size_t)sqlite3_column_bytes(rows, 1)};
        const struct content c = {(uint64_t)sqlite3_column_int64(rows, 0),
                                  (uint32_t)data.len_bytes};
        rc = content_key_of(sha, data, &key, err);
        if (!rc)
            rc = content_index_add(a->index, &key, &c, err);
        a->counts.n_bytes += data.len_bytes;
    }
    if (!rc && step_rc != SQLITE_DONE)
        rc = sql_error(a, step_rc, err);
    sqlite3_finalize(rows);
    sha256_free(sha);
    return rc;
}

static enum err_code read_state(struct archive *a, const char *plan, uint64_t *out_next,
                                struct err *err)
{
    static const char SQL[] =
        "SELECT (SELECT value FROM metadata WHERE name='" PLAN_ROW "'),"
        " (SELECT CAST(value AS INTEGER) FROM metadata WHERE name='" NEXT_ROW "'),"
        " count(*), coalesce(min(zoom_level), 0), coalesce(max(zoom_level), 0) FROM places";
    sqlite3_stmt *row = NULL;
    enum err_code rc = prepare(a, SQL, &row, err);
    if (rc)
        return err_set(err, rc == IO ? CONFLICT : rc, "it is no archive that was begun");
    const int step_rc = sqlite3_step(row);
    if (step_rc != SQLITE_ROW)
        rc = sql_error(a, step_rc, err);
    else if (!text_eq((const char *)sqlite3_column_text(row, 0), plan))
        rc = err_set(err, CONFLICT, "it was begun by an export of something else");
    *out_next = (uint64_t)sqlite3_column_int64(row, 1);
    a->counts = (struct archive_counts){.n_tiles = (uint64_t)sqlite3_column_int64(row, 2),
                                        .min_zoom = sqlite3_column_int(row, 3),
                                        .max_zoom = sqlite3_column_int(row, 4)};
    sqlite3_finalize(row);
    return rc;
}

static enum err_code go_on(struct archive *a, const char *path, const char *plan,
                           uint64_t *out_next, struct err *err)
{
    char pragmas[128];
    sqlite3_stmt *pages = NULL;
    const int opened =
        sqlite3_open_v2(path, &a->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err_code rc = opened ? sql_error(a, opened, err) : OK;
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-%d",
             CACHE_KB);
    if (!rc)
        rc = run(a, pragmas, err);
    if (!rc)
        rc = prepare(a, "SELECT count(*) FROM sqlite_master", &pages, err);
    const int step_rc = rc ? SQLITE_ROW : sqlite3_step(pages);
    if (step_rc != SQLITE_ROW)
        rc = sql_error(a, step_rc, err);
    const bool is_empty = !rc && sqlite3_column_int64(pages, 0) == 0;
    sqlite3_finalize(pages);
    if (is_empty)
        return begin(a, plan, err);
    if (!rc)
        rc = read_state(a, plan, out_next, err);
    if (!rc)
        rc = index_contents(a, err);
    if (!rc)
        rc = run(a, "BEGIN", err);
    return rc ? rc : prepare_all(a, err);
}

static void archive_close(struct archive *a)
{
    if (!a)
        return;
    for (int i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(a->statements[i]);
    sqlite3_close(a->db);
    content_index_free(a->index);
    mem_free(a);
}

static enum err_code archive_open(const char *path, const char *plan, struct archive **out,
                                  uint64_t *out_next, struct err *err)
{
    uint64_t next = 0;
    struct archive *a = mem_new(1, sizeof *a);
    if (!a)
        return err_no_memory(err, sizeof *a);
    enum err_code rc = content_index_new(&a->index, err);
    if (!rc)
        rc = go_on(a, path, plan, &next, err);
    if (rc) {
        archive_close(a);
        return rc;
    }
    *out_next = next;
    *out = a;
    return OK;
}

/* --- tiles ---------------------------------------------------------------------------------- */

static enum err_code put_content(struct archive *a, const struct content_key *key, struct span tile,
                                 struct content *out, struct err *err)
{
    if (tile.len_bytes > INT32_MAX)
        return err_set(err, LIMIT, "a tile of %zu bytes", tile.len_bytes);
    *out = (struct content){content_index_count(a->index) + 1, (uint32_t)tile.len_bytes};
    sqlite3_bind_int64(a->statements[PUT_CONTENT], 1, (int64_t)out->at);
    sqlite3_bind_blob(a->statements[PUT_CONTENT], 2, tile.at, (int)tile.len_bytes, SQLITE_STATIC);
    const enum err_code rc = step(a, PUT_CONTENT, err);
    if (rc)
        return rc;
    a->counts.n_bytes += tile.len_bytes;
    return content_index_add(a->index, key, out, err);
}

static enum err_code archive_put(struct archive *a, uint64_t number, const struct content_key *key,
                                 struct span tile, struct err *err)
{
    const struct tile_place at = tile_number_place(number);
    struct content c;
    enum err_code rc = OK;
    if (!content_index_find(a->index, key, &c))
        rc = put_content(a, key, tile, &c, err);
    if (rc)
        return rc;
    sqlite3_stmt *place = a->statements[PUT_PLACE];
    sqlite3_bind_int(place, 1, at.z);
    sqlite3_bind_int64(place, 2, at.x);
    /* Rows are counted from the south. */
    sqlite3_bind_int64(place, 3, (INT64_C(1) << at.z) - 1 - at.y);
    sqlite3_bind_int64(place, 4, (int64_t)c.at);
    rc = step(a, PUT_PLACE, err);
    if (rc)
        return rc;
    if (a->counts.n_tiles++ == 0)
        a->counts.min_zoom = at.z;
    a->counts.max_zoom = at.z;
    return OK;
}

static enum err_code archive_settle(struct archive *a, uint64_t next, struct err *err)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)next);
    enum err_code rc = put_state(a, NEXT_ROW, text, err);
    if (!rc)
        rc = run(a, "COMMIT", err);
    return rc ? rc : run(a, "BEGIN", err);
}

static struct archive_counts archive_counts(const struct archive *a)
{
    struct archive_counts c = a->counts;
    c.n_contents = content_index_count(a->index);
    return c;
}

/* --- the end -------------------------------------------------------------------------------- */

static enum err_code put_member(struct archive *a, const char *name, struct buf *value,
                                struct err *err)
{
    enum err_code rc = buf_status(value, err);
    if (!rc && value->len_bytes)
        rc = put_state(a, name, buf_text(value), err);
    buf_reset(value);
    return rc;
}

static void put_degrees(struct buf *b, double deg, const char *tail)
{
    text_put_fixed(b, deg, 7);
    buf_put_text(b, tail);
}

/* Source: "Metadata", "Content" and "Vector tileset metadata". */
static enum err_code put_metadata(struct archive *a, const struct archive_words *w, struct buf *v,
                                  struct err *err)
{
    static const char *const FORMATS[] = {
        [TILE_MVT] = "pbf", [TILE_PNG] = "png", [TILE_JPEG] = "jpg", [TILE_WEBP] = "webp"};
    const struct {
        const char *name, *value;
    } texts[] = {{"name", w->name},
                 {"format", FORMATS[w->format]},
                 {"description", w->description},
                 {"attribution", w->attribution},
                 {"type", w->format == TILE_MVT ? "overlay" : "baselayer"},
                 {"version", "1"},
                 {"generator", "cassini " CASSINI_VERSION}};
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof texts / sizeof *texts; i++) {
        buf_put_text(v, texts[i].value ? texts[i].value : "");
        rc = put_member(a, texts[i].name, v, err);
    }
    put_degrees(v, w->bounds_deg.min_x, ",");
    put_degrees(v, w->bounds_deg.min_y, ",");
    put_degrees(v, w->bounds_deg.max_x, ",");
    put_degrees(v, w->bounds_deg.max_y, "");
    if (!rc)
        rc = put_member(a, "bounds", v, err);
    put_degrees(v, w->center_lon_deg, ",");
    put_degrees(v, w->center_lat_deg, ",");
    buf_printf(v, "%d", w->center_zoom);
    if (!rc)
        rc = put_member(a, "center", v, err);
    buf_printf(v, "%d", w->min_zoom);
    if (!rc)
        rc = put_member(a, "minzoom", v, err);
    buf_printf(v, "%d", w->max_zoom);
    if (!rc)
        rc = put_member(a, "maxzoom", v, err);
    if (w->vector_layers)
        buf_printf(v, "{\"vector_layers\":%s}", w->vector_layers);
    return rc ? rc : put_member(a, "json", v, err);
}

static enum err_code archive_finish(struct archive *a, const struct archive_words *w,
                                    struct err *err)
{
    struct buf value;
    buf_init(&value, METADATA_MAX_BYTES);
    enum err_code rc = put_metadata(a, w, &value, err);
    buf_clear(&value);
    if (!rc)
        rc = run(a, "DELETE FROM metadata WHERE name IN ('" PLAN_ROW "', '" NEXT_ROW "')", err);
    return rc ? rc : run(a, "COMMIT", err);
}

/* Where a process was killed within a transaction, SQLite has left its journal. */
static void archive_sweep(const char *path)
{
    char journal[4096];
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(journal);
}

const struct archive_format archive_mbtiles = {
    .name = "mbtiles",
    .suffix = ".mbtiles",
    .open = archive_open,
    .put = archive_put,
    .settle = archive_settle,
    .counts = archive_counts,
    .finish = archive_finish,
    .close = archive_close,
    .sweep = archive_sweep,
};
