#include "importers/gdal_geom.h"

#include "base/mem.h"

#include <math.h>
#include <ogr_api.h>

enum { NESTED_MAX = 16 };

void gdal_geom_init(struct gdal_geom *g, size_t limit_vertices, bool keep_z)
{
    *g = (struct gdal_geom){.keep_z = keep_z};
    geom_builder_init(&g->builder, limit_vertices);
}

void gdal_geom_clear(struct gdal_geom *g)
{
    geom_builder_clear(&g->builder);
    mem_free(g->xyz);
}

/* The vertices of a point, a line or a ring, as one ring. */
static enum err_code add_vertices(struct gdal_geom *g, OGRGeometryH in, size_t *n_dropped,
                                  struct err *err)
{
    const int n = OGR_G_GetPointCount(in);
    const bool has_z = OGR_G_Is3D(in), keep_z = g->keep_z && has_z;
    if (n <= 0)
        return OK;
    enum err_code rc =
        mem_grow((void **)&g->xyz, &g->room_vertices, (size_t)n, 3 * sizeof *g->xyz, err);
    if (rc)
        return rc;
    const int step = 3 * (int)sizeof *g->xyz;
    OGR_G_GetPoints(in, g->xyz, step, g->xyz + 1, step, has_z ? g->xyz + 2 : NULL,
                    has_z ? step : 0);
    geom_build_ring(&g->builder);
    for (int i = 0; i < n; i++) {
        const double *v = g->xyz + 3 * i;
        const double x = v[g->swap], y = v[!g->swap];
        if (keep_z)
            geom_build_vertex_z(&g->builder, x, y, isfinite(v[2]) ? v[2] : 0);
        else
            geom_build_vertex(&g->builder, x, y);
    }
    *n_dropped += (has_z && !keep_z) || OGR_G_IsMeasured(in) ? (size_t)n : 0;
    return OK;
}

static enum err_code add_polygon(struct gdal_geom *g, OGRGeometryH in, size_t *n_dropped,
                                 struct err *err)
{
    enum err_code rc = OK;
    const int n_rings = OGR_G_GetGeometryCount(in);
    geom_build_part(&g->builder, GEOM_KIND_POLYGON);
    for (int i = 0; !rc && i < n_rings; i++)
        rc = add_vertices(g, OGR_G_GetGeometryRef(in, i), n_dropped, err);
    return rc;
}

/* A point, a line or a polygon. */
static enum err_code add_part(struct gdal_geom *g, OGRGeometryH in, size_t *n_dropped,
                              struct err *err)
{
    const OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(in));
    if (OGR_G_IsEmpty(in))
        return OK;
    if (type == wkbPolygon || type == wkbTriangle)
        return add_polygon(g, in, n_dropped, err);
    if (type != wkbPoint && type != wkbLineString)
        return err_set(err, UNSUPPORTED, "a geometry of type %s", OGR_G_GetGeometryName(in));
    geom_build_part(&g->builder, type == wkbPoint ? GEOM_KIND_POINT : GEOM_KIND_LINE);
    return add_vertices(g, in, n_dropped, err);
}

static bool is_collection(OGRGeometryH g)
{
    const OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(g));
    return OGR_GT_IsSubClassOf(type, wkbGeometryCollection) || type == wkbPolyhedralSurface ||
           type == wkbTIN;
}

/* Members of members, too, with a stack of our own. */
static enum err_code add_all(struct gdal_geom *g, OGRGeometryH in, size_t *n_dropped,
                             struct err *err)
{
    struct {
        OGRGeometryH of;
        int next;
    } stack[NESTED_MAX];
    size_t depth = 1;
    enum err_code rc = OK;
    if (!is_collection(in))
        return add_part(g, in, n_dropped, err);
    stack[0].of = in;
    stack[0].next = 0;
    while (!rc && depth > 0) {
        const int at = stack[depth - 1].next++;
        if (at >= OGR_G_GetGeometryCount(stack[depth - 1].of)) {
            depth--;
            continue;
        }
        OGRGeometryH member = OGR_G_GetGeometryRef(stack[depth - 1].of, at);
        if (!is_collection(member)) {
            rc = add_part(g, member, n_dropped, err);
        } else if (depth == NESTED_MAX) {
            rc = err_set(err, LIMIT, "collections nested more than %d deep", NESTED_MAX);
        } else {
            stack[depth].of = member;
            stack[depth++].next = 0;
        }
    }
    return rc;
}

static enum geom_type type_of(OGRwkbGeometryType type)
{
    static const struct {
        OGRwkbGeometryType theirs;
        enum geom_type ours;
    } TYPES[] = {
        {wkbPoint, GEOM_POINT},
        {wkbLineString, GEOM_LINESTRING},
        {wkbPolygon, GEOM_POLYGON},
        {wkbTriangle, GEOM_POLYGON},
        {wkbMultiPoint, GEOM_MULTIPOINT},
        {wkbMultiLineString, GEOM_MULTILINESTRING},
        {wkbMultiPolygon, GEOM_MULTIPOLYGON},
        {wkbPolyhedralSurface, GEOM_MULTIPOLYGON},
        {wkbTIN, GEOM_MULTIPOLYGON},
        {wkbGeometryCollection, GEOM_COLLECTION},
    };
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (TYPES[i].theirs == type)
            return TYPES[i].ours;
    }
    return GEOM_NONE;
}

enum err_code gdal_geom_read(struct gdal_geom *g, void *in, struct geom *out, size_t *n_dropped,
                             struct err *err)
{
    *out = (struct geom){.type = GEOM_NONE};
    *n_dropped = 0;
    if (!in || OGR_G_IsEmpty(in))
        return OK;
    OGRGeometryH linear = NULL;
    if (OGR_G_HasCurveGeometry(in, FALSE)) {
        g->saw_curves = true;
        linear = OGR_G_GetLinearGeometry(in, 0, NULL);
        in = linear;
    }
    const OGRwkbGeometryType theirs = in ? OGR_GT_Flatten(OGR_G_GetGeometryType(in)) : wkbUnknown;
    g->saw_surfaces |= theirs == wkbPolyhedralSurface || theirs == wkbTIN || theirs == wkbTriangle;
    const enum geom_type type = type_of(theirs);
    struct geom made = {0};
    enum err_code rc =
        type ? OK : err_set(err, UNSUPPORTED, "a geometry of a kind that is not read here");
    if (!rc) {
        geom_build_start(&g->builder, type);
        rc = add_all(g, in, n_dropped, err);
    }
    if (!rc)
        rc = geom_build_end(&g->builder, &made, err);
    if (!rc && made.n_vertices > 0)
        *out = made;
    if (linear)
        OGR_G_DestroyGeometry(linear);
    return rc;
}
