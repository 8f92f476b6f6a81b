#include "importers/geom_repair.h"

#include "base/geos.h"
#include "base/mem.h"
#include "base/ring_check.h"
#include "base/text.h"
#include "importers/polygon_mend.h"

#include <math.h>

/* Sources round their degrees: 180 may be 180.00000001. */
#define DEGREES_SLACK 1e-7

/* More parts than this are not compared pair by pair. */
enum { PAIRS_MAX = 64 };

struct geom_repair {
    struct geos *geos;
    struct ring_check *check;
    struct polygon_mender *mender;
    struct geom_builder builder;
};

enum err_code geom_repair_new(const atomic_bool *cancel, struct geom_repair **out, struct err *err)
{
    struct geom_repair *r = mem_new(1, sizeof *r);
    if (!r)
        return err_no_memory(err, sizeof *r);
    geom_builder_init(&r->builder, SIZE_MAX);
    r->check = ring_check_new();
    enum err_code rc = r->check ? geos_new(&r->geos, err) : err_no_memory(err, sizeof *r);
    if (!rc)
        rc = polygon_mender_new(r->geos, cancel, &r->mender, err);
    if (rc) {
        geom_repair_free(r);
        return rc;
    }
    *out = r;
    return OK;
}

void geom_repair_free(struct geom_repair *r)
{
    if (!r)
        return;
    polygon_mender_free(r->mender);
    geos_free(r->geos);
    ring_check_free(r->check);
    geom_builder_clear(&r->builder);
    mem_free(r);
}

enum err_code geom_check_places(const struct geom *g, bool geographic, struct err *err)
{
    for (size_t i = 0; i < g->n_vertices; i++) {
        const double x = g->xy[2 * i], y = g->xy[2 * i + 1];
        const bool ok = geographic ? fabs(x) <= 180 + DEGREES_SLACK && fabs(y) <= 90 + DEGREES_SLACK
                                   : isfinite(x) && isfinite(y);
        if (!ok)
            return err_set(err, BAD_DATA, "position %zu is (%.10g, %.10g), which is not a %s",
                           i + 1, x, y,
                           geographic ? "longitude and a latitude in degrees" : "place");
        if (g->z && !isfinite(g->z[i]))
            return err_set(err, BAD_DATA, "position %zu has a height that is no number", i + 1);
    }
    return OK;
}

/* Vertices a ring needs: for polygons with the first one repeated. */
static size_t min_vertices(enum geom_kind kind)
{
    return kind == GEOM_KIND_POLYGON ? 4 : kind == GEOM_KIND_LINE ? 2 : 1;
}

static bool is_same(const double *xy, size_t i, size_t j)
{
    return xy[2 * i] == xy[2 * j] && xy[2 * i + 1] == xy[2 * j + 1];
}

/* One ring, and which it is; starts as `{0}`. */
struct ring {
    const double *xy, *z; /* z: NULL without heights */
    size_t n;
    enum geom_kind kind;
    size_t part, in_part;
    size_t index, end; /* of the geometry: this ring, and the vertex behind it */
    bool open;         /* a polygon's, and its ends differ */
};

/* Go on to the next ring; false when there is none. */
static bool next_ring(const struct geom *g, struct ring *r)
{
    const size_t from = r->end;
    if (r->xy) {
        r->index++;
        r->in_part++;
    }
    if (r->index == g->n_rings)
        return false;
    if (r->index == g->part_end[r->part]) {
        r->part++;
        r->in_part = 0;
    }
    r->end = g->ring_end[r->index];
    r->xy = g->xy + 2 * from;
    r->z = g->z ? g->z + from : NULL;
    r->n = r->end - from;
    r->kind = g->part_kind[r->part];
    r->open = r->kind == GEOM_KIND_POLYGON && r->n > 0 && !is_same(r->xy, 0, r->n - 1);
    return true;
}

/* Two heights above one place are no repetition: a mast is a line. */
static bool is_repeated(const struct ring *r, size_t i)
{
    return is_same(r->xy, i, i - 1) && (!r->z || r->z[i] == r->z[i - 1]);
}

static size_t count_duplicates(const struct ring *r)
{
    size_t n_duplicates = 0;
    for (size_t i = 1; i < r->n; i++)
        n_duplicates += is_repeated(r, i);
    return n_duplicates;
}

