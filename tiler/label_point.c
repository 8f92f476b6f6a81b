#include "tiler/label_point.h"

#include "base/mem.h"
#include "tiler/min_zoom.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/*
 * Coordinates are whole numbers counted from the corner of the part's box, so that doubles hold
 * them exactly. Places are whole too: what is looked at is what is answered.
 *
 * Motives and figures: docs/adr/0011-label-points.md.
 */

/* A place must be farther from the edges than the best one by a tenth to be better. */
#define BETTER 1.1
/* How many places are looked at, of which each costs a look at every edge. */
#define PLACES_MAX  128
#define PLACES_MIN  64
#define LOOKS_MAX   ((size_t)1 << 20)
#define STRIP_CELLS 16 /* along the longer side of a box, to begin with */
#define CELLS_MAX   (PLACES_MAX + STRIP_CELLS + 4)
#define WELL_INSIDE 0.7 /* of the radius that a circle in the part can have at most */

struct edge {
    double x, y, dx, dy;
    double per_length2; /* 1 / (dx * dx + dy * dy) */
};

/* A square around a place. */
struct cell {
    double x, y, half;
    double most;   /* no place in it is farther from the edges */
    size_t number; /* the order in which cells were made */
};

struct place {
    double x, y;
    double distance; /* to the nearest edge; negative outside */
};

struct label_placer {
    struct edge *edges;
    size_t n_edges, room_edges;
    struct cell cells[CELLS_MAX]; /* a heap: the most promising first */
    size_t n_cells, n_made;
    struct vertex_gu corner; /* of the part's box */
    double width, height;
    double twice_area; /* of the outer ring, its sign that of its winding */
    struct place best;
};

enum err_code label_placer_new(struct label_placer **out, struct err *err)
{
    struct label_placer *p = mem_new(1, sizeof *p);
    if (!p)
        return err_no_memory(err, sizeof *p);
    *out = p;
    return OK;
}

void label_placer_free(struct label_placer *p)
{
    if (!p)
        return;
    mem_free(p->edges);
    mem_free(p);
}

/* --- the part ------------------------------------------------------------------------------- */

static struct vertex_gu *ring_of(const struct grid_shape *s, size_t ring, size_t *n)
{
    const size_t start = ring ? s->ring_end[ring - 1] : 0;
    *n = s->ring_end[ring] - start;
    return s->vertices + start;
}

static void measure(struct label_placer *p, const struct vertex_gu *v, size_t n)
{
    struct vertex_gu max = v[0];
    p->corner = v[0];
    for (size_t i = 1; i < n; i++) {
        p->corner.x = v[i].x < p->corner.x ? v[i].x : p->corner.x;
        p->corner.y = v[i].y < p->corner.y ? v[i].y : p->corner.y;
        max.x = v[i].x > max.x ? v[i].x : max.x;
        max.y = v[i].y > max.y ? v[i].y : max.y;
    }
    p->width = (double)max.x - p->corner.x;
    p->height = (double)max.y - p->corner.y;
}

static void add_edges(struct label_placer *p, const struct vertex_gu *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct vertex_gu a = v[i], b = v[i + 1 < n ? i + 1 : 0];
        const double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
        const double length2 = dx * dx + dy * dy;
        if (length2 > 0)
            p->edges[p->n_edges++] = (struct edge){(double)a.x - p->corner.x,
                                                   (double)a.y - p->corner.y, dx, dy, 1 / length2};
    }
}

/* The largest part of the shape. `*out_n_outer`: how many edges are the outer ring's. */
static enum err_code take_part(struct label_placer *p, const struct grid_shape *s, size_t *out_ring,
                               size_t *out_n_outer, struct err *err)
{
    const size_t ring = main_ring(s);
    size_t part = 0, n;
    while (s->part_end[part] <= ring)
        part++;
    const size_t last = s->part_end[part] - 1;
    const size_t start = ring ? s->ring_end[ring - 1] : 0;
    if (mem_grow((void **)&p->edges, &p->room_edges, s->ring_end[last] - start, sizeof *p->edges,
                 err))
        return NO_MEMORY;
    const struct vertex_gu *outer = ring_of(s, ring, &n);
    measure(p, outer, n);
    p->n_edges = 0;
    add_edges(p, outer, n);
    *out_n_outer = p->n_edges;
    for (size_t hole = ring + 1; hole <= last; hole++) {
        const struct vertex_gu *v = ring_of(s, hole, &n);
        add_edges(p, v, n);
    }
    *out_ring = ring;
    return OK;
}

