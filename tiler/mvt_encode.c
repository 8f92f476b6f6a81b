#include "tiler/mvt_encode.h"

#include "base/mem.h"
#include "store/layer_drawing.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_columns.h"
#include "tiler/mvt_geometry.h"
#include "tiler/mvt_message.h"
#include "tiler/mvt_values.h"
#include "tiler/tile_attributes.h"

#include <string.h>

#define FEATURES_MAX_BYTES ((size_t)1 << 30)
#define TAG_MAX_BYTES      10 /* two varints of 32 bits */
#define NO_KEY             UINT32_MAX

/* A name that attributes of this layer may have. */
struct mvt_key {
    struct span name;                  /* of the field, when it is an aggregate */
    const struct aggregate *aggregate; /* NULL: it is none */
    bool is_left_out;
    uint32_t index; /* in the tile; NO_KEY: none yet */
};

struct mvt_layer {
    const struct layer *layer;
    const struct layer_drawing *drawing;
    bool is_labels;
    uint32_t extent_tu;
    /* The layer's fields, then what groups tell besides. */
    struct mvt_key *keys;
    struct mvt_key label; /* what labels say, beside the field's own key */
    size_t n_keys, room_keys;
    struct buf key_message, name;
    uint32_t n_keys_used;
    struct mvt_values values;
    struct buf features;
    size_t n_features;
    /* Of the chunk at hand: the index of each of its values in the tile plus one; and for each of
     * its columns the key. */
    const struct chunk_reader *chunk;
    uint32_t *index_of_value, *key_of_column;
    size_t room_indexes, room_columns;
    uint8_t *scratch;
    size_t room_scratch;
};

enum err_code mvt_layer_new(struct mvt_layer **out, struct err *err)
{
    struct mvt_layer *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    buf_init(&m->features, FEATURES_MAX_BYTES);
    buf_init(&m->key_message, FEATURES_MAX_BYTES);
    buf_init(&m->name, FEATURES_MAX_BYTES);
    *out = m;
    return OK;
}

void mvt_layer_free(struct mvt_layer *m)
{
    if (!m)
        return;
    mem_free(m->keys);
    mem_free(m->index_of_value);
    mem_free(m->key_of_column);
    mem_free(m->scratch);
    buf_clear(&m->features);
    buf_clear(&m->key_message);
    buf_clear(&m->name);
    mvt_values_clear(&m->values);
    mem_free(m);
}

/* Labels tell what they say, and whose they are. */
static bool is_wanted(const struct mvt_layer *m, size_t field)
{
    return m->is_labels ? (int)field == m->layer->id_field : tile_tells_field(m->layer, field);
}

static void list_keys(struct mvt_layer *m)
{
    const struct layer *l = m->layer;
    const struct layer_drawing *d = m->drawing;
    struct mvt_key *more = m->keys + l->n_fields;
    for (size_t i = 0; i < l->n_fields; i++)
        m->keys[i] = (struct mvt_key){
            .name = span_of(l->fields[i].name), .index = NO_KEY, .is_left_out = !is_wanted(m, i)};
    more[GROUP_COLUMN_POINTS] =
        (struct mvt_key){.name = span_of(POINT_COUNT_ATTRIBUTE), .index = NO_KEY};
    more[GROUP_COLUMN_FEATURES] =
        (struct mvt_key){.name = span_of(FEATURE_COUNT_ATTRIBUTE), .index = NO_KEY};
    for (size_t i = 0; i < d->n_aggregates; i++)
        more[2 + i] = (struct mvt_key){.name = span_of(l->fields[d->aggregates[i].field].name),
                                       .aggregate = &d->aggregates[i],
                                       .index = NO_KEY};
    m->label = (struct mvt_key){
        .name = span_of(LABEL_ATTRIBUTE), .index = NO_KEY, .is_left_out = !m->is_labels};
}

enum err_code mvt_layer_start(struct mvt_layer *m, const struct layer *layer, bool is_labels,
                              uint32_t extent_tu, struct err *err)
{
    m->layer = layer;
    m->drawing = layer_drawing_of(layer->drawing);
    m->is_labels = is_labels;
    m->extent_tu = extent_tu;
    m->n_features = 0;
    m->n_keys_used = 0;
    m->n_keys = layer->n_fields + 2 + m->drawing->n_aggregates;
    buf_reset(&m->features);
    buf_reset(&m->key_message);
    mvt_values_reset(&m->values);
    if (mem_grow((void **)&m->keys, &m->room_keys, m->n_keys, sizeof *m->keys, err))
        return NO_MEMORY;
    list_keys(m);
    return OK;
}

void mvt_layer_keep_id_only(struct mvt_layer *m)
{
    for (size_t i = 0; i < m->layer->n_fields; i++)
        m->keys[i].is_left_out = (int)i != m->layer->id_field;
}

/* Which key the column of a group has. */
static uint32_t group_key(const struct mvt_layer *m, size_t column)
{
    const size_t n_fields = m->layer->n_fields;
    if (column < GROUP_COLUMN_COMMON)
        return (uint32_t)(n_fields + column);
    if (m->drawing->group_field >= 0 && column == GROUP_COLUMN_COMMON)
        return (uint32_t)m->drawing->group_field;
    return (uint32_t)(n_fields + 2 + (column - group_first_aggregate(m->drawing)));
}

