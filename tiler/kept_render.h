/* Kept vector tiles beside the tiles of other layers: their layers get names that cannot clash. */
#ifndef TILER_KEPT_RENDER_H
#define TILER_KEPT_RENDER_H

#include "base/gzip.h"
#include "store/store.h"
#include "tiler/grid.h"

/**
 * Append a kept vector tile, not compressed, its layers called "COLLECTION/LAYER": a tile may not
 * have two layers of one name. Nothing when there is no tile.
 * Errors   CONFLICT the tileset was replaced in the meantime; BAD_DATA what is kept is no vector
 *          tile; the store's
 */
enum err_code kept_render(struct store *s, struct gzip *g, const struct layer *layer,
                          struct tile_address at, struct buf *out, struct err *err) MUST_USE;

#endif
