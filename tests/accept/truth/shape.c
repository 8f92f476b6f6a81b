#include "tests/accept/truth/shape.h"

#include <math.h>
#include <stdlib.h>

GEOSContextHandle_t shape_open(void)
{
    GEOSContextHandle_t g = GEOS_init_r();
    if (!g)
        die("GEOS does not start");
    return g;
}

static GEOSGeometry *ring_of(GEOSContextHandle_t g, const struct tile *t, const struct tile_ring *r,
                             double dx, double dy)
{
    GEOSCoordSequence *s = GEOSCoordSeq_create_r(g, r->n + 1, 2);
    for (uint32_t i = 0; i <= r->n; i++) {
        const struct point *p = &t->points[r->start + (i == r->n ? 0 : i)];
        GEOSCoordSeq_setXY_r(g, s, i, p->x + dx, p->y + dy);
    }
    return GEOSGeom_createLinearRing_r(g, s);
}

GEOSGeometry *shape_of(GEOSContextHandle_t g, const struct tile *t, const struct tile_feature *f,
                       double dx, double dy)
{
    GEOSGeometry **rings = make(f->n_rings, sizeof *rings),
                 **parts = make(f->n_rings, sizeof *parts);
    size_t n_parts = 0, first = 0;
    bool failed = f->n_rings == 0 || f->is_cut;
    for (size_t i = 0; i < f->n_rings && !failed; i++) {
        rings[i] = ring_of(g, t, &t->rings[f->first_ring + i], dx, dy);
        failed = !rings[i];
    }
    for (size_t i = 1; i <= f->n_rings && !failed; i++) {
        if (i < f->n_rings && ring_twice_area(t, &t->rings[f->first_ring + i]) <= 0)
            continue;
        parts[n_parts] =
            GEOSGeom_createPolygon_r(g, rings[first], rings + first + 1, (unsigned)(i - first - 1));
        failed = !parts[n_parts++];
        first = i;
    }
    GEOSGeometry *out = NULL;
    if (!failed && n_parts == 1)
        out = parts[0];
    else if (!failed)
        out = GEOSGeom_createCollection_r(g, GEOS_MULTIPOLYGON, parts, (unsigned)n_parts);
    free(rings);
    free(parts);
    return out;
}

static GEOSGeometry *nothing(GEOSContextHandle_t g)
{
    return GEOSGeom_createEmptyPolygon_r(g);
}

/* What GEOS failed at is nothing: the judge goes on. */
static GEOSGeometry *or_nothing(GEOSContextHandle_t g, GEOSGeometry *a)
{
    return a ? a : nothing(g);
}

GEOSGeometry *shape_valid(GEOSContextHandle_t g, const struct tile *t, const struct tile_feature *f,
                          double dx, double dy)
{
    GEOSGeometry *a = shape_of(g, t, f, dx, dy);
    if (!a || GEOSisValid_r(g, a) == 1)
        return or_nothing(g, a);
    GEOSGeometry *made = GEOSMakeValid_r(g, a);
    GEOSGeom_destroy_r(g, a);
    return or_nothing(g, made);
}

GEOSGeometry *shape_box(GEOSContextHandle_t g, double min_x, double min_y, double max_x,
                        double max_y)
{
    const double xy[] = {min_x, min_y, max_x, min_y, max_x, max_y, min_x, max_y, min_x, min_y};
    GEOSCoordSequence *s = GEOSCoordSeq_copyFromBuffer_r(g, xy, 5, 0, 0);
    return GEOSGeom_createPolygon_r(g, GEOSGeom_createLinearRing_r(g, s), NULL, 0);
}

GEOSGeometry *shape_intersection(GEOSContextHandle_t g, GEOSGeometry *a, GEOSGeometry *b)
{
    GEOSGeometry *out = GEOSIntersection_r(g, a, b);
    GEOSGeom_destroy_r(g, a);
    GEOSGeom_destroy_r(g, b);
    return or_nothing(g, out);
}

GEOSGeometry *shape_difference(GEOSContextHandle_t g, GEOSGeometry *a, GEOSGeometry *b)
{
    GEOSGeometry *out = GEOSDifference_r(g, a, b);
    GEOSGeom_destroy_r(g, a);
    GEOSGeom_destroy_r(g, b);
    return or_nothing(g, out);
}

