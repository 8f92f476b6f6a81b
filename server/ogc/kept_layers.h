/* The vector layers inside kept tilesets, as the metadata of a tileset tells of them. */
#ifndef SERVER_OGC_KEPT_LAYERS_H
#define SERVER_OGC_KEPT_LAYERS_H

#include "server/http/document.h"
#include "store/layer.h"

/** Items of `layers` of a tileset's metadata (OGC 17-083r4). `is_alone`: the tiles hold this layer
 * only, and then its layers have the names that they have in the archive; else see tiler_render().
 * Errors of the archive's own words, which were checked at the import, and NO_MEMORY mark the
 * arena. */
void kept_layers_put_tileset(struct doc *array, const struct request *r, const struct layer *layer,
                             bool is_alone);

#endif
