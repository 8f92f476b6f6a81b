#include "tiler/kept_zoom.h"

#include "base/gzip.h"
#include "base/mem.h"
#include "store/tileset.h"
#include "tiler/kept_merge.h"
#include "tiler/kept_shape.h"

#define PLAIN_MAX_BYTES   ((size_t)64 << 20) /* of a kept tile */
#define MESSAGE_MAX_BYTES ((size_t)512 << 20)
#define FEATURE_MAX_BYTES ((size_t)256 << 20)
#define MADE_MAX_BYTES    ((size_t)512 << 20)

struct kept_zoomer {
    struct kept_scratch scratch;
    struct kept_merge *merge;
    struct gzip *gzip;
    struct buf packed, plain;
};

enum err_code kept_zoomer_new(struct kept_zoomer **out, struct err *err)
{
    struct kept_zoomer *k = mem_new(1, sizeof *k);
    if (!k)
        return err_no_memory(err, sizeof *k);
    arena_init(&k->scratch.message, MESSAGE_MAX_BYTES);
    arena_init(&k->scratch.feature, FEATURE_MAX_BYTES);
    arena_init(&k->scratch.made, MADE_MAX_BYTES);
    buf_init(&k->packed, PLAIN_MAX_BYTES);
    buf_init(&k->plain, PLAIN_MAX_BYTES);
    enum err_code rc = tile_rings_new(&k->scratch.rings, err);
    if (!rc)
        rc = mvt_collage_new(&k->scratch.collage, err);
    if (!rc)
        rc = kept_merge_new(&k->merge, err);
    if (!rc)
        rc = gzip_new(1, &k->gzip, err);
    if (rc)
        kept_zoomer_free(k);
    else
        *out = k;
    return rc;
}

void kept_zoomer_free(struct kept_zoomer *k)
{
    if (!k)
        return;
    struct kept_scratch *s = &k->scratch;
    arena_clear(&s->message);
    arena_clear(&s->feature);
    arena_clear(&s->made);
    clipper_clear(&s->clipper);
    tile_rings_free(s->rings);
    mvt_collage_free(s->collage);
    tile_shape_clear(&s->shape);
    tile_shape_clear(&s->clipped);
    kept_merge_free(k->merge);
    gzip_free(k->gzip);
    buf_clear(&k->packed);
    buf_clear(&k->plain);
    mem_free(k);
}

/* ---- from which zoom ----------------------------------------------------------------------- */

int kept_zoom_source(const struct layer *layer, int zoom)
{
    const struct kept_tiles *k = layer->kept;
    if (layer_has_images(layer) || k->n_zooms == 0)
        return zoom;
    int source = k->zooms[0].zoom;
    for (size_t i = 0; i < k->n_zooms && k->zooms[i].zoom <= zoom; i++)
        source = k->zooms[i].zoom;
    return source;
}

/* A kept tile into k->plain; empty when there is none. */
static enum err_code read_plain(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                                struct tile_address at, struct err *err)
{
    bool found = false;
    buf_reset(&k->packed);
    buf_reset(&k->plain);
    enum err_code rc = store_read_kept_tile(s, layer, at.z, at.x, at.y, &k->packed, &found, err);
    const struct span packed = {(const char *)k->packed.data, k->packed.len_bytes};
    if (!rc && found)
        rc = gzip_decompress(k->gzip, packed, PLAIN_MAX_BYTES, &k->plain, err);
    k->scratch.report.n_tiles += !rc && found;
    if (rc)
        err_add(err, "kept tile %d/%u/%u of '%s'", at.z, at.x, at.y, layer->name);
    return rc;
}

/* ---- over-zoom ----------------------------------------------------------------------------- */

/* From units of the ancestor to those of the tile, which are 2^bits as fine. In 64 bits: a vertex has
 * 32, the bits are 24 at most. */
static void enlarge(struct tile_shape *s, int bits, uint32_t column, uint32_t row, uint32_t extent)
{
    for (size_t i = 0; i < s->n_vertices; i++) {
        s->vertices[i].x = s->vertices[i].x * ((int64_t)1 << bits) - (int64_t)column * extent;
        s->vertices[i].y = s->vertices[i].y * ((int64_t)1 << bits) - (int64_t)row * extent;
    }
}

