/* Geometry as bytes, and copies of it: the last part of base/geom.h. */
#include "base/geom.h"

#include <string.h>

/* Arrays for as many items as `g` counts. */
static enum err_code make_arrays(struct geom *g, bool has_z, struct arena *a, struct err *err)
{
    struct err why = {0};
    g->xy = arena_raw(a, g->n_vertices, 2 * sizeof *g->xy, &why);
    if (!why.code && has_z)
        g->z = arena_raw(a, g->n_vertices, sizeof *g->z, &why);
    /* The ends and kinds of most geometries are few bytes: one piece for all. */
    const size_t n_ends = g->n_rings + g->n_parts;
    uint32_t *ends = why.code ? NULL : arena_raw(a, n_ends * sizeof *ends + g->n_parts, 1, &why);
    if (!ends)
        return err_set(err, why.code, "%s", why.text);
    g->ring_end = ends;
    g->part_end = ends + g->n_rings;
    g->part_kind = (uint8_t *)(ends + n_ends);
    return OK;
}

enum err_code geom_copy(const struct geom *g, struct arena *a, struct geom *out, struct err *err)
{
    struct geom copy = *g;
    const enum err_code rc = make_arrays(&copy, g->z != NULL, a, err);
    if (rc)
        return rc;
    /* The arrays of an empty geometry may be NULL, which memcpy does not take. */
    if (g->n_vertices)
        memcpy(copy.xy, g->xy, g->n_vertices * 2 * sizeof *g->xy);
    if (g->n_vertices && g->z)
        memcpy(copy.z, g->z, g->n_vertices * sizeof *g->z);
    if (g->n_rings)
        memcpy(copy.ring_end, g->ring_end, g->n_rings * sizeof *g->ring_end);
    if (g->n_parts) {
        memcpy(copy.part_end, g->part_end, g->n_parts * sizeof *g->part_end);
        memcpy(copy.part_kind, g->part_kind, g->n_parts * sizeof *g->part_kind);
    }
    *out = copy;
    return OK;
}

/* Set in the type's byte when there are heights. */
#define HAS_Z 0x80

/* Type, three counts, then for each part its kind and number of rings, for each ring its number of
 * vertices, the coordinates as they are, and the heights. */
void geom_pack(struct buf *b, const struct geom *g)
{
    buf_put_u8(b, (uint8_t)(g->z ? g->type | HAS_Z : g->type));
    buf_put_varint(b, g->n_parts);
    buf_put_varint(b, g->n_rings);
    buf_put_varint(b, g->n_vertices);
    for (size_t i = 0; i < g->n_parts; i++) {
        buf_put_u8(b, g->part_kind[i]);
        buf_put_varint(b, g->part_end[i] - (i ? g->part_end[i - 1] : 0));
    }
    for (size_t i = 0; i < g->n_rings; i++)
        buf_put_varint(b, g->ring_end[i] - (i ? g->ring_end[i - 1] : 0));
    buf_put_f64s(b, g->xy, 2 * g->n_vertices);
    if (g->z)
        buf_put_f64s(b, g->z, g->n_vertices);
}

/* How many items there are; each takes at least `item_bytes` of what is left, so that a lying
 * number cannot make us ask for more memory than the bytes are worth. */
static enum err_code get_count(struct bytes *r, size_t item_bytes, size_t *out, struct err *err)
{
    uint64_t n = 0;
    if (bytes_get_varint(r, &n, err))
        return BAD_DATA;
    if (n > UINT32_MAX || n > (size_t)(r->end - r->at) / item_bytes)
        return err_set(err, BAD_DATA, "a geometry of more items than bytes");
    *out = n;
    return OK;
}

/* n lengths as ends; they must add up to `total`. For parts `kinds` is filled too. */
static enum err_code get_ends(struct bytes *r, uint32_t *ends, uint8_t *kinds, size_t n,
                              size_t total, struct err *err)
{
    uint64_t end = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t len = 0;
        if (kinds && bytes_get_u8(r, &kinds[i], err))
            return BAD_DATA;
        if (bytes_get_varint(r, &len, err))
            return BAD_DATA;
        if (len > total - end)
            return err_set(err, BAD_DATA, "a geometry whose parts are more than the whole");
        end += len;
        ends[i] = (uint32_t)end;
    }
    return end == total ? OK : err_set(err, BAD_DATA, "a geometry whose parts are not the whole");
}

/* What base/geom.h promises of every geometry. */
static enum err_code check_parts(const struct geom *g, struct err *err)
{
    const bool single = g->type >= GEOM_POINT && g->type <= GEOM_POLYGON;
    if (g->n_parts > 1 && single)
        return err_set(err, BAD_DATA, "a %s of several parts", geom_type_name(g->type));
    if (g->n_parts > 0 && g->type == GEOM_NONE)
        return err_set(err, BAD_DATA, "no geometry, but parts of it");
    for (size_t i = 0; i < g->n_parts; i++) {
        const uint32_t n_rings = g->part_end[i] - (i ? g->part_end[i - 1] : 0);
        const enum geom_kind kind = g->part_kind[i];
        if (kind > GEOM_KIND_POLYGON ||
            (g->type != GEOM_COLLECTION && kind != geom_kind_of(g->type)))
            return err_set(err, BAD_DATA, "a %s with a part of kind %u", geom_type_name(g->type),
                           (unsigned)kind);
        if (n_rings == 0 || (n_rings > 1 && kind != GEOM_KIND_POLYGON))
            return err_set(err, BAD_DATA, "a part of %u rings", (unsigned)n_rings);
        const uint32_t ring = g->part_end[i] - 1;
        if (kind == GEOM_KIND_POINT && g->ring_end[ring] - (ring ? g->ring_end[ring - 1] : 0) > 1)
            return err_set(err, BAD_DATA, "a point of several vertices");
    }
    return OK;
}

enum err_code geom_unpack(struct bytes *r, struct arena *a, struct geom *out, struct err *err)
{
    struct bytes at = *r;
    struct geom g = {0};
    uint8_t type = 0;
    if (bytes_get_u8(&at, &type, err))
        return BAD_DATA;
    const bool has_z = type & HAS_Z;
    type &= (uint8_t)~HAS_Z;
    if (type > GEOM_COLLECTION)
        return err_set(err, BAD_DATA, "no geometry has type %u", type);
    g.type = type;
    if (get_count(&at, 2, &g.n_parts, err) || get_count(&at, 1, &g.n_rings, err) ||
        get_count(&at, has_z ? 24 : 16, &g.n_vertices, err))
        return BAD_DATA;
    enum err_code rc = make_arrays(&g, has_z, a, err);
    if (!rc)
        rc = get_ends(&at, g.part_end, g.part_kind, g.n_parts, g.n_rings, err);
    if (!rc)
        rc = get_ends(&at, g.ring_end, NULL, g.n_rings, g.n_vertices, err);
    if (!rc)
        rc = check_parts(&g, err);
    if (!rc)
        rc = bytes_get_f64s(&at, g.xy, 2 * g.n_vertices, err);
    if (!rc && has_z)
        rc = bytes_get_f64s(&at, g.z, g.n_vertices, err);
    if (rc)
        return rc;
    *r = at;
    *out = g;
    return OK;
}
