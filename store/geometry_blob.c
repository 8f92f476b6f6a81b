#include "store/geometry_blob.h"

#include <string.h>

/* Layout: 00, byte order, SRID, box, 7C, class, body, FE; each part of a multi geometry or a
 * collection is 69, class, body. */
enum { MARK_START = 0x00, MARK_BOX_END = 0x7C, MARK_PART = 0x69, MARK_END = 0xFE };
#define HEAD_BYTES 39
#define AXES_STEP  1000 /* class numbers: +1000 Z, +2000 M, +3000 ZM */
enum { AXES_XY, AXES_XYZ, AXES_XYM, AXES_XYZM, N_AXES };

/* --- writing --- */

static bool is_multi(enum geom_type type)
{
    return type >= GEOM_MULTIPOINT;
}

/* The single type of a kind: Point, LineString, Polygon follow each other as the kinds do. */
static enum geom_type single_type(uint8_t kind)
{
    return (enum geom_type)(GEOM_POINT + kind);
}

static uint8_t *put_bytes(uint8_t *at, const void *from, size_t n_bytes)
{
    memcpy(at, from, n_bytes);
    return at + n_bytes;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    return put_bytes(at, &value, sizeof value);
}

static uint8_t *put_vertices(uint8_t *at, const struct geom *g, size_t from, size_t n, bool has_z)
{
    if (!has_z)
        return put_bytes(at, g->xy + 2 * from, n * 2 * sizeof *g->xy);
    for (size_t i = from; i < from + n; i++) {
        const double xyz[] = {g->xy[2 * i], g->xy[2 * i + 1], g->z ? g->z[i] : 0};
        at = put_bytes(at, xyz, sizeof xyz);
    }
    return at;
}

/* A part's body, without its class: coordinates, with counts before them as its kind has them. */
static uint8_t *put_part(uint8_t *at, const struct geom *g, size_t part, bool has_z)
{
    size_t ring = part ? g->part_end[part - 1] : 0;
    const uint8_t kind = g->part_kind[part];
    if (kind == GEOM_KIND_POLYGON)
        at = put_u32(at, (uint32_t)(g->part_end[part] - ring));
    for (; ring < g->part_end[part]; ring++) {
        const size_t start = ring ? g->ring_end[ring - 1] : 0;
        const size_t n = g->ring_end[ring] - start;
        if (kind != GEOM_KIND_POINT)
            at = put_u32(at, (uint32_t)n);
        at = put_vertices(at, g, start, n, has_z);
    }
    return at;
}

enum err_code geometry_blob_put(struct buf *b, const struct geom *g,
                                const struct geometry_column *column, const struct bbox *box,
                                struct err *err)
{
    const bool has_z = column->has_z;
    const uint32_t axes = has_z ? AXES_XYZ * AXES_STEP : 0;
    enum geom_type type = g->type;
    if (column->type != GEOM_COLLECTION) {
        if (geom_type_union(type, column->type) != column->type)
            return err_set(err, BAD_DATA, "a %s in a layer of type %s", geom_type_name(type),
                           geom_type_name(column->type));
        type = column->type;
    }
    if (!is_multi(type) && g->n_parts != 1)
        return err_set(err, BAD_DATA, "a %s of %zu parts", geom_type_name(type), g->n_parts);

    const size_t most_bytes = HEAD_BYTES + 9 + g->n_parts * 9 + g->n_rings * 4 +
                              g->n_vertices * (has_z ? 3 : 2) * sizeof *g->xy + 1;
    uint8_t *const start = buf_reserve(b, most_bytes);
    if (!start)
        return buf_status(b, err);
    const uint16_t one = 1;
    uint8_t *at = start;
    *at++ = MARK_START;
    at = put_bytes(at, &one, 1); /* 1 on little-endian machines, 0 on big-endian ones */
    at = put_u32(at, (uint32_t)column->epsg);
    at = put_bytes(at, box, sizeof *box);
    *at++ = MARK_BOX_END;
    at = put_u32(at, type + axes);
    if (is_multi(type))
        at = put_u32(at, (uint32_t)g->n_parts);
    for (size_t i = 0; i < g->n_parts; i++) {
        if (is_multi(type)) {
            *at++ = MARK_PART;
            at = put_u32(at, single_type(g->part_kind[i]) + axes);
        }
        at = put_part(at, g, i, has_z);
    }
    *at++ = MARK_END;
    buf_added(b, (size_t)(at - start));
    return OK;
}
_Static_assert(sizeof(struct bbox) == 4 * sizeof(double), "a box is four numbers in the blob");

/* --- reading --- */

/* Goes over the bytes twice: first only counting (no arrays), then filling. */
struct walk {
    struct bytes at;
    bool little;
    struct geom g;
    size_t n_parts, n_rings, n_vertices; /* seen so far */
    bool has_z;                          /* some of them have */
};

