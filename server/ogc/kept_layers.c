#include "server/ogc/kept_layers.h"

#include "base/json_read.h"
#include "base/json_write.h"
#include "server/ogc/links.h"
#include "store/tileset.h"

#include <stdio.h>

#define LIST_MAX_BYTES ((size_t)64 << 20)
#define LIST_MAX_DEPTH 64

typedef void put_layer_fn(struct json_out *j, const struct layer *layer, struct json_value item,
                          struct span id);

static void put_id(struct json_out *j, const struct layer *layer, struct span id, bool is_alone)
{
    struct buf name;
    buf_init(&name, LIST_MAX_BYTES);
    if (!is_alone)
        buf_printf(&name, "%s/", layer->name);
    buf_put(&name, id.at, id.len_bytes);
    json_key(j, "id");
    json_span(j, (struct span){buf_text(&name), name.len_bytes});
    buf_clear(&name);
}

static void put_tilejson(struct json_out *j, const struct layer *layer, struct json_value item,
                         struct span id)
{
    struct json_value v;
    struct span key;
    (void)layer, (void)id;
    for (struct json_walk w = json_walk(item); json_next(&w, &key, &v);) {
        if (span_eq(key, "id"))
            continue;
        json_key_span(j, key);
        json_raw(j, (struct span){"", 0});
        json_put(j->to, v);
    }
}

/* What MBTiles and TileJSON call the types. */
static const char *json_type_of(struct json_value v)
{
    static const struct {
        const char *word, *type;
    } TYPES[] = {{"Number", "number"}, {"Boolean", "boolean"}, {"String", "string"}};
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (span_eq(json_text_of(v), TYPES[i].word))
            return TYPES[i].type;
    }
    return NULL;
}

static void put_properties(struct json_out *j, struct json_value item)
{
    struct json_value fields, v;
    struct span key;
    json_key(j, "propertiesSchema");
    json_object(j);
    json_member_text(j, "type", "object");
    json_key(j, "properties");
    json_object(j);
    if (json_get(item, "fields", &fields)) {
        for (struct json_walk w = json_walk(fields); json_next(&w, &key, &v);) {
            json_key_span(j, key);
            json_object(j);
            json_member_text(j, "type", json_type_of(v));
            json_object_end(j);
        }
    }
    json_object_end(j);
    json_object_end(j);
}

static void put_zoom(struct json_out *j, const char *key, struct json_value item, const char *name,
                     int zoom)
{
    struct json_value v;
    char text[16];
    if (json_get(item, name, &v) && json_is(v, JSON_INT) && json_int_of(v) >= 0 &&
        json_int_of(v) <= ZOOM_MAX)
        zoom = (int)json_int_of(v);
    snprintf(text, sizeof text, "%d", zoom);
    json_member_text(j, key, text);
}

static void put_tileset(struct json_out *j, const struct layer *layer, struct json_value item,
                        struct span id)
{
    struct json_value v;
    json_key(j, "title");
    json_span(j, id);
    if (json_get(item, "description", &v) && json_text_of(v).len_bytes) {
        json_key(j, "description");
        json_span(j, json_text_of(v));
    }
    json_member_text(j, "dataType", "vector");
    put_zoom(j, "minTileMatrix", item, "minzoom", layer->min_zoom);
    put_zoom(j, "maxTileMatrix", item, "maxzoom", layer->max_zoom);
    put_properties(j, item);
}

static void put_item(struct doc *array, const struct request *r, const struct layer *layer,
                     struct json_value item, bool is_alone, put_layer_fn *put)
{
    struct json_value id;
    struct buf text;
    if (!json_get(item, "id", &id))
        return;
    buf_init(&text, LIST_MAX_BYTES);
    struct json_out j = json_out(&text);
    json_object(&j);
    put_id(&j, layer, json_text_of(id), is_alone);
    put(&j, layer, item, json_text_of(id));
    json_object_end(&j);
    const char *copy =
        text.failed ? NULL : arena_strndup(r->arena, (const char *)text.data, text.len_bytes, NULL);
    if (copy)
        doc_add_json(array, (struct span){copy, text.len_bytes});
    else
        r->arena->failed = true;
    buf_clear(&text);
}

static void put_all(struct doc *array, const struct request *r, const struct layer *layer,
                    bool is_alone, put_layer_fn *put)
{
    struct json_reader *reader = NULL;
    struct json_value root, item;
    struct span key;
    if (!layer->kept->vector_layers)
        return;
    if (json_reader_new(LIST_MAX_BYTES, LIST_MAX_DEPTH, &reader, NULL) ||
        json_read(reader, span_of(layer->kept->vector_layers), &root, NULL)) {
        r->arena->failed = true;
    } else {
        for (struct json_walk w = json_walk(root); json_next(&w, &key, &item);)
            put_item(array, r, layer, item, is_alone, put);
    }
    json_reader_free(reader);
}

void kept_layers_put_tilejson(struct doc *array, const struct request *r, const struct layer *layer,
                              bool is_alone)
{
    put_all(array, r, layer, is_alone, put_tilejson);
}

void kept_layers_put_tileset(struct doc *array, const struct request *r, const struct layer *layer,
                             bool is_alone)
{
    put_all(array, r, layer, is_alone, put_tileset);
}
