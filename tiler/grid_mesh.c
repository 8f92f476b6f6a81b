#include "tiler/grid_mesh.h"

#include "base/mem.h"
#include "tiler/plane_mesh.h"

#include <math.h>

#define LON_LAT 4326
/* Beyond it, what PROJ says is not worth knowing, and a double is no longer exact. */
#define FARTHEST_TU 0x1p44
/* How far off a polynomial may be, in tile units: what it rounds otherwise than PROJ would is as
 * far off as rounding is anyway. */
#define TOLERANCE_TU 0.125
#define N_AT_ONCE    64

struct grid_mesh {
    struct crs *crs;
    const struct tile_grid *grid;
    uint8_t level;
    uint32_t extent_tu;
    double west, north, unit; /* the level's corner, a tile unit: of the CRS */
    struct plane_mesh *mesh;
};

enum err_code grid_mesh_new(struct crs *crs, struct grid_mesh **out, struct err *err)
{
    struct grid_mesh *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    m->crs = crs;
    const enum err_code rc = plane_mesh_new(&m->mesh, err);
    if (rc)
        grid_mesh_free(m);
    else
        *out = m;
    return rc;
}

void grid_mesh_free(struct grid_mesh *m)
{
    if (!m)
        return;
    plane_mesh_free(m->mesh);
    mem_free(m);
}

/* Places in grid units become tile units of the level; NaN where PROJ has no image. */
static enum err_code project(void *mesh, double *xy, size_t n, struct err *err)
{
    const struct grid_mesh *m = mesh;
    for (size_t i = 0; i < n; i++)
        grid_to_degrees(xy[2 * i], xy[2 * i + 1], &xy[2 * i], &xy[2 * i + 1]);
    const enum err_code rc = crs_transform(m->crs, LON_LAT, m->grid->epsg, xy, n, NULL, err);
    for (size_t i = 0; i < n && !rc; i++) {
        xy[2 * i] = (xy[2 * i] - m->west) / m->unit;
        xy[2 * i + 1] = (m->north - xy[2 * i + 1]) / m->unit;
    }
    return rc;
}

void grid_mesh_start(struct grid_mesh *m, const struct tile_grid *g, uint8_t level,
                     uint32_t extent_tu)
{
    if (m->grid == g && m->level == level && m->extent_tu == extent_tu)
        return;
    const struct tile_level *l = &g->levels[level];
    m->grid = g;
    m->level = level;
    m->extent_tu = extent_tu;
    m->west = l->origin_x;
    m->north = l->origin_y + (l->from_bottom ? l->n_rows * l->side : 0);
    m->unit = l->side / extent_tu;
    /* The error of a quadratic grows with the third power of the cell, and a tile unit halves with
     * each zoom: measured in docs/adr/0015-grids.md. */
    const struct plane_map map = {
        .ask = project, .state = m, .side = ldexp(1, 25 - l->zoom / 3), .tolerance = TOLERANCE_TU};
    plane_mesh_start(m->mesh, &map);
}

enum err_code grid_mesh_map(struct grid_mesh *m, const struct vertex_gu *from, size_t n,
                            struct vertex_tu *out, size_t *out_n, struct err *err)
{
    size_t n_out = 0;
    for (size_t first = 0; first < n; first += N_AT_ONCE) {
        const size_t n_now = n - first < N_AT_ONCE ? n - first : N_AT_ONCE;
        double xy[2 * N_AT_ONCE];
        for (size_t i = 0; i < n_now; i++) {
            xy[2 * i] = from[first + i].x;
            xy[2 * i + 1] = from[first + i].y;
        }
        const enum err_code rc = plane_mesh_map(m->mesh, xy, n_now, err);
        if (rc)
            return rc;
        for (const double *at = xy; at < xy + 2 * n_now; at += 2)
            if (fabs(at[0]) < FARTHEST_TU && fabs(at[1]) < FARTHEST_TU)
                out[n_out++] =
                    (struct vertex_tu){(int64_t)floor(at[0] + 0.5), (int64_t)floor(at[1] + 0.5)};
    }
    *out_n = n_out;
    return OK;
}
