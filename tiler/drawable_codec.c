#include "tiler/drawable_codec.h"

#include "base/mem.h"

#define NUMBER_BITS 53 /* of JavaScript's safe integers */

#define ONE_RING 0x80u /* beside the kind */

static void put_counts(struct buf *b, const uint32_t *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_put_varint(b, ends[i] - (i ? ends[i - 1] : 0));
}

void drawable_put_geometry(struct buf *b, const struct grid_shape *s, const struct grid_box *box)
{
    const bool is_one = s->n_parts == 1 && s->n_rings == 1;
    buf_put_u8(b, (uint8_t)(s->kind | (is_one ? ONE_RING : 0)));
    if (!is_one) {
        buf_put_varint(b, s->n_parts);
        buf_put_varint(b, s->n_rings);
    }
    buf_put_varint(b, s->n_vertices);
    if (s->kind == GEOM_KIND_POLYGON && !is_one)
        put_counts(b, s->part_end, s->n_parts);
    if (s->kind != GEOM_KIND_POINT && !is_one)
        put_counts(b, s->ring_end, s->n_rings);
    buf_put(b, s->zoom, s->n_vertices);
    buf_put_varint(b, s->vertices[0].x - box->min_x);
    buf_put_varint(b, s->vertices[0].y - box->min_y);
    for (size_t i = 1; i < s->n_vertices; i++) {
        buf_put_svarint(b, (int32_t)(s->vertices[i].x - s->vertices[i - 1].x));
        buf_put_svarint(b, (int32_t)(s->vertices[i].y - s->vertices[i - 1].y));
    }
}

void drawable_put_point(struct buf *b, struct vertex_gu at, uint8_t zoom)
{
    uint32_t end = 1;
    const struct grid_box box = {at.x, at.y, at.x, at.y};
    const struct grid_shape shape = {.kind = GEOM_KIND_POINT,
                                     .n_parts = 1,
                                     .n_rings = 1,
                                     .n_vertices = 1,
                                     .vertices = &at,
                                     .zoom = &zoom,
                                     .ring_end = &end,
                                     .part_end = &end};
    drawable_put_geometry(b, &shape, &box);
}

/* What the geometry's bytes begin with, and where its tables stand. */
struct head {
    enum geom_kind kind;
    bool is_one;
    uint64_t n_parts, n_rings, n_vertices;
    struct bytes part_sizes, ring_sizes; /* unless it is one ring */
    const uint8_t *zooms;
    struct vertex_gu first;
    struct bytes deltas;
};

/* Passes over n sizes that must add up to `n_items`; `*out` reads them again. */
static enum err_code get_sizes(struct bytes *r, uint64_t n, uint64_t n_items, struct bytes *out,
                               struct err *err)
{
    *out = *r;
    uint64_t left = n_items;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t size = 0;
        if (bytes_get_varint(r, &size, err))
            return BAD_DATA;
        if (size == 0 || size > left)
            return err_set(err, BAD_DATA, "a drawable with parts or rings of wrong size");
        left -= size;
    }
    return left ? err_set(err, BAD_DATA, "a drawable with parts or rings of wrong size") : OK;
}

static enum err_code check_counts(const struct head *h, const struct bytes *r, struct err *err)
{
    /* Each vertex has a byte at least: so the bytes bound what is allocated for them. */
    if (h->kind > GEOM_KIND_POLYGON || h->n_parts == 0 || h->n_parts > h->n_rings ||
        h->n_rings > h->n_vertices || h->n_vertices > (uint64_t)(r->end - r->at))
        return err_set(err, BAD_DATA, "a drawable of kind %d with impossible counts", (int)h->kind);
    if (h->kind != GEOM_KIND_POLYGON && h->n_parts != h->n_rings)
        return err_set(err, BAD_DATA, "a drawable whose lines or points have several rings");
    if (h->kind == GEOM_KIND_POINT && h->n_rings != h->n_vertices)
        return err_set(err, BAD_DATA, "a drawable whose points have several vertices");
    return OK;
}

