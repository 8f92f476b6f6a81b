/*
 * PMTiles 3: a header, directories with what is where, tiles. Everything that a directory says is
 * checked against the file before it is followed.
 * Source: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */
#include "importers/pmtiles_directory.h"
#include "importers/tile_features.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEADER_BYTES = 127, VERSION = 3, MAX_DEPTH = 4, JSON_MAX_DEPTH = 64 };
#define FACE_MAX_BYTES ((size_t)64 << 20)

/* Numbers of the format. */
enum compression { COMPRESSION_UNKNOWN, COMPRESSION_NONE, COMPRESSION_GZIP };
static const char *const COMPRESSIONS[] = {"unknown", "none", "gzip", "brotli", "zstd"};
static const char *const TYPES[] = {"unknown", "MVT", "PNG", "JPEG", "WebP", "AVIF", "MLT"};
enum { LAST_TYPE_THAT_IS_READ = 4 };

struct section {
    uint64_t at, n_bytes;
};

struct archive {
    int fd;
    uint64_t n_bytes;
    const struct importer_limits *limits;
    struct section root, metadata, leaves, tiles;
    uint8_t directory_compression, tile_compression, type;
    uint8_t min_zoom, max_zoom;
    uint64_t first, end; /* numbers of the tiles that are wanted */
    uint64_t next;       /* no tile below this number may come any more */
    struct tile_opener opener;
    struct buf raw; /* a directory as it is in the file */
    struct buf tile;
    struct arena arena;
    struct json_reader *json;
};

/* --- bytes ---------------------------------------------------------------------------------- */

static uint64_t u64_at(const uint8_t *at)
{
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--)
        v = v << 8 | at[i];
    return v;
}

static double degrees_at(const uint8_t *at)
{
    const uint32_t v = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    return (double)(int32_t)v / 1e7;
}

