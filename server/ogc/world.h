/*
 * What a request sees of the world: the catalog and the service's words at one moment. It is the
 * `snapshot` that http carries: made anew when the store changes, never changed, ref-counted.
 */
#ifndef SERVER_OGC_WORLD_H
#define SERVER_OGC_WORLD_H

#include "base/err.h"
#include "server/http/route.h"
#include "server/ogc/area_log.h"
#include "store/layer.h"
#include "tiler/grid_set.h"

#include <stdatomic.h>
#include <stdint.h>

/** How the tiles of a service are cut, for the life of the server. */
struct tile_cut {
    const struct grid_set *grids;
    uint32_t extent_tu, buffer_tu;
};

struct tile_boxes;

struct world {
    atomic_int n_refs;
    struct catalog *catalog;
    struct area_log **logs;          /* of each layer of the catalog; NULL: they were not read */
    const char *title, *description; /* lent for the life of the server; description may be NULL */
    const struct route *const *routes; /* all of them, NULL at the end */
    const struct tile_cut *cut;
};

/** Takes over one reference to `catalog`, unless it fails. Errors NO_MEMORY */
enum err_code world_new(struct catalog *catalog, const char *title, const char *description,
                        const struct route *const *routes, const struct tile_cut *cut,
                        struct world **out, struct err *err) MUST_USE;

/**
 * Read where the layers have changed, but for those that are as they were in the world before
 * (which may be NULL). Before anybody else sees the world.
 * Errors   CONFLICT the catalog is no longer what the store holds; those of area_log_new()
 */
enum err_code world_read_areas(struct world *w, struct store *s, const struct world *before,
                               struct err *err) MUST_USE;
struct world *world_ref(struct world *w);
void world_unref(struct world *w); /* accepts NULL; any thread */

/** The world of a request. */
const struct world *world_of(const struct request *r);

/** The layers as the request sees them: on a worker as they are now, else as in its world. */
const struct catalog *world_catalog(const struct request *r);

/** The layer of that name. Errors NOT_FOUND, with words for the client */
enum err_code world_layer(const struct request *r, const char *name, const struct layer **out,
                          struct err *err) MUST_USE;
/** The layer that the path names as {collectionId}. Errors NOT_FOUND */
enum err_code world_path_layer(const struct request *r, const struct layer **out,
                               struct err *err) MUST_USE;

/** Likewise, where it has features. Errors NOT_FOUND */
enum err_code world_path_features(const struct request *r, const struct layer **out,
                                  struct err *err) MUST_USE;

/** The layers of a checked list parameter, or all that have vector tiles when it is absent; in the
 * request's arena. Errors NOT_FOUND; BAD_ARG one of them twice; NO_MEMORY */
enum err_code world_layers(const struct request *r, const char *param,
                           const struct layer *const **out, size_t *n_out,
                           struct err *err) MUST_USE;

/** All layers that have vector tiles, in the request's arena. Errors NO_MEMORY */
enum err_code world_all_layers(const struct request *r, const struct layer *const **out,
                               size_t *n_out, struct err *err) MUST_USE;

/** Whether none of the layers holds images, which no vector tile can hold. Errors BAD_ARG */
enum err_code world_check_vector(const struct layer *const *layers, size_t n_layers,
                                 struct err *err) MUST_USE;

/**
 * Numbers that change with any of the layers that the request is about, those it names or all: for a
 * tile when something has changed where it lies, narrow: that its zoom draws, wide: or a lower one;
 * else both with each revision. Needs the request's arena.
 *
 * In       boxes: for tiles of other grids than Web Mercator
 */
struct stamps world_stamps(const struct world *w, struct tile_boxes *boxes,
                           const struct request *r);

#endif
