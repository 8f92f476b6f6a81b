/* Cuts a feature of a vector tile at the tile's own square, so that what stands in the margins of
 * neighbours is there once. */
#ifndef IMPORTERS_TILE_CLIP_H
#define IMPORTERS_TILE_CLIP_H

#include "base/geom.h"
#include "base/geos.h"

/** The square from 0 to `extent`, without its east and south side where there is a neighbour. */
struct tile_square {
    double extent;
    bool has_east, has_south; /* neighbours */
};

/**
 * Out      out: in the arena, GEOM_NONE when nothing is inside. Single where one part is left
 * Units    tile units, y down
 * Errors   BAD_DATA, LIMIT, NO_MEMORY of GEOS, which repairs polygons before and after they are cut
 */
enum err_code tile_clip(const struct tile_square *square, const struct geom *in, struct geos *geos,
                        struct arena *a, struct geom *out, struct err *err) MUST_USE;

#endif