static enum err_code read_at(const struct archive *p, uint64_t at, uint64_t n_bytes,
                             struct buf *out, struct err *err)
{
    buf_reset(out);
    uint8_t *to = buf_reserve(out, n_bytes);
    if (!to)
        return buf_status(out, err);
    for (uint64_t n = 0; n < n_bytes;) {
        const ssize_t got = pread(p->fd, to + n, n_bytes - n, (off_t)(at + n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, IO, "%s", strerror(errno));
        if (got == 0)
            return err_set(err, BAD_DATA, "the file became shorter while it was read");
        n += (uint64_t)got;
    }
    buf_added(out, n_bytes);
    return OK;
}

/* A piece of a section. */
static enum err_code read_piece(const struct archive *p, const struct section *s, const char *what,
                                uint64_t offset, uint64_t n_bytes, struct buf *out, struct err *err)
{
    if (offset > s->n_bytes || n_bytes > s->n_bytes - offset)
        return err_set(err, BAD_DATA, "%s of %llu bytes at %llu, where there are only %llu", what,
                       (unsigned long long)n_bytes, (unsigned long long)offset,
                       (unsigned long long)s->n_bytes);
    if (n_bytes > p->limits->feature_bytes)
        return err_set(err, LIMIT, "%s of %llu bytes is longer than --max-feature-size", what,
                       (unsigned long long)n_bytes);
    return read_at(p, s->at + offset, n_bytes, out, err);
}

/* --- the header ----------------------------------------------------------------------------- */

static enum err_code check_version(const uint8_t *h, uint64_t n_bytes, struct err *err)
{
    if (n_bytes >= 3 && memcmp(h, "PM", 2) == 0 && (h[2] == 1 || h[2] == 2))
        return err_set(err, UNSUPPORTED, "PMTiles of version %d: only version %d is read", h[2],
                       VERSION);
    if (n_bytes < 8 || memcmp(h, "PMTiles", 7) != 0)
        return err_set(err, BAD_DATA, "this is no PMTiles archive");
    if (h[7] != VERSION)
        return err_set(err, UNSUPPORTED, "PMTiles of version %d: only version %d is read", h[7],
                       VERSION);
    if (n_bytes < HEADER_BYTES)
        return err_set(err, BAD_DATA, "the file ends within its header");
    return OK;
}

static enum err_code check_kinds(const struct archive *p, struct err *err)
{
    const uint8_t compressions[] = {p->directory_compression, p->tile_compression};
    static const char *const OF[] = {"directories", "tiles"};
    for (int i = 0; i < 2; i++) {
        const uint8_t c = compressions[i];
        if (c > COMPRESSION_GZIP)
            return err_set(err, UNSUPPORTED, "%s compressed with %s: none and gzip are read", OF[i],
                           c < sizeof COMPRESSIONS / sizeof *COMPRESSIONS ? COMPRESSIONS[c]
                                                                          : "an unknown method");
    }
    if (p->type > LAST_TYPE_THAT_IS_READ)
        return err_set(
            err, UNSUPPORTED, "tiles that are %s: vector tiles, PNG, JPEG and WebP are read",
            p->type < sizeof TYPES / sizeof *TYPES ? TYPES[p->type] : "of an unknown type");
    return OK;
}

static enum err_code check_sections(const struct archive *p, struct err *err)
{
    const struct {
        const struct section *s;
        const char *name;
    } all[] = {{&p->root, "root directory"},
               {&p->metadata, "metadata"},
               {&p->leaves, "leaf directories"},
               {&p->tiles, "tiles"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct section *s = all[i].s;
        if (s->at > p->n_bytes || s->n_bytes > p->n_bytes - s->at)
            return err_set(err, BAD_DATA, "the file ends before its %s do: %llu bytes at %llu",
                           all[i].name, (unsigned long long)s->n_bytes, (unsigned long long)s->at);
    }
    return OK;
}

static enum err_code read_header(struct archive *p, struct archive_face *face, struct err *err)
{
    const uint64_t n = p->n_bytes < HEADER_BYTES ? p->n_bytes : HEADER_BYTES;
    enum err_code rc = read_at(p, 0, n, &p->raw, err);
    if (!rc)
        rc = check_version(p->raw.data, n, err);
    if (rc)
        return rc;
    const uint8_t *h = p->raw.data;
    p->root = (struct section){u64_at(h + 8), u64_at(h + 16)};
    p->metadata = (struct section){u64_at(h + 24), u64_at(h + 32)};
    p->leaves = (struct section){u64_at(h + 40), u64_at(h + 48)};
    p->tiles = (struct section){u64_at(h + 56), u64_at(h + 64)};
    p->directory_compression = h[97];
    p->tile_compression = h[98];
    p->type = h[99];
    p->min_zoom = h[100];
    p->max_zoom = h[101];
    *face = (struct archive_face){
        .has_bounds = true,
        .bounds_deg = {degrees_at(h + 102), degrees_at(h + 106), degrees_at(h + 110),
                       degrees_at(h + 114)},
        .center_zoom = h[118],
        .center_lon_deg = degrees_at(h + 119),
        .center_lat_deg = degrees_at(h + 123),
        .min_zoom = p->min_zoom,
        .max_zoom = p->max_zoom,
    };
    face->has_center = (face->center_lon_deg != 0 || face->center_lat_deg != 0) &&
                       face->center_lon_deg >= -180 && face->center_lon_deg <= 180 &&
                       face->center_lat_deg >= -90 && face->center_lat_deg <= 90 &&
                       face->center_zoom <= ARCHIVE_MAX_ZOOM;
    if (p->min_zoom > p->max_zoom || p->max_zoom > ARCHIVE_MAX_ZOOM)
        return err_set(err, BAD_DATA, "zooms %d to %d: 0 to %d there are", p->min_zoom, p->max_zoom,
                       ARCHIVE_MAX_ZOOM);
    rc = check_kinds(p, err);
    return rc ? rc : check_sections(p, err);
}

/* --- the metadata --------------------------------------------------------------------------- */

static enum err_code inflate_directory(struct archive *p, struct span *out, struct err *err)
{
    const struct span raw = {buf_text(&p->raw), p->raw.len_bytes};
    *out = raw;
    return p->directory_compression == COMPRESSION_GZIP
               ? tile_opener_inflate(&p->opener, raw, out, err)
               : OK;
}

/* What is not JSON is left: the tiles can be served without. */
static enum err_code read_metadata(struct archive *p, struct archive_face *face,
                                   const struct tile_taker *to, struct err *err)
{
    struct span text = {"", 0};
    struct json_value root;
    struct err why = {0};
    if (p->metadata.n_bytes == 0)
        return OK;
    enum err_code rc =
        read_piece(p, &p->metadata, "metadata", 0, p->metadata.n_bytes, &p->raw, err);
    if (!rc)
        rc = inflate_directory(p, &text, err);
    if (rc)
        return err_add(err, "metadata");
    if (json_read(p->json, text, &root, &why) || !json_is(root, JSON_OBJECT)) {
        char words[sizeof why.text + 64];
        if (why.code == NO_MEMORY)
            return err_set(err, why.code, "%s", why.text);
        snprintf(words, sizeof words, "its metadata is not read: %s",
                 why.code ? why.text : "no JSON object");
        to->note(to->state, words);
        return OK;
    }
    buf_reset(&p->raw);
    json_put(&p->raw, root);
    rc = buf_status(&p->raw, err);
    if (!rc)
        face->metadata = arena_strdup(&p->arena, buf_text(&p->raw), err);
    if (!rc && !face->metadata)
        rc = NO_MEMORY;
    return rc ? rc : archive_face_read(face, root, &p->arena, err);
}

/* --- the tiles ------------------------------------------------------------------------------ */

static enum err_code read_tiles(struct archive *p, const struct pmtiles_entry *e,
                                const struct tile_taker *to, struct err *err)
{
    if (e->first + e->n_run <= p->first || e->first >= p->end)
        return OK;
    enum err_code rc = read_piece(p, &p->tiles, "a tile", e->offset, e->n_bytes, &p->tile, err);
    const struct span data = {buf_text(&p->tile), p->tile.len_bytes};
    for (uint64_t i = 0; !rc && i < e->n_run; i++) {
        const uint64_t number = e->first + i;
        if (number >= p->first && number < p->end)
            rc = to->tile(to->state, tile_number_place(number), data, err);
    }
    return rc;
}

static enum err_code read_directory(struct archive *p, const struct section *section,
                                    uint64_t offset, uint64_t n_bytes, struct pmtiles_directory *d,
                                    struct err *err)
{
    struct span plain;
    enum err_code rc = read_piece(p, section, "a directory", offset, n_bytes, &p->raw, err);
    if (!rc)
        rc = inflate_directory(p, &plain, err);
    return rc ? rc : pmtiles_directory_read(d, plain, err);
}

/* Directories hold directories: a stack of them, so that no depth is too much. Numbers only rise,
 * so no directory is read twice. */
static enum err_code walk_directories(struct archive *p, const struct tile_taker *to,
                                      struct err *err)
{
    struct pmtiles_directory stack[MAX_DEPTH] = {0};
    size_t at[MAX_DEPTH] = {0};
    int depth = 0;
    enum err_code rc = read_directory(p, &p->root, 0, p->root.n_bytes, &stack[0], err);
    while (!rc && depth >= 0) {
        if (at[depth] == stack[depth].n) {
            depth--;
            continue;
        }
        const struct pmtiles_entry *e = &stack[depth].entries[at[depth]++];
        if (e->first < p->next) {
            rc = err_set(err, BAD_DATA, "tiles that are not in order, or twice there");
        } else if (e->n_run) {
            p->next = e->first + e->n_run;
            rc = read_tiles(p, e, to, err);
        } else if (depth + 1 == MAX_DEPTH) {
            rc =
                err_set(err, LIMIT, "directories within directories, more than %d deep", MAX_DEPTH);
        } else {
            at[++depth] = 0;
            rc = read_directory(p, &p->leaves, e->offset, e->n_bytes, &stack[depth], err);
        }
    }
    for (int i = 0; i < MAX_DEPTH; i++)
        pmtiles_directory_clear(&stack[i]);
    return rc;
}

static enum err_code archive_open(struct archive *p, const struct input *in,
                                  const struct reader_options *o, struct err *err)
{
    p->limits = &o->limits;
    arena_init(&p->arena, FACE_MAX_BYTES);
    buf_init(&p->raw, o->limits.feature_bytes);
    buf_init(&p->tile, o->limits.feature_bytes);
    enum err_code rc = tile_opener_init(&p->opener, &o->limits, err);
    if (!rc)
        rc = json_reader_new(FACE_MAX_BYTES, JSON_MAX_DEPTH, &p->json, err);
    return rc ? rc : bundle_fd(in->bundle, in->file, &p->fd, &p->n_bytes, err);
}

static void archive_close(struct archive *p)
{
    tile_opener_clear(&p->opener);
    json_reader_free(p->json);
    buf_clear(&p->raw);
    buf_clear(&p->tile);
    arena_clear(&p->arena);
}

static enum err_code walk(const struct input *in, const struct reader_options *o, int zoom,
                          const struct tile_taker *to, struct err *err)
{
    struct archive p = {0};
    struct archive_face face;
    enum err_code rc = archive_open(&p, in, o, err);
    if (!rc)
        rc = read_header(&p, &face, err);
    if (!rc)
        rc = read_metadata(&p, &face, to, err);
    if (!rc)
        rc = to->face(to->state, &face, err);
    if (zoom == ARCHIVE_HIGHEST_ZOOM)
        zoom = p.max_zoom;
    p.first = zoom == ARCHIVE_ALL_ZOOMS ? 0 : tile_number_first(zoom);
    p.end = zoom == ARCHIVE_ALL_ZOOMS ? pmtiles_n_tiles() : tile_number_first(zoom + 1);
    if (!rc)
        rc = walk_directories(&p, to, err);
    archive_close(&p);
    return rc;
}

/* --- the importer --------------------------------------------------------------------------- */

static const char *const SUFFIXES[] = {".pmtiles", NULL};

static bool recognises(const struct input *in, struct span head)
{
    (void)in;
    return (head.len_bytes >= 8 && memcmp(head.at, "PMTiles", 7) == 0) ||
           (head.len_bytes >= 4 &&
            (memcmp(head.at, "PM\x01", 4) == 0 || memcmp(head.at, "PM\x02", 4) == 0));
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

const struct importer importer_pmtiles = {
    .name = "pmtiles",
    .title = "PMTiles",
    .suffixes = SUFFIXES,
    .default_epsg = 3857,
    .recognises = recognises,
    .list = list_layers,
    .read = read_features,
    .walk_tiles = walk,
};
