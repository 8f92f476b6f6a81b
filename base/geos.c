#define GEOS_USE_ONLY_R_API
#include "base/geos.h"

#include "base/mem.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct geos {
    GEOSContextHandle_t context;
    GEOSMakeValidParams *repair;
    char said[200];             /* GEOS's last words */
    bool no_memory;             /* that was the last failure's reason */
    struct geom_builder areal;  /* the polygons to be repaired */
    struct geom_builder result; /* what becomes of the whole */
    double *xyz;                /* one ring on its way into GEOS or out of it */
    size_t room_vertices;
};

static void remember(const char *message, void *user)
{
    struct geos *g = user;
    snprintf(g->said, sizeof g->said, "%s", message);
    g->no_memory = strstr(message, "bad_alloc") != NULL;
}

enum err_code geos_new(struct geos **out, struct err *err)
{
    struct geos *g = mem_new(1, sizeof *g);
    if (!g)
        return err_no_memory(err, sizeof *g);
    geom_builder_init(&g->areal, SIZE_MAX);
    geom_builder_init(&g->result, SIZE_MAX);
    g->context = GEOS_init_r();
    if (g->context)
        g->repair = GEOSMakeValidParams_create_r(g->context);
    if (!g->repair) {
        geos_free(g);
        return err_no_memory(err, sizeof *g);
    }
    GEOSContext_setErrorMessageHandler_r(g->context, remember, g);
    GEOSMakeValidParams_setMethod_r(g->context, g->repair, GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(g->context, g->repair, 0);
    *out = g;
    return OK;
}

void geos_free(struct geos *g)
{
    if (!g)
        return;
    if (g->repair)
        GEOSMakeValidParams_destroy_r(g->context, g->repair);
    if (g->context)
        GEOS_finish_r(g->context);
    geom_builder_clear(&g->areal);
    geom_builder_clear(&g->result);
    mem_free(g->xyz);
    mem_free(g);
}

const char *geos_version(void)
{
    return GEOSversion();
}

static enum err_code say_why(const struct geos *g, struct err *err)
{
    if (g->no_memory)
        return err_set(err, NO_MEMORY, "GEOS: out of memory");
    return err_set(err, BAD_DATA, "GEOS: %s", g->said[0] ? g->said : "it gives no reason");
}

/* ---- into GEOS ---------------------------------------------------------------------------- */

static GEOSCoordSequence *ring_to_sequence(struct geos *g, const struct geom *in, size_t ring)
{
    const size_t start = geom_ring_start(in, ring), n = in->ring_end[ring] - start;
    const double *xy = in->xy + 2 * start;
    if (n > UINT32_MAX)
        return NULL;
    if (!in->z)
        return GEOSCoordSeq_copyFromBuffer_r(g->context, xy, (unsigned)n, 0, 0);
    g->no_memory = mem_grow((void **)&g->xyz, &g->room_vertices, n, 3 * sizeof *g->xyz, NULL) != OK;
    if (g->no_memory)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        g->xyz[3 * i] = xy[2 * i];
        g->xyz[3 * i + 1] = xy[2 * i + 1];
        g->xyz[3 * i + 2] = in->z[start + i];
    }
    return GEOSCoordSeq_copyFromBuffer_r(g->context, g->xyz, (unsigned)n, 1, 0);
}

/* The makers of GEOS take what they are given, also when they fail. */
static GEOSGeometry *to_polygon(struct geos *g, const struct geom *in, size_t first, size_t end)
{
    const size_t n_holes = end - first - 1;
    GEOSGeometry **holes = n_holes ? mem_new(n_holes, sizeof *holes) : NULL;
    g->no_memory = n_holes && !holes;
    if (g->no_memory)
        return NULL;
    GEOSGeometry *made = NULL;
    GEOSCoordSequence *outer = ring_to_sequence(g, in, first);
    GEOSGeometry *shell = outer ? GEOSGeom_createLinearRing_r(g->context, outer) : NULL;
    size_t n_made = 0;
    while (shell && n_made < n_holes) {
        GEOSCoordSequence *sequence = ring_to_sequence(g, in, first + 1 + n_made);
        holes[n_made] = sequence ? GEOSGeom_createLinearRing_r(g->context, sequence) : NULL;
        if (!holes[n_made])
            break;
        n_made++;
    }
    if (shell && n_made == n_holes) {
        made = GEOSGeom_createPolygon_r(g->context, shell, holes, (unsigned)n_holes);
    } else {
        GEOSGeom_destroy_r(g->context, shell);
        while (n_made > 0)
            GEOSGeom_destroy_r(g->context, holes[--n_made]);
    }
    mem_free(holes);
    return made;
}

