#include "exporters/export_layers.h"

#include "base/json_write.h"
#include "base/text.h"
#include "store/tileset.h"
#include "tiler/grid.h"
#include "tiler/tiler.h"
#include "tiler/vector_layers.h"

#include <string.h>

#define TEXT_MAX_BYTES ((size_t)256 << 20)

static enum err_code take_text(struct buf *b, struct arena *a, const char **out, struct err *err)
{
    enum err_code rc = buf_status(b, err);
    const char *copy = rc ? NULL : arena_strdup(a, buf_text(b), err);
    if (!rc && !copy)
        rc = NO_MEMORY;
    if (!rc)
        *out = copy;
    buf_clear(b);
    return rc;
}

/* --- layers --------------------------------------------------------------------------------- */

static enum err_code add_layer(const struct layer **layers, size_t *n, const struct layer *layer,
                               struct err *err)
{
    if (!layer_has_tiles(layer))
        return err_set(err, BAD_ARG, "layer '%s' is a table without geometry: it has no tiles",
                       layer->name);
    if (*n == TILE_MAX_LAYERS)
        return err_set(err, BAD_ARG, "more than %d layers: choose some of them with --layers",
                       TILE_MAX_LAYERS);
    for (size_t i = 0; i < *n; i++) {
        if (layers[i] == layer)
            return err_set(err, BAD_ARG, "layer '%s' is named twice", layer->name);
    }
    layers[(*n)++] = layer;
    return OK;
}

/* "parcels,buildings" */
static enum err_code add_named(const struct catalog *c, const char *names,
                               const struct layer **layers, size_t *n, struct err *err)
{
    enum err_code rc = OK;
    for (const char *p = names; !rc; p++) {
        const struct span name = {p, strcspn(p, ",")};
        const struct layer *layer = catalog_find(c, name);
        if (!layer)
            return err_set(err, NOT_FOUND, "there is no layer '%.*s' in this store",
                           (int)name.len_bytes, name.at);
        rc = add_layer(layers, n, layer, err);
        p += name.len_bytes;
        if (*p == '\0')
            break;
    }
    return rc;
}

static enum err_code add_all(const struct catalog *c, const struct layer **layers, size_t *n,
                             struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < catalog_n_layers(c); i++) {
        const struct layer *layer = catalog_layer(c, i);
        if (layer_has_tiles(layer) && !layer_has_images(layer))
            rc = add_layer(layers, n, layer, err);
    }
    if (!rc && *n == 0)
        rc = err_set(err, NOT_FOUND, "no layer of this store has vector tiles");
    return rc;
}

static enum err_code check_kinds(const struct export_layers *l, struct err *err)
{
    for (size_t i = 0; l->n > 1 && i < l->n; i++) {
        if (layer_has_images(l->layers[i]))
            return err_set(err, BAD_ARG, "layer '%s' holds images: they are exported alone",
                           l->layers[i]->name);
    }
    return OK;
}

/* --- zooms and boxes ------------------------------------------------------------------------ */

static void measure(struct export_layers *l)
{
    struct bbox b = bbox_empty();
    l->min_zoom = TILE_MAX_ZOOM;
    for (size_t i = 0; i < l->n; i++) {
        const struct layer *layer = l->layers[i];
        if (bbox_is_empty(&layer->bbox_deg))
            continue;
        bbox_join(&b, &layer->bbox_deg);
        l->min_zoom = layer->min_zoom < l->min_zoom ? layer->min_zoom : l->min_zoom;
        l->max_zoom = layer->max_zoom > l->max_zoom ? layer->max_zoom : l->max_zoom;
    }
    /* There is no map beyond. */
    b.min_y = b.min_y < -MERCATOR_MAX_LAT_DEG ? -MERCATOR_MAX_LAT_DEG : b.min_y;
    b.max_y = b.max_y > MERCATOR_MAX_LAT_DEG ? MERCATOR_MAX_LAT_DEG : b.max_y;
    l->bbox_deg = b;
}

