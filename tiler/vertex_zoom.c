#include "tiler/vertex_zoom.h"

#include "base/mem.h"
#include "tiler/grid.h"
#include "tiler/min_zoom.h"

#include <math.h>
#include <string.h>

#define TOLERANCE_BITS 2 /* 4 tile units: half a CSS pixel */
/* Douglas-Peucker needs n log n steps on outlines that divide well and n^2 on hostile ones. A ring
 * may take so many steps a vertex; past that, what is left appears with its neighbours. */
#define STEPS_PER_VERTEX 64

/* The vertices between `first` and `last`, both settled; positions past the ring's end go on from
 * its beginning. */
struct vertex_chain {
    size_t first, last;
    uint8_t zoom; /* the later of its ends' zooms */
};

struct ring {
    const struct vertex_gu *vertices;
    uint8_t *zoom;
    size_t n;
};

void vertex_zoomer_clear(struct vertex_zoomer *z)
{
    mem_free(z->chains);
    *z = (struct vertex_zoomer){0};
}

static size_t wrapped(const struct ring *r, size_t i)
{
    return i < r->n ? i : i - r->n;
}

static double distance2(struct vertex_gu a, struct vertex_gu b)
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
        return distance2(p, b);
    const double cross = px * y - py * x;
    return cross * cross / length2;
}

/* The vertex of the chain that is farthest from the line between its ends; there must be one. */
static size_t farthest_of_chain(const struct ring *r, size_t first, size_t last, double *out_d2)
{
    const struct vertex_gu a = r->vertices[wrapped(r, first)], b = r->vertices[wrapped(r, last)];
    size_t best = first + 1;
    double best_d2 = -1;
    for (size_t i = first + 1; i < last; i++) {
        const double d2 = distance2_to_segment(r->vertices[wrapped(r, i)], a, b);
        if (d2 > best_d2) {
            best_d2 = d2;
            best = i;
        }
    }
    *out_d2 = best_d2;
    return best;
}

static size_t farthest_of_ring(const struct ring *r, struct vertex_gu from)
{
    size_t best = 0;
    for (size_t i = 1; i < r->n; i++)
        if (distance2(from, r->vertices[i]) > distance2(from, r->vertices[best]))
            best = i;
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

static enum err_code push(struct vertex_zoomer *z, size_t *n_chains, struct vertex_chain c,
                          struct err *err)
{
    if (c.last - c.first < 2)
        return OK;
    if (mem_grow((void **)&z->chains, &z->room_chains, *n_chains + 1, sizeof c, err))
        return NO_MEMORY;
    z->chains[(*n_chains)++] = c;
    return OK;
}

/* Settle all vertices of the chains that are on the stack. */
static enum err_code settle_chains(struct vertex_zoomer *z, size_t n_chains, const struct ring *r,
                                   struct err *err)
{
    size_t steps_left = r->n * STEPS_PER_VERTEX;
    while (n_chains > 0) {
        const struct vertex_chain c = z->chains[--n_chains];
        const size_t n_steps = c.last - c.first;
        if (n_steps > steps_left) {
            for (size_t i = c.first + 1; i < c.last; i++)
                r->zoom[wrapped(r, i)] = c.zoom;
            continue;
        }
        steps_left -= n_steps;
        double d2;
        const size_t at = farthest_of_chain(r, c.first, c.last, &d2);
        uint8_t zoom = zoom_of_distance(d2);
        if (zoom < c.zoom)
            zoom = c.zoom;
        r->zoom[wrapped(r, at)] = zoom;
        if (push(z, &n_chains, (struct vertex_chain){c.first, at, zoom}, err) ||
            push(z, &n_chains, (struct vertex_chain){at, c.last, zoom}, err))
            return NO_MEMORY;
    }
    return OK;
}

/* A polygon's ring is cut at three corners: its first vertex from the west, the one farthest from
 * that, and the one farthest from the line between the two. */
static enum err_code settle_polygon_ring(struct vertex_zoomer *z, const struct ring *r,
                                         uint8_t zoom, struct err *err)
{
    size_t a = 0;
    for (size_t i = 1; i < r->n; i++)
        if (r->vertices[i].x < r->vertices[a].x ||
            (r->vertices[i].x == r->vertices[a].x && r->vertices[i].y < r->vertices[a].y))
            a = i;
    size_t b = farthest_of_ring(r, r->vertices[a]);
    b += b < a ? r->n : 0;
    double one_side_d2 = -1, other_side_d2 = -1;
    size_t c = b - a > 1 ? farthest_of_chain(r, a, b, &one_side_d2) : 0;
    const size_t other = a + r->n - b > 1 ? farthest_of_chain(r, b, a + r->n, &other_side_d2) : 0;
    if (other_side_d2 > one_side_d2)
        c = other;
    r->zoom[wrapped(r, c)] = zoom;
    const size_t middle = c < b ? c : b, late = c < b ? b : c;
    size_t n_chains = 0;
    enum err_code rc = push(z, &n_chains, (struct vertex_chain){a, middle, zoom}, err);
    if (!rc)
        rc = push(z, &n_chains, (struct vertex_chain){middle, late, zoom}, err);
    if (!rc)
        rc = push(z, &n_chains, (struct vertex_chain){late, a + r->n, zoom}, err);
    r->zoom[a] = r->zoom[wrapped(r, b)] = zoom;
    return rc ? rc : settle_chains(z, n_chains, r, err);
}

/* A line is cut at its ends; a closed one at the vertex farthest from them too. */
static enum err_code settle_line(struct vertex_zoomer *z, const struct ring *r, uint8_t zoom,
                                 struct err *err)
{
    const size_t last = r->n - 1;
    const bool is_closed = distance2(r->vertices[0], r->vertices[last]) == 0;
    const size_t middle = is_closed ? farthest_of_ring(r, r->vertices[0]) : 0;
    r->zoom[0] = r->zoom[middle] = r->zoom[last] = zoom;
    size_t n_chains = 0;
    enum err_code rc = push(z, &n_chains, (struct vertex_chain){0, middle, zoom}, err);
    if (!rc)
        rc = push(z, &n_chains, (struct vertex_chain){middle, last, zoom}, err);
    return rc ? rc : settle_chains(z, n_chains, r, err);
}

enum err_code vertex_zoom_set(struct vertex_zoomer *z, struct grid_shape *s, struct err *err)
{
    memset(s->zoom, 0, s->n_vertices);
    if (s->kind == GEOM_KIND_POINT)
        return OK;
    const size_t main = main_ring(s);
    for (size_t ring = 0, start = 0; ring < s->n_rings; start = s->ring_end[ring++]) {
        const struct ring r = {s->vertices + start, s->zoom + start, s->ring_end[ring] - start};
        const uint8_t zoom = ring == main ? 0 : ring_min_zoom(r.vertices, r.n);
        memset(r.zoom, zoom, r.n);
        const size_t n_kept = s->kind == GEOM_KIND_POLYGON ? 3 : 2;
        if (r.n <= n_kept)
            continue;
        const enum err_code rc = s->kind == GEOM_KIND_POLYGON
                                     ? settle_polygon_ring(z, &r, zoom, err)
                                     : settle_line(z, &r, zoom, err);
        if (rc)
            return rc;
    }
    return OK;
}