static GEOSGeometry *to_part(struct geos *g, const struct geom *in, size_t part)
{
    const size_t first = part > 0 ? in->part_end[part - 1] : 0;
    if (in->part_kind[part] == GEOM_KIND_POLYGON)
        return to_polygon(g, in, first, in->part_end[part]);
    GEOSCoordSequence *sequence = ring_to_sequence(g, in, first);
    if (!sequence)
        return NULL;
    return in->part_kind[part] == GEOM_KIND_LINE ? GEOSGeom_createLineString_r(g->context, sequence)
                                                 : GEOSGeom_createPoint_r(g->context, sequence);
}

static int collection_type(const struct geom *in)
{
    switch (in->type) {
    case GEOM_MULTIPOINT:
        return GEOS_MULTIPOINT;
    case GEOM_MULTILINESTRING:
        return GEOS_MULTILINESTRING;
    case GEOM_MULTIPOLYGON:
        return GEOS_MULTIPOLYGON;
    default:
        return GEOS_GEOMETRYCOLLECTION;
    }
}

static bool has_only_finite_coordinates(const struct geom *in)
{
    for (size_t i = 0; i < 2 * in->n_vertices; i++) {
        if (!isfinite(in->xy[i]))
            return false;
    }
    return true;
}

static enum err_code to_geos(struct geos *g, const struct geom *in, GEOSGeometry **out,
                             struct err *err)
{
    g->said[0] = '\0';
    g->no_memory = false;
    if (!has_only_finite_coordinates(in))
        return err_set(err, BAD_DATA, "a coordinate that is not finite");
    GEOSGeometry **parts = mem_new(in->n_parts, sizeof *parts);
    if (!parts)
        return err_no_memory(err, in->n_parts * sizeof *parts);
    GEOSGeometry *made = NULL;
    size_t n = 0;
    while (n < in->n_parts && (parts[n] = to_part(g, in, n)))
        n++;
    if (n == in->n_parts && n == 1) {
        made = parts[0];
    } else if (n == in->n_parts) {
        made = GEOSGeom_createCollection_r(g->context, collection_type(in), parts, (unsigned)n);
    } else {
        while (n > 0)
            GEOSGeom_destroy_r(g->context, parts[--n]);
    }
    mem_free(parts);
    if (!made)
        return say_why(g, err);
    *out = made;
    return OK;
}

/* ---- out of GEOS -------------------------------------------------------------------------- */

/* With heights where the polygons that went in had them: those of vertices that are new lie between
 * their neighbours'. */
static enum err_code add_ring(struct geos *g, const GEOSGeometry *ring, struct err *err)
{
    const bool has_z = g->areal.g.z != NULL;
    const size_t step = has_z ? 3 : 2;

    const GEOSCoordSequence *sequence = ring ? GEOSGeom_getCoordSeq_r(g->context, ring) : NULL;
    unsigned n = 0;
    if (!sequence || !GEOSCoordSeq_getSize_r(g->context, sequence, &n))
        return say_why(g, err);
    if (mem_grow((void **)&g->xyz, &g->room_vertices, n, 3 * sizeof *g->xyz, err))
        return NO_MEMORY;
    if (!GEOSCoordSeq_copyToBuffer_r(g->context, sequence, g->xyz, has_z, 0))
        return say_why(g, err);
    geom_build_ring(&g->result);
    for (unsigned i = 0; i < n; i++) {
        const double *v = g->xyz + step * i;
        if (has_z)
            geom_build_vertex_z(&g->result, v[0], v[1], isfinite(v[2]) ? v[2] : 0);
        else
            geom_build_vertex(&g->result, v[0], v[1]);
    }
    return OK;
}

