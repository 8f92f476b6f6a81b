#include "tiler/mvt_collage.h"

#include "base/mem.h"
#include "tiler/mvt_geometry.h"
#include "tiler/mvt_values.h"

#include <stdlib.h>

#define FEATURE_HEAD_BYTES 16 /* keys, lengths, id and type of a feature, about */
#define PACKED_MAX_BYTES   ((size_t)64 << 20)

struct placed {
    uint64_t place;
    VectorTile__Tile__Feature *feature;
};

/* Keys are texts as values are, so they are told apart in the same way. */
struct collage_layer {
    char *name;
    uint32_t extent;
    struct mvt_values keys, values;
    struct placed *features;
    size_t n_features, room_features;
};

struct mvt_collage {
    struct arena *arena;
    struct buf packed;            /* a key or a value */
    struct collage_layer *layers; /* their tables are kept for the next tile */
    size_t n_layers, n_begun, room_layers;
    size_t n_features, n_feature_bytes;
};

enum err_code mvt_collage_new(struct mvt_collage **out, struct err *err)
{
    struct mvt_collage *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    buf_init(&c->packed, PACKED_MAX_BYTES);
    *out = c;
    return OK;
}

void mvt_collage_free(struct mvt_collage *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_begun; i++) {
        mvt_values_clear(&c->layers[i].keys);
        mvt_values_clear(&c->layers[i].values);
        mem_free(c->layers[i].features);
    }
    mem_free(c->layers);
    buf_clear(&c->packed);
    mem_free(c);
}

void mvt_collage_start(struct mvt_collage *c, struct arena *a)
{
    c->arena = a;
    c->n_layers = c->n_features = c->n_feature_bytes = 0;
}

enum err_code mvt_collage_layer(struct mvt_collage *c, const char *name, uint32_t extent,
                                size_t *out, struct err *err)
{
    for (size_t i = 0; i < c->n_layers; i++) {
        if (text_eq(c->layers[i].name, name)) {
            *out = i;
            return OK;
        }
    }
    if (c->n_layers == MVT_COLLAGE_MAX_LAYERS)
        return err_set(err, LIMIT, "a vector tile with more than %d layers",
                       MVT_COLLAGE_MAX_LAYERS);
    char *copy = arena_strdup(c->arena, name, err);
    if (!copy ||
        mem_grow((void **)&c->layers, &c->room_layers, c->n_layers + 1, sizeof *c->layers, err))
        return arena_failure(err);
    struct collage_layer *l = &c->layers[c->n_layers];
    if (c->n_layers == c->n_begun) {
        *l = (struct collage_layer){0};
        c->n_begun++;
    }
    l->name = copy;
    l->extent = extent;
    l->n_features = 0;
    mvt_values_reset(&l->keys);
    mvt_values_reset(&l->values);
    *out = c->n_layers++;
    return OK;
}

uint32_t mvt_collage_extent(const struct mvt_collage *c, size_t layer)
{
    return c->layers[layer].extent;
}

static enum err_code find(struct mvt_collage *c, struct mvt_values *in, const struct value *v,
                          uint32_t *out, struct err *err)
{
    buf_reset(&c->packed);
    value_pack(&c->packed, v);
    const enum err_code rc = buf_status(&c->packed, err);
    const struct span packed = {(const char *)c->packed.data, c->packed.len_bytes};
    return rc ? rc : mvt_values_find(in, v, packed, c->arena, out, err);
}

static enum err_code add_tags(struct mvt_collage *c, struct collage_layer *l,
                              const struct mvt_reading_feature *of, VectorTile__Tile__Feature *f,
                              struct err *err)
{
    f->tags = arena_raw(c->arena, 2 * of->n_properties, sizeof *f->tags, err);
    if (!f->tags)
        return arena_failure(err);
    for (size_t i = 0; i < of->n_properties; i++) {
        const struct value key = value_text(of->properties[i].name);
        enum err_code rc = find(c, &l->keys, &key, &f->tags[2 * i], err);
        if (!rc)
            rc = find(c, &l->values, &of->properties[i].value, &f->tags[2 * i + 1], err);
        if (rc)
            return rc;
    }
    f->n_tags = 2 * of->n_properties;
    return OK;
}

