/* One layer of a vector tile: features in, the bytes of a protobuf message out. */
#ifndef TILER_MVT_ENCODE_H
#define TILER_MVT_ENCODE_H

#include "base/buf.h"
#include "store/layer.h"
#include "tiler/chunk_read.h"
#include "tiler/tile_shape.h"

#include <stddef.h>
#include <stdint.h>

struct mvt_layer; /* one thread; used again for every layer */

enum err_code mvt_layer_new(struct mvt_layer **out, struct err *err) MUST_USE;
void mvt_layer_free(struct mvt_layer *m); /* accepts NULL */

/**
 * Begin a layer.
 * In       is_labels: the companion layer NAME_label, whose features tell what their label says;
 *          extent_tu: tile units across. The layer is lent until it is packed
 * Errors   NO_MEMORY
 */
enum err_code mvt_layer_start(struct mvt_layer *m, const struct layer *layer, bool is_labels,
                              uint32_t extent_tu, struct err *err) MUST_USE;

/** From here on no attribute is added but the public id, and what groups tell. Between start and the
 * first feature. */
void mvt_layer_keep_id_only(struct mvt_layer *m);

/** The features that are added next are of this chunk. Errors BAD_DATA its columns are not those of
 * the layer; NO_MEMORY */
enum err_code mvt_layer_chunk(struct mvt_layer *m, const struct chunk_reader *chunk,
                              struct err *err) MUST_USE;

/**
 * Add one feature.
 *
 * In       shape: in tile units, settled, with a part at least; d: of the chunk, for its number and
 *          values
 * Errors   BAD_DATA the values; NO_MEMORY, LIMIT
 * Source   Vector Tile Specification 2.1, 4.2 and 4.3
 */
enum err_code mvt_layer_add(struct mvt_layer *m, const struct tile_shape *shape,
                            const struct drawable *d, struct err *err) MUST_USE;

size_t mvt_layer_n_features(const struct mvt_layer *m);
/** How many bytes the layer will take, not compressed, but for its head. */
size_t mvt_layer_bytes(const struct mvt_layer *m);

/** Append a tile of this one layer (tiles appended to each other are a tile); nothing without
 * features. Errors LIMIT, NO_MEMORY of the buf */
enum err_code mvt_layer_pack(struct mvt_layer *m, struct buf *out, struct err *err) MUST_USE;

#endif
