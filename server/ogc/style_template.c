#include "server/ogc/style_template.h"

#include "base/json_write.h"
#include "base/text.h"
#include "store/tileset.h"
#include "tiler/tile_attributes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEMPLATE_MAX_BYTES ((size_t)4 << 20)
#define TEMPLATE_MAX_DEPTH 64
#define KEPT_MAX_BYTES     ((size_t)64 << 20)
#define IMAGE_PX           256 /* what map tiles are unless they say otherwise */

/* What is drawn: kinds of geometry, and images. */
enum { KIND_IMAGE = GEOM_KIND_POLYGON + 1, N_KINDS };
static const char *const KIND_NAMES[] = {[GEOM_KIND_POINT] = "point",
                                         [GEOM_KIND_LINE] = "line",
                                         [GEOM_KIND_POLYGON] = "polygon",
                                         [KIND_IMAGE] = "image"};

enum err_code style_template_open(const struct embedded_file *file, struct style_template *out,
                                  struct err *err)
{
    struct style_template t = {0};
    enum err_code rc = json_reader_new(TEMPLATE_MAX_BYTES, TEMPLATE_MAX_DEPTH, &t.reader, err);
    if (!rc)
        rc = json_read(t.reader, (struct span){(const char *)file->bytes, file->n_bytes}, &t.root,
                       err);
    if (rc) {
        style_template_close(&t);
        return err_add(err, "style %s", file->path);
    }
    *out = t;
    return OK;
}

void style_template_close(struct style_template *t)
{
    if (t->reader)
        json_reader_free(t->reader);
    t->reader = NULL;
}

struct span style_template_text(const struct style_template *t, const char *key)
{
    struct json_value v;
    return json_get(t->root, key, &v) ? json_text_of(v) : (struct span){"", 0};
}

static bool role_has_name(struct json_value role, const char *name)
{
    struct json_value names, item;
    struct span key;
    if (!json_get(role, "names", &names))
        return false;
    for (struct json_walk w = json_walk(names); json_next(&w, &key, &item);)
        if (span_eq(json_text_of(item), name))
            return true;
    return false;
}

/* Whether a role takes this collection as one of that kind. */
static bool role_fits(struct json_value role, const struct layer *layer, int kind)
{
    struct json_value v;
    const bool has_kind = json_get(role, "geometry", &v);
    if (kind == KIND_IMAGE && !has_kind)
        return false; /* a role for features */
    if (has_kind && !span_eq(json_text_of(v), KIND_NAMES[kind]))
        return false;
    return !json_get(role, "names", &v) || role_has_name(role, layer->name);
}

/* Kept vector tiles do not say what they hold: anything. */
static bool layer_has_kind(const struct layer *layer, int kind)
{
    if (kind == KIND_IMAGE || layer->kept)
        return layer->kept && layer_has_images(layer) == (kind == KIND_IMAGE);
    return layer->geom_type == GEOM_COLLECTION ||
           (layer->geom_type != GEOM_NONE && (int)geom_kind_of(layer->geom_type) == kind);
}

/* Whether the role at that place is the first that fits, for any kind that the collection has. */
static bool role_takes(struct json_value roles, size_t place, const struct layer *layer)
{
    for (int kind = 0; kind < N_KINDS; kind++) {
        struct json_value role;
        struct span key;
        size_t i = 0;
        if (!layer_has_kind(layer, kind))
            continue;
        for (struct json_walk w = json_walk(roles); json_next(&w, &key, &role); i++) {
            if (!role_fits(role, layer, kind))
                continue;
            if (i == place)
                return true;
            break;
        }
    }
    return false;
}

bool style_template_knows(const struct style_template *t, const struct catalog *catalog)
{
    struct json_value roles, role;
    struct span key;
    if (!json_get(t->root, "roles", &roles))
        return false;
    for (struct json_walk w = json_walk(roles); json_next(&w, &key, &role);)
        for (size_t i = 0; i < catalog_n_layers(catalog); i++)
            if (role_has_name(role, catalog_layer(catalog, i)->name))
                return true;
    return false;
}

/* The words that are replaced, and by what; what stands in for them needs no escape in JSON:
 * names of layers, colours and URLs of hosts; names that were escaped. */
struct words {
    const char *layer, *server;
    struct span color;
    const char *id;           /* NULL: the layer's name */
    struct span source_layer; /* NULL: the layer's name */
    const char *label_layer;  /* of label points; NULL: polygons are labelled themselves */
};

struct filling {
    const struct catalog *catalog;
    struct json_value palette;
    size_t n_colors;
    const char *base_url;
    struct buf scratch;
    struct json_reader *reader; /* of what kept tilesets say of their layers */
    struct json_out j;
};

