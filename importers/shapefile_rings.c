#include "importers/shapefile_rings.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* A point inside a ring that may be a hole, and what is known of it so far. */
struct ring_probe {
    double x, y;
    size_t ring;
    size_t outer;  /* the smallest ring around it yet; NO_RING */
    bool is_tried; /* by the ring at hand */
    bool is_inside;
};

/* Where the vertices lie. */
struct plane {
    const double *x, *y;
};

void shapefile_rings_init(struct shapefile_rings *r)
{
    *r = (struct shapefile_rings){0};
}

void shapefile_rings_clear(struct shapefile_rings *r)
{
    mem_free(r->rings);
    mem_free(r->probes);
    mem_free(r->last_hole);
    *r = (struct shapefile_rings){0};
}

static struct shapefile_ring measure(struct plane p, size_t first, size_t end)
{
    struct shapefile_ring ring = {
        .first = first, .end = end, .box = bbox_empty(), .next_hole = NO_RING};
    /* Relative to the first vertex: coordinates are large, rings are small. */
    const double x0 = p.x[first], y0 = p.y[first];
    for (size_t i = first, before = end - 1; i < end; before = i++) {
        ring.area2 += (p.x[before] - x0) * (p.y[i] - y0) - (p.x[i] - x0) * (p.y[before] - y0);
        bbox_add(&ring.box, p.x[i], p.y[i]);
    }
    return ring;
}

/* ---- a point inside ----------------------------------------------------------------------- */

static size_t lowest_vertex(struct plane p, const struct shapefile_ring *ring)
{
    size_t lowest = ring->first;
    for (size_t i = ring->first; i < ring->end; i++) {
        if (p.y[i] < p.y[lowest] || (p.y[i] == p.y[lowest] && p.x[i] < p.x[lowest]))
            lowest = i;
    }
    return lowest;
}

/* The next vertex in either direction that lies elsewhere. */
static size_t other_vertex(struct plane p, const struct shapefile_ring *ring, size_t from,
                           bool forward)
{
    const size_t n = ring->end - ring->first;
    size_t at = from - ring->first;
    for (size_t i = 0; i < n; i++) {
        at = forward ? (at + 1) % n : (at + n - 1) % n;
        const size_t k = ring->first + at;
        if (p.x[k] != p.x[from] || p.y[k] != p.y[from])
            return k;
    }
    return from;
}

static double cross(struct plane p, size_t a, size_t b, size_t c)
{
    return (p.x[b] - p.x[a]) * (p.y[c] - p.y[a]) - (p.x[c] - p.x[a]) * (p.y[b] - p.y[a]);
}

/* The lowest vertex is convex: the triangle with its neighbours is inside, or holds vertices, and
 * then the way to the one deepest in it is. */
static struct ring_probe point_inside(struct plane p, const struct shapefile_ring *ring,
                                      size_t index)
{
    const size_t v = lowest_vertex(p, ring);
    const size_t a = other_vertex(p, ring, v, false), b = other_vertex(p, ring, v, true);
    const double turn = cross(p, a, v, b);
    struct ring_probe probe = {.ring = index, .outer = NO_RING};
    size_t deepest = v;
    double depth = 0;
    for (size_t i = ring->first; i < ring->end && turn != 0; i++) {
        const double sign = turn > 0 ? 1 : -1;
        const double far = sign * cross(p, b, a, i); /* from the side that v faces */
        if (sign * cross(p, a, v, i) <= 0 || sign * cross(p, v, b, i) <= 0 || far <= depth)
            continue;
        depth = far;
        deepest = i;
    }
    if (deepest != v) {
        probe.x = p.x[v] + (p.x[deepest] - p.x[v]) / 2;
        probe.y = p.y[v] + (p.y[deepest] - p.y[v]) / 2;
    } else {
        probe.x = p.x[v] + (p.x[a] - p.x[v]) / 3 + (p.x[b] - p.x[v]) / 3;
        probe.y = p.y[v] + (p.y[a] - p.y[v]) / 3 + (p.y[b] - p.y[v]) / 3;
    }
    return probe;
}

/* ---- which ring holds which --------------------------------------------------------------- */

static int compare_probes(const void *a, const void *b)
{
    const struct ring_probe *left = a, *right = b;
    return (left->y > right->y) - (left->y < right->y);
}

/* The first probe at or above that y. */
static size_t find_probe(const struct ring_probe *probes, size_t n, double y)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (probes[middle].y < y)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool box_holds(const struct bbox *outer, const struct bbox *inner)
{
    return outer->min_x <= inner->min_x && outer->min_y <= inner->min_y &&
           outer->max_x >= inner->max_x && outer->max_y >= inner->max_y;
}

/* Each edge turns over the probes that it passes on the right: those inside are turned an odd
 * number of times. Returns the comparisons that it took. */
