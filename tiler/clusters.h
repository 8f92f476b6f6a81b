/*
 * Points that lie in one square of 32 CSS pixels become a cluster at that zoom. They come along the
 * Hilbert curve, like polygons (tiler/blocks.h). A point is drawn as itself from the zoom on at which
 * it is alone in its square.
 */
#ifndef TILER_CLUSTERS_H
#define TILER_CLUSTERS_H

#include "tiler/chunk_sink.h"
#include "tiler/grid_shape.h"

struct clusters;

enum err_code clusters_new(struct clusters **out, struct err *err) MUST_USE;
void clusters_free(struct clusters *c); /* accepts NULL */

/** Points and clusters go to the sink, from here on. Both are lent. Errors NO_MEMORY */
enum err_code clusters_start(struct clusters *c, const struct layer_drawing *drawing,
                             struct chunk_sink *sink, struct err *err) MUST_USE;
/** Add the next along the curve: its key there, and where it is. Errors NO_MEMORY, those of the sink
 */
enum err_code clusters_add(struct clusters *c, const struct drawable *d, uint64_t key,
                           struct vertex_gu at, struct err *err) MUST_USE;
/** No more come. */
enum err_code clusters_finish(struct clusters *c, struct err *err) MUST_USE;

#endif
