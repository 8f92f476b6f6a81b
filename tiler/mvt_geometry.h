/* A shape as the commands of a vector tile. Only for mvt_*.c: the message's header stays behind
 * that door. */
#ifndef TILER_MVT_GEOMETRY_H
#define TILER_MVT_GEOMETRY_H

#include "base/arena.h"
#include "tiler/tile_shape.h"

#include "base/vector_tile.pb-c.h"

/** Set type and geometry of a feature; the shape has a part at least. Errors LIMIT, NO_MEMORY of the
 * arena. Source Vector Tile Specification 2.1, 4.3 */
enum err_code mvt_set_geometry(VectorTile__Tile__Feature *f, const struct tile_shape *s,
                               struct arena *a, struct err *err) MUST_USE;

/** How many bytes these take as varints. */
size_t mvt_varints_bytes(const uint32_t *values, size_t n);

#endif
