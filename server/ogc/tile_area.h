/* Which part of the world a request for a tile is about: for its stamp. */
#ifndef SERVER_OGC_TILE_AREA_H
#define SERVER_OGC_TILE_AREA_H

#include "server/http/route.h"
#include "server/ogc/world.h"
#include "tiler/grid.h"

struct tile_area {
    struct tile_address at;
    struct grid_box box; /* with the buffer around it */
    bool within_limits;  /* the answer hangs on where the layers are, too: there is none outside */
};

/** False: it is not about a tile, or nothing is known of where it lies: what lies in another grid than
 * Web Mercator is not looked for. */
bool tile_area_of(const struct request *r, const struct tile_cut *cut, struct tile_area *out);

#endif
