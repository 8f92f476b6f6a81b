#include "server/ogc/world.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/tile_area.h"
#include "server/ogc/tile_limits.h"
#include "store/tileset.h"

enum err_code world_new(struct catalog *catalog, const char *title, const char *description,
                        const struct route *const *routes, const struct tile_cut *cut,
                        struct world **out, struct err *err)
{
    struct world *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    atomic_init(&w->n_refs, 1);
    w->catalog = catalog;
    w->title = title;
    w->description = description;
    w->routes = routes;
    w->cut = cut;
    *out = w;
    return OK;
}

/* The log of the same revision of that layer. */
static struct area_log *find_log(const struct world *w, const struct layer *l)
{
    const struct layer *same = w && w->logs ? catalog_find(w->catalog, span_of(l->name)) : NULL;
    if (!same || same->revision != l->revision)
        return NULL;
    return w->logs[same - catalog_layer(w->catalog, 0)];
}

enum err_code world_read_areas(struct world *w, struct store *s, const struct world *before,
                               struct err *err)
{
    const size_t n = catalog_n_layers(w->catalog);
    enum err_code rc = OK;
    w->logs = mem_new(n, sizeof *w->logs);
    if (!w->logs)
        return err_no_memory(err, n * sizeof *w->logs);
    for (size_t i = 0; !rc && i < n; i++) {
        const struct layer *l = catalog_layer(w->catalog, i);
        struct area_log *same = find_log(before, l);
        if (same)
            w->logs[i] = area_log_ref(same);
        else
            rc = area_log_new(s, l, &w->logs[i], err);
    }
    return rc;
}

struct world *world_ref(struct world *w)
{
    atomic_fetch_add_explicit(&w->n_refs, 1, memory_order_relaxed);
    return w;
}

