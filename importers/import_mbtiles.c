/*
 * MBTiles 1.3: an SQLite file with tables, or views, `tiles` and `metadata`. The file is somebody
 * else's: it is opened unchangeable, may run nothing but reading, and not for ever.
 * Source: https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md
 */
#include "base/json_write.h"
#include "importers/tile_archive.h"
#include "importers/tile_features.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Between two rows, in units of STEPS_PER_CHECK of SQLite's machine. A view without an index sorts
 * nothing here, so that even a large one needs few. */
#define STEPS_PER_CHECK 10000
#define MAX_CHECKS      200000
#define FACE_MAX_BYTES  ((size_t)64 << 20)
#define MAX_DEPTH       64

struct archive {
    sqlite3 *db;
    sqlite3_stmt *rows;
    unsigned n_checks; /* since the last row */
    struct arena arena;
    struct json_reader *json;
    struct archive_face face;
};

/* --- opening -------------------------------------------------------------------------------- */

static int authorize(void *state, int action, const char *a, const char *b, const char *database,
                     const char *within)
{
    (void)state, (void)a, (void)database, (void)within;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return text_eq_ignoring_case(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static int on_progress(void *state)
{
    struct archive *m = state;
    return ++m->n_checks > MAX_CHECKS;
}

static enum err_code sql_error(const struct archive *m, int rc, struct err *err)
{
    const char *words = m->db ? sqlite3_errmsg(m->db) : sqlite3_errstr(rc);
    switch (rc & 0xFF) {
    case SQLITE_NOMEM:
        return err_no_memory(err, 0);
    case SQLITE_IOERR:
        return err_set(err, IO, "%s", words);
    case SQLITE_TOOBIG:
        return err_set(err, LIMIT, "a tile is longer than --max-feature-size");
    case SQLITE_INTERRUPT:
        return err_set(err, LIMIT, "a view of this archive works without end");
    default:
        return err_set(err, BAD_DATA, "not a whole MBTiles archive: %s", words);
    }
}

/* What another program has not yet written into the file itself would be missing. */
static enum err_code check_finished(const char *path, struct arena *a, struct err *err)
{
    struct stat about;
    const char *wal = arena_printf(a, err, "%s-wal", path);
    if (!wal)
        return NO_MEMORY;
    if (stat(wal, &about) == 0 && about.st_size > 0)
        return err_set(err, BAD_DATA,
                       "a program is writing to this archive: end it first, so that %s-wal goes",
                       path);
    return OK;
}

static enum err_code open_database(struct archive *m, const char *path, uint64_t limit_bytes,
                                   struct err *err)
{
    struct buf uri;
    buf_init(&uri, 1 << 16);
    buf_put_text(&uri, "file:");
    text_put_percent(&uri, path);
    buf_put_text(&uri, "?mode=ro&immutable=1");
    enum err_code rc = buf_status(&uri, err);
    if (!rc) {
        const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
        const int opened = sqlite3_open_v2(buf_text(&uri), &m->db, flags, NULL);
        rc = opened ? sql_error(m, opened, err) : OK;
    }
    buf_clear(&uri);
    if (rc)
        return rc;
    sqlite3_db_config(m->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(m->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(m->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    /* Room for the other columns of a row. */
    const uint64_t limit = limit_bytes < INT32_MAX - 1024 ? limit_bytes + 1024 : INT32_MAX;
    sqlite3_limit(m->db, SQLITE_LIMIT_LENGTH, (int)limit);
    sqlite3_set_authorizer(m->db, authorize, NULL);
    sqlite3_progress_handler(m->db, STEPS_PER_CHECK, on_progress, m);
    return OK;
}

static enum err_code archive_open(struct archive *m, const struct input *in,
                                  const struct reader_options *o, struct err *err)
{
    const char *path = NULL;
    arena_init(&m->arena, FACE_MAX_BYTES);
    enum err_code rc = bundle_local_path(in->bundle, in->file, &path, err);
    if (!rc)
        rc = check_finished(path, &m->arena, err);
    if (!rc)
        rc = json_reader_new(FACE_MAX_BYTES, MAX_DEPTH, &m->json, err);
    return rc ? rc : open_database(m, path, o->limits.feature_bytes, err);
}

static void archive_close(struct archive *m)
{
    sqlite3_finalize(m->rows);
    sqlite3_close(m->db);
    json_reader_free(m->json);
    arena_clear(&m->arena);
}

static enum err_code prepare(struct archive *m, const char *sql, struct err *err)
{
    sqlite3_finalize(m->rows);
    m->rows = NULL;
    const int rc = sqlite3_prepare_v2(m->db, sql, -1, &m->rows, NULL);
    return rc ? sql_error(m, rc, err) : OK;
}

static enum err_code step(struct archive *m, bool *out_row, struct err *err)
{
    m->n_checks = 0;
    const int rc = sqlite3_step(m->rows);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sql_error(m, rc, err);
    *out_row = rc == SQLITE_ROW;
    return OK;
}

/* --- what it says of itself ----------------------------------------------------------------- */

static struct span column_span(const struct archive *m, int column)
{
    const char *text = (const char *)sqlite3_column_text(m->rows, column);
    return text ? (struct span){text, (size_t)sqlite3_column_bytes(m->rows, column)}
                : (struct span){"", 0};
}

/* "west,south,east,north", "lon,lat,zoom": whether there are so many numbers. */
static bool read_numbers(struct span text, double *out, int n)
{
    char part[64];
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        size_t end = at;
        while (end < text.len_bytes && text.at[end] != ',')
            end++;
        while (at < end && text.at[at] == ' ')
            at++;
        size_t last = end;
        while (last > at && text.at[last - 1] == ' ')
            last--;
        if (last == at || last - at >= sizeof part || (end < text.len_bytes) != (i < n - 1))
            return false;
        memcpy(part, text.at + at, last - at);
        part[last - at] = '\0';
        if (text_parse_f64(part, &out[i], NULL))
            return false;
        at = end + 1;
    }
    return true;
}

static void read_bounds(struct archive_face *face, struct span text)
{
    double v[4];
    face->has_bounds = read_numbers(text, v, 4);
    if (face->has_bounds)
        face->bounds_deg = (struct bbox){v[0], v[1], v[2], v[3]};
}

static void read_center(struct archive_face *face, struct span text)
{
    double v[3];
    face->has_center = read_numbers(text, v, 3) && v[0] >= -180 && v[0] <= 180 && v[1] >= -90 &&
                       v[1] <= 90 && v[2] >= 0 && v[2] <= ARCHIVE_MAX_ZOOM;
    if (!face->has_center)
        return;
    face->center_lon_deg = v[0];
    face->center_lat_deg = v[1];
    face->center_zoom = (int)v[2];
}

static int zoom_of(struct span text)
{
    double zoom;
    return read_numbers(text, &zoom, 1) && zoom >= 0 && zoom <= ARCHIVE_MAX_ZOOM ? (int)zoom : -1;
}

static enum err_code copy_text(struct archive *m, struct span text, const char **out,
                               struct err *err)
{
    if (text.len_bytes == 0 || !text_is_utf8(text.at, text.len_bytes))
        return OK;
    *out = arena_strndup(&m->arena, text.at, text.len_bytes, err);
    return *out ? OK : NO_MEMORY;
}

/* The row `json` holds more of the same, vector_layers above all. What is not JSON is kept as text:
 * the tiles can be served without. */
static enum err_code read_json(struct archive *m, struct span text, const struct tile_taker *to,
                               struct json_out *all, struct err *err)
{
    struct json_value root;
    struct err why = {0};
    if (json_read(m->json, text, &root, &why)) {
        char words[sizeof why.text + 64];
        if (why.code == NO_MEMORY)
            return err_set(err, why.code, "%s", why.text);
        snprintf(words, sizeof words, "its metadata 'json' is not read: %s", why.text);
        to->note(to->state, words);
        json_span(all, text);
        return OK;
    }
    json_raw(all, text);
    return archive_face_read(&m->face, root, &m->arena, err);
}

static enum err_code read_pair(struct archive *m, const struct tile_taker *to, struct json_out *all,
                               struct err *err)
{
    const struct span name = column_span(m, 0), text = column_span(m, 1);
    struct archive_face *face = &m->face;
    json_key_span(all, name);
    if (span_eq(name, "json"))
        return read_json(m, text, to, all, err);
    json_span(all, text);
    if (span_eq(name, "name"))
        return copy_text(m, text, &face->name, err);
    if (span_eq(name, "description"))
        return copy_text(m, text, &face->description, err);
    if (span_eq(name, "attribution"))
        return copy_text(m, text, &face->attribution, err);
    if (span_eq(name, "bounds"))
        read_bounds(face, text);
    else if (span_eq(name, "center"))
        read_center(face, text);
    else if (span_eq(name, "minzoom"))
        face->min_zoom = zoom_of(text);
    else if (span_eq(name, "maxzoom"))
        face->max_zoom = zoom_of(text);
    return OK;
}

static enum err_code read_face(struct archive *m, const struct tile_taker *to, struct err *err)
{
    struct buf all;
    buf_init(&all, FACE_MAX_BYTES);
    struct json_out j = json_out(&all);
    json_object(&j);
    m->face = (struct archive_face){.min_zoom = -1, .max_zoom = -1};
    enum err_code rc = prepare(m, "SELECT name, value FROM metadata", err);
    bool row = true;
    while (!rc && !(rc = step(m, &row, err)) && row)
        rc = read_pair(m, to, &j, err);
    json_object_end(&j);
    if (!rc)
        rc = buf_status(&all, err);
    if (!rc) {
        m->face.metadata = arena_strdup(&m->arena, buf_text(&all), err);
        rc = m->face.metadata ? to->face(to->state, &m->face, err) : NO_MEMORY;
    }
    buf_clear(&all);
    return rc;
}

/* --- its tiles ------------------------------------------------------------------------------ */

static enum err_code read_tile(const struct archive *m, const struct tile_taker *to,
                               struct err *err)
{
    for (int i = 0; i < 3; i++) {
        if (sqlite3_column_type(m->rows, i) != SQLITE_INTEGER)
            return err_set(err, BAD_DATA, "a tile whose zoom, column or row is no whole number");
    }
    const int64_t z = sqlite3_column_int64(m->rows, 0), x = sqlite3_column_int64(m->rows, 1);
    const int64_t row = sqlite3_column_int64(m->rows, 2);
    if (z < 0 || z > ARCHIVE_MAX_ZOOM)
        return err_set(err, BAD_DATA, "a tile of zoom %lld: 0 to %d there are", (long long)z,
                       ARCHIVE_MAX_ZOOM);
    const int64_t n = INT64_C(1) << z;
    if (x < 0 || x >= n || row < 0 || row >= n)
        return err_set(err, BAD_DATA, "a tile of column %lld, row %lld: zoom %lld has 0 to %lld",
                       (long long)x, (long long)row, (long long)z, (long long)n - 1);
    /* Rows are counted from the south. */
    const struct tile_place at = {(int)z, (uint32_t)x, (uint32_t)(n - 1 - row)};
    if (sqlite3_column_type(m->rows, 3) != SQLITE_BLOB)
        return err_set(err, BAD_DATA, "tile %d/%u/%u (column %u, row %lld) has no data", at.z, at.x,
                       at.y, at.x, (long long)row);
    const char *data = sqlite3_column_blob(m->rows, 3);
    const size_t n_bytes = (size_t)sqlite3_column_bytes(m->rows, 3);
    return to->tile(to->state, at, (struct span){data ? data : "", n_bytes}, err);
}

static enum err_code find_highest(struct archive *m, int *out, struct err *err)
{
    bool row = false;
    enum err_code rc = prepare(m, "SELECT max(zoom_level) FROM tiles", err);
    if (!rc)
        rc = step(m, &row, err);
    if (!rc)
        *out = sqlite3_column_int(m->rows, 0);
    return rc;
}

static enum err_code read_tiles(struct archive *m, int zoom, const struct tile_taker *to,
                                struct err *err)
{
    enum err_code rc = OK;
    if (zoom == ARCHIVE_HIGHEST_ZOOM)
        rc = find_highest(m, &zoom, err);
    if (!rc)
        rc = prepare(m,
                     zoom == ARCHIVE_ALL_ZOOMS
                         ? "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
                         : "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
                           " WHERE zoom_level=?",
                     err);
    if (!rc && zoom != ARCHIVE_ALL_ZOOMS)
        sqlite3_bind_int(m->rows, 1, zoom);
    bool row = true;
    while (!rc && !(rc = step(m, &row, err)) && row)
        rc = read_tile(m, to, err);
    return rc;
}

static enum err_code walk(const struct input *in, const struct reader_options *o, int zoom,
                          const struct tile_taker *to, struct err *err)
{
    struct archive m = {0};
    enum err_code rc = archive_open(&m, in, o, err);
    if (!rc)
        rc = read_face(&m, to, err);
    if (!rc)
        rc = read_tiles(&m, zoom, to, err);
    archive_close(&m);
    return rc;
}

/* --- the importer --------------------------------------------------------------------------- */

static const char *const SUFFIXES[] = {".mbtiles", NULL};

/* GeoPackages and stores are SQLite files too. */
static bool recognises(const struct input *in, struct span head)
{
    static const char MAGIC[] = "SQLite format 3";
    enum { APPLICATION_ID_AT = 68 };
    if (head.len_bytes < 100 || memcmp(head.at, MAGIC, sizeof MAGIC) != 0)
        return false;
    return memcmp(head.at + APPLICATION_ID_AT, "MPBX", 4) == 0 ||
           text_ends_with(bundle_name(in->bundle, in->file), ".mbtiles");
}

static enum err_code list_layers(const struct input *in, const struct reader_options *o,
                                 struct arena *a, struct inner_layers *out, struct err *err)
{
    return tile_features_list(walk, in, o, a, out, err);
}

static enum err_code read_features(const struct input *in, const struct reader_options *o,
                                   struct sink *sink, struct err *err)
{
    return tile_features_read(walk, in, o, sink, err);
}

const struct importer importer_mbtiles = {
    .name = "mbtiles",
    .title = "MBTiles",
    .suffixes = SUFFIXES,
    .default_epsg = 3857,
    .recognises = recognises,
    .list = list_layers,
    .read = read_features,
    .walk_tiles = walk,
};
