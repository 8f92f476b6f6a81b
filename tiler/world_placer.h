/* Where the vertices of a layer lie on the world grid, not rounded yet. */
#ifndef TILER_WORLD_PLACER_H
#define TILER_WORLD_PLACER_H

#include "base/crs.h"

#include <stdint.h>

struct plane_mesh;

/** Open to be embedded; one thread. */
struct world_placer {
    struct crs *crs;
    struct plane_mesh *mesh;
    int32_t epsg; /* 0: not said yet */
};

/** The CRS is lent for life. Errors NO_MEMORY */
enum err_code world_placer_init(struct world_placer *p, struct crs *crs, struct err *err) MUST_USE;
void world_placer_clear(struct world_placer *p); /* also one that starts zeroed */

/** Of which CRS the vertices are from here on. Errors those of crs_describe() */
enum err_code world_placer_start(struct world_placer *p, int32_t epsg, struct err *err) MUST_USE;

/**
 * Vertices of the CRS, x y x y, in grid units (tiler/grid.h), in place: less than a tenth of a unit
 * off, a vertex the same wherever it comes. Beyond the world's edges it goes on; NaN, or infinite,
 * where there is no image. Errors those of crs_transform()
 */
enum err_code world_place(struct world_placer *p, double *xy, size_t n, struct err *err) MUST_USE;

#endif
