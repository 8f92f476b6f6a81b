/* Draws chunks of drawables of one layer into one tile, one after the other, and counts what became
 * of them. Knows no store: chunks are handed to it. */
#ifndef TILER_PAINTER_H
#define TILER_PAINTER_H

#include "base/buf.h"
#include "store/drawable.h"
#include "store/layer.h"
#include "tiler/tile_frame.h"
#include "tiler/tiler.h"

struct painter; /* scratch of one thread */

enum err_code painter_new(struct painter **out, struct err *err) MUST_USE;
void painter_free(struct painter *p); /* accepts NULL */

/** Begin a layer: forgets what was drawn and counted before. `vertex_zoom` says which vertices are
 * drawn: those of the frame's own zoom, or of a lower one for the budget's sake. The layer is lent
 * until the next start. Errors NO_MEMORY */
enum err_code painter_start(struct painter *p, const struct layer *layer,
                            const struct tile_frame *frame, uint8_t vertex_zoom,
                            struct err *err) MUST_USE;

/** Draw no more than so many drawables; what more there are is counted as left out. After start. */
void painter_limit(struct painter *p, uint64_t max_drawables);

/** Leave out every attribute of features but the public id, for the budget's sake. Between start and
 * the first chunk. */
void painter_keep_id_only(struct painter *p);

/** Draw what of a chunk falls on the tile and its buffer. Errors BAD_DATA damaged bytes; NO_MEMORY,
 * LIMIT */
enum err_code painter_add(struct painter *p, const struct chunk *c, struct err *err) MUST_USE;

/** How many drawables were drawn so far, and how many bytes the layer has, not compressed. */
uint64_t painter_n_drawn(const struct painter *p);
size_t painter_bytes(const struct painter *p);

/** Append the layer to a tile, and its labels as another. `report` gets the counts; its n_left_out is
 * 0. */
enum err_code painter_end(struct painter *p, struct buf *out, struct tile_layer_report *report,
                          struct err *err) MUST_USE;

#endif