/* --- places --------------------------------------------------------------------------------- */

/* From a place to the nearest edge; negative outside. */
static double distance_at(const struct label_placer *p, double x, double y)
{
    double least2 = INFINITY;
    bool inside = false;
    for (size_t i = 0; i < p->n_edges; i++) {
        const struct edge *e = &p->edges[i];
        const double from_x = x - e->x, from_y = y - e->y;
        double t = (from_x * e->dx + from_y * e->dy) * e->per_length2;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const double off_x = from_x - t * e->dx, off_y = from_y - t * e->dy;
        const double off2 = off_x * off_x + off_y * off_y;
        least2 = off2 < least2 ? off2 : least2;
        const bool crosses = (from_y < 0) != (from_y < e->dy);
        inside ^= crosses & ((from_x * e->dy < from_y * e->dx) == (e->dy > 0));
    }
    return inside ? sqrt(least2) : -sqrt(least2);
}

/* The best place so far stays unless this one is clearly better. Returns the distance there. */
static double look_at(struct label_placer *p, double x, double y)
{
    const struct place place = {x, y, distance_at(p, x, y)};
    if (place.distance > 0 && place.distance > p->best.distance * BETTER)
        p->best = place;
    return place.distance;
}

/* Whether the outer ring bends one way only; it is the part's only one. */
static bool is_convex(const struct label_placer *p, size_t n_outer)
{
    if (n_outer < p->n_edges)
        return false;
    bool left = false, right = false;
    for (size_t i = 0; i < n_outer && !(left && right); i++) {
        const struct edge *a = &p->edges[i], *b = &p->edges[i + 1 < n_outer ? i + 1 : 0];
        const double turn = a->dx * b->dy - a->dy * b->dx;
        left |= turn > 0;
        right |= turn < 0;
    }
    return !(left && right);
}