/* The box in units of the ancestor. */
static struct bbox part_of(const struct clip_box *box, int bits, uint32_t column, uint32_t row,
                           uint32_t extent)
{
    const double unit = 1.0 / (double)((int64_t)1 << bits);
    const double x = (double)column * extent, y = (double)row * extent;
    const double min = (double)box->min, max = (double)box->max;
    return (struct bbox){(x + min) * unit, (y + min) * unit, (x + max) * unit, (y + max) * unit};
}

static enum err_code cut_layer(struct kept_scratch *k, const struct mvt_reading *m, size_t layer,
                               struct tile_address from, struct tile_address at, struct err *err)
{
    const struct mvt_layer_face face = mvt_reading_layer(m, layer);
    const int bits = at.z - from.z;
    const uint32_t column = at.x - (from.x << bits), row = at.y - (from.y << bits);
    const struct clip_box box = kept_box(face.extent, kept_buffer(face.extent));
    const struct bbox part = part_of(&box, bits, column, row, face.extent);
    size_t number = 0;
    enum err_code rc = mvt_collage_layer(k->collage, face.name, face.extent, &number, err);
    if (!rc && mvt_collage_extent(k->collage, number) != face.extent)
        rc = err_set(err, BAD_DATA, "two layers '%.80s' of different extents", face.name);
    for (size_t i = 0; !rc && i < face.n_features; i++) {
        struct mvt_reading_feature f;
        bool is_ok = false;
        if (!mvt_reading_may_meet(m, layer, i, &part))
            continue;
        rc = kept_read(k, m, layer, i, &f, &is_ok, err);
        if (rc || !is_ok)
            continue;
        enlarge(&k->shape, bits, column, row, face.extent);
        rc = kept_clip(k, &box, err);
        if (!rc)
            rc = kept_add(k, number, i, &f, &box, err);
    }
    return rc;
}

static enum err_code cut(struct kept_zoomer *k, struct span tile, struct tile_address from,
                         struct tile_address at, struct buf *out, struct err *err)
{
    struct kept_scratch *s = &k->scratch;
    const struct mvt_reading *m = NULL;
    arena_reset(&s->message);
    arena_reset(&s->made);
    mvt_collage_start(s->collage, &s->made);
    enum err_code rc = mvt_reading_new(tile, &s->message, &m, err);
    for (size_t i = 0; !rc && i < mvt_reading_n_layers(m); i++)
        rc = cut_layer(s, m, i, from, at, err);
    return rc ? rc : mvt_collage_pack(s->collage, out, err);
}

static enum err_code over_zoom(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                               struct tile_address at, struct buf *out, struct err *err)
{
    const int bits = at.z - k->scratch.report.source_zoom;
    const struct tile_address from = {(uint8_t)(at.z - bits), at.x >> bits, at.y >> bits};
    const enum err_code rc = read_plain(k, s, layer, from, err);
    if (rc || k->plain.len_bytes == 0)
        return rc;
    const struct span tile = {(const char *)k->plain.data, k->plain.len_bytes};
    if (bits == 0) {
        buf_put(out, tile.at, tile.len_bytes);
        return buf_status(out, err);
    }
    if (cut(k, tile, from, at, out, err))
        return err_add(err, "kept tile %d/%u/%u of '%s'", from.z, from.x, from.y, layer->name);
    return OK;
}

/* ---- under-zoom ---------------------------------------------------------------------------- */

/* The descendants that reach into the tile or its buffer. */
static struct kept_zoom descendants(struct tile_address at, int bits)
{
    const int64_t n_all = (int64_t)1 << (at.z + bits), n_side = (int64_t)1 << bits;
    const int64_t margin = (n_side * TILE_BUFFER_TU + TILE_EXTENT_TU - 1) / TILE_EXTENT_TU;
    const int64_t x = (int64_t)at.x * n_side, y = (int64_t)at.y * n_side;
    const int64_t right = x + n_side - 1 + margin, bottom = y + n_side - 1 + margin;
    return (struct kept_zoom){
        .zoom = at.z + bits,
        .min_x = (uint32_t)(x > margin ? x - margin : 0),
        .min_y = (uint32_t)(y > margin ? y - margin : 0),
        .max_x = (uint32_t)(right < n_all ? right : n_all - 1),
        .max_y = (uint32_t)(bottom < n_all ? bottom : n_all - 1),
    };
}