static enum err_code add_polygon(struct geos *g, const GEOSGeometry *polygon, struct err *err)
{
    if (GEOSisEmpty_r(g->context, polygon))
        return OK;
    geom_build_part(&g->result, GEOM_KIND_POLYGON);
    enum err_code rc = add_ring(g, GEOSGetExteriorRing_r(g->context, polygon), err);
    const int n_holes = GEOSGetNumInteriorRings_r(g->context, polygon);
    for (int i = 0; !rc && i < n_holes; i++)
        rc = add_ring(g, GEOSGetInteriorRingN_r(g->context, polygon, i), err);
    return rc;
}

/* The polygons of a repaired geometry; lines and points that it left are not wanted. What GEOS
 * returns is never nested more than a multi-geometry in a collection. */
static enum err_code add_polygons(struct geos *g, const GEOSGeometry *found, int depth,
                                  struct err *err)
{
    const int type = GEOSGeomTypeId_r(g->context, found);
    if (type == GEOS_POLYGON)
        return add_polygon(g, found, err);
    if ((type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) || depth == 0)
        return OK;
    enum err_code rc = OK;
    const int n = GEOSGetNumGeometries_r(g->context, found);
    for (int i = 0; !rc && i < n; i++)
        rc = add_polygons(g, GEOSGetGeometryN_r(g->context, found, i), depth - 1, err);
    return rc;
}

/* ---- what it is for ----------------------------------------------------------------------- */

enum err_code geos_is_valid(struct geos *g, const struct geom *in, struct arena *a, bool *out,
                            const char **reason, struct err *err)
{
    GEOSGeometry *geometry = NULL;
    struct err why = {0};
    enum err_code rc = to_geos(g, in, &geometry, &why);
    if (rc && rc != BAD_DATA)
        return err_set(err, rc, "%s", why.text);
    char *words = NULL;
    bool valid = false;
    if (!rc) {
        const char found = GEOSisValid_r(g->context, geometry);
        valid = found == 1;
        words = valid ? NULL : GEOSisValidReason_r(g->context, geometry);
        GEOSGeom_destroy_r(g->context, geometry);
    }
    rc = OK;
    /* What GEOS does not even take is not valid either. */
    if (!valid && reason) {
        const char *kept = arena_strdup(a, words ? words : why.text, err);
        rc = kept ? OK : err ? err->code : NO_MEMORY;
        if (!rc)
            *reason = kept;
    }
    GEOSFree_r(g->context, words);
    if (!rc)
        *out = valid;
    return rc;
}

/* A polygon's rings that can hold an area; without its outer ring it is nothing. */
static void take_polygon(struct geos *g, const struct geom *in, size_t first, size_t end)
{
    for (size_t ring = first; ring < end; ring++) {
        const size_t start = geom_ring_start(in, ring);
        if (in->ring_end[ring] - start >= 4) {
            if (ring == first)
                geom_build_part(&g->areal, GEOM_KIND_POLYGON);
            geom_build_ring(&g->areal);
            for (size_t i = start; i < in->ring_end[ring]; i++)
                geom_build_vertex_of(&g->areal, in, i);
        } else if (ring == first) {
            return;
        }
    }
}

/* Put the repaired polygons into the result; those that are valid go as they are. */
static enum err_code repair_polygons(struct geos *g, const struct geom *polygons, double step,
                                     struct err *err)
{
    GEOSGeometry *given = NULL, *repaired = NULL, *snapped = NULL;
    enum err_code rc = to_geos(g, polygons, &given, err);
    if (rc)
        return rc;
    const GEOSGeometry *found = given;
    if (GEOSisValid_r(g->context, given) != 1)
        found = repaired = GEOSMakeValidWithParams_r(g->context, given, g->repair);
    if (found && step > 0)
        found = snapped = GEOSGeom_setPrecision_r(g->context, found, step, 0);
    if (!found)
        rc = say_why(g, err);
    else if (found != given && GEOSisValid_r(g->context, found) != 1)
        rc = err_set(err, BAD_DATA, "GEOS: the repaired polygon is not valid"); /* at 1e200, say */
    else
        rc = add_polygons(g, found, 2, err);
    GEOSGeom_destroy_r(g->context, snapped);
    GEOSGeom_destroy_r(g->context, repaired);
    GEOSGeom_destroy_r(g->context, given);
    return rc;
}