static enum err_code choose_zooms(struct export_layers *l, const struct export_options *o,
                                  struct err *err)
{
    if (o->min_zoom >= 0)
        l->min_zoom = o->min_zoom;
    if (o->max_zoom >= 0)
        l->max_zoom = o->max_zoom;
    else if (l->max_zoom < l->min_zoom)
        l->max_zoom = l->min_zoom;
    if (l->min_zoom > TILE_MAX_ZOOM || l->max_zoom > TILE_MAX_ZOOM)
        return err_set(err, BAD_ARG, "zooms are 0 to %d", TILE_MAX_ZOOM);
    if (l->min_zoom > l->max_zoom)
        return err_set(err, BAD_ARG, "the lowest zoom (%d) is higher than the highest (%d)",
                       l->min_zoom, l->max_zoom);
    return OK;
}

static void add_box(struct export_layers *l, double west, double south, double east, double north)
{
    struct grid_box *g = &l->within[l->n_within++];
    grid_from_degrees(west, north, &g->min_x, &g->min_y);
    grid_from_degrees(east, south, &g->max_x, &g->max_y);
}

static void choose_boxes(struct export_layers *l, const struct export_options *o)
{
    const struct bbox *b = &o->bbox_deg;
    if (!o->has_bbox)
        return;
    if (b->min_x <= b->max_x) {
        add_box(l, b->min_x, b->min_y, b->max_x, b->max_y);
    } else {
        add_box(l, b->min_x, b->min_y, 180, b->max_y);
        add_box(l, -180, b->min_y, b->max_x, b->max_y);
    }
}

enum err_code export_layers_choose(const struct catalog *c, const struct export_options *o,
                                   struct arena *a, struct export_layers *out, struct err *err)
{
    struct export_layers l = {0};
    const struct layer **layers = arena_new(a, TILE_MAX_LAYERS, sizeof *layers, err);
    enum err_code rc = layers ? OK : NO_MEMORY;
    if (!rc)
        rc = o->layers ? add_named(c, o->layers, layers, &l.n, err) : add_all(c, layers, &l.n, err);
    l.layers = layers;
    if (!rc)
        rc = check_kinds(&l, err);
    if (rc)
        return rc;
    measure(&l);
    choose_boxes(&l, o);
    rc = choose_zooms(&l, o, err);
    if (!rc)
        *out = l;
    return rc;
}

/* --- what it is of -------------------------------------------------------------------------- */

enum err_code export_layers_plan(const struct export_layers *l, const struct export_options *o,
                                 struct arena *a, const char **out, struct err *err)
{
    struct buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    struct json_out j = json_out(&text);
    json_object(&j);
    json_member_text(&j, "program", "cassini " CASSINI_VERSION);
    json_member_text(&j, "format", o->format->name);
    json_key(&j, "layers");
    json_array(&j);
    for (size_t i = 0; i < l->n; i++) {
        json_object(&j);
        json_member_text(&j, "name", l->layers[i]->name);
        json_member_int(&j, "revision", l->layers[i]->revision);
        json_member_int(&j, "updated", l->layers[i]->updated_us);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_member_int(&j, "minZoom", l->min_zoom);
    json_member_int(&j, "maxZoom", l->max_zoom);
    json_key(&j, "within");
    json_array(&j);
    for (size_t i = 0; i < l->n_within; i++) {
        json_int(&j, l->within[i].min_x);
        json_int(&j, l->within[i].min_y);
        json_int(&j, l->within[i].max_x);
        json_int(&j, l->within[i].max_y);
    }
    json_array_end(&j);
    json_member_int(&j, "gzipLevel", o->gzip_level);
    json_object_end(&j);
    return take_text(&text, a, out, err);
}

enum err_code export_layers_check(const struct export_layers *l, const struct catalog *now,
                                  struct err *err)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct layer *was = l->layers[i];
        const struct layer *is = catalog_find(now, span_of(was->name));
        if (!is || is->revision != was->revision || is->updated_us != was->updated_us)
            return err_set(err, CONFLICT, "layer '%s' has changed while it was exported",
                           was->name);
    }
    return OK;
}

/* --- words ---------------------------------------------------------------------------------- */

typedef const char *layer_text_fn(const struct layer *l);

static const char *title_of(const struct layer *l)
{
    return l->title;
}

static const char *description_of(const struct layer *l)
{
    return l->description;
}