static enum err_code merge_begin(struct kept_zoomer *k, struct err *err)
{
    arena_reset(&k->scratch.made);
    mvt_collage_start(k->scratch.collage, &k->scratch.made);
    return kept_merge_start(k->merge, &k->scratch.made, err);
}

static enum err_code merge_tile(struct kept_zoomer *k, struct span tile, struct tile_address from,
                                struct tile_address at, struct err *err)
{
    const struct mvt_reading *m = NULL;
    arena_reset(&k->scratch.message);
    const enum err_code rc = mvt_reading_new(tile, &k->scratch.message, &m, err);
    return rc ? rc : kept_merge_add(k->merge, &k->scratch, m, from, at, err);
}

static enum err_code merge_finish(struct kept_zoomer *k, const struct layer *layer, struct buf *out,
                                  struct err *err)
{
    const enum err_code rc = kept_merge_end(k->merge, &k->scratch, layer, err);
    return rc ? rc : mvt_collage_pack(k->scratch.collage, out, err);
}

static enum err_code merge_tiles(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                                 struct tile_address at, const struct kept_place *places,
                                 uint64_t n, struct err *err)
{
    const uint8_t zoom = (uint8_t)k->scratch.report.source_zoom;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < n; i++) {
        const struct tile_address from = {zoom, places[i].x, places[i].y};
        rc = read_plain(k, s, layer, from, err);
        const struct span tile = {(const char *)k->plain.data, k->plain.len_bytes};
        if (!rc && merge_tile(k, tile, from, at, err))
            rc = err_add(err, "kept tile %d/%u/%u of '%s'", from.z, from.x, from.y, layer->name);
    }
    return rc;
}

static enum err_code under_zoom(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                                struct tile_address at, struct buf *out, struct err *err)
{
    struct kept_place places[KEPT_UNDER_MAX_TILES];
    struct kept_report *report = &k->scratch.report;
    const int bits = report->source_zoom - at.z;
    uint64_t n = kept_tiles_zoom(layer->kept, report->source_zoom)->n_tiles;
    enum err_code rc = OK;
    if (bits <= KEPT_UNDER_MAX_ZOOMS) {
        const struct kept_zoom box = descendants(at, bits);
        rc = store_list_kept_tiles(s, layer, &box, places, KEPT_UNDER_MAX_TILES, &n, err);
    }
    if (rc)
        return rc;
    if (bits > KEPT_UNDER_MAX_ZOOMS || n > KEPT_UNDER_MAX_TILES) {
        report->n_tiles_beyond = n;
        return OK;
    }
    rc = merge_begin(k, err);
    if (!rc)
        rc = merge_tiles(k, s, layer, at, places, n, err);
    return rc ? rc : merge_finish(k, layer, out, err);
}

/* ---- both ---------------------------------------------------------------------------------- */

/* The output is untouched on failure. */
static enum err_code finish(struct kept_zoomer *k, enum err_code rc, size_t n_before,
                            struct buf *out, struct kept_report *report)
{
    k->scratch.report.n_bytes = out->len_bytes - n_before;
    if (rc)
        out->len_bytes = n_before;
    else if (report)
        *report = k->scratch.report;
    return rc;
}

enum err_code kept_zoom_render(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                               struct tile_address at, struct buf *out, struct kept_report *report,
                               struct err *err)
{
    const size_t n_before = out->len_bytes;
    const int from = kept_zoom_source(layer, at.z);
    k->scratch.report = (struct kept_report){.layer = layer->name, .source_zoom = from};
    const enum err_code rc =
        from <= at.z ? over_zoom(k, s, layer, at, out, err) : under_zoom(k, s, layer, at, out, err);
    return finish(k, rc, n_before, out, report);
}

enum err_code kept_zoom_from(struct kept_zoomer *k, const struct layer *layer, struct span tile,
                             struct tile_address from, struct tile_address at, struct buf *out,
                             struct kept_report *report, struct err *err)
{
    const size_t n_before = out->len_bytes;
    k->scratch.report =
        (struct kept_report){.layer = layer->name, .source_zoom = from.z, .n_tiles = 1};
    enum err_code rc;
    if (from.z <= at.z) {
        rc = cut(k, tile, from, at, out, err);
    } else {
        rc = merge_begin(k, err);
        if (!rc)
            rc = merge_tile(k, tile, from, at, err);
        if (!rc)
            rc = merge_finish(k, layer, out, err);
    }
    return finish(k, rc, n_before, out, report);
}
