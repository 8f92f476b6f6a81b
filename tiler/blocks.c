#include "tiler/blocks.h"

#include "base/mem.h"
#include "tiler/block_rings.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_values.h"
#include "tiler/min_zoom.h"

#include <string.h>

#define BYTES_MAX ((size_t)1 << 30)

/* A block under way. */
struct block {
    uint32_t group;
    struct buf common;
    uint64_t n_features;
    struct vertex_gu somewhere;
    struct block_edge *edges;
    size_t n_edges, room_edges;
};

/* The cell of a zoom that the curve is in: a block for each value that is grouped by. */
struct level {
    uint64_t cell;
    struct block *blocks;
    size_t n_blocks, n_made, room_blocks; /* made: blocks whose memory is used again */
};

struct blocks {
    const struct layer_drawing *drawing;
    struct chunk_sink *sink;
    struct level levels[ALL_DRAWN_ZOOM];
    struct outliner outliner;
    struct ring_tracer *tracer;
    struct block_parts parts;
    struct grid_shape shape;
    struct buf geometry, values;
};

enum err_code blocks_new(struct blocks **out, struct err *err)
{
    struct blocks *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    buf_init(&b->geometry, BYTES_MAX);
    buf_init(&b->values, BYTES_MAX);
    const enum err_code rc = ring_tracer_new(&b->tracer, err);
    if (rc)
        blocks_free(b);
    else
        *out = b;
    return rc;
}

void blocks_free(struct blocks *b)
{
    if (!b)
        return;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++) {
        struct level *l = &b->levels[zoom];
        for (size_t i = 0; i < l->n_made; i++) {
            buf_clear(&l->blocks[i].common);
            mem_free(l->blocks[i].edges);
        }
        mem_free(l->blocks);
    }
    outliner_clear(&b->outliner);
    ring_tracer_free(b->tracer);
    block_parts_clear(&b->parts);
    grid_shape_clear(&b->shape);
    buf_clear(&b->geometry);
    buf_clear(&b->values);
    mem_free(b);
}

void blocks_start(struct blocks *b, const struct layer_drawing *drawing, struct chunk_sink *sink)
{
    b->drawing = drawing;
    b->sink = sink;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++)
        b->levels[zoom].n_blocks = 0;
}

/* --- into the sink ------------------------------------------------------------------------- */

static uint32_t to_grid(uint32_t origin, int64_t at, int bits)
{
    const uint64_t gu = (uint64_t)((int64_t)origin + at) << bits;
    return gu > UINT32_MAX ? UINT32_MAX : (uint32_t)gu;
}

