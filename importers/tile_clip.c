#include "importers/tile_clip.h"

#include <string.h>

/* One side of the square: what lies at `at` or beyond in direction `sign` of the axis is inside. */
struct side {
    int axis;
    double at, sign;
};

struct clip {
    const struct tile_square *square;
    struct side sides[4];
    struct geom_builder b;
};

static double inside_by(const struct side *s, const double *v)
{
    return s->sign * (v[s->axis] - s->at);
}

/* Where the edge from p to q crosses the side. */
static void cross(const struct side *s, const double *p, const double *q, double *out)
{
    const int other = 1 - s->axis;
    const double t = (s->at - p[s->axis]) / (q[s->axis] - p[s->axis]);
    out[s->axis] = s->at;
    out[other] = p[other] + t * (q[other] - p[other]);
}

/* --- points --------------------------------------------------------------------------------- */

static bool has_point(const struct tile_square *s, const double *v)
{
    return v[0] >= 0 && v[1] >= 0 && (s->has_east ? v[0] < s->extent : v[0] <= s->extent) &&
           (s->has_south ? v[1] < s->extent : v[1] <= s->extent);
}

static void clip_points(struct clip *c, const struct geom *in)
{
    for (size_t i = 0; i < in->n_vertices; i++) {
        const double *v = in->xy + 2 * i;
        if (!has_point(c->square, v))
            continue;
        geom_build_part(&c->b, GEOM_KIND_POINT);
        geom_build_ring(&c->b);
        geom_build_vertex(&c->b, v[0], v[1]);
    }
}

/* --- lines ---------------------------------------------------------------------------------- */

/* The part of an edge that is inside; false when nothing of it has a length there. */
static bool clip_edge(const struct clip *c, double *p, double *q)
{
    for (int i = 0; i < 4; i++) {
        const struct side *s = &c->sides[i];
        const double dp = inside_by(s, p), dq = inside_by(s, q);
        if (dp <= 0 && dq <= 0 && (dp < 0 || dq < 0))
            return false;
        if (dp < 0)
            cross(s, p, q, p);
        else if (dq < 0)
            cross(s, p, q, q);
    }
    /* Along the side that is the neighbour's. */
    const struct tile_square *sq = c->square;
    return !(sq->has_east && p[0] == sq->extent && q[0] == sq->extent) &&
           !(sq->has_south && p[1] == sq->extent && q[1] == sq->extent);
}

static void clip_lines(struct clip *c, const struct geom *in)
{
    for (size_t ring = 0; ring < in->n_rings; ring++) {
        double last[2] = {0, 0};
        bool is_open = false;
        for (size_t i = geom_ring_start(in, ring); i + 1 < in->ring_end[ring]; i++) {
            double p[2], q[2];
            memcpy(p, in->xy + 2 * i, sizeof p);
            memcpy(q, in->xy + 2 * i + 2, sizeof q);
            if (!clip_edge(c, p, q)) {
                is_open = false;
                continue;
            }
            if (!is_open || p[0] != last[0] || p[1] != last[1]) {
                geom_build_part(&c->b, GEOM_KIND_LINE);
                geom_build_ring(&c->b);
                geom_build_vertex(&c->b, p[0], p[1]);
            }
            geom_build_vertex(&c->b, q[0], q[1]);
            memcpy(last, q, sizeof last);
            is_open = true;
        }
    }
}

/* --- polygons ------------------------------------------------------------------------------- */

/* One ring, not closed, cut at one side (Sutherland and Hodgman). Each edge makes two vertices at
 * most. */
static size_t clip_ring_at(const struct side *s, const double *ring, size_t n, double *out)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const double *p = ring + 2 * i, *q = ring + 2 * ((i + 1) % n);
        const double dp = inside_by(s, p), dq = inside_by(s, q);
        if (dp >= 0)
            memcpy(out + 2 * n_out++, p, 2 * sizeof *p);
        if ((dp < 0) != (dq < 0) && dp != 0 && dq != 0)
            cross(s, p, q, out + 2 * n_out++);
    }
    return n_out;
}

