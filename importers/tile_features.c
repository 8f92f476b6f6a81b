#include "importers/tile_features.h"

#include "base/mvt_read.h"
#include "base/tile_format.h"
#include "importers/tile_clip.h"

#include <inttypes.h>
#include <string.h>

/* Half the equator of the sphere of EPSG:3857: pi * 6378137 m. */
#define HALF_WORLD_M            20037508.342789244
#define MAX_LAYERS              1024
#define FEATURE_MAX_BYTES       ((size_t)512 << 20)
#define VECTOR_LAYERS_MAX_BYTES ((size_t)64 << 20)
#define ID_NAME                 "mvt_id"

static int zoom_of(const struct reader_options *o)
{
    return o->zoom < 0 ? ARCHIVE_HIGHEST_ZOOM : o->zoom;
}

/* The message of a tile; words say which tile it is. */
static enum err_code open_tile(struct tile_opener *t, struct tile_place at, struct span data,
                               const struct mvt_reading **out, struct err *err)
{
    enum tile_format format;
    struct span plain;
    arena_reset(&t->arena);
    if (tile_format_of_image(data, &format))
        return err_set(err, UNSUPPORTED,
                       "the tiles are images (%s): only vector tiles can be read as features",
                       tile_format_name(format));
    enum err_code rc = tile_opener_inflate(t, data, &plain, err);
    if (!rc)
        rc = mvt_reading_new(plain, &t->arena, out, err);
    return rc ? err_add(err, "tile %d/%u/%u", at.z, at.x, at.y) : OK;
}

/* --- what layers there are ------------------------------------------------------------------ */

struct listing {
    struct tile_opener opener;
    struct arena *a;
    const char *names[MAX_LAYERS];
    size_t n;
    bool is_told; /* by the metadata: no tile need be opened */
};

static enum err_code add_name(struct listing *l, struct span name, struct err *err)
{
    for (size_t i = 0; i < l->n; i++) {
        if (span_eq(name, l->names[i]))
            return OK;
    }
    if (l->n == MAX_LAYERS)
        return err_set(err, LIMIT, "more than %d layers", MAX_LAYERS);
    l->names[l->n] = arena_strndup(l->a, name.at, name.len_bytes, err);
    return l->names[l->n++] ? OK : NO_MEMORY;
}

static enum err_code list_from_face(void *state, const struct archive_face *face, struct err *err)
{
    struct listing *l = state;
    struct json_reader *reader = NULL;
    struct json_value root, item, id;
    struct span key;
    if (!face->vector_layers)
        return OK;
    enum err_code rc = json_reader_new(VECTOR_LAYERS_MAX_BYTES, 64, &reader, err);
    if (!rc)
        rc = json_read(reader, span_of(face->vector_layers), &root, err);
    if (!rc) {
        for (struct json_walk w = json_walk(root); !rc && json_next(&w, &key, &item);) {
            if (json_get(item, "id", &id) && json_text_of(id).len_bytes)
                rc = add_name(l, json_text_of(id), err);
        }
    }
    json_reader_free(reader);
    l->is_told = !rc && l->n > 0;
    return rc;
}

static enum err_code list_from_tile(void *state, struct tile_place at, struct span data,
                                    struct err *err)
{
    struct listing *l = state;
    const struct mvt_reading *m = NULL;
    if (l->is_told)
        return CANCELED; /* nothing went wrong: see tile_features_list() */
    enum err_code rc = open_tile(&l->opener, at, data, &m, err);
    for (size_t i = 0; !rc && i < mvt_reading_n_layers(m); i++)
        rc = add_name(l, span_of(mvt_reading_layer(m, i).name), err);
    return rc;
}

static void forget_note(void *state, const char *words)
{
    (void)state, (void)words;
}

static enum err_code list_layers(walk_tiles_fn *walk, const struct input *in,
                                 const struct reader_options *o, struct listing *l,
                                 struct inner_layers *out, struct err *err)
{
    const struct tile_taker taker = {l, list_from_face, list_from_tile, forget_note};
    enum err_code rc = tile_opener_init(&l->opener, &o->limits, err);
    if (!rc)
        rc = walk(in, o, zoom_of(o), &taker, err);
    if (rc == CANCELED && l->is_told)
        rc = OK;
    tile_opener_clear(&l->opener);
    if (!rc && l->n == 0)
        rc = err_set(err, BAD_DATA, "there are no tiles at this zoom");
    if (rc)
        return rc;
    out->names = arena_new(l->a, l->n, sizeof *out->names, err);
    if (!out->names)
        return err ? err->code : NO_MEMORY;
    memcpy(out->names, l->names, l->n * sizeof *l->names);
    out->n = l->n;
    return OK;
}

enum err_code tile_features_list(walk_tiles_fn *walk, const struct input *in,
                                 const struct reader_options *o, struct arena *a,
                                 struct inner_layers *out, struct err *err)
{
    if (o->as_features) {
        struct listing *l = arena_new(a, 1, sizeof *l, err);
        if (!l)
            return err ? err->code : NO_MEMORY;
        l->a = a;
        return list_layers(walk, in, o, l, out, err);
    }
    out->names = arena_new(a, 1, sizeof *out->names, err);
    out->n = 1;
    return out->names ? OK : err ? err->code : NO_MEMORY;
}

/* --- reading -------------------------------------------------------------------------------- */

