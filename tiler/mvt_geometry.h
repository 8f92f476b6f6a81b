/* One feature of a vector tile as bytes of its message (Vector Tile Specification 2.1, 4.2 and 4.3). */
#ifndef TILER_MVT_GEOMETRY_H
#define TILER_MVT_GEOMETRY_H

#include "base/buf.h"
#include "base/text.h"
#include "tiler/tile_shape.h"

/** The most bytes that a shape's commands take. */
size_t mvt_geometry_room(const struct tile_shape *s);
/** Write a shape's commands where there is room for them; the place behind them. */
uint8_t *mvt_geometry_write(const struct tile_shape *s, uint8_t *to);

/**
 * Append a feature, as field 2 of its layer.
 * In       id: NULL: it has none; tags, geometry: written already
 * Errors   LIMIT, NO_MEMORY of the buf
 */
enum err_code mvt_put_feature(struct buf *b, const uint64_t *id, enum geom_kind kind,
                              struct span tags, struct span geometry, struct err *err) MUST_USE;

#endif
