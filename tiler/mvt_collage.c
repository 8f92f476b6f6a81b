#include "tiler/mvt_collage.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/mvt_geometry.h"
#include "tiler/mvt_message.h"
#include "tiler/mvt_values.h"

#include <stdlib.h>
#include <string.h>

#define PACKED_MAX_BYTES   ((size_t)64 << 20)
#define FEATURES_MAX_BYTES ((size_t)1 << 30)
#define TAG_MAX_BYTES      10 /* two varints of 32 bits */

/* Where a feature's message stands among those of its layer. */
struct placed {
    uint64_t place;
    size_t at, n_bytes;
};

/* Keys are texts as values are, so they are told apart in the same way. */
struct collage_layer {
    char *name;
    uint32_t extent;
    struct mvt_values keys, values;
    struct buf messages;
    struct placed *features;
    size_t n_features, room_features;
};

struct mvt_collage {
    struct arena *arena;
    struct buf packed;            /* a key or a value */
    struct collage_layer *layers; /* their tables are kept for the next tile */
    size_t n_layers, n_begun, room_layers;
    size_t n_features;
    uint8_t *scratch; /* tags and geometry of a feature */
    size_t room_scratch;
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
        buf_clear(&c->layers[i].messages);
    }
    mem_free(c->scratch);
    mem_free(c->layers);
    buf_clear(&c->packed);
    mem_free(c);
}

void mvt_collage_start(struct mvt_collage *c, struct arena *a)
{
    c->arena = a;
    c->n_layers = c->n_features = 0;
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
        return err && err->code ? err->code : NO_MEMORY;
    struct collage_layer *l = &c->layers[c->n_layers];
    if (c->n_layers == c->n_begun) {
        *l = (struct collage_layer){0};
        buf_init(&l->messages, FEATURES_MAX_BYTES);
        c->n_begun++;
    }
    l->name = copy;
    l->extent = extent;
    l->n_features = 0;
    buf_reset(&l->messages);
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
    return rc ? rc : mvt_values_find(in, span_of_buf(&c->packed), out, err);
}

/* Tags into `to`, which has room; the place behind them. */
static enum err_code write_tags(struct mvt_collage *c, struct collage_layer *l,
                                const struct mvt_reading_feature *of, uint8_t **to, struct err *err)
{
    for (size_t i = 0; i < of->n_properties; i++) {
        const struct value key = value_text(of->properties[i].name);
        uint32_t key_index = 0, value_index = 0;
        enum err_code rc = find(c, &l->keys, &key, &key_index, err);
        if (!rc)
            rc = find(c, &l->values, &of->properties[i].value, &value_index, err);
        if (rc)
            return rc;
        *to = varint_write(*to, key_index);
        *to = varint_write(*to, value_index);
    }
    return OK;
}

enum err_code mvt_collage_add(struct mvt_collage *c, size_t layer, uint64_t place,
                              const struct mvt_reading_feature *of, const struct tile_shape *shape,
                              struct err *err)
{
    struct collage_layer *l = &c->layers[layer];
    const size_t most = TAG_MAX_BYTES * of->n_properties + mvt_geometry_room(shape);
    if (mem_grow((void **)&c->scratch, &c->room_scratch, most, 1, err) ||
        mem_grow((void **)&l->features, &l->room_features, l->n_features + 1, sizeof *l->features,
                 err))
        return NO_MEMORY;
    uint8_t *tags_end = c->scratch;
    const size_t at = l->messages.len_bytes;
    enum err_code rc = write_tags(c, l, of, &tags_end, err);
    if (rc)
        return rc;
    const uint8_t *const end = mvt_geometry_write(shape, tags_end);
    rc = mvt_put_feature(&l->messages, of->has_id ? &of->id : NULL, shape->kind,
                         (struct span){(const char *)c->scratch, (size_t)(tags_end - c->scratch)},
                         (struct span){(const char *)tags_end, (size_t)(end - tags_end)}, err);
    if (rc)
        return rc;
    l->features[l->n_features++] = (struct placed){place, at, l->messages.len_bytes - at};
    c->n_features++;
    return OK;
}

size_t mvt_collage_n_features(const struct mvt_collage *c)
{
    return c->n_features;
}

size_t mvt_collage_bytes(const struct mvt_collage *c)
{
    size_t n_bytes = 0;
    for (size_t i = 0; i < c->n_layers; i++)
        n_bytes += c->layers[i].messages.len_bytes + c->layers[i].keys.message.len_bytes +
                   c->layers[i].values.message.len_bytes;
    return n_bytes;
}

static int by_place(const void *a, const void *b)
{
    const uint64_t x = ((const struct placed *)a)->place, y = ((const struct placed *)b)->place;
    return (x > y) - (x < y);
}

/* The keys, which are texts, as field 3 of the layer. */
static enum err_code put_keys(struct buf *out, const struct mvt_values *keys, struct err *err)
{
    struct bytes r = bytes_of_span(span_of_buf(&keys->packed));
    for (uint32_t i = 0; i < keys->n_values; i++) {
        struct value key;
        if (value_unpack(&r, &key, err))
            return BAD_DATA;
        message_put_head(out, LAYER_KEY, key.text.len_bytes);
        buf_put(out, key.text.at, key.text.len_bytes);
    }
    return buf_status(out, err);
}

static enum err_code pack_layer(struct mvt_collage *c, struct collage_layer *l, struct buf *out,
                                struct err *err)
{
    buf_reset(&c->packed);
    message_put_varint(&c->packed, LAYER_VERSION, 2);
    message_put_head(&c->packed, LAYER_NAME, strlen(l->name));
    buf_put_text(&c->packed, l->name);
    message_put_varint(&c->packed, LAYER_EXTENT, l->extent);
    enum err_code rc = put_keys(&c->packed, &l->keys, err);
    if (rc)
        return rc;
    qsort(l->features, l->n_features, sizeof *l->features, by_place);
    message_put_head(out, TILE_LAYER,
                     c->packed.len_bytes + l->messages.len_bytes + l->values.message.len_bytes);
    buf_put(out, c->packed.data, c->packed.len_bytes);
    for (size_t i = 0; i < l->n_features; i++)
        buf_put(out, l->messages.data + l->features[i].at, l->features[i].n_bytes);
    buf_put(out, l->values.message.data, l->values.message.len_bytes);
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
