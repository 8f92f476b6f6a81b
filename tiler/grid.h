/*
 * The world grid: Web Mercator's square cut into 2^32 x 2^32 units (9 mm at the equator), x from
 * the west, y from the north. It is the tile coordinates of zoom 20 with extent 4096, so a
 * coordinate at zoom z is a shift and a subtraction: no floating point between import and tile.
 */
#ifndef TILER_GRID_H
#define TILER_GRID_H

#include "base/geom.h"
#include "store/drawable.h"

#include <stdint.h>

#define GRID_BITS            32
#define GRID_SIZE_GU         4294967296.0
#define TILE_EXTENT_TU       4096 /* tile units across a tile, unless told otherwise */
#define TILE_MIN_EXTENT_TU   256
#define TILE_MAX_EXTENT_TU   8192
#define GRID_DETAIL_ZOOM     20 /* at this zoom one of 4096 tile units is a grid unit */
#define TILE_MAX_ZOOM        24
#define MERCATOR_MAX_LAT_DEG 85.05112877980659 /* atan(sinh(pi)): where the square ends */

/** x, y below 2^z; y counted from the north (XYZ and OGC row). */
struct tile_address {
    uint8_t z;
    uint32_t x, y;
};

bool tile_address_is_ok(int64_t z, int64_t x, int64_t y);

/** Longitude and latitude in degrees to grid units, rounded; latitudes beyond the square are
 * clamped to its edge, longitudes to +-180. */
void grid_from_degrees(double lon_deg, double lat_deg, uint32_t *x_gu, uint32_t *y_gu);
/** The same without rounding and clamping: infinite at the poles. */
void grid_place(double lon_deg, double lat_deg, double *x_gu, double *y_gu);
/** To the nearest grid unit that is on the square. */
uint32_t grid_round(double at_gu);
/** A place on the grid, 0..2^32 each way, in degrees (closed formula). */
void grid_to_degrees(double x_gu, double y_gu, double *lon_deg, double *lat_deg);

/** The tile and `buffer_tu` tile units around it, cut at the edge of the world. */
struct grid_box tile_grid_box(struct tile_address at, uint32_t extent_tu, uint32_t buffer_tu);
/** The tile without buffer, in degrees. */
struct bbox tile_bbox_deg(struct tile_address at);

#endif
