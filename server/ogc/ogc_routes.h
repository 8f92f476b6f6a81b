/* The resources of this room, each at the end of its own file; the list is ogc_routes.c. */
#ifndef SERVER_OGC_OGC_ROUTES_H
#define SERVER_OGC_OGC_ROUTES_H

#include "server/http/route.h"

/** NULL at the end. */
extern const struct route *const ogc_routes[];

extern const struct route landing_route, conformance_route, api_route, health_route;
extern const struct route collections_route, collection_route, schema_route;
extern const struct route items_route, item_route;
extern const struct route collection_tilesets_route, collection_tileset_route;
extern const struct route collection_tile_route;
extern const struct route tilesets_route, tileset_route, tile_route;
extern const struct route tile_matrix_sets_route, tile_matrix_set_route;
extern const struct route xyz_tilejson_route, xyz_tile_route;
extern const struct route xyz_png_route, xyz_jpeg_route, xyz_webp_route;
extern const struct route styles_route, style_route;

#endif
