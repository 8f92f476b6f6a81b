#include "tiler/grid_mesh.h"

#include "base/mem.h"

#include <math.h>

/*
 * A cell is a square of the world grid. Its nodes are three by three, so that x and y are quadratic
 * in both directions; neighbouring cells share the nodes of their border, and on the border nothing
 * else counts.
 */
#define N_NODES  9
#define N_PROBES 4
/* So many cells are kept, the last that came to each place: 32 x 32 of them lie around a tile. */
#define KEPT_BITS 5
#define N_KEPT    (1u << (2 * KEPT_BITS))
#define LON_LAT   4326
/* Beyond it, what PROJ says is not worth knowing, and a double is no longer exact. */
#define FARTHEST_TU 0x1p44

struct mesh_cell {
    uint32_t x, y; /* of its square, counted from the grid's corner */
    bool is_known;
    bool is_exact; /* no polynomial fits: each of its places is asked of PROJ */
    double of_x[N_NODES], of_y[N_NODES]; /* factors of s^i t^k at 3 i + k */
};

struct grid_mesh {
    struct crs *crs;
    const struct tile_grid *grid;
    uint8_t level;
    uint32_t extent_tu;
    double west, north, unit; /* the level's corner, a tile unit: of the CRS */
    int cell_bits;            /* a cell is 2^cell_bits grid units wide */
    struct mesh_cell cells[N_KEPT];
};

enum err_code grid_mesh_new(struct crs *crs, struct grid_mesh **out, struct err *err)
{
    struct grid_mesh *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    m->crs = crs;
    *out = m;
    return OK;
}

void grid_mesh_free(struct grid_mesh *m)
{
    mem_free(m);
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
    m->cell_bits = 25 - l->zoom / 3;
    for (size_t i = 0; i < N_KEPT; i++)
        m->cells[i].is_known = false;
}

/* Places in grid units, x y x y, become tile units of the level; NaN where PROJ has no image. */
static enum err_code project(const struct grid_mesh *m, double *xy, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        grid_to_degrees(xy[2 * i], xy[2 * i + 1], &xy[2 * i], &xy[2 * i + 1]);
    const enum err_code rc = crs_transform(m->crs, LON_LAT, m->grid->epsg, xy, n, NULL, err);
    for (size_t i = 0; i < n && !rc; i++) {
        xy[2 * i] = (xy[2 * i] - m->west) / m->unit;
        xy[2 * i + 1] = (m->north - xy[2 * i + 1]) / m->unit;
    }
    return rc;
}

/* Factors of 1, s, s^2 of the quadratic that has these values at s = 0, 1/2 and 1. */
static void fit(double *first, size_t stride)
{
    const double a = first[0], b = first[stride], c = first[2 * stride];
    first[stride] = 4 * b - 3 * a - c;
    first[2 * stride] = 2 * (a + c) - 4 * b;
}

static void fit_both_ways(double *nodes)
{
    for (size_t i = 0; i < 3; i++)
        fit(nodes + 3 * i, 1);
    for (size_t i = 0; i < 3; i++)
        fit(nodes + i, 3);
}

static double value_at(const double *f, double s, double t)
{
    return f[0] + t * (f[1] + t * f[2]) + s * (f[3] + t * (f[4] + t * f[5])) +
           s * s * (f[6] + t * (f[7] + t * f[8]));
}

static const double PROBES[N_PROBES][2] = {{0.25, 0.25}, {0.25, 0.75}, {0.75, 0.25}, {0.75, 0.75}};

/* How far off a polynomial may be, in tile units: what it rounds otherwise than PROJ would is as
 * far off as rounding is anyway. */
#define TOLERANCE_TU 0.125

static bool fits(const struct mesh_cell *c, const double *probes)
{
    for (size_t i = 0; i < N_PROBES; i++) {
        const double s = PROBES[i][0], t = PROBES[i][1];
        /* Written so that NaN does not fit. */
        if (!(fabs(value_at(c->of_x, s, t) - probes[2 * i]) <= TOLERANCE_TU) ||
            !(fabs(value_at(c->of_y, s, t) - probes[2 * i + 1]) <= TOLERANCE_TU))
            return false;
    }
    return true;
}

static enum err_code make_cell(const struct grid_mesh *m, uint32_t x, uint32_t y,
                               struct mesh_cell *out, struct err *err)
{
    const double size_gu = ldexp(1, m->cell_bits);
    double xy[2 * (N_NODES + N_PROBES)];
    for (size_t i = 0; i < N_NODES + N_PROBES; i++) {
        const double s = i < N_NODES ? (double)(i / 3) / 2 : PROBES[i - N_NODES][0];
        const double t = i < N_NODES ? (double)(i % 3) / 2 : PROBES[i - N_NODES][1];
        xy[2 * i] = (x + s) * size_gu;
        xy[2 * i + 1] = (y + t) * size_gu;
    }
    const enum err_code rc = project(m, xy, N_NODES + N_PROBES, err);
    if (rc)
        return rc;
    *out = (struct mesh_cell){.x = x, .y = y, .is_known = true};
    for (size_t i = 0; i < N_NODES; i++) {
        out->of_x[i] = xy[2 * i];
        out->of_y[i] = xy[2 * i + 1];
    }
    fit_both_ways(out->of_x);
    fit_both_ways(out->of_y);
    out->is_exact = !fits(out, xy + 2 * (ptrdiff_t)N_NODES);
    return OK;
}

/* The cell that a place lies in. */
static enum err_code find_cell(struct grid_mesh *m, struct vertex_gu at,
                               const struct mesh_cell **out, struct err *err)
{
    const uint32_t x = at.x >> m->cell_bits, y = at.y >> m->cell_bits;
    const uint32_t mask = (1u << KEPT_BITS) - 1;
    struct mesh_cell *c = &m->cells[(y & mask) << KEPT_BITS | (x & mask)];
    if (!c->is_known || c->x != x || c->y != y) {
        const enum err_code rc = make_cell(m, x, y, c, err);
        if (rc)
            return rc;
    }
    *out = c;
    return OK;
}

enum err_code grid_mesh_map(struct grid_mesh *m, const struct vertex_gu *from, size_t n,
                            struct vertex_tu *out, size_t *out_n, struct err *err)
{
    const uint32_t mask = (1u << m->cell_bits) - 1;
    const double scale = ldexp(1, -m->cell_bits);
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const struct mesh_cell *c = NULL;
        double xy[2];
        enum err_code rc = find_cell(m, from[i], &c, err);
        if (!rc && c->is_exact) {
            xy[0] = from[i].x;
            xy[1] = from[i].y;
            rc = project(m, xy, 1, err);
        } else if (!rc) {
            const double s = (from[i].x & mask) * scale, t = (from[i].y & mask) * scale;
            xy[0] = value_at(c->of_x, s, t);
            xy[1] = value_at(c->of_y, s, t);
        }
        if (rc)
            return rc;
        if (fabs(xy[0]) < FARTHEST_TU && fabs(xy[1]) < FARTHEST_TU)
            out[n_out++] =
                (struct vertex_tu){(int64_t)floor(xy[0] + 0.5), (int64_t)floor(xy[1] + 0.5)};
    }
    *out_n = n_out;
    return OK;
}
