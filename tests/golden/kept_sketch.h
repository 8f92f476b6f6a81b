/* Ready-made vector tiles written as text, and stores that keep them: for tests of what is made out
 * of kept tiles. */
#ifndef TESTS_KEPT_SKETCH_H
#define TESTS_KEPT_SKETCH_H

#include "base/buf.h"
#include "base/geom.h"
#include "store/store.h"
#include "tiler/grid.h"

struct kept_feature {
    const char *layer;
    enum geom_kind kind;
    uint64_t id; /* 0: none */
    const char *name;
    const char *text; /* "0 0, 10 0, 10 10; 2 2, 3 2, 3 3 | 20 20, ...": as in sketch.h */
};

/** Append a tile of these features, the last of which has no text; each has a name, and a number
 * beside it. Errors BAD_ARG, NO_MEMORY */
enum err_code kept_sketch_tile(uint32_t extent, const struct kept_feature *features,
                               struct buf *out, struct err *err) MUST_USE;

struct kept_sketch {
    struct tile_address at;
    const struct kept_feature *features; /* NULL: `bytes` are the tile, whatever they are */
    const char *bytes;
};

/** Keep tiles as the tileset `layer` of a store; the last one has neither. Errors the store's */
enum err_code kept_sketch_keep(struct store *s, const char *layer, uint32_t extent,
                               const struct kept_sketch *tiles, struct err *err) MUST_USE;

#endif
