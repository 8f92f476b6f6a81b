#include "importers/polygon_mend.h"

#include "base/cancel.h"
#include "base/mem.h"
#include "base/ring_check.h"
#include "importers/ring_bands.h"
#include "importers/ring_split.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Rings in which vertices lie on segments are split again with those vertices put in, so often. */
#define ROUNDS_MAX 4

/* Of rings and vertices: GEOS's check takes about a nanosecond for each pair. */
#define CHECKED_PRODUCT_MAX ((uint64_t)1 << 26)

/* A ring of the geometry in which each is a part of its own. */
struct mend_ring {
    uint32_t around;    /* the smallest ring around it; RING_NONE */
    uint32_t outer;     /* of a hole: the ring around it; of an outer ring: itself; RING_NONE */
    uint32_t next_hole; /* of an outer ring its first, of a hole the next one; RING_NONE */
    bool crosses, in_crossing; /* itself; it or another ring of its polygon */
    bool turned;               /* a hole in no ring: it is an outer one */
};

struct polygon_mender {
    struct geos *geos;
    const atomic_bool *cancel;
    struct ring_splitter *splitter;
    struct ring_bands *bands;
    struct geom_builder polygons; /* what goes into GEOS, then the result */
    struct geom_builder again;    /* rings, once more, when some have been to GEOS */
    struct geom_builder noded;    /* rings, with vertices put in */
    struct ring_touch *touches;
    struct mend_ring *rings;
    double *area2;
    bool *crosses;
    size_t room_rings, room_area2, room_crosses, room_touches;
};

enum err_code polygon_mender_new(struct geos *geos, const atomic_bool *cancel,
                                 struct polygon_mender **out, struct err *err)
{
    struct polygon_mender *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    m->geos = geos;
    m->cancel = cancel;
    geom_builder_init(&m->polygons, SIZE_MAX);
    geom_builder_init(&m->again, SIZE_MAX);
    geom_builder_init(&m->noded, SIZE_MAX);
    enum err_code rc = ring_splitter_new(&m->splitter, err);
    if (!rc)
        rc = ring_bands_new(&m->bands, err);
    if (rc)
        polygon_mender_free(m);
    else
        *out = m;
    return rc;
}

void polygon_mender_free(struct polygon_mender *m)
{
    if (!m)
        return;
    ring_splitter_free(m->splitter);
    ring_bands_free(m->bands);
    geom_builder_clear(&m->polygons);
    geom_builder_clear(&m->again);
    geom_builder_clear(&m->noded);
    mem_free(m->touches);
    mem_free(m->rings);
    mem_free(m->area2);
    mem_free(m->crosses);
    mem_free(m);
}

static void put_ring(struct geom_builder *b, const struct geom *g, size_t ring)
{
    geom_build_ring(b);
    for (size_t i = geom_ring_start(g, ring); i < g->ring_end[ring]; i++)
        geom_build_vertex_of(b, g, i);
}

static void put_ring_backwards(struct geom_builder *b, const struct geom *g, size_t ring)
{
    geom_build_ring(b);
    for (size_t i = g->ring_end[ring]; i > geom_ring_start(g, ring); i--)
        geom_build_vertex_of(b, g, i - 1);
}

/* ---- which ring is in which --------------------------------------------------------------- */

/* The middle of its longest side, on which no other ring's vertex is likely to be. */
static void place_on(const struct geom *g, size_t ring, double out[2])
{
    double longest = -1;
    for (size_t i = geom_ring_start(g, ring); i + 1 < g->ring_end[ring]; i++) {
        const double *p = g->xy + 2 * i, *q = p + 2;
        const double length2 = (q[0] - p[0]) * (q[0] - p[0]) + (q[1] - p[1]) * (q[1] - p[1]);
        if (length2 <= longest)
            continue;
        longest = length2;
        out[0] = p[0] + (q[0] - p[0]) / 2;
        out[1] = p[1] + (q[1] - p[1]) / 2;
    }
}