static double on_grid(double value, double step)
{
    return step > 0 ? rint(value / step) * step : value;
}

/* Of the line's or point's vertices (x, y) on the grid, whether any is not where the first is. */
static bool has_two_places(const double *xy, size_t n_vertices, double step)
{
    for (size_t i = 1; i < n_vertices; i++) {
        if (on_grid(xy[2 * i], step) != on_grid(xy[0], step) ||
            on_grid(xy[2 * i + 1], step) != on_grid(xy[1], step))
            return true;
    }
    return false;
}

/* As it is, or on the grid without the vertices that fall on the one before. */
static void add_point_or_line(struct geos *g, const struct geom *in, size_t part, double step)
{
    const size_t ring = part > 0 ? in->part_end[part - 1] : 0, start = geom_ring_start(in, ring);
    const size_t n_vertices = in->ring_end[ring] - start;
    const enum geom_kind kind = in->part_kind[part];
    const double *xy = in->xy + 2 * start;
    if (n_vertices == 0 || (kind == GEOM_KIND_LINE && !has_two_places(xy, n_vertices, step)))
        return;
    geom_build_part(&g->result, kind);
    double last_x = NAN, last_y = NAN;
    for (size_t i = 0; i < n_vertices; i++) {
        const double x = on_grid(xy[2 * i], step), y = on_grid(xy[2 * i + 1], step);
        if (step == 0)
            geom_build_vertex_of(&g->result, in, start + i);
        else if (x != last_x || y != last_y)
            geom_build_vertex(&g->result, x, y);
        last_x = x;
        last_y = y;
    }
}

static enum geom_type type_of_result(enum geom_type was, size_t n_parts)
{
    if (n_parts == 0)
        return GEOM_NONE;
    return n_parts == 1 ? was : geom_type_multi(was);
}

static enum err_code make_valid(struct geos *g, const struct geom *in, double step, struct arena *a,
                                struct geom *out, struct err *err)
{
    if (!has_only_finite_coordinates(in))
        return err_set(err, BAD_DATA, "a coordinate that is not finite");
    geom_build_start(&g->areal, GEOM_MULTIPOLYGON);
    geom_build_start(&g->result, in->type);
    for (size_t part = 0; part < in->n_parts; part++) {
        const size_t first = part > 0 ? in->part_end[part - 1] : 0;
        if (in->part_kind[part] == GEOM_KIND_POLYGON)
            take_polygon(g, in, first, in->part_end[part]);
        else
            add_point_or_line(g, in, part, step);
    }
    struct geom polygons, result;
    enum err_code rc = geom_build_end(&g->areal, &polygons, err);
    if (!rc && polygons.n_parts > 0)
        rc = repair_polygons(g, &polygons, step, err);
    if (!rc)
        rc = geom_build_end(&g->result, &result, err);
    if (rc)
        return rc;
    result.type = type_of_result(in->type, result.n_parts);
    return geom_copy(&result, a, out, err);
}

enum err_code geos_make_valid(struct geos *g, const struct geom *in, struct arena *a,
                              struct geom *out, struct err *err)
{
    return make_valid(g, in, 0, a, out, err);
}

enum err_code geos_make_valid_on_grid(struct geos *g, const struct geom *in, double step,
                                      struct arena *a, struct geom *out, struct err *err)
{
    return make_valid(g, in, step, a, out, err);
}

enum err_code geos_intersects(struct geos *g, const struct geom *a, const struct geom *b, bool *out,
                              struct err *err)
{
    GEOSGeometry *left = NULL, *right = NULL;
    enum err_code rc = to_geos(g, a, &left, err);
    if (!rc)
        rc = to_geos(g, b, &right, err);
    if (!rc) {
        const char found = GEOSIntersects_r(g->context, left, right);
        if (found > 1)
            rc = say_why(g, err);
        else
            *out = found;
    }
    GEOSGeom_destroy_r(g->context, left);
    GEOSGeom_destroy_r(g->context, right);
    return rc;
}
