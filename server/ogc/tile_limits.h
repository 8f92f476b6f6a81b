/* Where the tiles of layers are: rows and columns of WebMercatorQuad at each zoom. */
#ifndef SERVER_OGC_TILE_LIMITS_H
#define SERVER_OGC_TILE_LIMITS_H

#include "base/geom.h"
#include "server/http/document.h"
#include "store/layer.h"
#include "tiler/grid.h"

#include <stdbool.h>
#include <stddef.h>

/** The layers of one tileset, taken together. */
struct tile_cover {
    struct bbox bbox_deg; /* empty: nothing to draw anywhere */
    int min_zoom;         /* from here something is drawn */
    int max_zoom;         /* here all of it is drawn, in full detail */
    struct bbox made_deg; /* of layers whose tiles are made; empty: there are none */
    int made_min_zoom;
    const struct layer *const *layers; /* lent: where those that are kept have tiles */
    size_t n_layers;
};

struct tile_cover tile_cover_of(const struct layer *const *layers, size_t n_layers);

/** Rows and columns, both ends included. False when there are none at that zoom. */
struct tile_limits {
    uint32_t min_row, max_row, min_col, max_col;
};
bool tile_limits_at(const struct tile_cover *cover, int zoom, struct tile_limits *out);

/** Whether the tile is inside the limits. */
bool tile_cover_has(const struct tile_cover *cover, struct tile_address at);

/** The member tileMatrixSetLimits: one item for each zoom that has tiles. */
void tile_limits_put(struct doc *d, const struct request *r, const struct tile_cover *cover);

#endif