/* What is known of rings. */
struct mend_view {
    bool known; /* false: none, too many segments to compare, or what runs the same way twice */
    bool any_cross;
    const struct ring_touch *touches;
    size_t n_touches;
};

static enum err_code look_at(struct polygon_mender *m, const struct geom *g, struct mend_view *out,
                             struct err *err)
{
    *out = (struct mend_view){.known = false};
    if (g->n_rings == 0)
        return OK;
    if (mem_grow((void **)&m->rings, &m->room_rings, g->n_rings, sizeof *m->rings, err) ||
        mem_grow((void **)&m->area2, &m->room_area2, g->n_rings, sizeof *m->area2, err) ||
        mem_grow((void **)&m->crosses, &m->room_crosses, g->n_rings, sizeof *m->crosses, err))
        return NO_MEMORY;
    for (size_t i = 0; i < g->n_rings; i++) {
        const size_t start = geom_ring_start(g, i);
        m->area2[i] = ring_area2(g->xy + 2 * start, g->ring_end[i] - start);
        m->rings[i] =
            (struct mend_ring){.around = RING_NONE, .outer = RING_NONE, .next_hole = RING_NONE};
        m->crosses[i] = false;
    }
    if (ring_bands_fill(m->bands, g, m->area2, err) ||
        ring_bands_cross(m->bands, m->crosses, &out->touches, &out->n_touches, &out->known, err))
        return NO_MEMORY;
    for (size_t i = 0; i < g->n_rings; i++) {
        m->rings[i].crosses = m->crosses[i];
        out->any_cross |= m->crosses[i];
    }
    return OK;
}

/* By segment, from its begin to its end. */
static int by_place(const void *a, const void *b, void *geom)
{
    const struct geom *g = geom;
    const struct ring_touch *x = a, *y = b;
    if (x->segment != y->segment)
        return x->segment < y->segment ? -1 : 1;
    const double *from = g->xy + 2 * (size_t)x->segment;
    const double *p = g->xy + 2 * (size_t)x->vertex, *q = g->xy + 2 * (size_t)y->vertex;
    const double dp = fabs(p[0] - from[0]) + fabs(p[1] - from[1]);
    const double dq = fabs(q[0] - from[0]) + fabs(q[1] - from[1]);
    return dp < dq ? -1 : dp > dq;
}

