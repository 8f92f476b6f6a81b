/*
 * What features in a layer's tiles tell: their names and types, once for the encoder, for every
 * document about tiles, and for docs/howto/drawing.md.
 */
#ifndef TILER_TILE_ATTRIBUTES_H
#define TILER_TILE_ATTRIBUTES_H

#include "base/buf.h"
#include "base/err.h"
#include "store/layer.h"
#include "store/layer_drawing.h"

#include <stdbool.h>

#define POINT_COUNT_ATTRIBUTE   "point_count"   /* of a cluster: how many points it stands for */
#define FEATURE_COUNT_ATTRIBUTE "feature_count" /* of a block or a merged line */
#define LABEL_ATTRIBUTE         "label"         /* of a label point */

/** "bikes_sum" */
void tile_attribute_put_aggregate(struct buf *b, const char *field, enum aggregate_op op);

/** Whether features tell that field: all do, or it was asked for, or it is the id. */
bool tile_tells_field(const struct layer *layer, size_t field);

/** One attribute; `field` NULL: it is none of a single feature. Lent for the call. */
typedef void tile_attribute_fn(void *state, const char *name, enum field_type type,
                               const struct field *field);

/** Every attribute that features, clusters, blocks and merged lines of a made layer may have, each
 * name once. Errors NO_MEMORY */
enum err_code tile_attributes_walk(const struct layer *layer, tile_attribute_fn *fn, void *state,
                                   struct err *err) MUST_USE;

/** Whether the layer has a companion of label points, which is called as it is and
 * LABEL_LAYER_SUFFIX. */
bool layer_has_labels(const struct layer *layer);
/** The attributes of its points: the label, and the id where it is a field. */
void label_attributes_walk(const struct layer *layer, tile_attribute_fn *fn, void *state);

#endif
