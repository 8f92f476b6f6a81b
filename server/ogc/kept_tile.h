/* The bytes of kept tiles: alone as they are, or beside the tiles of other layers. */
#ifndef SERVER_OGC_KEPT_TILE_H
#define SERVER_OGC_KEPT_TILE_H

#include "server/http/route.h"
#include "server/ogc/ogc_worker.h"
#include "store/layer.h"
#include "tiler/grid.h"

/** The media of a layer's tiles. */
enum media kept_tile_media(const struct layer *layer);

/**
 * Answer with one tile of a kept layer. Where there is none, vector tiles are empty, and for images
 * nothing is answered (204).
 * Errors BUSY the tileset was replaced just now; the store's
 */
enum err_code kept_tile_respond(const struct request *r, const struct layer *layer,
                                struct tile_address at, struct response *out,
                                struct err *err) MUST_USE;

/**
 * Append a kept vector tile, not compressed, its layers called "COLLECTION/LAYER": a tile may not
 * have two layers of one name. Nothing when there is no tile.
 * Errors as above; BAD_DATA what is kept is no vector tile
 */
enum err_code kept_tile_append(struct ogc_worker *w, const struct layer *layer,
                               struct tile_address at, struct buf *out, struct err *err) MUST_USE;

#endif
