/* The bytes of kept tiles, alone and as they are. */
#ifndef SERVER_OGC_KEPT_TILE_H
#define SERVER_OGC_KEPT_TILE_H

#include "server/http/route.h"
#include "store/layer.h"
#include "tiler/grid.h"

/** The media of a layer's tiles. */
enum media kept_tile_media(const struct layer *layer);

/**
 * Answer with one tile of a kept layer: as it was kept, or vector tiles at zooms that the archive has
 * not made from those it has. Where there is none, vector tiles are empty, and for images nothing is
 * answered (204).
 * Errors BUSY the tileset was replaced just now; the store's
 */
enum err_code kept_tile_respond(const struct request *r, const struct layer *layer,
                                struct tile_address at, struct response *out,
                                struct err *err) MUST_USE;

#endif
