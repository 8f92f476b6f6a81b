#include "tiler/block_draw.h"

#include "base/mem.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_values.h"

#define BYTES_MAX ((size_t)1 << 30)

struct block_drawer {
    struct ring_tracer *tracer;
    struct block_parts parts;
    struct grid_shape shape;
    struct buf geometry, values;
};

enum err_code block_drawer_new(struct block_drawer **out, struct err *err)
{
    struct block_drawer *d = mem_new(1, sizeof *d);
    if (!d)
        return err_no_memory(err, sizeof *d);
    buf_init(&d->geometry, BYTES_MAX);
    buf_init(&d->values, BYTES_MAX);
    const enum err_code rc = ring_tracer_new(&d->tracer, err);
    if (rc)
        block_drawer_free(d);
    else
        *out = d;
    return rc;
}

void block_drawer_free(struct block_drawer *d)
{
    if (!d)
        return;
    ring_tracer_free(d->tracer);
    block_parts_clear(&d->parts);
    grid_shape_clear(&d->shape);
    buf_clear(&d->geometry);
    buf_clear(&d->values);
    mem_free(d);
}

static uint32_t to_grid(uint32_t origin, int64_t at, int bits)
{
    const uint64_t gu = (uint64_t)((int64_t)origin + at) << bits;
    return gu > UINT32_MAX ? UINT32_MAX : (uint32_t)gu;
}

static enum err_code put_ring(struct block_drawer *d, const struct vertex_tu *v, size_t n,
                              uint8_t zoom, struct err *err)
{
    struct grid_shape *s = &d->shape;
    const int bits = GRID_DETAIL_ZOOM - zoom;
    if (mem_grow((void **)&s->vertices, &s->room_vertices, s->n_vertices + n, sizeof *s->vertices,
                 err) ||
        mem_grow((void **)&s->zoom, &s->room_zooms, s->n_vertices + n, 1, err) ||
        mem_grow((void **)&s->ring_end, &s->room_rings, s->n_rings + 1, sizeof *s->ring_end, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        s->zoom[s->n_vertices] = zoom;
        s->vertices[s->n_vertices++] = (struct vertex_gu){to_grid(d->parts.origin_x, v[i].x, bits),
                                                          to_grid(d->parts.origin_y, v[i].y, bits)};
    }
    s->ring_end[s->n_rings++] = (uint32_t)s->n_vertices;
    return OK;
}

static enum err_code put_part(struct block_drawer *d, size_t part, uint8_t zoom, struct err *err)
{
    const struct tile_shape *from = &d->parts.shape;
    struct grid_shape *s = &d->shape;
    for (size_t ring = tile_shape_part_start(from, part); ring < from->part_end[part]; ring++) {
        const size_t start = tile_shape_ring_start(from, ring);
        if (put_ring(d, from->vertices + start, from->ring_end[ring] - start, zoom, err))
            return NO_MEMORY;
    }
    if (mem_grow((void **)&s->part_end, &s->room_parts, s->n_parts + 1, sizeof *s->part_end, err))
        return NO_MEMORY;
    s->part_end[s->n_parts++] = (uint32_t)s->n_rings;
    return OK;
}

static void start_shape(struct block_drawer *d)
{
    d->shape.kind = GEOM_KIND_POLYGON;
    d->shape.n_parts = d->shape.n_rings = d->shape.n_vertices = 0;
}

/* d->shape and d->values as a drawable. */
static enum err_code put_drawable(struct block_drawer *d, const struct block_piece *b,
                                  uint64_t n_features, struct drawable_list *out, struct err *err)
{
    const struct grid_box box = grid_shape_box(&d->shape);
    buf_reset(&d->geometry);
    drawable_put_geometry(&d->geometry, &d->shape, &box);
    enum err_code rc = buf_status(&d->geometry, err);
    if (!rc)
        rc = buf_status(&d->values, err);
    const struct listed_drawable drawable = {
        .role = ROLE_GROUP,
        .min_zoom = b->zoom,
        .max_zoom = b->zoom,
        .d = {.fid = (int64_t)b->cell,
              .n_features = (uint32_t)n_features,
              .box = box,
              .geometry = span_of_buf(&d->geometry),
              .values = span_of_buf(&d->values)},
    };
    return rc ? rc : drawable_list_put(out, &drawable, err);
}

/* Nothing of it has an area: the smallest square that can be drawn says that it is there. */
static enum err_code put_speck(struct block_drawer *d, const struct block_piece *b,
                               struct drawable_list *out, struct err *err)
{
    static const struct vertex_tu SQUARE[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const int bits = GRID_DETAIL_ZOOM - b->zoom;
    const uint64_t half = ((uint64_t)1 << bits) >> 1;
    const uint64_t last = ((uint64_t)1 << (GRID_BITS - bits)) - 1;
    const uint64_t x = (b->somewhere.x + half) >> bits, y = (b->somewhere.y + half) >> bits;
    d->parts.origin_x = (uint32_t)(x < last ? x : last);
    d->parts.origin_y = (uint32_t)(y < last ? y : last);
    start_shape(d);
    if (put_ring(d, SQUARE, 4, b->zoom, err) ||
        mem_grow((void **)&d->shape.part_end, &d->shape.room_parts, 1, sizeof *d->shape.part_end,
                 err))
        return NO_MEMORY;
    d->shape.part_end[d->shape.n_parts++] = 1;
    return put_drawable(d, b, b->n_features, out, err);
}

enum err_code block_draw(struct block_drawer *d, const struct block_piece *b,
                         const struct layer_drawing *drawing, struct drawable_list *out,
                         struct err *err)
{
    enum err_code rc = ring_trace(d->tracer, b->zoom, b->edges, b->n_edges, &d->parts, err);
    if (rc)
        return rc;
    buf_reset(&d->values);
    group_values_put(&d->values, drawing, false, b->n_features, b->common, NULL);
    if (d->parts.n_sets == 0)
        return put_speck(d, b, out, err);
    for (uint32_t set = 0; !rc && set < d->parts.n_sets; set++) {
        start_shape(d);
        for (size_t part = 0; !rc && part < d->parts.shape.n_parts; part++)
            if (d->parts.set_of_part[part] == set)
                rc = put_part(d, part, b->zoom, err);
        if (!rc)
            rc = put_drawable(d, b, set ? 0 : b->n_features, out, err);
    }
    return rc;
}
