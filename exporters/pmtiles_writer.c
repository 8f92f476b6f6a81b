/*
 * PMTiles 3. The tiles are written as they come, behind room for the header and the root directory;
 * the metadata and the leaf directories come last. So the tiles are written once, and in the order
 * of their numbers (clustered).
 * Source: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */
#include "base/json_write.h"
#include "base/mem.h"
#include "base/tile_number.h"
#include "exporters/archive.h"
#include "exporters/file_io.h"
#include "exporters/pmtiles_log.h"
#include "exporters/pmtiles_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEADER_BYTES = 127, VERSION = 3, GZIP_LEVEL = 9 };
enum { COMPRESSION_NONE = 1, COMPRESSION_GZIP = 2 };
/* The root directory must end within the first 16 KiB. */
#define TILES_AT    ((uint64_t)16384)
#define WRITE_BYTES ((size_t)1 << 20)
#define CONTENT_MAX ((uint64_t)UINT32_MAX)

struct archive {
    int fd;
    struct pmtiles_log *log;
    struct pmtiles_runs runs;
    struct content_index *index;
    uint64_t n_written; /* bytes of the section of tiles that are in the file */
    struct buf pending; /* those that follow */
};

static void name_log(const char *path, char *out, size_t room)
{
    snprintf(out, room, "%s-log", path);
}

static enum err_code flush(struct archive *a, struct err *err)
{
    const enum err_code rc =
        file_write_at(a->fd, TILES_AT + a->n_written, a->pending.data, a->pending.len_bytes, err);
    if (rc)
        return rc;
    a->n_written += a->pending.len_bytes;
    buf_reset(&a->pending);
    return OK;
}

/* --- opening -------------------------------------------------------------------------------- */

/* What the runs name is read once more, to know it again. */
static enum err_code index_contents(struct archive *a, struct err *err)
{
    struct sha256 *sha = NULL;
    struct buf tile;
    buf_init(&tile, CONTENT_MAX);
    enum err_code rc = sha256_new(&sha, err);
    uint64_t end = 0; /* of the contents so far: a run that begins before it repeats one */
    for (size_t i = 0; !rc && i < a->runs.n; i++) {
        const struct pmtiles_run *r = &a->runs.runs[i];
        struct content_key key;
        if (r->offset < end)
            continue;
        end = r->offset + r->n_bytes;
        rc = file_read_at(a->fd, TILES_AT + r->offset, r->n_bytes, &tile, err);
        if (!rc)
            rc = content_key_of(sha, (struct span){buf_text(&tile), tile.len_bytes}, &key, err);
        if (!rc)
            rc = content_index_add(a->index, &key, &(struct content){r->offset, r->n_bytes}, err);
    }
    buf_clear(&tile);
    sha256_free(sha);
    return rc;
}

static void archive_close(struct archive *a)
{
    if (!a)
        return;
    if (a->fd >= 0)
        close(a->fd);
    pmtiles_log_close(a->log);
    pmtiles_runs_clear(&a->runs);
    content_index_free(a->index);
    buf_clear(&a->pending);
    mem_free(a);
}

static enum err_code go_on(struct archive *a, const char *path, const char *plan,
                           uint64_t *out_next, struct err *err)
{
    char log[4096];
    uint64_t n_bytes = 0;
    struct pmtiles_state state;
    name_log(path, log, sizeof log);
    a->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    enum err_code rc = a->fd < 0 ? err_set(err, IO, "%s", strerror(errno)) : OK;
    if (!rc)
        rc = file_size(a->fd, &n_bytes, err);
    if (!rc)
        rc = pmtiles_log_open(log, plan, n_bytes > 0, &a->runs, &state, &a->log, err);
    if (!rc && n_bytes > 0 && n_bytes < TILES_AT + state.n_bytes)
        rc = err_set(err, CONFLICT, "it is shorter than what was written");
    if (!rc && ftruncate(a->fd, (off_t)(TILES_AT + state.n_bytes)) != 0)
        rc = err_set(err, IO, "%s", strerror(errno));
    if (rc)
        return rc;
    a->n_written = state.n_bytes;
    rc = index_contents(a, err);
    if (!rc)
        *out_next = state.next;
    return rc;
}