static void put_words(struct buf *out, struct span text, const struct words *words)
{
    const struct span source_layer =
        words->source_layer.at ? words->source_layer : span_of(words->layer);
    const struct {
        const char *word;
        struct span stands_for;
    } table[] = {{"{layer}", span_of(words->layer)},
                 {"{server}", span_of(words->server)},
                 {"{color}", words->color},
                 {"{id}", span_of(words->id ? words->id : words->layer)},
                 {"{source-layer}", source_layer},
                 {"{label-layer}", words->label_layer ? span_of(words->label_layer) : source_layer},
                 {"{label-geometry}", span_of(words->label_layer ? "Point" : "Polygon")}};
    for (size_t at = 0; at < text.len_bytes;) {
        size_t taken = 0;
        for (size_t i = 0; i < sizeof table / sizeof *table && !taken; i++) {
            const size_t n = strlen(table[i].word);
            if (text.len_bytes - at < n || memcmp(text.at + at, table[i].word, n) != 0)
                continue;
            buf_put(out, table[i].stands_for.at, table[i].stands_for.len_bytes);
            taken = n;
        }
        if (!taken)
            buf_put_u8(out, (uint8_t)text.at[at]);
        at += taken ? taken : 1;
    }
}

static void put_filled(struct filling *f, struct json_value v, const struct words *words)
{
    buf_reset(&f->scratch);
    json_put(&f->scratch, v);
    json_raw(&f->j, (struct span){"", 0});
    put_words(f->j.to, (struct span){(const char *)f->scratch.data, f->scratch.len_bytes}, words);
}

static void put_items(struct filling *f, struct json_value array, const struct words *words)
{
    struct json_value item;
    struct span key;
    for (struct json_walk w = json_walk(array); json_next(&w, &key, &item);)
        put_filled(f, item, words);
}

static struct span color_at(const struct filling *f, size_t place)
{
    struct json_value item;
    struct span key;
    size_t i = 0;
    if (f->n_colors == 0)
        return (struct span){"", 0};
    for (struct json_walk w = json_walk(f->palette); json_next(&w, &key, &item); i++)
        if (i == place % f->n_colors)
            return json_text_of(item);
    return (struct span){"", 0};
}

/* A name as it stands within quotes in JSON. */
static void put_escaped(struct buf *out, struct span name)
{
    struct buf quoted;
    buf_init(&quoted, TEMPLATE_MAX_BYTES);
    struct json_out j = json_out(&quoted);
    json_span(&j, name);
    if (quoted.len_bytes > 2)
        buf_put(out, quoted.data + 1, quoted.len_bytes - 2);
    buf_clear(&quoted);
}

/* The items for each layer inside a kept tileset, which names them itself. */
static void put_items_of_kept(struct filling *f, struct json_value items, struct words words,
                              const struct layer *layer)
{
    struct json_value list, item, id;
    struct span key;
    struct buf name, full;
    struct err err;
    if (json_read(f->reader, span_of(layer->kept->vector_layers), &list, &err))
        return; /* it was checked when it was written */
    buf_init(&name, TEMPLATE_MAX_BYTES);
    buf_init(&full, TEMPLATE_MAX_BYTES);
    for (struct json_walk w = json_walk(list); json_next(&w, &key, &item);) {
        if (!json_get(item, "id", &id))
            continue;
        buf_reset(&name);
        buf_reset(&full);
        put_escaped(&name, json_text_of(id));
        buf_printf(&full, "%s/%s", layer->name, buf_text(&name));
        words.id = buf_text(&full);
        words.source_layer = (struct span){buf_text(&name), name.len_bytes};
        put_items(f, items, &words);
    }
    buf_clear(&name);
    buf_clear(&full);
}

/* The `layers` or the `labels` of all roles, for all collections that they take. */
static void put_roles(struct filling *f, struct json_value roles, const char *what)
{
    struct json_value role, items;
    struct span key;
    size_t place = 0;
    for (struct json_walk w = json_walk(roles); json_next(&w, &key, &role); place++) {
        if (!json_get(role, what, &items))
            continue;
        for (size_t i = 0; i < catalog_n_layers(f->catalog); i++) {
            const struct layer *layer = catalog_layer(f->catalog, i);
            if (!role_takes(roles, place, layer))
                continue;
            char label_layer[LAYER_NAME_MAX_BYTES + sizeof LABEL_LAYER_SUFFIX];
            snprintf(label_layer, sizeof label_layer, "%s" LABEL_LAYER_SUFFIX, layer->name);
            const struct words words = {.layer = layer->name,
                                        .server = f->base_url,
                                        .color = color_at(f, i),
                                        .label_layer =
                                            layer_has_labels(layer) ? label_layer : NULL};
            if (layer->kept && layer->kept->vector_layers)
                put_items_of_kept(f, items, words, layer);
            else
                put_items(f, items, &words);
        }
    }
}

