#include "tiler/mvt_geometry.h"

#include "tiler/mvt_message.h"

#include <string.h>

/* Section 4.3.1. */
enum command { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

#define VARINT_MAX_BYTES 5  /* of 32 bits */
#define HEADS_MAX_BYTES  32 /* of a feature's fields, and its id */

size_t mvt_geometry_room(const struct tile_shape *s)
{
    return VARINT_MAX_BYTES * (2 * s->n_vertices + 3 * s->n_rings + 1);
}

/* Writes commands; the pen goes on from where the last command left it (4.3.2). */
struct pen {
    uint8_t *to;
    struct vertex_tu at;
};

static void put_command(struct pen *p, enum command id, size_t count)
{
    p->to = varint_write(p->to, (uint32_t)id | (uint32_t)count << 3);
}

static uint32_t zigzag(int64_t delta)
{
    return ((uint32_t)delta << 1) ^ (delta < 0 ? UINT32_MAX : 0);
}

static void put_vertices(struct pen *p, const struct vertex_tu *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p->to = varint_write(p->to, zigzag(v[i].x - p->at.x));
        p->to = varint_write(p->to, zigzag(v[i].y - p->at.y));
        p->at = v[i];
    }
}

static void put_path(struct pen *p, const struct vertex_tu *v, size_t n)
{
    put_command(p, MOVE_TO, 1);
    put_vertices(p, v, 1);
    put_command(p, LINE_TO, n - 1);
    put_vertices(p, v + 1, n - 1);
}

uint8_t *mvt_geometry_write(const struct tile_shape *s, uint8_t *to)
{
    struct pen pen = {to, {0, 0}};
    if (s->kind == GEOM_KIND_POINT) {
        put_command(&pen, MOVE_TO, s->n_vertices);
        put_vertices(&pen, s->vertices, s->n_vertices);
    }
    for (size_t ring = 0; ring < s->n_rings && s->kind != GEOM_KIND_POINT; ring++) {
        const size_t start = tile_shape_ring_start(s, ring);
        put_path(&pen, s->vertices + start, s->ring_end[ring] - start);
        if (s->kind == GEOM_KIND_POLYGON)
            put_command(&pen, CLOSE_PATH, 1);
    }
    return pen.to;
}

static uint8_t *write_bytes(uint8_t *to, unsigned field, struct span bytes)
{
    *to++ = (uint8_t)(field << 3 | WIRE_BYTES);
    to = varint_write(to, bytes.len_bytes);
    memcpy(to, bytes.at, bytes.len_bytes);
    return to + bytes.len_bytes;
}

static size_t field_bytes(struct span bytes)
{
    return 1 + varint_bytes(bytes.len_bytes) + bytes.len_bytes;
}

enum err_code mvt_put_feature(struct buf *b, const uint64_t *id, enum geom_kind kind,
                              struct span tags, struct span geometry, struct err *err)
{
    static const uint8_t TYPES[] = {
        [GEOM_KIND_POINT] = 1, [GEOM_KIND_LINE] = 2, [GEOM_KIND_POLYGON] = 3};
    const size_t n_bytes = (id ? 1 + varint_bytes(*id) : 0) +
                           (tags.len_bytes ? field_bytes(tags) : 0) + 2 + field_bytes(geometry);
    uint8_t *const start = buf_reserve(b, n_bytes + HEADS_MAX_BYTES);
    if (!start)
        return buf_status(b, err);
    uint8_t *to = start;
    *to++ = LAYER_FEATURE << 3 | WIRE_BYTES;
    to = varint_write(to, n_bytes);
    if (id) {
        *to++ = FEATURE_ID << 3 | WIRE_VARINT;
        to = varint_write(to, *id);
    }
    if (tags.len_bytes)
        to = write_bytes(to, FEATURE_TAGS, tags);
    *to++ = FEATURE_TYPE << 3 | WIRE_VARINT;
    *to++ = TYPES[kind];
    to = write_bytes(to, FEATURE_GEOMETRY, geometry);
    buf_added(b, (size_t)(to - start));
    return OK;
}
