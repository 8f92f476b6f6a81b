/* Where the tiles of layers are: rows and columns of a grid at each of its levels. */
#ifndef SERVER_OGC_TILE_LIMITS_H
#define SERVER_OGC_TILE_LIMITS_H

#include "base/geom.h"
#include "server/http/document.h"
#include "store/layer.h"
#include "tiler/tile_grid.h"

#include <stdbool.h>
#include <stddef.h>

/** The layers of one tileset, taken together. */
struct tile_cover {
    const struct tile_grid *grid; /* NULL: all zooms of Web Mercator */
    struct bbox bbox_deg;         /* empty: nothing to draw anywhere */
    int min_zoom;                 /* from here something is drawn */
    int max_zoom;                 /* here all of it is drawn, in full detail */
    struct bbox made_deg;         /* of layers whose tiles are made; empty: there are none */
    int made_min_zoom;
    struct bbox made; /* in the CRS of a grid that is not Web Mercator's: what of it may be there */
    const struct layer *const *layers; /* lent: where those that are kept have tiles */
    size_t n_layers;
};

/** In Web Mercator. */
struct tile_cover tile_cover_of(const struct layer *const *layers, size_t n_layers);

/** In any grid. Errors: those of crs_transform_bbox(), but not that there is no image */
enum err_code tile_cover_in(const struct tile_grid *grid, struct crs *crs,
                            const struct layer *const *layers, size_t n_layers,
                            struct tile_cover *out, struct err *err) MUST_USE;

/** Whether level z of the grid is zoom z of the world grid; then there may be kept tiles. */
bool tile_cover_is_web_mercator(const struct tile_cover *cover);

/** The first level that has tiles; -1 when none does. */
int tile_cover_first(const struct tile_cover *cover);

/** False when there are none at that level. */
bool tile_limits_at(const struct tile_cover *cover, int level, struct tile_limits *out);

/** Whether the tile is inside the limits. */
bool tile_cover_has(const struct tile_cover *cover, struct tile_address at);

/** The member tileMatrixSetLimits: one item for each level that has tiles. */
void tile_limits_put(struct doc *d, const struct request *r, const struct tile_cover *cover);

#endif
