#include "tiler/arc.h"

#include "base/mem.h"
#include "tiler/grid.h"

#include <math.h>

#define TOLERANCE_BITS 2 /* 4 tile units: half a CSS pixel */
/* Douglas-Peucker needs n log n steps on outlines that divide well and n^2 on hostile ones. An arc
 * may take so many steps a vertex; past that, what is left appears with its neighbours. */
#define STEPS_PER_VERTEX 64

/* The vertices between `first` and `last`, both settled. */
struct arc_chain {
    size_t first, last;
    uint8_t zoom; /* the later of its ends' zooms */
};

void arc_settler_clear(struct arc_settler *s)
{
    mem_free(s->chains);
    *s = (struct arc_settler){0};
}

double vertex_ring_area2(const struct vertex_gu *v, size_t n)
{
    double twice = 0;
    for (size_t i = 1; i + 1 < n; i++) {
        const double ax = (double)v[i].x - v[0].x, ay = (double)v[i].y - v[0].y;
        const double bx = (double)v[i + 1].x - v[0].x, by = (double)v[i + 1].y - v[0].y;
        twice += ax * by - bx * ay;
    }
    return twice;
}

double vertex_distance2(struct vertex_gu a, struct vertex_gu b)
{
    const double x = (double)b.x - a.x, y = (double)b.y - a.y;
    return x * x + y * y;
}

/* Squared distance of p from the segment a-b. */
static double distance2_to_segment(struct vertex_gu p, struct vertex_gu a, struct vertex_gu b)
{
    const double x = (double)b.x - a.x, y = (double)b.y - a.y;
    const double px = (double)p.x - a.x, py = (double)p.y - a.y;
    const double along = px * x + py * y, length2 = x * x + y * y;
    if (along <= 0)
        return px * px + py * py;
    if (along >= length2)
        return vertex_distance2(p, b);
    const double cross = px * y - py * x;
    return cross * cross / length2;
}

/* The vertex between that is farthest from the line a-b; of several the first from the west, so that
 * the direction does not matter. There must be one. */
static size_t farthest_of_chain(const struct vertex_gu *v, size_t first, size_t last,
                                double *out_d2)
{
    const bool turned = vertex_is_before(v[last], v[first]);
    const struct vertex_gu a = v[turned ? last : first], b = v[turned ? first : last];
    size_t best = first + 1;
    double best_d2 = -1;
    for (size_t i = first + 1; i < last; i++) {
        const double d2 = distance2_to_segment(v[i], a, b);
        if (d2 > best_d2 || (d2 == best_d2 && vertex_is_before(v[i], v[best]))) {
            best_d2 = d2;
            best = i;
        }
    }
    *out_d2 = best_d2;
    return best;
}

/* The lowest zoom at which a distance is the tolerance or more. */
static uint8_t zoom_of_distance(double d2_gu)
{
    if (d2_gu < 1)
        return GRID_DETAIL_ZOOM;
    /* floor(log2(d)) is half of floor(log2(d^2)), rounded down. */
    const int zoom = GRID_DETAIL_ZOOM + TOLERANCE_BITS - ilogb(d2_gu) / 2;
    return (uint8_t)(zoom < 0 ? 0 : zoom > GRID_DETAIL_ZOOM ? GRID_DETAIL_ZOOM : zoom);
}

static void fill(uint8_t *zoom, size_t from, size_t to, uint8_t value)
{
    for (size_t i = from; i < to; i++)
        zoom[i] = value;
}

static enum err_code push(struct arc_settler *s, size_t *n_chains, struct arc_chain c,
                          struct err *err)
{
    if (c.last - c.first < 2)
        return OK;
    if (mem_grow((void **)&s->chains, &s->room_chains, *n_chains + 1, sizeof c, err))
        return NO_MEMORY;
    s->chains[(*n_chains)++] = c;
    return OK;
}

enum err_code arc_settle(struct arc_settler *s, const struct vertex_gu *v, size_t n,
                         uint8_t max_zoom, uint8_t *zoom, struct err *err)
{
    size_t n_chains = 0, steps_left = n * STEPS_PER_VERTEX;
    if (n < 3)
        return OK;
    if (push(s, &n_chains, (struct arc_chain){0, n - 1, 0}, err))
        return NO_MEMORY;
    while (n_chains > 0) {
        const struct arc_chain c = s->chains[--n_chains];
        if (c.last - c.first > steps_left) {
            fill(zoom, c.first + 1, c.last, c.zoom);
            continue;
        }
        steps_left -= c.last - c.first;
        double d2;
        const size_t at = farthest_of_chain(v, c.first, c.last, &d2);
        uint8_t z = zoom_of_distance(d2);
        z = z < c.zoom ? c.zoom : z;
        if (z > max_zoom) {
            fill(zoom, c.first + 1, c.last, ARC_HIDDEN);
            continue;
        }
        zoom[at] = z;
        if (push(s, &n_chains, (struct arc_chain){c.first, at, z}, err) ||
            push(s, &n_chains, (struct arc_chain){at, c.last, z}, err))
            return NO_MEMORY;
    }
    return OK;
}

static void sort_corners(size_t c[N_CORNERS])
{
    for (int i = 0; i + 1 < N_CORNERS; i++)
        for (int k = 0; k + 1 < N_CORNERS - i; k++)
            if (c[k] > c[k + 1]) {
                const size_t was = c[k];
                c[k] = c[k + 1];
                c[k + 1] = was;
            }
}

/* On which side of a-b: positive, negative, or 0 on the line. */
static double side_of(struct vertex_gu p, struct vertex_gu a, struct vertex_gu b)
{
    return ((double)b.x - a.x) * ((double)p.y - a.y) - ((double)b.y - a.y) * ((double)p.x - a.x);
}

void ring_corners(const struct vertex_gu *v, size_t n, size_t corners[N_CORNERS])
{
    size_t a = 0, b = 0, sides[2];
    for (size_t i = 1; i < n; i++)
        if (vertex_is_before(v[i], v[a]))
            a = i;
    double best = -1;
    for (size_t i = 0; i < n; i++) {
        const double d2 = vertex_distance2(v[i], v[a]);
        if (d2 > best || (d2 == best && vertex_is_before(v[i], v[b]))) {
            best = d2;
            b = i;
        }
    }
    double best_of_side[2] = {0, 0};
    sides[0] = sides[1] = a;
    for (size_t i = 0; i < n; i++) {
        const double side = side_of(v[i], v[a], v[b]), d = fabs(side);
        const int k = side < 0;
        if (d > best_of_side[k] ||
            (d > 0 && d == best_of_side[k] && vertex_is_before(v[i], v[sides[k]]))) {
            best_of_side[k] = d;
            sides[k] = i;
        }
    }
    corners[0] = a;
    corners[1] = b;
    corners[2] = sides[0];
    corners[3] = sides[1];
    sort_corners(corners);
}
