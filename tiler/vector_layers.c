#include "tiler/vector_layers.h"

#include "store/tileset.h"
#include "tiler/tile_attributes.h"

#define LIST_MAX_BYTES ((size_t)64 << 20)
#define LIST_MAX_DEPTH 64

/* --- kept ----------------------------------------------------------------------------------- */

static enum err_code walk_item(const struct layer *layer, bool is_alone, struct json_value item,
                               kept_layer_fn *fn, void *state, struct err *err)
{
    struct json_value id;
    struct buf name;
    if (!json_get(item, "id", &id))
        return OK;
    buf_init(&name, LIST_MAX_BYTES);
    if (!is_alone)
        buf_printf(&name, "%s/", layer->name);
    buf_put(&name, json_text_of(id).at, json_text_of(id).len_bytes);
    const enum err_code rc = buf_status(&name, err);
    if (!rc)
        fn(state, (struct span){buf_text(&name), name.len_bytes}, json_text_of(id), item);
    buf_clear(&name);
    return rc;
}

enum err_code kept_layers_walk(const struct layer *layer, bool is_alone, kept_layer_fn *fn,
                               void *state, struct err *err)
{
    struct json_reader *reader = NULL;
    struct json_value root, item;
    struct span key;
    if (!layer->kept->vector_layers)
        return OK;
    enum err_code rc = json_reader_new(LIST_MAX_BYTES, LIST_MAX_DEPTH, &reader, err);
    if (!rc)
        rc = json_read(reader, span_of(layer->kept->vector_layers), &root, err);
    if (!rc) {
        struct json_walk w = json_walk(root);
        while (!rc && json_next(&w, &key, &item))
            rc = walk_item(layer, is_alone, item, fn, state, err);
    }
    json_reader_free(reader);
    return rc;
}

/* All that the archive says, under the name that the layer has here. */
static void put_kept(void *state, struct span name, struct span own_name, struct json_value item)
{
    struct json_out *j = state;
    struct json_value v;
    struct span key;
    (void)own_name;
    json_object(j);
    json_key(j, "id");
    json_span(j, name);
    for (struct json_walk w = json_walk(item); json_next(&w, &key, &v);) {
        if (span_eq(key, "id"))
            continue;
        json_key_span(j, key);
        json_raw(j, (struct span){"", 0});
        json_put(j->to, v);
    }
    json_object_end(j);
}

/* --- made ----------------------------------------------------------------------------------- */

static int within(int zoom, const struct vector_layers_way *way)
{
    return zoom < way->min_zoom ? way->min_zoom : zoom > way->max_zoom ? way->max_zoom : zoom;
}

struct writing {
    struct json_out *j;
    const struct vector_layers_way *way;
};

static void put_field(void *state, const char *name, enum field_type type,
                      const struct field *field)
{
    const struct writing *w = state;
    (void)field;
    json_member_text(w->j, name, w->way->type_name(type));
}

static void begin_made(const struct writing *w, const struct layer *layer, const char *suffix,
                       const char *words)
{
    struct json_out *j = w->j;
    struct buf name;
    buf_init(&name, LIST_MAX_BYTES);
    buf_printf(&name, "%s%s", layer->name, suffix);
    json_object(j);
    json_member_text(j, "id", buf_text(&name));
    json_member_text(j, "description", words);
    json_member_int(j, "minzoom", within(layer->min_zoom, w->way));
    json_member_int(j, "maxzoom", within(layer->max_zoom, w->way));
    json_key(j, "fields");
    json_object(j);
    buf_clear(&name);
}

static void end_made(const struct writing *w)
{
    json_object_end(w->j);
    json_object_end(w->j);
}

static enum err_code put_made(struct json_out *j, const struct layer *layer,
                              const struct vector_layers_way *way, struct err *err)
{
    struct writing w = {j, way};
    begin_made(&w, layer, "", layer->description ? layer->description : layer->title);
    const enum err_code rc = tile_attributes_walk(layer, put_field, &w, err);
    end_made(&w);
    if (rc || !layer_has_labels(layer))
        return rc;
    struct buf words;
    buf_init(&words, LIST_MAX_BYTES);
    buf_printf(&words, "Label points: %s", layer->title);
    begin_made(&w, layer, LABEL_LAYER_SUFFIX, buf_text(&words));
    label_attributes_walk(layer, put_field, &w);
    end_made(&w);
    buf_clear(&words);
    return OK;
}

enum err_code vector_layers_put(struct json_out *j, const struct layer *const *layers,
                                size_t n_layers, const struct vector_layers_way *way,
                                struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < n_layers; i++) {
        if (layers[i]->kept)
            rc = kept_layers_walk(layers[i], n_layers == 1, put_kept, j, err);
        else
            rc = put_made(j, layers[i], way, err);
    }
    return rc;
}
