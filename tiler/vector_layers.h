/* What stands on vector tiles, as TileJSON's vector_layers tells it: of layers whose tiles are made,
 * and of those that are kept. */
#ifndef TILER_VECTOR_LAYERS_H
#define TILER_VECTOR_LAYERS_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "store/layer.h"

/** How they are told. A plain value. */
struct vector_layers_way {
    const char *(*type_name)(enum field_type type); /* of the fields of made tiles */
    int min_zoom, max_zoom;                         /* made layers are told within these zooms */
};

/** One item for each layer on the tiles of these layers, appended to the array that is open in `j`.
 * Errors   those of kept_layers_walk() */
enum err_code vector_layers_put(struct json_out *j, const struct layer *const *layers,
                                size_t n_layers, const struct vector_layers_way *way,
                                struct err *err) MUST_USE;

/** One layer inside kept tiles: how it is called on the tile, how in the archive, and what the
 * archive says of it. */
typedef void kept_layer_fn(void *state, struct span name, struct span own_name,
                           struct json_value item);

/**
 * The layers inside kept tiles, as their archive tells of them.
 * In       is_alone: no other layer stands on the tile, and then the names are the archive's own; else
 *          see tiler_render()
 * Errors   NO_MEMORY; BAD_DATA, LIMIT the archive's words, which were checked at the import
 */
enum err_code kept_layers_walk(const struct layer *layer, bool is_alone, kept_layer_fn *fn,
                               void *state, struct err *err) MUST_USE;

#endif
