#include "server/ogc/ogc_routes.h"

#include <stddef.h>

const struct route *const ogc_routes[] = {
    &landing_route,
    &api_route,
    &conformance_route,
    &health_route,
    &collections_route,
    &collection_route,
    &schema_route,
    &items_route,
    &item_route,
    &collection_tilesets_route,
    &collection_tileset_route,
    &collection_tile_route,
    &tilesets_route,
    &tileset_route,
    &tile_route,
    &tile_matrix_sets_route,
    &tile_matrix_set_route,
    &xyz_tilejson_route,
    &xyz_tile_route,
    &xyz_png_route,
    &xyz_jpeg_route,
    &xyz_webp_route,
    &styles_route,
    &style_route,
    NULL,
};