static enum err_code get_u32(struct walk *w, uint32_t *out, struct err *err)
{
    const uint8_t *b = NULL;
    if (bytes_get(&w->at, 4, &b, err))
        return BAD_DATA;
    *out = w->little
               ? (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24
               : (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24;
    return OK;
}

static double f64_at(const struct walk *w, const uint8_t *b)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)b[w->little ? i : 7 - i] << (8 * i);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static enum err_code walk_ring(struct walk *w, size_t n, uint32_t axes, struct err *err)
{
    static const size_t N_NUMBERS[N_AXES] = {2, 3, 3, 4};
    const size_t vertex_bytes = N_NUMBERS[axes] * sizeof(double);
    const bool has_z = axes == AXES_XYZ || axes == AXES_XYZM;
    const uint8_t *b = NULL;
    if (n > (size_t)(w->at.end - w->at.at) / vertex_bytes)
        return err_set(err, BAD_DATA, "a geometry of %zu vertices in fewer bytes", n);
    if (bytes_get(&w->at, n * vertex_bytes, &b, err))
        return BAD_DATA;
    for (size_t i = 0; w->g.xy && i < n; i++, b += vertex_bytes) {
        w->g.xy[2 * (w->n_vertices + i)] = f64_at(w, b);
        w->g.xy[2 * (w->n_vertices + i) + 1] = f64_at(w, b + sizeof(double));
        if (w->g.z)
            w->g.z[w->n_vertices + i] = has_z ? f64_at(w, b + 2 * sizeof(double)) : 0;
    }
    w->has_z |= has_z;
    w->n_vertices += n;
    if (w->n_vertices > UINT32_MAX)
        return err_set(err, BAD_DATA, "a geometry of more vertices than can be counted");
    if (w->g.ring_end)
        w->g.ring_end[w->n_rings] = (uint32_t)w->n_vertices;
    w->n_rings++;
    return OK;
}

static enum err_code walk_part(struct walk *w, enum geom_type type, uint32_t axes, struct err *err)
{
    const size_t n_rings_before = w->n_rings;
    uint32_t n_rings = 1, n = 1;
    enum err_code rc = type == GEOM_POLYGON ? get_u32(w, &n_rings, err) : OK;
    for (uint32_t i = 0; !rc && i < n_rings; i++) {
        if (type != GEOM_POINT)
            rc = get_u32(w, &n, err);
        if (!rc && n > 0) /* an empty ring is nothing, and so is a part of such rings */
            rc = walk_ring(w, n, axes, err);
    }
    if (rc || w->n_rings == n_rings_before)
        return rc;
    if (w->g.part_end) {
        w->g.part_end[w->n_parts] = (uint32_t)w->n_rings;
        w->g.part_kind[w->n_parts] = (uint8_t)geom_kind_of(type);
    }
    w->n_parts++;
    return OK;
}

/* A class number: type 1..7 and the axes. */
static enum err_code get_class(struct walk *w, enum geom_type *out_type, uint32_t *out_axes,
                               struct err *err)
{
    uint32_t class = 0;
    if (get_u32(w, &class, err))
        return BAD_DATA;
    const uint32_t type = class % AXES_STEP, axes = class / AXES_STEP;
    if (type < GEOM_POINT || type > GEOM_COLLECTION || axes >= N_AXES)
        return err_set(err, BAD_DATA, "a geometry of class %u, which is not read here",
                       (unsigned)class);
    *out_type = (enum geom_type)type;
    *out_axes = axes;
    return OK;
}

static enum err_code walk_body(struct walk *w, struct err *err)
{
    uint32_t n_parts = 0, axes = 0;
    enum err_code rc = get_class(w, &w->g.type, &axes, err);
    if (!rc && !is_multi(w->g.type))
        return walk_part(w, w->g.type, axes, err);
    if (!rc)
        rc = get_u32(w, &n_parts, err);
    for (uint32_t i = 0; !rc && i < n_parts; i++) {
        uint8_t mark = 0;
        enum geom_type type = GEOM_NONE;
        rc = bytes_get_u8(&w->at, &mark, err);
        if (!rc && mark != MARK_PART)
            rc = err_set(err, BAD_DATA, "a part of a geometry without its mark");
        if (!rc)
            rc = get_class(w, &type, &axes, err);
        if (!rc && (is_multi(type) || (w->g.type != GEOM_COLLECTION &&
                                       geom_kind_of(type) != geom_kind_of(w->g.type))))
            rc = err_set(err, BAD_DATA, "a %s in a %s", geom_type_name(type),
                         geom_type_name(w->g.type));
        if (!rc)
            rc = walk_part(w, type, axes, err);
    }
    return rc;
}

static enum err_code read_blob(struct span blob, struct arena *a, struct geom *out, struct err *err)
{
    const uint8_t *b = (const uint8_t *)blob.at;
    const size_t n = blob.len_bytes;
    if (n < HEAD_BYTES + 5 || b[0] != MARK_START || b[1] > 1 || b[HEAD_BYTES - 1] != MARK_BOX_END ||
        b[n - 1] != MARK_END)
        return err_set(err, BAD_DATA, "not a plain SpatiaLite geometry");
    const struct bytes body = {b + HEAD_BYTES, b + n - 1};
    struct walk count = {.at = body, .little = b[1] == 1};
    if (walk_body(&count, err))
        return BAD_DATA;
    if (count.at.at != count.at.end)
        return err_set(err, BAD_DATA, "a geometry with bytes behind its end");

    struct walk fill = {.at = body, .little = count.little};
    struct geom *g = &fill.g;
    g->n_parts = count.n_parts;
    g->n_rings = count.n_rings;
    g->n_vertices = count.n_vertices;
    struct err why = {0};
    g->xy = arena_raw(a, g->n_vertices, 2 * sizeof *g->xy, &why);
    if (!why.code && count.has_z)
        g->z = arena_raw(a, g->n_vertices, sizeof *g->z, &why);
    if (!why.code)
        g->ring_end = arena_raw(a, g->n_rings, sizeof *g->ring_end, &why);
    if (!why.code)
        g->part_end = arena_raw(a, g->n_parts, sizeof *g->part_end, &why);
    if (!why.code)
        g->part_kind = arena_raw(a, g->n_parts, sizeof *g->part_kind, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    if (walk_body(&fill, err))
        return BAD_DATA;
    *out = *g;
    return OK;
}

enum err_code geometry_blob_read(struct span blob, struct arena *a, struct geom *out,
                                 struct err *err)
{
    const enum err_code rc = read_blob(blob, a, out, err);
    return rc ? err_add(err, "a geometry blob of %zu bytes", blob.len_bytes) : OK;
}