void world_unref(struct world *w)
{
    if (!w || atomic_fetch_sub_explicit(&w->n_refs, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; w->logs && i < catalog_n_layers(w->catalog); i++)
        area_log_unref(w->logs[i]);
    mem_free(w->logs);
    catalog_unref(w->catalog);
    mem_free(w);
}

const struct world *world_of(const struct request *r)
{
    return r->snapshot;
}

const struct catalog *world_catalog(const struct request *r)
{
    const struct ogc_worker *w = ogc_worker_of(r);
    return w ? w->catalog : world_of(r)->catalog;
}

enum err_code world_layer(const struct request *r, const char *name, const struct layer **out,
                          struct err *err)
{
    const struct layer *layer = catalog_find(world_catalog(r), span_of(name));
    if (!layer)
        return err_set(err, NOT_FOUND, "there is no collection '%s'", name);
    *out = layer;
    return OK;
}

enum err_code world_path_layer(const struct request *r, const struct layer **out, struct err *err)
{
    return world_layer(r, request_text(r, "collectionId"), out, err);
}

enum err_code world_path_features(const struct request *r, const struct layer **out,
                                  struct err *err)
{
    const struct layer *layer = NULL;
    const enum err_code rc = world_path_layer(r, &layer, err);
    if (rc)
        return rc;
    if (layer->kept)
        return err_set(err, NOT_FOUND, "collection '%s' holds tiles, not features", layer->name);
    *out = layer;
    return OK;
}

enum err_code world_all_layers(const struct request *r, const struct layer *const **out,
                               size_t *n_out, struct err *err)
{
    const struct catalog *catalog = world_catalog(r);
    const struct layer **layers =
        arena_new(r->arena, catalog_n_layers(catalog), sizeof *layers, err);
    if (!layers)
        return err_add(err, "layers");
    size_t n = 0;
    for (size_t i = 0; i < catalog_n_layers(catalog); i++) {
        const struct layer *layer = catalog_layer(catalog, i);
        if (layer_has_tiles(layer) && !layer_has_images(layer))
            layers[n++] = layer;
    }
    *out = layers;
    *n_out = n;
    return OK;
}

enum err_code world_layers(const struct request *r, const char *param,
                           const struct layer *const **out, size_t *n_out, struct err *err)
{
    const struct param *p = request_param(r, param);
    if (!p->text)
        return world_all_layers(r, out, n_out, err);
    const struct layer **layers = arena_new(r->arena, p->n_items, sizeof *layers, err);
    if (!layers)
        return err_add(err, "layers");
    for (size_t i = 0; i < p->n_items; i++) {
        const enum err_code rc = world_layer(r, p->texts[i], &layers[i], err);
        if (rc)
            return rc;
        for (size_t k = 0; k < i; k++)
            if (layers[k] == layers[i])
                return err_set(err, BAD_ARG, "%s names '%s' twice", param, p->texts[i]);
    }
    *out = layers;
    *n_out = p->n_items;
    return OK;
}

enum err_code world_check_vector(const struct layer *const *layers, size_t n_layers,
                                 struct err *err)
{
    for (size_t i = 0; i < n_layers; i++) {
        if (layer_has_images(layers[i]))
            return err_set(err, BAD_ARG,
                           "the tiles of collection '%s' are images, which no vector tile can hold",
                           layers[i]->name);
    }
    return OK;
}

/* --- stamps --- */

static uint64_t mix(uint64_t stamp, int64_t n)
{
    return text_hash(&n, sizeof n, stamp);
}

/* The layers that the request is about, as far as they are there. NULL without memory. */
static const struct layer **stamped_layers(const struct world *w, const struct request *r,
                                           size_t *out_n)
{
    const struct param *names = NULL;
    for (size_t i = 0; i < r->n_params; i++) {
        const struct param *p = &r->params[i];
        if (p->text && (p->spec == &collection_id_param || p->spec == &collections_param ||
                        p->spec == &layers_param))
            names = p;
    }
    const bool is_one = names && names->spec == &collection_id_param;
    const size_t n = is_one ? 1 : names ? names->n_items : catalog_n_layers(w->catalog);
    const struct layer **layers = arena_new(r->arena, n, sizeof *layers, NULL);
    size_t n_found = 0;
    for (size_t i = 0; layers && i < n; i++) {
        const char *name = is_one ? names->text : names ? names->texts[i] : NULL;
        const struct layer *l =
            name ? catalog_find(w->catalog, span_of(name)) : catalog_layer(w->catalog, i);
        if (l)
            layers[n_found++] = l;
    }
    *out_n = n_found;
    return layers;
}

/* Whether there is a tile hangs on where its layers are. In another grid than Web Mercator that takes
 * PROJ to tell: there all of its tiles are new when one of the layers reaches farther, or less far. */
static uint64_t mix_cover(uint64_t stamp, const struct tile_area *area,
                          const struct layer *const *layers, size_t n)
{
    const struct tile_cover cover = tile_cover_of(layers, n);
    if (area->grid->is_web_mercator)
        return mix(stamp, tile_cover_has(&cover, area->at));
    return text_hash(&cover.made_deg, sizeof cover.made_deg, mix(stamp, cover.made_min_zoom));
}

struct stamps world_stamps(const struct world *w, struct tile_boxes *boxes, const struct request *r)
{
    uint64_t same = 1; /* what both hang on */
    struct stamps stamps = {1, 1};
    size_t n = 0;
    struct tile_area area;
    const bool is_tile = tile_area_of(r, w->cut, boxes, &area);
    const struct layer **layers = stamped_layers(w, r, &n);
    if (!layers) /* Then nothing is known, and nothing that was kept is good enough. */
        same = mix(same, when_monotonic_us());
    for (size_t i = 0; layers && i < n; i++) {
        const struct area_log *log = is_tile ? find_log(w, layers[i]) : NULL;
        const int64_t revision = layers[i]->revision;
        const struct area_revisions of_layer = log ? area_log_revisions(log, &area.box, area.zoom)
                                                   : (struct area_revisions){revision, revision};
        same = text_hash(layers[i]->name, span_of(layers[i]->name).len_bytes, same);
        stamps.narrow = mix(stamps.narrow, of_layer.narrow);
        stamps.wide = mix(stamps.wide, of_layer.wide);
    }
    if (is_tile)
        same = mix(same, (uint64_t)w->cut->extent_tu << 32 | w->cut->buffer_tu);
    if (layers && is_tile && area.grid)
        same = mix_cover(same, &area, layers, n);
    return (struct stamps){mix(stamps.narrow, (int64_t)same), mix(stamps.wide, (int64_t)same)};
}
