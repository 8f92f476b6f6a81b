/*
 * A vector tile put together from features of others: each layer keeps its name and extent, each
 * feature its id and properties; shapes are new.
 */
#ifndef TILER_MVT_COLLAGE_H
#define TILER_MVT_COLLAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/mvt_read.h"
#include "tiler/tile_shape.h"

#define MVT_COLLAGE_MAX_LAYERS 1000

struct mvt_collage; /* one thread; used again for every tile */

enum err_code mvt_collage_new(struct mvt_collage **out, struct err *err) MUST_USE;
void mvt_collage_free(struct mvt_collage *c); /* accepts NULL */

/** Begin a tile; it lies in the arena, which must not be reset before it is packed. */
void mvt_collage_start(struct mvt_collage *c, struct arena *a);

/** The number of the layer of that name, which begins with this extent when there is none yet. The
 * name is copied. Errors LIMIT too many layers, the arena's; NO_MEMORY */
enum err_code mvt_collage_layer(struct mvt_collage *c, const char *name, uint32_t extent,
                                size_t *out, struct err *err) MUST_USE;
uint32_t mvt_collage_extent(const struct mvt_collage *c, size_t layer);

/**
 * Add a feature with the id and properties of another; what is kept of it is copied.
 *
 * In       shape: in units of the layer's extent, settled, with a part at least; place: features are
 *          packed in rising order of it
 * Errors   LIMIT, NO_MEMORY
 */
enum err_code mvt_collage_add(struct mvt_collage *c, size_t layer, uint64_t place,
                              const struct mvt_reading_feature *of, const struct tile_shape *shape,
                              struct err *err) MUST_USE;

size_t mvt_collage_n_features(const struct mvt_collage *c);
/** About how many bytes the tile will take: a few hundredths too many. */
size_t mvt_collage_bytes(const struct mvt_collage *c);

/** Append the tile; layers without features are left out. Errors LIMIT, NO_MEMORY */
enum err_code mvt_collage_pack(struct mvt_collage *c, struct buf *out, struct err *err) MUST_USE;

#endif