static enum err_code check_length(const struct ring *ring, struct err *err)
{
    if (ring->n >= min_vertices(ring->kind))
        return OK;
    if (ring->kind == GEOM_KIND_POLYGON)
        return err_set(err, BAD_DATA, "ring %zu of polygon %zu has %zu positions, not 4 or more",
                       ring->in_part + 1, ring->part + 1, ring->n);
    return err_set(err, BAD_DATA, "line %zu has %zu positions, not 2 or more", ring->part + 1,
                   ring->n);
}

/* Are the rings long enough? What is there to tidy? */
static enum err_code inspect(const struct geom *g, struct geom_repair_report *report,
                             struct err *err)
{
    for (struct ring ring = {0}; next_ring(g, &ring);) {
        const enum err_code rc = check_length(&ring, err);
        if (rc)
            return rc;
        const size_t n_duplicates = count_duplicates(&ring);
        const size_t n_spare = ring.n + ring.open - min_vertices(ring.kind);
        report->n_duplicates += n_duplicates < n_spare ? n_duplicates : n_spare;
        report->n_rings_closed += ring.open;
        if (ring.kind != GEOM_KIND_POLYGON)
            continue;
        const double area2 = ring_area2(ring.xy, ring.n);
        report->n_rings_turned += ring.in_part == 0 ? area2 < 0 : area2 > 0;
    }
    return OK;
}

/* A copy with rings closed and without repeated vertices, as far as they can be spared: a ring
 * that has collapsed is left to GEOS, which wants four. */
static enum err_code tidy(const struct geom *g, struct geom_builder *b, struct geom *out,
                          struct err *err)
{
    geom_build_start(b, g->type);
    for (struct ring ring = {0}; next_ring(g, &ring);) {
        const size_t first = ring.end - ring.n;
        size_t n_spare = ring.n + ring.open - min_vertices(ring.kind);
        if (ring.in_part == 0)
            geom_build_part(b, ring.kind);
        geom_build_ring(b);
        for (size_t i = 0; i < ring.n; i++) {
            if (i > 0 && is_repeated(&ring, i) && n_spare > 0)
                n_spare--;
            else
                geom_build_vertex_of(b, g, first + i);
        }
        if (ring.open)
            geom_build_vertex_of(b, g, first);
    }
    return geom_build_end(b, out, err);
}

/* A part of a geometry, as a polygon of its own. Its ring ends are written to `ring_end`. */
static struct geom part_of(const struct geom *g, size_t part, uint32_t *ring_end,
                           uint32_t *part_end)
{
    const size_t first_ring = part ? g->part_end[part - 1] : 0;
    const size_t first = first_ring ? g->ring_end[first_ring - 1] : 0;
    const size_t n_rings = g->part_end[part] - first_ring;
    for (size_t i = 0; i < n_rings; i++)
        ring_end[i] = (uint32_t)(g->ring_end[first_ring + i] - first);
    *part_end = (uint32_t)n_rings;
    return (struct geom){
        .type = GEOM_POLYGON,
        .n_parts = 1,
        .n_rings = n_rings,
        .n_vertices = ring_end[n_rings - 1],
        .xy = g->xy + 2 * first,
        .z = g->z ? g->z + first : NULL,
        .ring_end = ring_end,
        .part_end = part_end,
        .part_kind = g->part_kind + part,
    };
}

/* Boxes that do not meet are parts that do not touch. */
static bool parts_are_apart(const struct geom *g, struct bbox *boxes)
{
    for (size_t i = 0; i < g->n_parts; i++) {
        for (size_t j = 0; j < i; j++) {
            if (bbox_meets(&boxes[i], &boxes[j]))
                return false;
        }
    }
    return true;
}

/* Whether a polygon or multipolygon is surely valid. */
static enum err_code is_surely_valid(struct geom_repair *r, const struct geom *g, struct arena *a,
                                     bool *out, struct err *err)
{
    *out = false;
    if (g->n_parts == 1) {
        *out = ring_check_polygon(r->check, g->xy, g->ring_end, g->n_rings);
        return OK;
    }
    if (g->n_parts > PAIRS_MAX)
        return OK;
    struct bbox boxes[PAIRS_MAX];
    struct err why = {0};
    uint32_t *ring_end = arena_raw(a, g->n_rings, sizeof *ring_end, &why);
    if (!ring_end)
        return err_set(err, why.code, "%s", why.text);
    for (size_t i = 0; i < g->n_parts; i++) {
        uint32_t part_end = 0;
        const struct geom part = part_of(g, i, ring_end, &part_end);
        boxes[i] = geom_bbox(&part);
        if (!ring_check_polygon(r->check, part.xy, part.ring_end, part.n_rings))
            return OK;
    }
    *out = parts_are_apart(g, boxes);
    return OK;
}