static enum err_code archive_open(const char *path, const char *plan, struct archive **out,
                                  uint64_t *out_next, struct err *err)
{
    struct archive *a = mem_new(1, sizeof *a);
    if (!a)
        return err_no_memory(err, sizeof *a);
    a->fd = -1;
    buf_init(&a->pending, SIZE_MAX);
    enum err_code rc = content_index_new(&a->index, err);
    if (!rc)
        rc = go_on(a, path, plan, out_next, err);
    if (rc)
        archive_close(a);
    else
        *out = a;
    return rc;
}

/* --- tiles ---------------------------------------------------------------------------------- */

static enum err_code archive_put(struct archive *a, uint64_t number, const struct content_key *key,
                                 struct span tile, struct err *err)
{
    struct content c;
    enum err_code rc = OK;
    if (!content_index_find(a->index, key, &c)) {
        if (tile.len_bytes > CONTENT_MAX)
            return err_set(err, LIMIT, "a tile of %zu bytes", tile.len_bytes);
        c = (struct content){a->n_written + a->pending.len_bytes, (uint32_t)tile.len_bytes};
        buf_put(&a->pending, tile.at, tile.len_bytes);
        rc = buf_status(&a->pending, err);
        if (!rc)
            rc = content_index_add(a->index, key, &c, err);
    }
    if (!rc)
        rc = pmtiles_runs_add(&a->runs, number, c.at, c.n_bytes, err);
    if (rc)
        return rc;
    pmtiles_log_add(a->log, number, c.at, c.n_bytes);
    return a->pending.len_bytes >= WRITE_BYTES ? flush(a, err) : OK;
}

/* The tiles first: what the log tells of is there, even when the machine falls. */
static enum err_code archive_settle(struct archive *a, uint64_t next, struct err *err)
{
    enum err_code rc = flush(a, err);
    if (!rc && fdatasync(a->fd) != 0)
        rc = err_set(err, IO, "%s", strerror(errno));
    return rc ? rc : pmtiles_log_settle(a->log, &(struct pmtiles_state){next, a->n_written}, err);
}

static struct archive_counts archive_counts(const struct archive *a)
{
    struct archive_counts c = {.n_tiles = a->runs.n_tiles,
                               .n_contents = content_index_count(a->index),
                               .n_bytes = a->n_written + a->pending.len_bytes};
    if (a->runs.n) {
        const struct pmtiles_run *last = &a->runs.runs[a->runs.n - 1];
        c.min_zoom = tile_number_place(a->runs.runs[0].first).z;
        c.max_zoom = tile_number_place(last->first + last->n_run - 1).z;
    }
    return c;
}

/* --- the end -------------------------------------------------------------------------------- */

static void put_u64(struct buf *b, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        buf_put_u8(b, (uint8_t)(v >> 8 * i));
}

static void put_degrees(struct buf *b, double deg)
{
    const uint32_t v = (uint32_t)(int32_t)lround(deg * 1e7);
    for (int i = 0; i < 4; i++)
        buf_put_u8(b, (uint8_t)(v >> 8 * i));
}

struct sections {
    size_t root_bytes, metadata_bytes, leaves_bytes;
};