static const char *attribution_of(const struct layer *l)
{
    return l->attribution;
}

/* What was said, else what the layers say, each once; NULL when nobody says anything. */
static enum err_code choose_text(const char *said, const struct export_layers *l,
                                 layer_text_fn *text_of, struct arena *a, const char **out,
                                 struct err *err)
{
    *out = said;
    if (said)
        return OK;
    struct buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    for (size_t i = 0; i < l->n; i++) {
        const char *own = text_of(l->layers[i]);
        bool is_new = own != NULL;
        for (size_t k = 0; k < i; k++)
            is_new = is_new && !text_eq(text_of(l->layers[k]), own);
        if (is_new)
            buf_printf(&text, "%s%s", text.len_bytes ? ", " : "", own);
    }
    if (text.len_bytes)
        return take_text(&text, a, out, err);
    buf_clear(&text);
    return OK;
}

/* Source: MBTiles 1.3, "Vector tileset metadata". */
static const char *type_name(enum field_type type)
{
    if (type == FIELD_INTEGER || type == FIELD_REAL)
        return "Number";
    return type == FIELD_BOOLEAN ? "Boolean" : "String";
}

static enum err_code choose_vector_layers(const struct export_layers *l,
                                          const struct archive_words *w, struct arena *a,
                                          const char **out, struct err *err)
{
    const struct vector_layers_way way = {type_name, w->min_zoom, w->max_zoom};
    struct buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    struct json_out j = json_out(&text);
    json_array(&j);
    const enum err_code rc = vector_layers_put(&j, l->layers, l->n, &way, err);
    json_array_end(&j);
    if (!rc)
        return take_text(&text, a, out, err);
    buf_clear(&text);
    return rc;
}

/* The part of the layers' box that was asked for; across the antimeridian all of it. */
static struct bbox bounds_of(const struct export_layers *l, const struct export_options *o)
{
    struct bbox b = l->bbox_deg;
    if (!o->has_bbox || o->bbox_deg.min_x > o->bbox_deg.max_x || !bbox_meets(&b, &o->bbox_deg))
        return b;
    b.min_x = b.min_x < o->bbox_deg.min_x ? o->bbox_deg.min_x : b.min_x;
    b.min_y = b.min_y < o->bbox_deg.min_y ? o->bbox_deg.min_y : b.min_y;
    b.max_x = b.max_x > o->bbox_deg.max_x ? o->bbox_deg.max_x : b.max_x;
    b.max_y = b.max_y > o->bbox_deg.max_y ? o->bbox_deg.max_y : b.max_y;
    return b;
}

static void choose_center(const struct export_layers *l, struct archive_words *w)
{
    const struct kept_tiles *k = l->n == 1 ? l->layers[0]->kept : NULL;
    const struct bbox *b = &w->bounds_deg;
    const bool is_kept = k && k->has_center;
    w->center_lon_deg = is_kept ? k->center_lon_deg : (b->min_x + b->max_x) / 2;
    w->center_lat_deg = is_kept ? k->center_lat_deg : (b->min_y + b->max_y) / 2;
    w->center_zoom = is_kept ? k->center_zoom : w->min_zoom;
}

enum err_code export_layers_words(const struct export_layers *l, const struct export_options *o,
                                  const struct archive_counts *c, struct arena *a,
                                  struct archive_words *out, struct err *err)
{
    const struct layer *first = l->layers[0];
    struct archive_words w = {.format = first->kept ? first->kept->format : TILE_MVT,
                              .bounds_deg = bounds_of(l, o),
                              .min_zoom = c->min_zoom,
                              .max_zoom = c->max_zoom};
    choose_center(l, &w);
    enum err_code rc = choose_text(o->title, l, title_of, a, &w.name, err);
    if (!rc)
        rc = choose_text(o->description, l, description_of, a, &w.description, err);
    if (!rc)
        rc = choose_text(o->attribution, l, attribution_of, a, &w.attribution, err);
    if (!rc && w.format == TILE_MVT)
        rc = choose_vector_layers(l, &w, a, &w.vector_layers, err);
    if (!rc)
        *out = w;
    return rc;
}