/* The middle of the outer ring's area; false without area. */
static bool look_at_centroid(struct label_placer *p, size_t n_outer)
{
    double twice = 0, x = 0, y = 0;
    const struct edge *o = p->edges;
    for (size_t i = 1; i < n_outer; i++) {
        const double ax = p->edges[i].x - o->x, ay = p->edges[i].y - o->y;
        const double bx = ax + p->edges[i].dx, by = ay + p->edges[i].dy;
        const double cross = ax * by - ay * bx;
        twice += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    p->twice_area = twice;
    if (twice == 0)
        return false;
    look_at(p, rint(o->x + x / (3 * twice)), rint(o->y + y / (3 * twice)));
    return true;
}

/* Half way across the part from the middle of its longest edge: the middle of a strip, however
 * narrow it is. */
static void look_across(struct label_placer *p, size_t n_outer)
{
    const struct edge *longest = p->edges;
    for (size_t i = 1; i < n_outer; i++)
        if (p->edges[i].per_length2 < longest->per_length2)
            longest = &p->edges[i];
    const double x = longest->x + longest->dx / 2, y = longest->y + longest->dy / 2;
    const double inward = p->twice_area > 0 ? 1 : -1;
    const double to_x = -longest->dy * inward, to_y = longest->dx * inward;
    double nearest = INFINITY;
    for (size_t i = 0; i < p->n_edges; i++) {
        const struct edge *e = &p->edges[i];
        const double slope = to_x * e->dy - to_y * e->dx;
        const double off_x = e->x - x, off_y = e->y - y;
        if (e == longest || slope == 0)
            continue;
        const double along = (off_x * e->dy - off_y * e->dx) / slope;
        const double at = (off_x * to_y - off_y * to_x) / slope;
        if (at >= 0 && at <= 1 && along > 0 && along < nearest)
            nearest = along;
    }
    if (nearest < INFINITY)
        look_at(p, rint(x + to_x * nearest / 2), rint(y + to_y * nearest / 2));
}

/* --- the search ----------------------------------------------------------------------------- */

static bool is_before(const struct cell *a, const struct cell *b)
{
    return a->most != b->most ? a->most > b->most : a->number < b->number;
}

static void push(struct label_placer *p, const struct cell *c)
{
    size_t at = p->n_cells++;
    while (at > 0 && is_before(c, &p->cells[(at - 1) / 2])) {
        p->cells[at] = p->cells[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    p->cells[at] = *c;
}

static struct cell pop(struct label_placer *p)
{
    const struct cell first = p->cells[0], last = p->cells[--p->n_cells];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < p->n_cells; at = child) {
        if (child + 1 < p->n_cells && is_before(&p->cells[child + 1], &p->cells[child]))
            child++;
        if (!is_before(&p->cells[child], &last))
            break;
        p->cells[at] = p->cells[child];
    }
    p->cells[at] = last;
    return first;
}

static void add_cell(struct label_placer *p, double x, double y, double half)
{
    struct cell c = {.x = x, .y = y, .half = half, .number = p->n_made++};
    c.most = look_at(p, x, y) + half * 1.4142135623730951;
    if (c.most > p->best.distance * BETTER && c.most > 1)
        push(p, &c);
}

/* Quarters the cell in which the best place can lie, until none can hold a better one. */
static void search(struct label_placer *p)
{
    const bool wide = p->width > p->height;
    const double longer = wide ? p->width : p->height, shorter = wide ? p->height : p->width;
    const double most = longer / STRIP_CELLS;
    const double half = ceil((shorter > most ? shorter : most) / 2);
    const size_t allowed = LOOKS_MAX / p->n_edges;
    const size_t n_max = allowed > PLACES_MAX   ? PLACES_MAX
                         : allowed < PLACES_MIN ? PLACES_MIN
                                                : allowed;
    p->n_cells = p->n_made = 0;
    for (double x = half; x < p->width + half; x += 2 * half)
        for (double y = half; y < p->height + half; y += 2 * half)
            add_cell(p, x, y, half);
    while (p->n_cells > 0 && p->n_made < n_max) {
        const struct cell c = pop(p);
        if (c.most <= p->best.distance * BETTER)
            break;
        const double quarter = ceil(c.half / 2);
        if (c.half <= 1)
            continue;
        for (int i = 0; i < 4; i++)
            add_cell(p, c.x + (i & 1 ? quarter : -quarter), c.y + (i & 2 ? quarter : -quarter),
                     quarter);
    }
}

/* The radius that no circle in the part exceeds. */
static double most_radius(const struct label_placer *p)
{
    const double by_area = sqrt(fabs(p->twice_area) / (2 * 3.14159265358979324));
    const double by_side = (p->width < p->height ? p->width : p->height) / 2;
    return by_area < by_side ? by_area : by_side;
}

/* Of a part so narrow that no place was found in it: the vertex next to the middle of its box. */
static struct vertex_gu middle_vertex(const struct label_placer *p, const struct vertex_gu *v,
                                      size_t n)
{
    size_t best = 0;
    double least2 = INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double x = (double)v[i].x - p->corner.x - p->width / 2;
        const double y = (double)v[i].y - p->corner.y - p->height / 2;
        if (x * x + y * y < least2) {
            least2 = x * x + y * y;
            best = i;
        }
    }
    return v[best];
}

enum err_code label_placer_place(struct label_placer *p, const struct grid_shape *s,
                                 struct label_point *out, struct err *err)
{
    size_t ring = 0, n_outer = 0, n = 0;
    const enum err_code rc = take_part(p, s, &ring, &n_outer, err);
    if (rc)
        return rc;
    p->best = (struct place){0};
    if (n_outer >= 3 && look_at_centroid(p, n_outer) &&
        p->best.distance < WELL_INSIDE * most_radius(p) &&
        !(p->best.distance > 0 && is_convex(p, n_outer))) {
        look_across(p, n_outer);
        search(p);
    }
    if (p->best.distance > 0) {
        out->at = (struct vertex_gu){p->corner.x + (uint32_t)p->best.x,
                                     p->corner.y + (uint32_t)p->best.y};
        out->distance_gu = (uint32_t)p->best.distance;
    } else {
        const struct vertex_gu *v = ring_of(s, ring, &n);
        *out = (struct label_point){middle_vertex(p, v, n), 0};
    }
    return OK;
}
