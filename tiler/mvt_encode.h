/* One layer of a vector tile: features in, a protobuf message out. */
#ifndef TILER_MVT_ENCODE_H
#define TILER_MVT_ENCODE_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/layer.h"
#include "tiler/tile_shape.h"

#include <stddef.h>
#include <stdint.h>

struct mvt_layer; /* one thread; used again for every layer */

enum err_code mvt_layer_new(struct mvt_layer **out, struct err *err) MUST_USE;
void mvt_layer_free(struct mvt_layer *m); /* accepts NULL */

/** Begin a layer of a tile so many units wide; what is added lies in the arena, which must not be reset before the layer is
 * packed. Errors NO_MEMORY */
enum err_code mvt_layer_start(struct mvt_layer *m, const struct layer *layer, uint32_t extent_tu,
                              struct arena *a, struct err *err) MUST_USE;

/** From here on no attribute is added but the public id. Between start and the first feature. */
void mvt_layer_keep_id_only(struct mvt_layer *m);

/**
 * Add one feature.
 *
 * In       shape: in tile units, settled, with a part at least; properties: of a drawable
 * Errors   BAD_DATA the properties; NO_MEMORY, LIMIT the arena's
 * Source   Vector Tile Specification 2.1, 4.2 and 4.3
 */
enum err_code mvt_layer_add(struct mvt_layer *m, const struct tile_shape *shape,
                            struct span properties, struct err *err) MUST_USE;

size_t mvt_layer_n_features(const struct mvt_layer *m);
/** About how many bytes the layer will take, not compressed: a few hundredths too many. */
size_t mvt_layer_bytes(const struct mvt_layer *m);

/** Append a tile of this one layer (tiles appended to each other are a tile); nothing without
 * features. Errors LIMIT, NO_MEMORY of the buf */
enum err_code mvt_layer_pack(struct mvt_layer *m, struct buf *out, struct err *err) MUST_USE;

#endif