static void put_header(struct buf *b, const struct archive *a, const struct archive_words *w,
                       const struct sections *s)
{
    static const uint8_t TYPES[] = {
        [TILE_MVT] = 1, [TILE_PNG] = 2, [TILE_JPEG] = 3, [TILE_WEBP] = 4};
    const uint64_t metadata_at = TILES_AT + a->n_written;
    buf_put(b, "PMTiles", 7);
    buf_put_u8(b, VERSION);
    const uint64_t numbers[] = {HEADER_BYTES,
                                s->root_bytes,
                                metadata_at,
                                s->metadata_bytes,
                                metadata_at + s->metadata_bytes,
                                s->leaves_bytes,
                                TILES_AT,
                                a->n_written,
                                a->runs.n_tiles,
                                a->runs.n,
                                content_index_count(a->index)};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_u64(b, numbers[i]);
    buf_put_u8(b, true); /* clustered */
    buf_put_u8(b, COMPRESSION_GZIP);
    buf_put_u8(b, w->format == TILE_MVT ? COMPRESSION_GZIP : COMPRESSION_NONE);
    buf_put_u8(b, TYPES[w->format]);
    buf_put_u8(b, (uint8_t)w->min_zoom);
    buf_put_u8(b, (uint8_t)w->max_zoom);
    put_degrees(b, w->bounds_deg.min_x);
    put_degrees(b, w->bounds_deg.min_y);
    put_degrees(b, w->bounds_deg.max_x);
    put_degrees(b, w->bounds_deg.max_y);
    buf_put_u8(b, (uint8_t)w->center_zoom);
    put_degrees(b, w->center_lon_deg);
    put_degrees(b, w->center_lat_deg);
}

/* Source: "JSON Metadata". */
static void put_metadata(struct buf *b, const struct archive_words *w)
{
    struct json_out j = json_out(b);
    json_object(&j);
    json_member_text(&j, "name", w->name);
    json_member_text(&j, "description", w->description);
    json_member_text(&j, "attribution", w->attribution);
    json_member_text(&j, "type", w->format == TILE_MVT ? "overlay" : "baselayer");
    json_member_text(&j, "generator", "cassini " CASSINI_VERSION);
    if (w->vector_layers) {
        json_key(&j, "vector_layers");
        json_raw(&j, span_of(w->vector_layers));
    }
    json_object_end(&j);
}

static enum err_code write_rest(const struct archive *a, const struct archive_words *w,
                                struct gzip *g, struct buf *root, struct buf *leaves,
                                struct buf *metadata, struct buf *plain, struct err *err)
{
    put_metadata(plain, w);
    enum err_code rc = buf_status(plain, err);
    if (!rc)
        rc = gzip_compress(g, (struct span){buf_text(plain), plain->len_bytes}, metadata, err);
    if (!rc)
        rc = pmtiles_pack(&a->runs, g, TILES_AT - HEADER_BYTES, root, leaves, err);
    if (rc)
        return rc;
    const struct sections s = {root->len_bytes, metadata->len_bytes, leaves->len_bytes};
    const uint64_t at = TILES_AT + a->n_written;
    buf_reset(plain);
    put_header(plain, a, w, &s);
    rc = buf_status(plain, err);
    if (!rc)
        rc = file_write_at(a->fd, at, metadata->data, s.metadata_bytes, err);
    if (!rc)
        rc = file_write_at(a->fd, at + s.metadata_bytes, leaves->data, s.leaves_bytes, err);
    if (!rc)
        rc = file_write_at(a->fd, HEADER_BYTES, root->data, s.root_bytes, err);
    return rc ? rc : file_write_at(a->fd, 0, plain->data, plain->len_bytes, err);
}

static enum err_code archive_finish(struct archive *a, const struct archive_words *w,
                                    struct err *err)
{
    struct gzip *g = NULL;
    struct buf root, leaves, metadata, plain;
    struct buf *const all[] = {&root, &leaves, &metadata, &plain};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_init(all[i], SIZE_MAX);
    enum err_code rc = flush(a, err);
    if (!rc)
        rc = gzip_new(GZIP_LEVEL, &g, err);
    if (!rc)
        rc = write_rest(a, w, g, &root, &leaves, &metadata, &plain, err);
    gzip_free(g);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_clear(all[i]);
    return rc;
}

static void archive_sweep(const char *path)
{
    char log[4096];
    name_log(path, log, sizeof log);
    unlink(log);
}

const struct archive_format archive_pmtiles = {
    .name = "pmtiles",
    .suffix = ".pmtiles",
    .open = archive_open,
    .put = archive_put,
    .settle = archive_settle,
    .counts = archive_counts,
    .finish = archive_finish,
    .close = archive_close,
    .sweep = archive_sweep,
};
