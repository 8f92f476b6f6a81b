#include "tiler/mvt_encode.h"

#include "base/mem.h"
#include "tiler/drawable_codec.h"
#include "tiler/grid.h"
#include "tiler/mvt_values.h"

#include <string.h>

/* Section 4.3.1. */
enum command { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

#define FEATURE_HEAD_BYTES 16 /* keys, lengths, id and type of a feature, about */

/* What is known of a field so far. Neighbours have many values in common, so the last value is
 * looked at before the dictionary is. */
struct mvt_field {
    uint32_t key_number; /* the key's index plus one, 0: none yet */
    bool has_last;
    uint32_t last; /* index of the last feature's value */
};

struct mvt_layer {
    const struct layer *layer;
    uint32_t extent_tu;
    struct arena *arena;
    VectorTile__Tile__Feature **features;
    size_t n_features, room_features;
    char **keys; /* of the fields that some feature has */
    uint32_t n_keys;
    struct mvt_field *fields; /* of the layer */
    struct mvt_values values;
    size_t n_feature_bytes;
    bool id_only;
};

enum err_code mvt_layer_new(struct mvt_layer **out, struct err *err)
{
    struct mvt_layer *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    *out = m;
    return OK;
}

void mvt_layer_free(struct mvt_layer *m)
{
    if (!m)
        return;
    mem_free(m->features);
    mvt_values_clear(&m->values);
    mem_free(m);
}

enum err_code mvt_layer_start(struct mvt_layer *m, const struct layer *layer, uint32_t extent_tu,
                              struct arena *a, struct err *err)
{
    m->layer = layer;
    m->extent_tu = extent_tu;
    m->arena = a;
    m->n_features = m->n_keys = 0;
    m->id_only = false;
    m->n_feature_bytes = 0;
    mvt_values_reset(&m->values);
    m->keys = arena_new(a, layer->n_fields, sizeof *m->keys, err);
    m->fields = arena_new(a, layer->n_fields, sizeof *m->fields, err);
    return m->keys && m->fields ? OK : arena_failure(err);
}

void mvt_layer_keep_id_only(struct mvt_layer *m)
{
    m->id_only = true;
}

static uint32_t key_index(struct mvt_layer *m, size_t field)
{
    if (m->fields[field].key_number == 0) {
        /* protobuf-c wants `char **` but writes to none of them. */
        m->keys[m->n_keys++] = (char *)m->layer->fields[field].name;
        m->fields[field].key_number = m->n_keys;
    }
    return m->fields[field].key_number - 1;
}

static enum err_code value_index(struct mvt_layer *m, struct mvt_field *f, const struct value *v,
                                 struct span packed, uint32_t *out, struct err *err)
{
    if (!f->has_last || !span_is_same(m->values.packed[f->last], packed)) {
        const enum err_code rc = mvt_values_find(&m->values, v, packed, m->arena, &f->last, err);
        if (rc)
            return rc;
        f->has_last = true;
    }
    *out = f->last;
    return OK;
}

static enum err_code add_tags(struct mvt_layer *m, struct bytes *r, VectorTile__Tile__Feature *f,
                              struct err *err)
{
    f->tags = arena_raw(m->arena, 2 * m->layer->n_fields, sizeof *f->tags, err);
    if (!f->tags)
        return arena_failure(err);
    for (size_t field = 0; field < m->layer->n_fields && r->at < r->end; field++) {
        const char *const packed = (const char *)r->at;
        struct value v;
        if (value_unpack(r, &v, err))
            return BAD_DATA;
        if (v.type == VALUE_NULL || (m->id_only && (int)field != m->layer->id_field))
            continue;
        const struct span bytes = {packed, (size_t)((const char *)r->at - packed)};
        const enum err_code rc =
            value_index(m, &m->fields[field], &v, bytes, &f->tags[f->n_tags + 1], err);
        if (rc)
            return rc;
        f->tags[f->n_tags] = key_index(m, field);
        f->n_tags += 2;
    }
    return r->at < r->end ? err_set(err, BAD_DATA, "a drawable with more values than fields") : OK;
}

/* Writes commands; the pen goes on from where the last command left it (4.3.2). */
struct pen {
    uint32_t *to;
    struct vertex_tu at;
};

static void put_command(struct pen *p, enum command id, size_t count)
{
    *p->to++ = (uint32_t)id | (uint32_t)count << 3;
}

static uint32_t zigzag(int64_t delta)
{
    return ((uint32_t)delta << 1) ^ (delta < 0 ? UINT32_MAX : 0);
}

static void put_vertices(struct pen *p, const struct vertex_tu *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *p->to++ = zigzag(v[i].x - p->at.x);
        *p->to++ = zigzag(v[i].y - p->at.y);
        p->at = v[i];
    }
}

