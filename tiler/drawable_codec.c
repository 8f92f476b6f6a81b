#include "tiler/drawable_codec.h"

#include "base/mem.h"

#define NUMBER_BITS 53 /* of JavaScript's safe integers */

static void put_u32(struct buf *b, uint32_t v)
{
    const uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                              (uint8_t)(v >> 24)};
    buf_put(b, bytes, sizeof bytes);
}

static void put_counts(struct buf *b, const uint32_t *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_put_varint(b, ends[i] - (i ? ends[i - 1] : 0));
}

void drawable_put_geometry(struct buf *b, const struct grid_shape *s)
{
    buf_put_u8(b, (uint8_t)s->kind);
    buf_put_varint(b, s->n_parts);
    buf_put_varint(b, s->n_rings);
    buf_put_varint(b, s->n_vertices);
    put_u32(b, s->vertices[0].x);
    put_u32(b, s->vertices[0].y);
    if (s->kind == GEOM_KIND_POLYGON)
        put_counts(b, s->part_end, s->n_parts);
    if (s->kind != GEOM_KIND_POINT)
        put_counts(b, s->ring_end, s->n_rings);
    buf_put(b, s->zoom, s->n_vertices);
    for (size_t i = 1; i < s->n_vertices; i++) {
        buf_put_svarint(b, (int32_t)(s->vertices[i].x - s->vertices[i - 1].x));
        buf_put_svarint(b, (int32_t)(s->vertices[i].y - s->vertices[i - 1].y));
    }
}

/* What the geometry's bytes begin with, and where its tables stand. */
struct head {
    enum geom_kind kind;
    uint64_t n_parts, n_rings, n_vertices;
    struct vertex_gu first;
    struct bytes part_sizes, ring_sizes;
    const uint8_t *zooms;
    struct bytes deltas;
};

static enum err_code get_u32(struct bytes *r, uint32_t *out, struct err *err)
{
    const uint8_t *b = NULL;
    if (bytes_get(r, 4, &b, err))
        return BAD_DATA;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return OK;
}

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

static enum err_code get_head(struct span geometry, struct head *h, struct err *err)
{
    struct bytes r = bytes_of_span(geometry);
    uint8_t kind = 0;
    if (bytes_get_u8(&r, &kind, err) || bytes_get_varint(&r, &h->n_parts, err) ||
        bytes_get_varint(&r, &h->n_rings, err) || bytes_get_varint(&r, &h->n_vertices, err) ||
        get_u32(&r, &h->first.x, err) || get_u32(&r, &h->first.y, err))
        return BAD_DATA;
    /* Each vertex has a byte at least: so the bytes bound what is allocated for them. */
    if (kind > GEOM_KIND_POLYGON || h->n_parts == 0 || h->n_parts > h->n_rings ||
        h->n_rings > h->n_vertices || h->n_vertices > (uint64_t)(r.end - r.at))
        return err_set(err, BAD_DATA, "a drawable of kind %u with impossible counts", kind);
    h->kind = kind;
    if (h->kind != GEOM_KIND_POLYGON && h->n_parts != h->n_rings)
        return err_set(err, BAD_DATA, "a drawable whose lines or points have several rings");
    if (h->kind == GEOM_KIND_POINT && h->n_rings != h->n_vertices)
        return err_set(err, BAD_DATA, "a drawable whose points have several vertices");
    if (h->kind == GEOM_KIND_POLYGON && get_sizes(&r, h->n_parts, h->n_rings, &h->part_sizes, err))
        return BAD_DATA;
    if (h->kind != GEOM_KIND_POINT && get_sizes(&r, h->n_rings, h->n_vertices, &h->ring_sizes, err))
        return BAD_DATA;
    if (bytes_get(&r, h->n_vertices, &h->zooms, err))
        return BAD_DATA;
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

enum err_code drawable_get_geometry(struct span geometry, uint8_t zoom, const struct tile_frame *f,
                                    struct tile_shape *out, struct err *err)
{
    struct head h = {0};
    if (get_head(geometry, &h, err))
        return BAD_DATA;
    if (tile_shape_start(out, h.kind, h.n_parts, h.n_rings, h.n_vertices, err) ||
        mem_grow((void **)&out->ring_gu, &out->room_ring_gu, h.n_vertices, sizeof *out->ring_gu,
                 err))
        return NO_MEMORY;
    struct vertex_gu at = h.first;
    size_t vertex = 0;
    for (size_t part = 0; part < h.n_parts; part++) {
        const uint64_t n_rings = h.kind == GEOM_KIND_POLYGON ? next_size(&h.part_sizes) : 1;
        for (size_t ring = 0; ring < n_rings; ring++) {
            const size_t end = vertex + (h.kind == GEOM_KIND_POINT ? 1 : next_size(&h.ring_sizes));
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

void drawable_put_properties(struct buf *b, uint64_t number, const struct value *values,
                             size_t n_values)
{
    buf_put_varint(b, number);
    for (size_t i = 0; i < n_values; i++)
        value_pack(b, &values[i]);
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
