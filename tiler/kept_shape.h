/* Features of kept tiles on their way into another tile: read, moved, cut. Scratch of one thread
 * for kept_zoom.c and kept_merge.c. */
#ifndef TILER_KEPT_SHAPE_H
#define TILER_KEPT_SHAPE_H

#include "base/mvt_read.h"
#include "tiler/clip.h"
#include "tiler/kept_zoom.h"
#include "tiler/mvt_collage.h"
#include "tiler/tile_rings.h"
#include "tiler/tiler.h"

struct kept_scratch {
    struct arena message, feature, made; /* a kept tile, one feature of it, the new tile */
    struct clipper clipper;
    struct tile_rings *rings;
    struct mvt_collage *collage;
    struct tile_shape shape, clipped;
    struct kept_report report;
};

/** The square of a tile of this extent with `margin` more on each side. */
static inline struct clip_box kept_box(uint32_t extent, int64_t margin)
{
    return (struct clip_box){-margin, extent + margin};
}

/** The buffer of a tile of this extent: 1/64 of it, as tiles that are made have. */
static inline int64_t kept_buffer(uint32_t extent)
{
    return (int64_t)extent * TILE_BUFFER_TU / TILE_EXTENT_TU;
}

/**
 * Read a feature; `k->shape` becomes its geometry, in units of its tile, and may have collapsed
 * rings. `*out_ok` is false, and the feature counted, when the specification forbids it.
 * Errors LIMIT, NO_MEMORY
 */
enum err_code kept_read(struct kept_scratch *k, const struct mvt_reading *m, size_t layer,
                        size_t feature, struct mvt_reading_feature *out, bool *out_ok,
                        struct err *err) MUST_USE;

/** Cut `k->shape` at a box. Errors NO_MEMORY */
enum err_code kept_clip(struct kept_scratch *k, const struct clip_box *box,
                        struct err *err) MUST_USE;

/** Make `k->shape` valid, and a feature of the new tile where something is left. Errors LIMIT,
 * NO_MEMORY */
enum err_code kept_add(struct kept_scratch *k, size_t collage_layer, uint64_t place,
                       const struct mvt_reading_feature *of, const struct clip_box *box,
                       struct err *err) MUST_USE;

#endif
