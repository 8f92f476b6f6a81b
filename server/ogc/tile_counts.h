/* What became of the features of a tile, in the headers of its answer. */
#ifndef SERVER_OGC_TILE_COUNTS_H
#define SERVER_OGC_TILE_COUNTS_H

#include "server/http/route.h"
#include "tiler/tiler.h"

/** X-Tile-Features, X-Tile-Left-Out and X-Tile-Without-Attributes, of all layers together; and
 * X-Tile-Tiles-Beyond where kept tiles were too many, or too far below, to make this one from. */
void tile_put_counts(const struct request *r, const struct tile_report *report,
                     struct response *out);

#endif
