#include "tiler/shape_record.h"

#include "tiler/drawable_codec.h"

#include <string.h>

static void put_span(struct buf *b, struct span s)
{
    buf_put_varint(b, s.len_bytes);
    buf_put(b, s.at, s.len_bytes);
}

static void put_ends(struct buf *b, const uint32_t *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_put_varint(b, ends[i] - (i ? ends[i - 1] : 0));
}

void shape_record_put(struct buf *b, const struct shape_record *r, const struct grid_shape *shape)
{
    buf_put(b, &r->box, sizeof r->box);
    buf_put_u8(b, (uint8_t)r->kind);
    buf_put_varint(b, (uint64_t)r->fid);
    buf_put_varint(b, r->number);
    buf_put_u8(b, r->min_zoom);
    buf_put_varint(b, r->group);
    put_span(b, r->common);
    put_span(b, r->values);
    buf_put_varint(b, shape->n_parts);
    buf_put_varint(b, shape->n_rings);
    buf_put_varint(b, shape->n_vertices);
    put_ends(b, shape->part_end, shape->n_parts);
    put_ends(b, shape->ring_end, shape->n_rings);
    struct vertex_gu at = {r->box.min_x, r->box.min_y};
    for (size_t i = 0; i < shape->n_vertices; i++) {
        const struct vertex_gu v = shape->vertices[i];
        buf_put_svarint(b, (int32_t)(v.x - at.x));
        buf_put_svarint(b, (int32_t)(v.y - at.y));
        at = v;
    }
}

enum err_code shape_record_read_box(struct span record, struct grid_box *out, struct err *err)
{
    if (record.len_bytes < sizeof *out)
        return err_set(err, BAD_DATA, "a record of a shape that ends too early");
    memcpy(out, record.at, sizeof *out);
    return OK;
}

enum err_code shape_record_read_kind(struct span record, enum geom_kind *out, struct err *err)
{
    const size_t at = sizeof(struct grid_box);
    if (record.len_bytes <= at || (uint8_t)record.at[at] > GEOM_KIND_POLYGON)
        return err_set(err, BAD_DATA, "a record of a shape of no kind");
    *out = (enum geom_kind)record.at[at];
    return OK;
}

static enum err_code get_span(struct bytes *r, struct span *out, struct err *err)
{
    uint64_t n = 0;
    const uint8_t *at = NULL;
    if (bytes_get_varint(r, &n, err) || bytes_get(r, n, &at, err))
        return BAD_DATA;
    *out = (struct span){(const char *)at, n};
    return OK;
}

enum err_code shape_record_read(struct span record, struct shape_record *out, struct err *err)
{
    uint64_t fid = 0, group = 0, n_parts = 0, n_rings = 0, n_vertices = 0;
    uint8_t kind = 0;
    if (shape_record_read_box(record, &out->box, err))
        return BAD_DATA;
    struct bytes r = bytes_of_span(record);
    r.at += sizeof out->box;
    if (bytes_get_u8(&r, &kind, err) || bytes_get_varint(&r, &fid, err) ||
        bytes_get_varint(&r, &out->number, err) || bytes_get_u8(&r, &out->min_zoom, err) ||
        bytes_get_varint(&r, &group, err) || get_span(&r, &out->common, err) ||
        get_span(&r, &out->values, err) || bytes_get_varint(&r, &n_parts, err) ||
        bytes_get_varint(&r, &n_rings, err) || bytes_get_varint(&r, &n_vertices, err))
        return BAD_DATA;
    const uint64_t n_left = (uint64_t)(r.end - r.at);
    if (n_parts > n_left || n_rings > n_left || n_vertices > n_left || kind > GEOM_KIND_POLYGON)
        return err_set(err, BAD_DATA, "a record of a shape with impossible counts");
    out->fid = (int64_t)fid;
    out->kind = (enum geom_kind)kind;
    out->group = (uint32_t)group;
    out->n_parts = n_parts;
    out->n_rings = n_rings;
    out->n_vertices = n_vertices;
    out->shape = r;
    return OK;
}

static enum err_code get_ends(struct bytes *r, size_t n, uint32_t first, uint32_t *ends,
                              struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t size = 0;
        if (bytes_get_varint(r, &size, err))
            return BAD_DATA;
        first += (uint32_t)size;
        ends[i] = first;
    }
    return OK;
}

enum err_code shape_record_read_shape(const struct shape_record *rec, uint32_t first_ring,
                                      uint32_t first_vertex, struct vertex_gu *vertices,
                                      uint32_t *ring_end, uint32_t *part_end, struct err *err)
{
    struct bytes r = rec->shape;
    struct vertex_gu at = {rec->box.min_x, rec->box.min_y};
    if (get_ends(&r, rec->n_parts, first_ring, part_end, err) ||
        get_ends(&r, rec->n_rings, first_vertex, ring_end, err))
        return BAD_DATA;
    for (size_t i = 0; i < rec->n_vertices; i++) {
        int64_t dx = 0, dy = 0;
        if (bytes_get_svarint(&r, &dx, err) || bytes_get_svarint(&r, &dy, err))
            return BAD_DATA;
        at.x += (uint32_t)dx;
        at.y += (uint32_t)dy;
        vertices[i] = at;
    }
    return OK;
}
