#include "server/ogc/kept_layers.h"

#include "base/json_write.h"
#include "server/ogc/links.h"
#include "tiler/vector_layers.h"

#include <stdio.h>

#define ITEM_MAX_BYTES ((size_t)64 << 20)

/* Where the items go. */
struct items {
    struct doc *array;
    const struct request *r;
    const struct layer *layer;
};

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

static void put_members(struct json_out *j, const struct layer *layer, struct span own_name,
                        struct json_value item)
{
    struct json_value v;
    json_key(j, "title");
    json_span(j, own_name);
    if (json_get(item, "description", &v) && json_text_of(v).len_bytes) {
        json_key(j, "description");
        json_span(j, json_text_of(v));
    }
    json_member_text(j, "dataType", "vector");
    put_zoom(j, "minTileMatrix", item, "minzoom", layer->min_zoom);
    put_zoom(j, "maxTileMatrix", item, "maxzoom", layer->max_zoom);
    put_properties(j, item);
}

static void put_item(void *state, struct span name, struct span own_name, struct json_value item)
{
    const struct items *to = state;
    struct buf text;
    buf_init(&text, ITEM_MAX_BYTES);
    struct json_out j = json_out(&text);
    json_object(&j);
    json_key(&j, "id");
    json_span(&j, name);
    put_members(&j, to->layer, own_name, item);
    json_object_end(&j);
    const char *copy =
        text.failed ? NULL
                    : arena_strndup(to->r->arena, (const char *)text.data, text.len_bytes, NULL);
    if (copy)
        doc_add_json(to->array, (struct span){copy, text.len_bytes});
    else
        to->r->arena->failed = true;
    buf_clear(&text);
}

void kept_layers_put_tileset(struct doc *array, const struct request *r, const struct layer *layer,
                             bool is_alone)
{
    struct items to = {array, r, layer};
    if (kept_layers_walk(layer, is_alone, put_item, &to, NULL))
        r->arena->failed = true;
}