enum err_code mvt_layer_chunk(struct mvt_layer *m, const struct chunk_reader *chunk,
                              struct err *err)
{
    const bool is_group = chunk->role == ROLE_GROUP;
    const size_t n_columns = is_group ? group_n_columns(m->drawing) : m->layer->n_fields;
    if (chunk->n_columns != n_columns)
        return err_set(err, BAD_DATA, "drawables with %zu values for %zu columns", chunk->n_columns,
                       n_columns);
    if (mem_grow((void **)&m->index_of_value, &m->room_indexes, chunk->n_values + 1,
                 sizeof *m->index_of_value, err) ||
        mem_grow((void **)&m->key_of_column, &m->room_columns, n_columns + 1,
                 sizeof *m->key_of_column, err))
        return NO_MEMORY;
    memset(m->index_of_value, 0, chunk->n_values * sizeof *m->index_of_value);
    for (size_t i = 0; i < n_columns; i++)
        m->key_of_column[i] = is_group ? group_key(m, i) : (uint32_t)i;
    m->chunk = chunk;
    return OK;
}

static uint32_t key_index(struct mvt_layer *m, struct mvt_key *key)
{
    if (key->index != NO_KEY)
        return key->index;
    struct span name = key->name;
    if (key->aggregate) {
        buf_reset(&m->name);
        tile_attribute_put_aggregate(&m->name, m->layer->fields[key->aggregate->field].name,
                                     key->aggregate->op);
        name = span_of_buf(&m->name);
    }
    message_put_head(&m->key_message, LAYER_KEY, name.len_bytes);
    buf_put(&m->key_message, name.at, name.len_bytes);
    key->index = m->n_keys_used++;
    return key->index;
}

/* The index of a value of the chunk in the tile, plus one. */
static enum err_code value_index(struct mvt_layer *m, uint32_t number, uint32_t *out,
                                 struct err *err)
{
    uint32_t *index = &m->index_of_value[number - 1];
    if (*index == 0) {
        const enum err_code rc =
            mvt_values_find(&m->values, m->chunk->values[number - 1], index, err);
        if (rc)
            return rc;
        ++*index;
    }
    *out = *index;
    return OK;
}

static uint8_t *write_tag(struct mvt_layer *m, struct mvt_key *key, uint32_t index, uint8_t *to)
{
    if (key->is_left_out)
        return to;
    to = varint_write(to, key_index(m, key));
    return varint_write(to, index - 1);
}

/* Tags (4.4) into `to`, which has room; the place behind them. */
static enum err_code write_tags(struct mvt_layer *m, const struct drawable *d, uint8_t **to,
                                struct err *err)
{
    struct bytes numbers = bytes_of_span(d->values);
    for (size_t column = 0; column < m->chunk->n_columns; column++) {
        struct mvt_key *key = &m->keys[m->key_of_column[column]];
        const bool is_label = m->is_labels && (int)column == m->drawing->label_field;
        uint32_t number = 0, index = 0;
        if (chunk_reader_value(m->chunk, &numbers, &number, err))
            return BAD_DATA;
        if (number == 0 || (key->is_left_out && !is_label))
            continue;
        const enum err_code rc = value_index(m, number, &index, err);
        if (rc)
            return rc;
        *to = write_tag(m, key, index, *to);
        if (is_label)
            *to = write_tag(m, &m->label, index, *to);
    }
    return OK;
}

enum err_code mvt_layer_add(struct mvt_layer *m, const struct tile_shape *shape,
                            const struct drawable *d, struct err *err)
{
    const size_t most = TAG_MAX_BYTES * (m->chunk->n_columns + 1) + mvt_geometry_room(shape);
    if (mem_grow((void **)&m->scratch, &m->room_scratch, most, 1, err))
        return NO_MEMORY;
    uint8_t *tags_end = m->scratch;
    const enum err_code rc = write_tags(m, d, &tags_end, err);
    if (rc)
        return rc;
    const uint8_t *const end = mvt_geometry_write(shape, tags_end);
    m->n_features++;
    return mvt_put_feature(&m->features, d->number ? &d->number : NULL, shape->kind,
                           (struct span){(const char *)m->scratch, (size_t)(tags_end - m->scratch)},
                           (struct span){(const char *)tags_end, (size_t)(end - tags_end)}, err);
}

size_t mvt_layer_n_features(const struct mvt_layer *m)
{
    return m->n_features;
}

size_t mvt_layer_bytes(const struct mvt_layer *m)
{
    return m->features.len_bytes + m->values.message.len_bytes + m->key_message.len_bytes;
}

enum err_code mvt_layer_pack(struct mvt_layer *m, struct buf *out, struct err *err)
{
    if (m->n_features == 0)
        return OK;
    enum err_code rc = buf_status(&m->key_message, err);
    if (rc)
        return rc;
    const size_t n_name = strlen(m->layer->name),
                 n_suffix = m->is_labels ? strlen(LABEL_LAYER_SUFFIX) : 0;
    const size_t n_bytes = 2 + 1 + varint_bytes(n_name + n_suffix) + n_name + n_suffix + 1 +
                           varint_bytes(m->extent_tu) + mvt_layer_bytes(m);
    message_put_head(out, TILE_LAYER, n_bytes);
    message_put_varint(out, LAYER_VERSION, 2);
    message_put_head(out, LAYER_NAME, n_name + n_suffix);
    buf_put(out, m->layer->name, n_name);
    buf_put(out, LABEL_LAYER_SUFFIX, n_suffix);
    buf_put(out, m->features.data, m->features.len_bytes);
    buf_put(out, m->key_message.data, m->key_message.len_bytes);
    buf_put(out, m->values.message.data, m->values.message.len_bytes);
    message_put_varint(out, LAYER_EXTENT, m->extent_tu);
    return buf_status(out, err);
}
