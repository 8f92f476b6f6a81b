#include "server/ogc/world.h"

#include "base/mem.h"
#include "base/text.h"
#include "server/ogc/ogc_worker.h"
#include "store/tileset.h"

enum err_code world_new(struct catalog *catalog, const char *title, const char *description,
                        const struct route *const *routes, struct world **out, struct err *err)
{
    struct world *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    atomic_init(&w->n_refs, 1);
    w->catalog = catalog;
    w->title = title;
    w->description = description;
    w->routes = routes;
    *out = w;
    return OK;
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

static uint64_t mix_layer(uint64_t stamp, const struct layer *layer)
{
    stamp = text_hash(layer->name, span_of(layer->name).len_bytes, stamp);
    return text_hash(&layer->revision, sizeof layer->revision, stamp);
}

uint64_t world_stamp(const struct world *w, const struct request *r)
{
    uint64_t stamp = 1;
    bool named = false;
    for (size_t i = 0; i < r->n_params; i++) {
        const struct param *p = &r->params[i];
        const bool one = text_eq(p->spec->name, "collectionId");
        if (!p->text ||
            (!one && !text_eq(p->spec->name, "collections") && !text_eq(p->spec->name, "layers")))
            continue;
        named = true;
        for (size_t k = 0; k < (one ? 1 : p->n_items); k++) {
            const char *name = one ? p->text : p->texts[k];
            const struct layer *layer = catalog_find(w->catalog, span_of(name));
            if (layer)
                stamp = mix_layer(stamp, layer);
        }
    }
    for (size_t i = 0; !named && i < catalog_n_layers(w->catalog); i++)
        stamp = mix_layer(stamp, catalog_layer(w->catalog, i));
    return stamp;
}