static bool clip_ring(struct clip *c, const double *xy, size_t n, struct arena *a, double **out,
                      size_t *n_out, struct err *err)
{
    for (int i = 0; i < 4; i++) {
        double *cut = arena_raw(a, 2 * n + 1, 2 * sizeof *cut, err);
        if (!cut)
            return false;
        n = clip_ring_at(&c->sides[i], xy, n, cut);
        xy = *out = cut;
    }
    *n_out = n;
    return true;
}

static enum err_code clip_polygons(struct clip *c, const struct geom *in, struct arena *a,
                                   struct err *err)
{
    for (size_t part = 0, ring = 0; part < in->n_parts; part++) {
        const size_t first = ring;
        for (; ring < in->part_end[part]; ring++) {
            const size_t start = geom_ring_start(in, ring);
            double *xy = NULL;
            size_t n = 0;
            if (!clip_ring(c, in->xy + 2 * start, in->ring_end[ring] - start - 1, a, &xy, &n, err))
                return err ? err->code : NO_MEMORY;
            if (n < 3 && ring == first) {
                ring = in->part_end[part];
                break;
            }
            if (n < 3)
                continue;
            if (ring == first)
                geom_build_part(&c->b, GEOM_KIND_POLYGON);
            geom_build_ring(&c->b);
            for (size_t i = 0; i <= n; i++)
                geom_build_vertex(&c->b, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
        }
    }
    return OK;
}

/* --- all ------------------------------------------------------------------------------------ */

static enum geom_type single_of(enum geom_type type)
{
    static const enum geom_type SINGLES[] = {[GEOM_KIND_POINT] = GEOM_POINT,
                                             [GEOM_KIND_LINE] = GEOM_LINESTRING,
                                             [GEOM_KIND_POLYGON] = GEOM_POLYGON};
    return SINGLES[geom_kind_of(type)];
}

static enum err_code cut(struct clip *c, const struct geom *in, struct geos *geos, struct arena *a,
                         struct geom *out, struct err *err)
{
    struct geom g = *in;
    enum err_code rc = OK;
    geom_build_start(&c->b, geom_type_multi(in->type));
    switch (geom_kind_of(in->type)) {
    case GEOM_KIND_POINT:
        clip_points(c, in);
        break;
    case GEOM_KIND_LINE:
        clip_lines(c, in);
        break;
    case GEOM_KIND_POLYGON:
        /* Only valid polygons may be cut: of a bow-tie the whole square would remain. */
        rc = geos_make_valid(geos, in, a, &g, err);
        if (!rc && g.type != GEOM_NONE)
            rc = clip_polygons(c, &g, a, err);
        break;
    }
    if (!rc)
        rc = geom_build_end(&c->b, &g, err);
    if (rc)
        return rc;
    g.type = g.n_parts == 0  ? GEOM_NONE
             : g.n_parts > 1 ? geom_type_multi(in->type)
                             : single_of(in->type);
    /* A polygon that reached over the edge more than once is now bound by its pieces' seams. */
    return g.n_parts && geom_kind_of(in->type) == GEOM_KIND_POLYGON
               ? geos_make_valid(geos, &g, a, out, err)
               : geom_copy(&g, a, out, err);
}

enum err_code tile_clip(const struct tile_square *square, const struct geom *in, struct geos *geos,
                        struct arena *a, struct geom *out, struct err *err)
{
    const double extent = square->extent;
    const struct bbox box = geom_bbox(in);
    const bool within =
        box.min_x >= 0 && box.min_y >= 0 && box.max_x < extent && box.max_y < extent;
    if (in->type == GEOM_NONE || within) {
        *out = *in;
        return OK;
    }
    struct clip c = {
        .square = square,
        .sides = {{0, 0, 1}, {1, 0, 1}, {0, extent, -1}, {1, extent, -1}},
    };
    geom_builder_init(&c.b, SIZE_MAX / 64);
    const enum err_code rc = cut(&c, in, geos, a, out, err);
    geom_builder_clear(&c.b);
    return rc;
}