enum err_code mvt_collage_add(struct mvt_collage *c, size_t layer, uint64_t place,
                              const struct mvt_reading_feature *of, const struct tile_shape *shape,
                              struct err *err)
{
    struct collage_layer *l = &c->layers[layer];
    VectorTile__Tile__Feature *f = arena_raw(c->arena, 1, sizeof *f, err);
    if (!f || mem_grow((void **)&l->features, &l->room_features, l->n_features + 1,
                       sizeof *l->features, err))
        return arena_failure(err);
    *f = (VectorTile__Tile__Feature)VECTOR_TILE__TILE__FEATURE__INIT;
    f->has_id = of->has_id;
    f->id = of->id;
    enum err_code rc = add_tags(c, l, of, f, err);
    if (!rc)
        rc = mvt_set_geometry(f, shape, c->arena, err);
    if (rc)
        return rc;
    l->features[l->n_features++] = (struct placed){place, f};
    c->n_features++;
    c->n_feature_bytes += FEATURE_HEAD_BYTES + mvt_varints_bytes(f->tags, f->n_tags) +
                          mvt_varints_bytes(f->geometry, f->n_geometry);
    return OK;
}

size_t mvt_collage_n_features(const struct mvt_collage *c)
{
    return c->n_features;
}

size_t mvt_collage_bytes(const struct mvt_collage *c)
{
    size_t n_bytes = c->n_feature_bytes;
    for (size_t i = 0; i < c->n_layers; i++)
        n_bytes += c->layers[i].keys.n_bytes + c->layers[i].values.n_bytes;
    return n_bytes;
}

static int by_place(const void *a, const void *b)
{
    const uint64_t x = ((const struct placed *)a)->place, y = ((const struct placed *)b)->place;
    return (x > y) - (x < y);
}

static enum err_code pack_layer(struct mvt_collage *c, struct collage_layer *l, struct buf *out,
                                struct err *err)
{
    char **keys = arena_raw(c->arena, l->keys.n_values, sizeof *keys, err);
    VectorTile__Tile__Feature **features =
        arena_raw(c->arena, l->n_features, sizeof *features, err);
    if (!keys || !features)
        return arena_failure(err);
    qsort(l->features, l->n_features, sizeof *l->features, by_place);
    for (size_t i = 0; i < l->keys.n_values; i++)
        keys[i] = l->keys.values[i]->string_value;
    for (size_t i = 0; i < l->n_features; i++)
        features[i] = l->features[i].feature;
    VectorTile__Tile__Layer layer = VECTOR_TILE__TILE__LAYER__INIT;
    layer.version = 2;
    layer.name = l->name;
    layer.n_features = l->n_features;
    layer.features = features;
    layer.n_keys = l->keys.n_values;
    layer.keys = keys;
    layer.n_values = l->values.n_values;
    layer.values = l->values.values;
    layer.has_extent = 1;
    layer.extent = l->extent;
    VectorTile__Tile__Layer *layers[] = {&layer};
    VectorTile__Tile tile = VECTOR_TILE__TILE__INIT;
    tile.n_layers = 1;
    tile.layers = layers;
    uint8_t *to = buf_reserve(out, vector_tile__tile__get_packed_size(&tile));
    if (to)
        buf_added(out, vector_tile__tile__pack(&tile, to));
    return buf_status(out, err);
}

enum err_code mvt_collage_pack(struct mvt_collage *c, struct buf *out, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < c->n_layers; i++) {
        if (c->layers[i].n_features)
            rc = pack_layer(c, &c->layers[i], out, err);
    }
    return rc;
}
