/* Which part of the world a request for a tile is about: for its stamp. */
#ifndef SERVER_OGC_TILE_AREA_H
#define SERVER_OGC_TILE_AREA_H

#include "server/http/route.h"
#include "server/ogc/tile_boxes.h"
#include "server/ogc/world.h"
#include "tiler/grid.h"

struct tile_area {
    const struct tile_grid
        *grid; /* NULL: at an XYZ address, where the answer does not hang on where the
                                     layers are: elsewhere there is none */
    struct tile_address at;
    struct grid_box box; /* with the buffer around it; empty: nothing falls on it */
    uint8_t zoom;        /* of the world grid, whose drawables are drawn */
};

/** False: it is not about a tile that there is, or nothing is known of where it lies. */
bool tile_area_of(const struct request *r, const struct tile_cut *cut, struct tile_boxes *boxes,
                  struct tile_area *out);

#endif