/* A polygon or multipolygon. */
static enum err_code make_valid(struct geom_repair *r, const struct geom *g, struct arena *a,
                                struct geom *out, bool *out_changed, struct err *err)
{
    bool valid = false;
    enum err_code rc = is_surely_valid(r, g, a, &valid, err);
    if (!rc && !valid)
        rc = geos_is_valid(r->geos, g, a, &valid, NULL, err);
    if (rc || valid) {
        *out = *g;
        return rc;
    }
    struct geom made;
    bool is_mended = false;
    rc = polygon_mend(r->mender, g, a, &made, &is_mended, err);
    if (!rc && is_mended)
        rc = geom_copy(&made, a, &made, err);
    else if (!rc)
        rc = geos_make_valid(r->geos, g, a, &made, err);
    if (!rc && made.n_vertices == 0)
        rc = err_set(err, BAD_DATA, "a polygon without an area");
    if (rc)
        return rc;
    *out_changed = true;
    *out = made;
    return OK;
}

static void add_part(struct geom_builder *b, const struct geom *g, size_t part)
{
    size_t ring = part ? g->part_end[part - 1] : 0;
    size_t vertex = ring ? g->ring_end[ring - 1] : 0;
    geom_build_part(b, g->part_kind[part]);
    for (; ring < g->part_end[part]; ring++) {
        geom_build_ring(b);
        for (; vertex < g->ring_end[ring]; vertex++)
            geom_build_vertex_of(b, g, vertex);
    }
}

/* The polygons of a collection, each for itself: GEOS's repair would mix the kinds. */
static enum err_code make_collection_valid(struct geom_repair *r, const struct geom *g,
                                           struct arena *a, struct geom *out, bool *out_changed,
                                           struct err *err)
{
    struct err why = {0};
    struct geom_builder b;
    uint32_t *ring_end = arena_raw(a, g->n_rings, sizeof *ring_end, &why);
    if (!ring_end)
        return err_set(err, why.code, "%s", why.text);
    geom_builder_init(&b, SIZE_MAX);
    geom_build_start(&b, GEOM_COLLECTION);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < g->n_parts; i++) {
        if (g->part_kind[i] != GEOM_KIND_POLYGON) {
            add_part(&b, g, i);
            continue;
        }
        uint32_t part_end = 0;
        struct geom part = part_of(g, i, ring_end, &part_end), made;
        rc = make_valid(r, &part, a, &made, out_changed, err);
        for (size_t j = 0; !rc && j < made.n_parts; j++)
            add_part(&b, &made, j);
    }
    if (!rc && *out_changed) {
        struct geom built;
        rc = geom_build_end(&b, &built, err);
        if (!rc)
            rc = geom_copy(&built, a, out, err);
    } else if (!rc) {
        *out = *g;
    }
    geom_builder_clear(&b);
    return rc;
}

enum err_code geom_repair_run(struct geom_repair *r, const struct geom *in, bool geographic,
                              struct arena *a, struct geom *out, struct geom_repair_report *report,
                              struct err *err)
{
    struct geom_repair_report seen = {0};
    struct geom tidied = *in, valid = *in;
    enum err_code rc = geom_check_places(in, geographic, err);
    if (!rc)
        rc = inspect(in, &seen, err);
    if (!rc && (seen.n_duplicates > 0 || seen.n_rings_closed > 0))
        rc = tidy(in, &r->builder, &tidied, err);
    if (rc)
        return rc;
    if (in->type == GEOM_COLLECTION)
        rc = make_collection_valid(r, &tidied, a, &valid, &seen.made_valid, err);
    else if (in->type == GEOM_POLYGON || in->type == GEOM_MULTIPOLYGON)
        rc = make_valid(r, &tidied, a, &valid, &seen.made_valid, err);
    else
        valid = tidied;
    if (rc)
        return rc;
    *out = valid;
    *report = seen;
    return OK;
}
