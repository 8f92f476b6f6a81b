/* Under-zoom: one tile out of many kept tiles below it. For kept_zoom.c. */
#ifndef TILER_KEPT_MERGE_H
#define TILER_KEPT_MERGE_H

#include "tiler/kept_shape.h"

struct kept_merge; /* one thread; used again for every tile */

enum err_code kept_merge_new(struct kept_merge **out, struct err *err) MUST_USE;
void kept_merge_free(struct kept_merge *m); /* accepts NULL */

/** Begin a tile. What is kept of it lies in the arena. Errors LIMIT, NO_MEMORY */
enum err_code kept_merge_start(struct kept_merge *m, struct arena *a, struct err *err) MUST_USE;

/**
 * Take in the tile `from`, a descendant of the tile `at` or of one beside it. Of it only what lies in
 * its own square, for neighbours have the rest. Vertices come to lie on every fourth unit of 4096, half a
 * CSS pixel, the same for every tile; what is too small to be seen is counted.
 * Errors LIMIT, NO_MEMORY
 */
enum err_code kept_merge_add(struct kept_merge *m, struct kept_scratch *k,
                             const struct mvt_reading *tile, struct tile_address from,
                             struct tile_address at, struct err *err) MUST_USE;

/** Put what was taken in into the collage: pieces of one feature (equal id and properties) joined,
 * the largest first, until the layer's budget ends. Errors LIMIT, NO_MEMORY */
enum err_code kept_merge_end(struct kept_merge *m, struct kept_scratch *k,
                             const struct layer *layer, struct err *err) MUST_USE;

#endif
