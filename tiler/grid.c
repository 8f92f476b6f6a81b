#include "tiler/grid.h"

#include <math.h>

#define PI 3.14159265358979323846

bool tile_address_is_ok(int64_t z, int64_t x, int64_t y)
{
    if (z < 0 || z > TILE_MAX_ZOOM)
        return false;
    const int64_t n_tiles = (int64_t)1 << z;
    return x >= 0 && x < n_tiles && y >= 0 && y < n_tiles;
}

uint32_t grid_round(double at_gu)
{
    at_gu += 0.5;
    if (!(at_gu > 0))
        return 0;
    return at_gu >= GRID_SIZE_GU ? UINT32_MAX : (uint32_t)at_gu;
}

/* Source: EPSG Guidance Note 7-2, 3.2.1.2 (Popular Visualisation Pseudo-Mercator). */
void grid_place(double lon_deg, double lat_deg, double *x_gu, double *y_gu)
{
    *x_gu = (lon_deg + 180.0) / 360.0 * GRID_SIZE_GU;
    *y_gu = (0.5 - atanh(sin(lat_deg * (PI / 180.0))) / (2 * PI)) * GRID_SIZE_GU;
}

void grid_from_degrees(double lon_deg, double lat_deg, uint32_t *x_gu, uint32_t *y_gu)
{
    double x = 0, y = 0;
    grid_place(lon_deg, lat_deg, &x, &y);
    *x_gu = grid_round(x);
    if (lat_deg >= MERCATOR_MAX_LAT_DEG)
        *y_gu = 0;
    else if (lat_deg <= -MERCATOR_MAX_LAT_DEG)
        *y_gu = UINT32_MAX;
    else
        *y_gu = grid_round(y);
}

static double latitude_of_share(double share)
{
    return atan(sinh(PI * (1 - 2 * share))) * (180.0 / PI);
}

void grid_to_degrees(double x_gu, double y_gu, double *lon_deg, double *lat_deg)
{
    *lon_deg = x_gu / GRID_SIZE_GU * 360.0 - 180.0;
    *lat_deg = latitude_of_share(y_gu / GRID_SIZE_GU);
}

/* From `first` on for one tile, `buffer_gu` wider on each side, but not beyond the world. */
static void grid_range(uint64_t first, uint64_t size_gu, uint64_t buffer_gu, uint32_t *min,
                       uint32_t *max)
{
    const uint64_t end = first + size_gu + buffer_gu;
    *min = first > buffer_gu ? (uint32_t)(first - buffer_gu) : 0;
    *max = end < UINT32_MAX ? (uint32_t)end : UINT32_MAX;
}

struct grid_box tile_grid_box(struct tile_address at, uint32_t extent_tu, uint32_t buffer_tu)
{
    const uint64_t size_gu = (uint64_t)1 << (GRID_BITS - at.z);
    const uint64_t buffer_gu = (buffer_tu * size_gu + extent_tu - 1) / extent_tu;
    struct grid_box box;
    grid_range(at.x * size_gu, size_gu, buffer_gu, &box.min_x, &box.max_x);
    grid_range(at.y * size_gu, size_gu, buffer_gu, &box.min_y, &box.max_y);
    return box;
}

struct bbox tile_bbox_deg(struct tile_address at)
{
    const double n_tiles = (double)((uint64_t)1 << at.z);
    return (struct bbox){
        .min_x = at.x / n_tiles * 360.0 - 180.0,
        .min_y = latitude_of_share((at.y + 1.0) / n_tiles),
        .max_x = (at.x + 1.0) / n_tiles * 360.0 - 180.0,
        .max_y = latitude_of_share(at.y / n_tiles),
    };
}
