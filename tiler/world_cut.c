#include "tiler/world_cut.h"

#include "base/geos.h"
#include "base/mem.h"
#include "tiler/grid.h"

#include <math.h>

#define WORLD_DEG    360.0
#define HALF_DEG     180.0
#define MAX_LON_DEG  540.0                 /* one world away */
#define NEAR_LON_DEG (180.0 + 360.0 / 8e9) /* rounds to 180 on the world grid */

/* An edge of the map: coordinates above `at`, or below it, stay. */
struct edge {
    int axis; /* 0 longitude, 1 latitude */
    bool keeps_above;
    double at;
};

#define N_EDGES 4

struct cutter {
    struct geom_builder out;
    struct geom_builder cut; /* the polygon that is being cut */
    double *from, *to;       /* vertices of a ring */
    size_t room_from, room_to;
    struct geos *geos; /* made when a polygon is cut */
    struct arena *arena;
};

/* The map, seen so many worlds further east. */
static void edges_of(int world, struct edge out[N_EDGES])
{
    const double middle = world * WORLD_DEG;
    out[0] = (struct edge){0, true, middle - HALF_DEG};
    out[1] = (struct edge){0, false, middle + HALF_DEG};
    out[2] = (struct edge){1, true, -MERCATOR_MAX_LAT_DEG};
    out[3] = (struct edge){1, false, MERCATOR_MAX_LAT_DEG};
}

static bool stays(const struct edge *e, const double *v)
{
    return e->keeps_above ? v[e->axis] >= e->at : v[e->axis] <= e->at;
}

/* From the same end whichever way the segment runs, so that two sides of a border agree. */
static void crossing(const struct edge *e, const double *a, const double *b, double out[2])
{
    const bool is_rising = a[e->axis] < b[e->axis];
    const double *low = is_rising ? a : b, *high = is_rising ? b : a;
    const double share = (e->at - low[e->axis]) / (high[e->axis] - low[e->axis]);
    const int other = 1 - e->axis;
    out[e->axis] = e->at;
    out[other] = low[other] + (high[other] - low[other]) * share;
}

static struct bbox box_of(const double *xy, size_t n)
{
    struct bbox box = bbox_empty();
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(xy[2 * i]) || !isfinite(xy[2 * i + 1]))
            return (struct bbox){-INFINITY, -INFINITY, INFINITY, INFINITY};
        bbox_add(&box, xy[2 * i], xy[2 * i + 1]);
    }
    return box;
}

static bool is_on_map(const struct bbox *box, enum geom_kind kind)
{
    return box->min_x >= -NEAR_LON_DEG && box->max_x <= NEAR_LON_DEG &&
           (kind == GEOM_KIND_POINT ||
            (box->min_y >= -MERCATOR_MAX_LAT_DEG && box->max_y <= MERCATOR_MAX_LAT_DEG));
}

static struct bbox part_box(const struct geom *g, size_t part)
{
    const size_t first = geom_ring_start(g, part ? g->part_end[part - 1] : 0);
    return box_of(g->xy + 2 * first, g->ring_end[g->part_end[part] - 1] - first);
}

bool world_cut_is_needed(const struct geom *in, enum geom_kind kind)
{
    for (size_t part = 0; part < in->n_parts; part++) {
        const struct bbox box = part_box(in, part);
        if (in->part_kind[part] == kind && !is_on_map(&box, kind))
            return true;
    }
    return false;
}

/* ---- lines --------------------------------------------------------------------------------- */

/* False when nothing of the segment stays. */
static bool cut_segment(const struct edge *edges, double a[2], double b[2])
{
    for (int i = 0; i < N_EDGES; i++) {
        const bool a_stays = stays(&edges[i], a), b_stays = stays(&edges[i], b);
        if (!a_stays && !b_stays)
            return false;
        if (a_stays && b_stays)
            continue;
        crossing(&edges[i], a, b, a_stays ? b : a);
    }
    return a[0] != b[0] || a[1] != b[1];
}

static void cut_line(struct cutter *c, const double *xy, size_t n, int world)
{
    struct edge edges[N_EDGES];
    const double shift = world * WORLD_DEG;
    bool is_open = false;
    edges_of(world, edges);
    for (size_t i = 1; i < n; i++) {
        const double *from = xy + 2 * i - 2, *to = xy + 2 * i;
        double a[2] = {from[0], from[1]}, b[2] = {to[0], to[1]};
        if (a[0] == b[0] && a[1] == b[1])
            continue;
        if (!cut_segment(edges, a, b)) {
            is_open = false;
            continue;
        }
        if (!is_open) {
            geom_build_part(&c->out, GEOM_KIND_LINE);
            geom_build_ring(&c->out);
            geom_build_vertex(&c->out, a[0] - shift, a[1]);
        }
        geom_build_vertex(&c->out, b[0] - shift, b[1]);
        is_open = b[0] == to[0] && b[1] == to[1];
    }
}

/* ---- polygons ------------------------------------------------------------------------------ */

static size_t cut_ring_at(const struct edge *e, const double *from, size_t n, double *to)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const double *a = from + 2 * (i ? i - 1 : n - 1), *b = from + 2 * i;
        if (stays(e, a) != stays(e, b))
            crossing(e, a, b, to + 2 * n_out++);
        if (!stays(e, b))
            continue;
        to[2 * n_out] = b[0];
        to[2 * n_out + 1] = b[1];
        n_out++;
    }
    return n_out;
}

/* Sutherland-Hodgman; the ring repeats its first vertex. What is cut in pieces stays one ring, with
 * bridges along the edge, until it is made valid. */
