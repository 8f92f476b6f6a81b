/* Kept vector tiles beside the tiles of other layers: their layers get names that cannot clash. */
#ifndef TILER_KEPT_RENDER_H
#define TILER_KEPT_RENDER_H

#include "tiler/kept_zoom.h"

/**
 * Append a tile of a kept layer as kept_zoom_render() makes it, its layers called
 * "COLLECTION/LAYER": a tile may not have two layers of one name. Errors as there.
 */
enum err_code kept_render(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                          struct tile_address at, struct buf *out, struct kept_report *report,
                          struct err *err) MUST_USE;

#endif
