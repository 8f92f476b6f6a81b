#include "tiler/plane_mesh.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The nodes of a cell are three by three, so that x and y are quadratic in both directions;
 * neighbouring cells share the nodes of their border, and on the border nothing else counts.
 */
#define N_NODES  9
#define N_PROBES 4
/* So many cells are kept, the last that came to each place: of those around a place 32 x 32. */
#define KEPT_BITS 5
#define N_KEPT    (1u << (2 * KEPT_BITS))
/* Cells are counted in 32 bits: what lies farther off is asked for as it is. */
#define FARTHEST_CELL 0x1p31

struct mesh_cell {
    int32_t x, y; /* of its square, counted from 0, 0 */
    bool is_known;
    bool is_exact;                       /* no polynomial fits: each of its places is asked for */
    double of_x[N_NODES], of_y[N_NODES]; /* factors of s^i t^k at 3 i + k */
};

struct plane_mesh {
    struct plane_map map;
    double per_side; /* 1 / map.side */
    struct mesh_cell cells[N_KEPT];
};

enum err_code plane_mesh_new(struct plane_mesh **out, struct err *err)
{
    struct plane_mesh *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    *out = m;
    return OK;
}

void plane_mesh_free(struct plane_mesh *m)
{
    mem_free(m);
}

void plane_mesh_start(struct plane_mesh *m, const struct plane_map *map)
{
    m->map = *map;
    m->per_side = 1 / map->side;
    for (size_t i = 0; i < N_KEPT; i++)
        m->cells[i].is_known = false;
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

static bool fits(const struct mesh_cell *c, const double *probes, double tolerance)
{
    for (size_t i = 0; i < N_PROBES; i++) {
        const double s = PROBES[i][0], t = PROBES[i][1];
        /* Written so that NaN does not fit. */
        if (!(fabs(value_at(c->of_x, s, t) - probes[2 * i]) <= tolerance) ||
            !(fabs(value_at(c->of_y, s, t) - probes[2 * i + 1]) <= tolerance))
            return false;
    }
    return true;
}

static enum err_code make_cell(const struct plane_mesh *m, int32_t x, int32_t y,
                               struct mesh_cell *out, struct err *err)
{
    double xy[2 * (N_NODES + N_PROBES)];
    for (size_t i = 0; i < N_NODES + N_PROBES; i++) {
        const double s = i < N_NODES ? (double)(i / 3) / 2 : PROBES[i - N_NODES][0];
        const double t = i < N_NODES ? (double)(i % 3) / 2 : PROBES[i - N_NODES][1];
        xy[2 * i] = (x + s) * m->map.side;
        xy[2 * i + 1] = (y + t) * m->map.side;
    }
    const enum err_code rc = m->map.ask(m->map.state, xy, N_NODES + N_PROBES, err);
    if (rc)
        return rc;
    *out = (struct mesh_cell){.x = x, .y = y, .is_known = true};
    for (size_t i = 0; i < N_NODES; i++) {
        out->of_x[i] = xy[2 * i];
        out->of_y[i] = xy[2 * i + 1];
    }
    fit_both_ways(out->of_x);
    fit_both_ways(out->of_y);
    out->is_exact = !fits(out, xy + 2 * (ptrdiff_t)N_NODES, m->map.tolerance);
    return OK;
}

static enum err_code find_cell(struct plane_mesh *m, int32_t x, int32_t y,
                               const struct mesh_cell **out, struct err *err)
{
    const uint32_t mask = (1u << KEPT_BITS) - 1;
    struct mesh_cell *c = &m->cells[((uint32_t)y & mask) << KEPT_BITS | ((uint32_t)x & mask)];
    *out = c;
    return c->is_known && c->x == x && c->y == y ? OK : make_cell(m, x, y, c, err);
}

static int32_t floor_of(double v)
{
    const int32_t whole = (int32_t)v;
    return whole - (v < whole);
}

enum err_code plane_mesh_map(struct plane_mesh *m, double *xy, size_t n, struct err *err)
{
    enum err_code rc = OK;
    for (double *at = xy; !rc && at < xy + 2 * n; at += 2) {
        const double x = at[0] * m->per_side, y = at[1] * m->per_side;
        const struct mesh_cell *c = NULL;
        if (fabs(x) < FARTHEST_CELL && fabs(y) < FARTHEST_CELL)
            rc = find_cell(m, floor_of(x), floor_of(y), &c, err);
        if (!rc && (!c || c->is_exact)) {
            rc = m->map.ask(m->map.state, at, 1, err);
        } else if (!rc) {
            at[0] = value_at(c->of_x, x - c->x, y - c->y);
            at[1] = value_at(c->of_y, x - c->x, y - c->y);
        }
    }
    return rc;
}