static bool is_drawn(struct json_value roles, const struct layer *layer)
{
    for (size_t place = 0; place < json_count(roles); place++)
        if (role_takes(roles, place, layer))
            return true;
    return false;
}

static void put_sources(struct filling *f, struct json_value roles)
{
    json_key(&f->j, "sources");
    json_object(&f->j);
    for (size_t i = 0; i < catalog_n_layers(f->catalog); i++) {
        const struct layer *layer = catalog_layer(f->catalog, i);
        if (!is_drawn(roles, layer))
            continue;
        json_key(&f->j, layer->name);
        json_object(&f->j);
        json_member_text(&f->j, "type", layer_has_images(layer) ? "raster" : "vector");
        if (layer_has_images(layer))
            json_member_int(&f->j, "tileSize",
                            layer->kept->image_px ? layer->kept->image_px : IMAGE_PX);
        json_key(&f->j, "url");
        json_raw(&f->j, (struct span){"", 0});
        buf_printf(f->j.to, "\"%s/xyz/%s.json\"", f->base_url, layer->name);
        json_object_end(&f->j);
    }
    json_object_end(&f->j);
}

/* Where a map opens that is not told where: over all that is drawn. */
static void put_view(struct filling *f, struct json_value roles)
{
    struct bbox box = bbox_empty();
    for (size_t i = 0; i < catalog_n_layers(f->catalog); i++) {
        const struct layer *layer = catalog_layer(f->catalog, i);
        if (!bbox_is_empty(&layer->bbox_deg) && is_drawn(roles, layer))
            bbox_join(&box, &layer->bbox_deg);
    }
    if (bbox_is_empty(&box))
        return;
    /* At zoom z a tile of 512 px spans 360/2^z degrees; a narrow map shows about one. */
    const double wide_deg = fmax(fmax(box.max_x - box.min_x, box.max_y - box.min_y), 0.01);
    json_key(&f->j, "center");
    json_array(&f->j);
    json_fixed(&f->j, (box.min_x + box.max_x) / 2, 6);
    json_fixed(&f->j, (box.min_y + box.max_y) / 2, 6);
    json_array_end(&f->j);
    json_key(&f->j, "zoom");
    json_fixed(&f->j, log2(360 / wide_deg), 1);
}

static void put_style(struct filling *f, const struct style_template *t)
{
    const struct words words = {.layer = "", .server = f->base_url, .color = {"", 0}};
    struct json_value style, base, roles, item;
    struct span key;
    json_object(&f->j);
    if (json_get(t->root, "style", &style)) {
        for (struct json_walk w = json_walk(style); json_next(&w, &key, &item);) {
            char name[64];
            snprintf(name, sizeof name, "%.*s", (int)key.len_bytes, key.at);
            json_key(&f->j, name);
            put_filled(f, item, &words);
        }
    }
    json_key(&f->j, "name");
    json_span(&f->j, style_template_text(t, "title"));
    if (json_get(t->root, "roles", &roles)) {
        put_view(f, roles);
        put_sources(f, roles);
    }
    json_key(&f->j, "layers");
    json_array(&f->j);
    if (json_get(t->root, "base", &base))
        put_items(f, base, &words);
    if (json_get(t->root, "roles", &roles)) {
        put_roles(f, roles, "layers");
        put_roles(f, roles, "labels");
    }
    json_array_end(&f->j);
    json_object_end(&f->j);
}

enum err_code style_template_fill(const struct style_template *t, const struct catalog *catalog,
                                  const char *base_url, struct buf *out, struct err *err)
{
    struct filling f = {.catalog = catalog, .base_url = base_url, .j = json_out(out)};
    if (json_get(t->root, "palette", &f.palette))
        f.n_colors = json_count(f.palette);
    buf_init(&f.scratch, TEMPLATE_MAX_BYTES);
    enum err_code rc = json_reader_new(KEPT_MAX_BYTES, TEMPLATE_MAX_DEPTH, &f.reader, err);
    if (!rc) {
        put_style(&f, t);
        rc = buf_status(&f.scratch, err);
    }
    if (!rc)
        rc = buf_status(out, err);
    buf_clear(&f.scratch);
    json_reader_free(f.reader);
    return rc;
}
