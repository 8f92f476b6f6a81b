#include "base/geom.h"

#include <math.h>

static const struct {
    const char *name;
    enum geom_kind kind;
    enum geom_type multi; /* the type that holds several of it */
} TYPES[] = {
    [GEOM_NONE] = {"None", GEOM_KIND_POLYGON, GEOM_NONE},
    [GEOM_POINT] = {"Point", GEOM_KIND_POINT, GEOM_MULTIPOINT},
    [GEOM_LINESTRING] = {"LineString", GEOM_KIND_LINE, GEOM_MULTILINESTRING},
    [GEOM_POLYGON] = {"Polygon", GEOM_KIND_POLYGON, GEOM_MULTIPOLYGON},
    [GEOM_MULTIPOINT] = {"MultiPoint", GEOM_KIND_POINT, GEOM_MULTIPOINT},
    [GEOM_MULTILINESTRING] = {"MultiLineString", GEOM_KIND_LINE, GEOM_MULTILINESTRING},
    [GEOM_MULTIPOLYGON] = {"MultiPolygon", GEOM_KIND_POLYGON, GEOM_MULTIPOLYGON},
    [GEOM_COLLECTION] = {"GeometryCollection", GEOM_KIND_POLYGON, GEOM_COLLECTION},
};

const char *geom_type_name(enum geom_type type)
{
    return TYPES[type].name;
}

enum geom_kind geom_kind_of(enum geom_type type)
{
    return TYPES[type].kind;
}

enum geom_type geom_type_multi(enum geom_type type)
{
    return TYPES[type].multi;
}

enum geom_type geom_type_union(enum geom_type a, enum geom_type b)
{
    if (a == b || b == GEOM_NONE)
        return a;
    if (a == GEOM_NONE)
        return b;
    return TYPES[a].multi == TYPES[b].multi ? TYPES[a].multi : GEOM_COLLECTION;
}

struct bbox bbox_empty(void)
{
    return (struct bbox){INFINITY, INFINITY, -INFINITY, -INFINITY};
}

bool bbox_is_empty(const struct bbox *b)
{
    return !(b->min_x <= b->max_x && b->min_y <= b->max_y);
}

void bbox_add(struct bbox *b, double x, double y)
{
    if (isnan(x) || isnan(y))
        return;
    if (x < b->min_x)
        b->min_x = x;
    if (x > b->max_x)
        b->max_x = x;
    if (y < b->min_y)
        b->min_y = y;
    if (y > b->max_y)
        b->max_y = y;
}

void bbox_join(struct bbox *b, const struct bbox *other)
{
    if (bbox_is_empty(other))
        return;
    bbox_add(b, other->min_x, other->min_y);
    bbox_add(b, other->max_x, other->max_y);
}

bool bbox_meets(const struct bbox *a, const struct bbox *b)
{
    return !bbox_is_empty(a) && !bbox_is_empty(b) && a->min_x <= b->max_x && b->min_x <= a->max_x &&
           a->min_y <= b->max_y && b->min_y <= a->max_y;
}

struct bbox geom_bbox(const struct geom *g)
{
    struct bbox b = bbox_empty();
    /* As bbox_add(), which would branch four times for each vertex. */
    for (size_t i = 0; i < g->n_vertices; i++) {
        const double x = g->xy[2 * i], y = g->xy[2 * i + 1];
        if (isunordered(x, y))
            continue;
        b.min_x = x < b.min_x ? x : b.min_x;
        b.max_x = x > b.max_x ? x : b.max_x;
        b.min_y = y < b.min_y ? y : b.min_y;
        b.max_y = y > b.max_y ? y : b.max_y;
    }
    return b;
}

double ring_area2(const double *xy, size_t n_vertices)
{
    double sum = 0;
    /* Relative to the first vertex: products of full coordinates would lose small areas. */
    for (size_t i = 1; i + 1 < n_vertices; i++) {
        const double ax = xy[2 * i] - xy[0], ay = xy[2 * i + 1] - xy[1];
        const double bx = xy[2 * i + 2] - xy[0], by = xy[2 * i + 3] - xy[1];
        sum += ax * by - bx * ay;
    }
    return sum;
}

/* z may be NULL. */
static void reverse_ring(double *xy, double *z, size_t n_vertices)
{
    for (size_t i = 0, j = n_vertices; i + 1 < j; i++) {
        j--;
        const double x = xy[2 * i], y = xy[2 * i + 1];
        xy[2 * i] = xy[2 * j];
        xy[2 * i + 1] = xy[2 * j + 1];
        xy[2 * j] = x;
        xy[2 * j + 1] = y;
        if (z) {
            const double height = z[i];
            z[i] = z[j];
            z[j] = height;
        }
    }
}

size_t geom_wind(struct geom *g)
{
    size_t n_turned = 0, ring = 0, vertex = 0;
    for (size_t part = 0; part < g->n_parts; part++) {
        for (bool outer = true; ring < g->part_end[part]; ring++, outer = false) {
            double *xy = g->xy + 2 * vertex;
            double *z = g->z ? g->z + vertex : NULL;
            const size_t n = g->ring_end[ring] - vertex;
            vertex = g->ring_end[ring];
            if (g->part_kind[part] != GEOM_KIND_POLYGON)
                continue;
            const double area2 = ring_area2(xy, n);
            if (outer ? area2 < 0 : area2 > 0) {
                reverse_ring(xy, z, n);
                n_turned++;
            }
        }
    }
    return n_turned;
}