/* The rings with the vertices put in that lie on their segments. */
static enum err_code put_in(struct polygon_mender *m, const struct geom *g,
                            const struct mend_view *view, struct geom *out, struct err *err)
{
    struct geom_builder *b = &m->noded;
    const size_t n = view->n_touches;
    size_t t = 0;
    if (mem_grow((void **)&m->touches, &m->room_touches, n, sizeof *m->touches, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        m->touches[i] = view->touches[i];
    qsort_r(m->touches, n, sizeof *m->touches, by_place, (void *)g);
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (size_t ring = 0, v = 0; ring < g->n_rings; ring++) {
        geom_build_part(b, GEOM_KIND_POLYGON);
        geom_build_ring(b);
        for (; v < g->ring_end[ring]; v++) {
            geom_build_vertex_of(b, g, v);
            for (; t < n && m->touches[t].segment == v; t++)
                geom_build_vertex_of(b, g, m->touches[t].vertex);
        }
    }
    return geom_build_end(b, out, err);
}

/* Split rings, until no vertex lies on a segment. */
static enum err_code split(struct polygon_mender *m, const struct geom *in, bool as_they_run,
                           struct geom *out, struct mend_view *view, struct err *err)
{
    struct geom given = *in;
    *view = (struct mend_view){0};
    for (int round = 0; round < ROUNDS_MAX && !cancel_is_asked(m->cancel); round++) {
        bool is_split = false;
        enum err_code rc = ring_split(m->splitter, &given, as_they_run, out, &is_split, err);
        view->known = is_split;
        if (!rc && is_split)
            rc = look_at(m, out, view, err);
        if (rc || !view->known || view->n_touches == 0)
            return rc;
        rc = put_in(m, out, view, &given, err);
        if (rc)
            return rc;
        as_they_run = true;
    }
    return OK;
}

static void nest_ring(struct polygon_mender *m, uint32_t ring, uint32_t around)
{
    struct mend_ring *r = &m->rings[ring];
    r->around = around;
    if (m->area2[ring] < 0 && around != RING_NONE) {
        r->outer = around;
        r->next_hole = m->rings[around].next_hole;
        m->rings[around].next_hole = ring;
    } else {
        r->outer = ring;
        r->turned = m->area2[ring] < 0;
    }
}

/* Whether it is no more than what rounding makes of a place or a line. */
static bool is_sliver(const struct geom *g, size_t ring, double area2)
{
    double size = 0, length = 0;
    for (size_t i = 2 * geom_ring_start(g, ring); i < 2 * (size_t)g->ring_end[ring]; i++) {
        size = fmax(size, fabs(g->xy[i]));
        if (i >= 2 * geom_ring_start(g, ring) + 2)
            length += fabs(g->xy[i] - g->xy[i - 2]);
    }
    return fabs(area2) <= 4 * DBL_EPSILON * size * length;
}

/* Whether it is more than a line, though the areas of its lobes may come to nothing. */
static bool has_area(const struct geom *g, size_t ring)
{
    const size_t start = geom_ring_start(g, ring);
    const double *p = g->xy + 2 * start;
    for (size_t i = start + 2; i < g->ring_end[ring]; i++) {
        if (ring_turn(p, p + 2, g->xy + 2 * i))
            return true;
    }
    return false;
}

/* Whose holes the rings are. False: outer rings are in outer ones, or holes in holes; or nobody wants
 * to know any more. */
static bool nest(struct polygon_mender *m, const struct geom *g)
{
    for (size_t i = g->n_rings; i-- > 0;) {
        const uint32_t ring = (uint32_t)i;
        double place[2] = {0, 0};
        if (cancel_is_asked(m->cancel))
            return false;
        if (is_sliver(g, i, m->area2[i])) {
            if (m->rings[i].crosses && has_area(g, i))
                return false;
            continue;
        }
        place_on(g, i, place);
        const uint32_t around = ring_bands_around(m->bands, ring, place, m->rings[i].crosses);
        const bool same_kind = around != RING_NONE && (m->area2[around] < 0) == (m->area2[i] < 0);
        if (same_kind && !m->rings[i].crosses && !m->rings[around].crosses)
            return false;
        nest_ring(m, ring, around);
    }
    for (size_t i = 0; i < g->n_rings; i++) {
        const struct mend_ring *r = &m->rings[i];
        if (r->around != RING_NONE && m->rings[r->around].turned)
            return false;
    }
    return true;
}

static bool is_outer(const struct polygon_mender *m, size_t ring)
{
    return m->rings[ring].outer == ring;
}

static void put_outer(const struct polygon_mender *m, struct geom_builder *b, const struct geom *g,
                      size_t ring)
{
    geom_build_part(b, GEOM_KIND_POLYGON);
    if (m->rings[ring].turned)
        put_ring_backwards(b, g, ring);
    else
        put_ring(b, g, ring);
}

static enum err_code assemble(struct polygon_mender *m, const struct geom *g, struct geom *out,
                              struct err *err)
{
    struct geom_builder *b = &m->polygons;
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (size_t i = 0; i < g->n_rings; i++) {
        if (!is_outer(m, i))
            continue;
        put_outer(m, b, g, i);
        for (uint32_t h = m->rings[i].next_hole; h != RING_NONE; h = m->rings[h].next_hole)
            put_ring(b, g, h);
    }
    return geom_build_end(b, out, err);
}

/* ---- rings that cross ---------------------------------------------------------------------- */

static void mark_crossing(struct polygon_mender *m, size_t n_rings)
{
    for (size_t i = 0; i < n_rings; i++) {
        const struct mend_ring *r = &m->rings[i];
        if (r->crosses && r->outer != RING_NONE)
            m->rings[r->outer].in_crossing = true;
    }
}

/* The rings that cross, with the outer rings of their polygons, made valid by GEOS. */
static enum err_code mend_crossing(struct polygon_mender *m, const struct geom *g, struct arena *a,
                                   struct geom *out, struct err *err)
{
    struct geom_builder *b = &m->polygons;
    struct geom given;
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (size_t i = 0; i < g->n_rings; i++) {
        if (!is_outer(m, i) || !m->rings[i].in_crossing)
            continue;
        put_outer(m, b, g, i);
        for (uint32_t h = m->rings[i].next_hole; h != RING_NONE; h = m->rings[h].next_hole) {
            if (m->rings[h].crosses)
                put_ring(b, g, h);
        }
    }
    const enum err_code rc = geom_build_end(b, &given, err);
    return rc ? rc : geos_make_valid(m->geos, &given, a, out, err);
}

/* All rings that stay, and those that have come from GEOS. */
static enum err_code gather(struct polygon_mender *m, const struct geom *g,
                            const struct geom *mended, struct geom *out, struct err *err)
{
    struct geom_builder *b = &m->again;
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (size_t i = 0; i < g->n_rings; i++) {
        if (m->rings[i].crosses || m->rings[i].in_crossing)
            continue;
        put_outer(m, b, g, i);
    }
    for (size_t part = 0, ring = 0; part < mended->n_parts; part++) {
        for (const size_t outer = ring; ring < mended->part_end[part]; ring++) {
            const size_t start = geom_ring_start(mended, ring);
            const double area2 = ring_area2(mended->xy + 2 * start, mended->ring_end[ring] - start);
            geom_build_part(b, GEOM_KIND_POLYGON);
            if (ring == outer ? area2 > 0 : area2 < 0)
                put_ring(b, mended, ring);
            else
                put_ring_backwards(b, mended, ring);
        }
    }
    return geom_build_end(b, out, err);
}

static enum err_code mend_rest(struct polygon_mender *m, const struct geom *g, struct arena *a,
                               struct geom *out, bool *out_done, struct err *err)
{
    struct geom mended, again, rings;
    struct mend_view view;
    mark_crossing(m, g->n_rings);
    enum err_code rc = mend_crossing(m, g, a, &mended, err);
    if (rc == BAD_DATA)
        return OK;
    if (!rc)
        rc = gather(m, g, &mended, &again, err);
    if (!rc)
        rc = split(m, &again, true, &rings, &view, err);
    if (rc || !view.known || view.any_cross || !nest(m, &rings))
        return rc;
    rc = assemble(m, &rings, out, err);
    *out_done = !rc;
    return rc;
}

static enum err_code try_to_mend(struct polygon_mender *m, const struct geom *in, struct arena *a,
                                 struct geom *out, bool *out_done, struct err *err)
{
    struct geom rings, made;
    struct mend_view view;
    bool done = false;
    *out_done = false;
    enum err_code rc = split(m, in, false, &rings, &view, err);
    if (rc || !view.known || !nest(m, &rings))
        return rc;
    if (view.any_cross) {
        rc = mend_rest(m, &rings, a, &made, &done, err);
    } else {
        rc = assemble(m, &rings, &made, err);
        done = !rc;
    }
    if (rc || !done || made.n_parts == 0)
        return rc;
    /* Twice sure where GEOS does not take long for it. */
    if ((uint64_t)made.n_rings * made.n_vertices < CHECKED_PRODUCT_MAX) {
        rc = geos_is_valid(m->geos, &made, a, &done, NULL, err);
        if (rc || !done)
            return rc;
    }
    made.type = made.n_parts == 1 ? in->type : GEOM_MULTIPOLYGON;
    *out = made;
    *out_done = true;
    return OK;
}

enum err_code polygon_mend(struct polygon_mender *m, const struct geom *in, struct arena *a,
                           struct geom *out, bool *out_done, struct err *err)
{
    const enum err_code rc = try_to_mend(m, in, a, out, out_done, err);
    return rc ? rc : cancel_check(m->cancel, "the import", err);
}