static enum err_code put_ring(struct blocks *b, const struct vertex_tu *v, size_t n, uint8_t zoom,
                              struct err *err)
{
    struct grid_shape *s = &b->shape;
    const int bits = GRID_DETAIL_ZOOM - zoom;
    if (mem_grow((void **)&s->vertices, &s->room_vertices, s->n_vertices + n, sizeof *s->vertices,
                 err) ||
        mem_grow((void **)&s->zoom, &s->room_zooms, s->n_vertices + n, 1, err) ||
        mem_grow((void **)&s->ring_end, &s->room_rings, s->n_rings + 1, sizeof *s->ring_end, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        s->zoom[s->n_vertices] = zoom;
        s->vertices[s->n_vertices++] = (struct vertex_gu){to_grid(b->parts.origin_x, v[i].x, bits),
                                                          to_grid(b->parts.origin_y, v[i].y, bits)};
    }
    s->ring_end[s->n_rings++] = (uint32_t)s->n_vertices;
    return OK;
}

static enum err_code put_part(struct blocks *b, size_t part, uint8_t zoom, struct err *err)
{
    const struct tile_shape *from = &b->parts.shape;
    struct grid_shape *s = &b->shape;
    for (size_t ring = tile_shape_part_start(from, part); ring < from->part_end[part]; ring++) {
        const size_t start = tile_shape_ring_start(from, ring);
        if (put_ring(b, from->vertices + start, from->ring_end[ring] - start, zoom, err))
            return NO_MEMORY;
    }
    if (mem_grow((void **)&s->part_end, &s->room_parts, s->n_parts + 1, sizeof *s->part_end, err))
        return NO_MEMORY;
    s->part_end[s->n_parts++] = (uint32_t)s->n_rings;
    return OK;
}

static void start_shape(struct blocks *b)
{
    b->shape.kind = GEOM_KIND_POLYGON;
    b->shape.n_parts = b->shape.n_rings = b->shape.n_vertices = 0;
}

/* b->shape and b->values as a drawable. */
static enum err_code put_drawable(struct blocks *b, uint8_t zoom, uint64_t n_features,
                                  struct err *err)
{
    const struct grid_box box = grid_shape_box(&b->shape);
    buf_reset(&b->geometry);
    drawable_put_geometry(&b->geometry, &b->shape, &box);
    enum err_code rc = buf_status(&b->geometry, err);
    if (!rc)
        rc = buf_status(&b->values, err);
    const struct drawable d = {.n_features = (uint32_t)n_features,
                               .box = box,
                               .geometry = span_of_buf(&b->geometry),
                               .values = span_of_buf(&b->values)};
    return rc ? rc : chunk_sink_put(b->sink, ROLE_GROUP, zoom, zoom, &d, err);
}

/* Nothing of it has an area: the smallest square that can be drawn says that it is there. */
static enum err_code put_speck(struct blocks *b, uint8_t zoom, const struct block *block,
                               struct err *err)
{
    static const struct vertex_tu SQUARE[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const uint64_t half = ((uint64_t)1 << (GRID_DETAIL_ZOOM - zoom)) >> 1;
    const uint64_t last = ((uint64_t)1 << (GRID_BITS - (GRID_DETAIL_ZOOM - zoom))) - 1;
    const struct vertex_gu at = block->somewhere;
    const uint64_t x = (at.x + half) >> (GRID_DETAIL_ZOOM - zoom);
    const uint64_t y = (at.y + half) >> (GRID_DETAIL_ZOOM - zoom);
    b->parts.origin_x = (uint32_t)(x < last ? x : last);
    b->parts.origin_y = (uint32_t)(y < last ? y : last);
    start_shape(b);
    if (put_ring(b, SQUARE, 4, zoom, err) ||
        mem_grow((void **)&b->shape.part_end, &b->shape.room_parts, 1, sizeof *b->shape.part_end,
                 err))
        return NO_MEMORY;
    b->shape.part_end[b->shape.n_parts++] = 1;
    return put_drawable(b, zoom, block->n_features, err);
}

static enum err_code put_block(struct blocks *b, uint8_t zoom, const struct block *block,
                               struct err *err)
{
    enum err_code rc = ring_trace(b->tracer, zoom, block->edges, block->n_edges, &b->parts, err);
    if (rc)
        return rc;
    buf_reset(&b->values);
    group_values_put(&b->values, b->drawing, false, block->n_features, span_of_buf(&block->common),
                     NULL);
    if (b->parts.n_sets == 0)
        return put_speck(b, zoom, block, err);
    for (uint32_t set = 0; !rc && set < b->parts.n_sets; set++) {
        start_shape(b);
        for (size_t part = 0; !rc && part < b->parts.shape.n_parts; part++)
            if (b->parts.set_of_part[part] == set)
                rc = put_part(b, part, zoom, err);
        if (!rc)
            rc = put_drawable(b, zoom, set ? 0 : block->n_features, err);
    }
    return rc;
}

/* --- levels -------------------------------------------------------------------------------- */

/* The block of a value, made when it is not there. */
static enum err_code find_block(struct level *l, uint32_t group, struct span common,
                                struct block **out, struct err *err)
{
    for (size_t i = 0; i < l->n_blocks; i++)
        if (l->blocks[i].group == group) {
            *out = &l->blocks[i];
            return OK;
        }
    if (l->n_blocks == l->n_made) {
        if (mem_grow((void **)&l->blocks, &l->room_blocks, l->n_made + 1, sizeof *l->blocks, err))
            return NO_MEMORY;
        l->blocks[l->n_made] = (struct block){0};
        buf_init(&l->blocks[l->n_made++].common, BYTES_MAX);
    }
    struct block *b = &l->blocks[l->n_blocks];
    b->group = group;
    b->n_features = 0;
    b->n_edges = 0;
    buf_reset(&b->common);
    buf_put(&b->common, common.at, common.len_bytes);
    const enum err_code rc = buf_status(&b->common, err);
    if (rc)
        return rc;
    l->n_blocks++;
    *out = b;
    return OK;
}

/* Add what is small to the block of its value. */
static enum err_code put_small(struct level *l, const struct small_polygon *p, uint64_t n_features,
                               struct err *err)
{
    struct block *b = NULL;
    enum err_code rc = find_block(l, p->self.group, p->common, &b, err);
    if (!rc && p->n_edges)
        rc = mem_grow((void **)&b->edges, &b->room_edges, b->n_edges + p->n_edges, sizeof *b->edges,
                      err);
    if (rc)
        return rc;
    if (p->n_edges)
        memcpy(b->edges + b->n_edges, p->edges, p->n_edges * sizeof *b->edges);
    b->n_edges += p->n_edges;
    b->n_features += n_features;
    b->somewhere = p->somewhere;
    return OK;
}

/* The curve has left the cell of a zoom: its blocks are drawn, and become part of the zoom below. */
static enum err_code end_level(struct blocks *b, uint8_t zoom, struct err *err)
{
    struct level *l = &b->levels[zoom];
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < l->n_blocks; i++) {
        struct block *block = &l->blocks[i];
        rc = outline_make(&b->outliner, zoom, block->edges, &block->n_edges, err);
        if (!rc)
            rc = put_block(b, zoom, block, err);
        if (rc || zoom == 0)
            continue;
        const struct small_polygon part = {
            .self = {.group = block->group},
            .common = span_of_buf(&block->common),
            .edges = block->edges,
            .n_edges = block->n_edges,
            .somewhere = block->somewhere,
        };
        b->levels[zoom - 1].cell = l->cell >> 2;
        rc = put_small(&b->levels[zoom - 1], &part, block->n_features, err);
    }
    l->n_blocks = 0;
    return rc;
}

enum err_code blocks_add(struct blocks *b, const struct small_polygon *p, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        if (b->levels[zoom].n_blocks &&
            b->levels[zoom].cell != block_cell(p->self.key, (uint8_t)zoom))
            rc = end_level(b, (uint8_t)zoom, err);
    if (rc || p->self.min_zoom == 0)
        return rc;
    const uint8_t zoom = (uint8_t)(p->self.min_zoom - 1);
    b->levels[zoom].cell = block_cell(p->self.key, zoom);
    return put_small(&b->levels[zoom], p, 1, err);
}

enum err_code blocks_finish(struct blocks *b, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        rc = end_level(b, (uint8_t)zoom, err);
    return rc;
}