GEOSGeometry *shape_union(GEOSContextHandle_t g, GEOSGeometry **parts, size_t n)
{
    if (n == 0)
        return nothing(g);
    GEOSGeometry *all = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, parts, (unsigned)n);
    GEOSGeometry *out = all ? GEOSUnaryUnion_r(g, all) : NULL;
    if (!out)
        die("GEOS cannot unite %zu polygons", n);
    GEOSGeom_destroy_r(g, all);
    return out;
}

GEOSGeometry *shape_enclosed(GEOSContextHandle_t g, const double *xy, size_t n)
{
    double *closed = make(n + 1, 2 * sizeof *closed);
    for (size_t i = 0; i <= n; i++) {
        closed[2 * i] = xy[2 * (i == n ? 0 : i)];
        closed[2 * i + 1] = xy[2 * (i == n ? 0 : i) + 1];
    }
    GEOSCoordSequence *s =
        n < 3 ? NULL : GEOSCoordSeq_copyFromBuffer_r(g, closed, (unsigned)n + 1, 0, 0);
    free(closed);
    GEOSGeometry *ring = s ? GEOSGeom_createLinearRing_r(g, s) : NULL;
    GEOSGeometry *a = ring ? GEOSGeom_createPolygon_r(g, ring, NULL, 0) : NULL;
    if (!a)
        return nothing(g);
    GEOSGeometry *out = GEOSMakeValid_r(g, a);
    GEOSGeom_destroy_r(g, a);
    return or_nothing(g, out);
}

double shape_area(GEOSContextHandle_t g, const GEOSGeometry *a)
{
    double area = 0;
    return GEOSArea_r(g, a, &area) ? area : 0;
}

/* The diameter of the largest circle in a polygon; where it is not even the limit, an estimate. */
static double width_of(GEOSContextHandle_t g, const GEOSGeometry *a, double area, struct sliver *s)
{
    double length = 0;
    /* Looking for the circle is slow; what vanishes when it loses half the limit all around holds
     * none of that size. */
    GEOSGeometry *rest = GEOSBuffer_r(g, a, -SLIVER_LIMIT_TU / 2, 4);
    const bool is_thin = !rest || GEOSisEmpty_r(g, rest) == 1;
    GEOSGeom_destroy_r(g, rest);
    if (is_thin)
        return GEOSLength_r(g, a, &length) && length > 0 ? fmin(SLIVER_LIMIT_TU, 2 * area / length)
                                                         : 0;
    GEOSGeometry *radius = GEOSMaximumInscribedCircle_r(g, a, 0.05);
    if (radius && GEOSLength_r(g, radius, &length) && 2 * length > s->width) {
        const GEOSCoordSequence *at = GEOSGeom_getCoordSeq_r(g, radius);
        GEOSCoordSeq_getXY_r(g, at, 0, &s->x, &s->y);
    }
    GEOSGeom_destroy_r(g, radius);
    return 2 * length;
}

struct sliver shape_sliver(GEOSContextHandle_t g, const GEOSGeometry *a)
{
    /* What has not even the area of the circle cannot hold it. */
    const double circle = M_PI * SLIVER_LIMIT_TU * SLIVER_LIMIT_TU / 4;
    struct sliver s = {0};
    const int n = GEOSGetNumGeometries_r(g, a);
    for (int i = 0; i < n; i++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(g, a, i);
        if (GEOSGeomTypeId_r(g, part) == GEOS_GEOMETRYCOLLECTION ||
            GEOSGeomTypeId_r(g, part) == GEOS_MULTIPOLYGON) {
            const struct sliver inner = shape_sliver(g, part);
            s.area += inner.area;
            s.wide_area += inner.wide_area;
            if (inner.width > s.width)
                s = (struct sliver){s.area, s.wide_area, inner.width, inner.x, inner.y};
            continue;
        }
        const double area = shape_area(g, part);
        s.area += area;
        if (area < circle)
            continue;
        const double width = width_of(g, part, area, &s);
        s.wide_area += width > SLIVER_LIMIT_TU ? area : 0;
        s.width = fmax(s.width, width);
    }
    return s;
}