struct reading {
    const struct reader_options *o;
    const char *layer;
    struct sink *sink;
    struct tile_opener opener;
    struct geos *geos;
    struct arena arena; /* of one feature */
    struct buf id;
    uint64_t n_features, n_bytes, total_bytes;
};

/* From tile units to metres. */
static void to_mercator(struct geom *g, struct tile_place at, uint32_t extent)
{
    const double n = (double)(UINT32_C(1) << at.z) * extent;
    for (size_t i = 0; i < g->n_vertices; i++) {
        const double x = (double)at.x * extent + g->xy[2 * i];
        const double y = (double)at.y * extent + g->xy[2 * i + 1];
        g->xy[2 * i] = (2 * x / n - 1) * HALF_WORLD_M;
        g->xy[2 * i + 1] = (1 - 2 * y / n) * HALF_WORLD_M;
    }
}

static enum err_code put_values(struct reading *r, const struct mvt_reading_feature *f,
                                struct source_feature *out, struct err *err)
{
    struct source_value *values = arena_new(&r->arena, f->n_properties + 1, sizeof *values, err);
    if (!values)
        return err ? err->code : NO_MEMORY;
    size_t n = 0;
    bool is_taken = false;
    for (; n < f->n_properties; n++) {
        values[n] =
            (struct source_value){.name = f->properties[n].name, .value = f->properties[n].value};
        is_taken |= span_eq(f->properties[n].name, ID_NAME);
    }
    if (f->has_id && !is_taken && f->id <= INT64_MAX)
        values[n++] =
            (struct source_value){.name = span_of(ID_NAME), .value = value_int((int64_t)f->id)};
    out->values = values;
    out->n_values = n;
    return OK;
}

/* What cannot be read or cut is rejected; what lies in the margin alone is the neighbour's. */
static enum err_code take_feature(struct reading *r, const struct mvt_reading *m, size_t layer,
                                  size_t feature, struct tile_place at, struct err *err)
{
    const uint32_t extent = mvt_reading_layer(m, layer).extent;
    const uint32_t last = (UINT32_C(1) << at.z) - 1;
    const struct tile_square square = {extent, at.x < last, at.y < last};
    struct mvt_reading_feature f;
    struct geom inside;
    struct err why = {0};
    arena_reset(&r->arena);
    buf_reset(&r->id);
    buf_printf(&r->id, "%d/%u/%u/%zu", at.z, at.x, at.y, feature + 1);
    struct source_feature out = {.ordinal = ++r->n_features};
    out.id = out.raw = (struct span){buf_text(&r->id), r->id.len_bytes};
    enum err_code rc =
        mvt_reading_feature(m, layer, feature, r->o->limits.vertices, &r->arena, &f, &why);
    if (!rc)
        rc = tile_clip(&square, &f.geom, r->geos, &r->arena, &inside, &why);
    if (rc == NO_MEMORY)
        return err_set(err, rc, "%s", why.text);
    if (rc)
        return sink_reject(r->sink, &out, why.text, err);
    if (inside.type == GEOM_NONE && f.geom.type != GEOM_NONE) {
        r->n_features--;
        return OK;
    }
    to_mercator(&inside, at, extent);
    geom_wind(&inside);
    out.geom = &inside;
    rc = put_values(r, &f, &out, err);
    return rc ? rc : sink_take(r->sink, &out, err);
}

static enum err_code take_tile(void *state, struct tile_place at, struct span data, struct err *err)
{
    struct reading *r = state;
    const struct mvt_reading *m = NULL;
    enum err_code rc = open_tile(&r->opener, at, data, &m, err);
    for (size_t i = 0; !rc && i < mvt_reading_n_layers(m); i++) {
        const struct mvt_layer_face face = mvt_reading_layer(m, i);
        if (r->layer && !text_eq(face.name, r->layer))
            continue;
        for (size_t k = 0; !rc && k < face.n_features; k++)
            rc = take_feature(r, m, i, k, at, err);
    }
    r->n_bytes += data.len_bytes;
    const struct source_progress progress = {r->n_bytes, r->total_bytes, r->n_bytes};
    return rc ? rc : sink_progress(r->sink, progress, err);
}

static enum err_code take_face(void *state, const struct archive_face *face, struct err *err)
{
    (void)state, (void)face, (void)err;
    return OK;
}

static void take_note(void *state, const char *words)
{
    const struct reading *r = state;
    sink_note(r->sink, "%s", words);
}

enum err_code tile_features_read(walk_tiles_fn *walk, const struct input *in,
                                 const struct reader_options *o, struct sink *sink, struct err *err)
{
    struct reading r = {.o = o, .layer = in->inner, .sink = sink};
    const struct tile_taker taker = {&r, take_face, take_tile, take_note};
    r.total_bytes = bundle_bytes(in->bundle, in->file);
    arena_init(&r.arena, FEATURE_MAX_BYTES);
    buf_init(&r.id, 256);
    enum err_code rc = tile_opener_init(&r.opener, &o->limits, err);
    if (!rc)
        rc = geos_new(&r.geos, err);
    if (!rc)
        rc = walk(in, o, zoom_of(o), &taker, err);
    tile_opener_clear(&r.opener);
    geos_free(r.geos);
    buf_clear(&r.id);
    arena_clear(&r.arena);
    return rc;
}