static enum err_code get_head(struct span geometry, const struct grid_box *box, struct head *h,
                              struct err *err)
{
    struct bytes r = bytes_of_span(geometry);
    uint8_t kind = 0;
    uint64_t x = 0, y = 0;
    if (bytes_get_u8(&r, &kind, err))
        return BAD_DATA;
    h->is_one = kind & ONE_RING;
    h->kind = (enum geom_kind)(kind & ~ONE_RING);
    h->n_parts = h->n_rings = 1;
    if (!h->is_one &&
        (bytes_get_varint(&r, &h->n_parts, err) || bytes_get_varint(&r, &h->n_rings, err)))
        return BAD_DATA;
    if (bytes_get_varint(&r, &h->n_vertices, err) || check_counts(h, &r, err))
        return BAD_DATA;
    if (h->kind == GEOM_KIND_POLYGON && !h->is_one &&
        get_sizes(&r, h->n_parts, h->n_rings, &h->part_sizes, err))
        return BAD_DATA;
    if (h->kind != GEOM_KIND_POINT && !h->is_one &&
        get_sizes(&r, h->n_rings, h->n_vertices, &h->ring_sizes, err))
        return BAD_DATA;
    if (bytes_get(&r, h->n_vertices, &h->zooms, err) || bytes_get_varint(&r, &x, err) ||
        bytes_get_varint(&r, &y, err))
        return BAD_DATA;
    h->first = (struct vertex_gu){box->min_x + (uint32_t)x, box->min_y + (uint32_t)y};
    h->deltas = r;
    return OK;
}

/* The next size of a table that get_sizes() has read before. */
static uint64_t next_size(struct bytes *r)
{
    uint64_t size = 0;
    return bytes_get_varint(r, &size, NULL) ? 0 : size;
}

/* Here a tile spends its time: so no call and one test for each byte. False when bytes end too
 * early. */
static inline bool add_delta(struct bytes *r, uint32_t *sum)
{
    uint32_t zigzag = 0;
    for (int shift = 0; shift < 35 && r->at < r->end; shift += 7) {
        const uint8_t byte = *r->at++;
        zigzag |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *sum += (zigzag >> 1) ^ (0 - (zigzag & 1));
            return true;
        }
    }
    return false;
}

static uint64_t n_rings_of_part(struct head *h)
{
    return h->kind != GEOM_KIND_POLYGON || h->is_one ? 1 : next_size(&h->part_sizes);
}

static uint64_t n_vertices_of_ring(struct head *h)
{
    if (h->kind == GEOM_KIND_POINT)
        return 1;
    return h->is_one ? h->n_vertices : next_size(&h->ring_sizes);
}

enum err_code drawable_get_geometry(struct span geometry, const struct grid_box *box, uint8_t zoom,
                                    const struct tile_frame *f, struct tile_shape *out,
                                    struct err *err)
{
    struct head h = {0};
    if (get_head(geometry, box, &h, err))
        return BAD_DATA;
    if (tile_shape_start(out, h.kind, h.n_parts, h.n_rings, h.n_vertices, err) ||
        mem_grow((void **)&out->ring_gu, &out->room_ring_gu, h.n_vertices, sizeof *out->ring_gu,
                 err))
        return NO_MEMORY;
    struct vertex_gu at = h.first;
    size_t vertex = 0;
    for (size_t part = 0; part < h.n_parts; part++) {
        const uint64_t n_rings = n_rings_of_part(&h);
        for (size_t ring = 0; ring < n_rings; ring++) {
            const size_t end = vertex + n_vertices_of_ring(&h);
            size_t n = 0;
            for (; vertex < end; vertex++) {
                if (vertex > 0 && (!add_delta(&h.deltas, &at.x) || !add_delta(&h.deltas, &at.y)))
                    return err_set(err, BAD_DATA, "a drawable that ends in mid-vertex");
                if (h.zooms[vertex] <= zoom)
                    out->ring_gu[n++] = at;
            }
            const enum err_code rc = tile_frame_put(f, out->ring_gu, n, out, err);
            if (rc)
                return rc;
            tile_shape_end_ring(out);
        }
        tile_shape_end_part(out);
    }
    return OK;
}

uint64_t feature_number(struct span id)
{
    const uint64_t end = UINT64_C(1) << NUMBER_BITS;
    uint64_t number = 0;
    bool is_number = id.len_bytes > 0 && id.len_bytes <= 16 && id.at[0] != '0';
    for (size_t i = 0; is_number && i < id.len_bytes; i++) {
        is_number = id.at[i] >= '0' && id.at[i] <= '9';
        number = number * 10 + (uint64_t)(id.at[i] - '0');
    }
    if (is_number && number < end)
        return number;
    const uint64_t hash = text_hash(id.at, id.len_bytes, 0);
    const uint64_t folded = (hash ^ hash >> NUMBER_BITS) & (end - 1);
    return folded ? folded : 1;
}