static enum err_code cut_ring(struct cutter *c, const double *ring, size_t n, int world,
                              struct err *err)
{
    struct edge edges[N_EDGES];
    edges_of(world, edges);
    n -= n > 0;
    for (int i = 0; i < N_EDGES && n > 0; i++) {
        if (mem_grow((void **)&c->from, &c->room_from, 2 * n + 2, 2 * sizeof *c->from, err) ||
            mem_grow((void **)&c->to, &c->room_to, 2 * n + 2, 2 * sizeof *c->to, err))
            return NO_MEMORY;
        n = cut_ring_at(&edges[i], i ? c->from : ring, n, c->to);
        double *const cut = c->to;
        const size_t room = c->room_to;
        c->to = c->from;
        c->room_to = c->room_from;
        c->from = cut;
        c->room_from = room;
    }
    if (n < 3)
        return OK;
    geom_build_ring(&c->cut);
    for (size_t i = 0; i <= n; i++)
        geom_build_vertex(&c->cut, c->from[2 * (i % n)] - world * WORLD_DEG,
                          c->from[2 * (i % n) + 1]);
    return OK;
}

static void put_part(struct geom_builder *out, const struct geom *g, size_t part)
{
    geom_build_part(out, (enum geom_kind)g->part_kind[part]);
    for (size_t ring = part ? g->part_end[part - 1] : 0; ring < g->part_end[part]; ring++) {
        geom_build_ring(out);
        for (size_t i = geom_ring_start(g, ring); i < g->ring_end[ring]; i++)
            geom_build_vertex(out, g->xy[2 * i], g->xy[2 * i + 1]);
    }
}

static enum err_code cut_polygon(struct cutter *c, const struct geom *in, size_t part, int world,
                                 struct err *err)
{
    struct geom cut, valid = {0};
    const size_t outer = part ? in->part_end[part - 1] : 0;
    enum err_code rc = c->geos ? OK : geos_new(&c->geos, err);
    geom_build_start(&c->cut, GEOM_POLYGON);
    geom_build_part(&c->cut, GEOM_KIND_POLYGON);
    for (size_t ring = outer; !rc && ring < in->part_end[part]; ring++) {
        const size_t start = geom_ring_start(in, ring);
        rc = cut_ring(c, in->xy + 2 * start, in->ring_end[ring] - start, world, err);
        if (c->cut.g.n_rings == 0)
            return rc; /* nothing of the outer ring: nor of its holes */
    }
    if (!rc)
        rc = geom_build_end(&c->cut, &cut, err);
    if (!rc)
        rc = geos_make_valid(c->geos, &cut, c->arena, &valid, err);
    /* What GEOS cannot mend, the tiles will. */
    if (rc == BAD_DATA) {
        valid = cut;
        rc = OK;
    }
    for (size_t i = 0; !rc && i < valid.n_parts; i++)
        put_part(&c->out, &valid, i);
    return rc;
}

/* ---- all ----------------------------------------------------------------------------------- */

static enum err_code cut_part(struct cutter *c, const struct geom *in, size_t part, int world,
                              struct err *err)
{
    const size_t ring = part ? in->part_end[part - 1] : 0, start = geom_ring_start(in, ring);
    const double *xy = in->xy + 2 * start;
    switch ((enum geom_kind)in->part_kind[part]) {
    case GEOM_KIND_POINT:
        if (fabs(xy[0] - world * WORLD_DEG) > HALF_DEG)
            return OK;
        geom_build_part(&c->out, GEOM_KIND_POINT);
        geom_build_ring(&c->out);
        geom_build_vertex(&c->out, xy[0] - world * WORLD_DEG, xy[1]);
        return OK;
    case GEOM_KIND_LINE:
        cut_line(c, xy, in->ring_end[ring] - start, world);
        return OK;
    case GEOM_KIND_POLYGON:
        break;
    }
    return cut_polygon(c, in, part, world, err);
}

static enum err_code cut_all(struct cutter *c, const struct geom *in, enum geom_kind kind,
                             struct geom *out, struct err *err)
{
    static const enum geom_type TYPES[] = {[GEOM_KIND_POINT] = GEOM_MULTIPOINT,
                                           [GEOM_KIND_LINE] = GEOM_MULTILINESTRING,
                                           [GEOM_KIND_POLYGON] = GEOM_MULTIPOLYGON};
    struct geom built;
    enum err_code rc = OK;
    geom_build_start(&c->out, TYPES[kind]);
    for (size_t part = 0; !rc && part < in->n_parts; part++) {
        if (in->part_kind[part] != kind)
            continue;
        const struct bbox box = part_box(in, part);
        if (is_on_map(&box, kind) || box.min_x < -MAX_LON_DEG || box.max_x > MAX_LON_DEG) {
            put_part(&c->out, in, part);
            continue;
        }
        for (int world = -1; !rc && world <= 1; world++) {
            if (box.min_x <= world * WORLD_DEG + HALF_DEG &&
                box.max_x >= world * WORLD_DEG - HALF_DEG)
                rc = cut_part(c, in, part, world, err);
        }
    }
    if (!rc)
        rc = geom_build_end(&c->out, &built, err);
    if (!rc && built.n_parts == 0)
        built.type = GEOM_NONE;
    return rc ? rc : geom_copy(&built, c->arena, out, err);
}

enum err_code world_cut(const struct geom *in, enum geom_kind kind, struct arena *a,
                        struct geom *out, struct err *err)
{
    struct cutter c = {.arena = a};
    geom_builder_init(&c.out, SIZE_MAX / 64);
    geom_builder_init(&c.cut, SIZE_MAX / 64);
    const enum err_code rc = cut_all(&c, in, kind, out, err);
    geom_builder_clear(&c.out);
    geom_builder_clear(&c.cut);
    geos_free(c.geos);
    mem_free(c.from);
    mem_free(c.to);
    return rc;
}