static uint64_t pass_edges(struct plane p, const struct shapefile_ring *ring,
                           struct ring_probe *probes, size_t n_probes)
{
    uint64_t n_steps = 0;
    for (size_t i = ring->first, before = ring->end - 1; i < ring->end; before = i++) {
        const double x0 = p.x[before], y0 = p.y[before], x1 = p.x[i], y1 = p.y[i];
        const double low = y0 < y1 ? y0 : y1, high = y0 < y1 ? y1 : y0;
        n_steps++;
        for (size_t k = find_probe(probes, n_probes, low); k < n_probes && probes[k].y < high;
             k++) {
            n_steps++;
            if (probes[k].is_tried && x0 + (probes[k].y - y0) / (y1 - y0) * (x1 - x0) > probes[k].x)
                probes[k].is_inside = !probes[k].is_inside;
        }
    }
    return n_steps;
}

static uint64_t try_outer(struct shapefile_rings *r, struct plane p, size_t outer, size_t n_probes)
{
    const struct shapefile_ring *ring = &r->rings[outer];
    const size_t from = find_probe(r->probes, n_probes, ring->box.min_y);
    size_t end = from, n_tried = 0;
    for (; end < n_probes && r->probes[end].y <= ring->box.max_y; end++) {
        struct ring_probe *probe = &r->probes[end];
        probe->is_inside = false;
        probe->is_tried = box_holds(&ring->box, &r->rings[probe->ring].box);
        n_tried += probe->is_tried;
    }
    uint64_t n_steps = end - from;
    if (n_tried == 0)
        return n_steps;
    n_steps += pass_edges(p, ring, r->probes + from, end - from);
    for (size_t k = from; k < end; k++) {
        struct ring_probe *probe = &r->probes[k];
        if (probe->is_tried && probe->is_inside &&
            (probe->outer == NO_RING || fabs(ring->area2) < fabs(r->rings[probe->outer].area2)))
            probe->outer = outer;
    }
    return n_steps;
}

/* Holes behind each other, in the order of the list. */
static enum err_code chain_holes(struct shapefile_rings *r, struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&r->last_hole, &r->room_last, r->n_rings, sizeof *r->last_hole, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < r->n_rings; i++)
        r->last_hole[i] = i;
    for (size_t i = 0; i < r->n_rings; i++) {
        const size_t outer = r->rings[i].outer;
        if (outer == i)
            continue;
        r->rings[r->last_hole[outer]].next_hole = i;
        r->last_hole[outer] = i;
    }
    return OK;
}

static enum err_code place_holes(struct shapefile_rings *r, struct plane p, double outer_sign,
                                 uint64_t max_steps, struct err *err)
{
    size_t n_probes = 0;
    uint64_t n_steps = 0;
    enum err_code rc =
        mem_grow((void **)&r->probes, &r->room_probes, r->n_rings, sizeof *r->probes, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < r->n_rings; i++) {
        if (!(r->rings[i].area2 * outer_sign > 0))
            r->probes[n_probes++] = point_inside(p, &r->rings[i], i);
    }
    if (n_probes == 0 || n_probes == r->n_rings)
        return OK;
    qsort(r->probes, n_probes, sizeof *r->probes, compare_probes);
    for (size_t i = 0; i < r->n_rings; i++) {
        if (r->rings[i].area2 * outer_sign > 0)
            n_steps += try_outer(r, p, i, n_probes);
        if (n_steps > max_steps)
            return err_set(err, LIMIT, "too many of its %zu rings lie above each other",
                           r->n_rings);
    }
    for (size_t k = 0; k < n_probes; k++) {
        if (r->probes[k].outer != NO_RING)
            r->rings[r->probes[k].ring].outer = r->probes[k].outer;
    }
    return chain_holes(r, err);
}

enum err_code shapefile_rings_sort(struct shapefile_rings *r, const double *x, const double *y,
                                   size_t n_vertices, const int *starts, size_t n_rings,
                                   uint64_t max_steps, struct err *err)
{
    const struct plane p = {x, y};
    double largest = 0;
    const enum err_code rc =
        mem_grow((void **)&r->rings, &r->room_rings, n_rings, sizeof *r->rings, err);
    if (rc)
        return rc;
    r->n_rings = n_rings;
    for (size_t i = 0; i < n_rings; i++) {
        const size_t end = i + 1 < n_rings ? (size_t)starts[i + 1] : n_vertices;
        r->rings[i] = measure(p, (size_t)starts[i], end);
        r->rings[i].outer = i;
        if (fabs(r->rings[i].area2) > fabs(largest))
            largest = r->rings[i].area2;
    }
    r->turned = largest > 0;
    return n_rings > 1 ? place_holes(r, p, r->turned ? 1 : -1, max_steps, err) : OK;
}