static void put_path(struct pen *p, const struct vertex_tu *v, size_t n)
{
    put_command(p, MOVE_TO, 1);
    put_vertices(p, v, 1);
    put_command(p, LINE_TO, n - 1);
    put_vertices(p, v + 1, n - 1);
}

static enum err_code add_geometry(struct mvt_layer *m, const struct tile_shape *s,
                                  VectorTile__Tile__Feature *f, struct err *err)
{
    static const VectorTile__Tile__GeomType TYPES[] = {
        [GEOM_KIND_POINT] = VECTOR_TILE__TILE__GEOM_TYPE__POINT,
        [GEOM_KIND_LINE] = VECTOR_TILE__TILE__GEOM_TYPE__LINESTRING,
        [GEOM_KIND_POLYGON] = VECTOR_TILE__TILE__GEOM_TYPE__POLYGON,
    };
    const size_t most = 2 * s->n_vertices + 3 * s->n_rings;
    f->geometry = arena_raw(m->arena, most, sizeof *f->geometry, err);
    if (!f->geometry)
        return arena_failure(err);
    struct pen pen = {f->geometry, {0, 0}};
    if (s->kind == GEOM_KIND_POINT) {
        put_command(&pen, MOVE_TO, s->n_vertices);
        put_vertices(&pen, s->vertices, s->n_vertices);
    }
    for (size_t ring = 0; ring < s->n_rings && s->kind != GEOM_KIND_POINT; ring++) {
        const size_t start = tile_shape_ring_start(s, ring);
        put_path(&pen, s->vertices + start, s->ring_end[ring] - start);
        if (s->kind == GEOM_KIND_POLYGON)
            put_command(&pen, CLOSE_PATH, 1);
    }
    f->n_geometry = (size_t)(pen.to - f->geometry);
    f->has_type = 1;
    f->type = TYPES[s->kind];
    return OK;
}

static size_t varints_bytes(const uint32_t *values, size_t n)
{
    size_t n_bytes = n;
    for (size_t i = 0; i < n; i++)
        n_bytes += (values[i] >= 1 << 7) + (values[i] >= 1 << 14) + (values[i] >= 1 << 21);
    return n_bytes;
}

enum err_code mvt_layer_add(struct mvt_layer *m, const struct tile_shape *shape,
                            struct span properties, struct err *err)
{
    VectorTile__Tile__Feature *f = arena_raw(m->arena, 1, sizeof *f, err);
    if (!f || mem_grow((void **)&m->features, &m->room_features, m->n_features + 1,
                       sizeof *m->features, err))
        return arena_failure(err);
    *f = (VectorTile__Tile__Feature)VECTOR_TILE__TILE__FEATURE__INIT;
    struct bytes r = bytes_of_span(properties);
    if (bytes_get_varint(&r, &f->id, err))
        return BAD_DATA;
    f->has_id = f->id != 0;
    enum err_code rc = add_tags(m, &r, f, err);
    if (!rc)
        rc = add_geometry(m, shape, f, err);
    if (rc)
        return rc;
    m->features[m->n_features++] = f;
    m->n_feature_bytes += FEATURE_HEAD_BYTES + varints_bytes(f->tags, f->n_tags) +
                          varints_bytes(f->geometry, f->n_geometry);
    return OK;
}

size_t mvt_layer_n_features(const struct mvt_layer *m)
{
    return m->n_features;
}

size_t mvt_layer_bytes(const struct mvt_layer *m)
{
    return m->n_feature_bytes + m->values.n_bytes;
}

enum err_code mvt_layer_pack(struct mvt_layer *m, struct buf *out, struct err *err)
{
    if (m->n_features == 0)
        return OK;
    VectorTile__Tile__Layer layer = VECTOR_TILE__TILE__LAYER__INIT;
    layer.version = 2;
    layer.name = (char *)m->layer->name;
    layer.n_features = m->n_features;
    layer.features = m->features;
    layer.n_keys = m->n_keys;
    layer.keys = m->keys;
    layer.n_values = m->values.n_values;
    layer.values = m->values.values;
    layer.has_extent = 1;
    layer.extent = m->extent_tu;
    VectorTile__Tile__Layer *layers[] = {&layer};
    VectorTile__Tile tile = VECTOR_TILE__TILE__INIT;
    tile.n_layers = 1;
    tile.layers = layers;
    const size_t n_bytes = vector_tile__tile__get_packed_size(&tile);
    uint8_t *to = buf_reserve(out, n_bytes);
    if (to)
        buf_added(out, vector_tile__tile__pack(&tile, to));
    return buf_status(out, err);
}
