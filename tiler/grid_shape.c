#include "tiler/grid_shape.h"

#include "base/mem.h"
#include "tiler/grid.h"

#include <math.h>

void grid_shape_clear(struct grid_shape *s)
{
    mem_free(s->vertices);
    mem_free(s->zoom);
    mem_free(s->ring_end);
    mem_free(s->part_end);
    *s = (struct grid_shape){0};
}

static enum err_code reserve(struct grid_shape *s, const struct geom *in, struct err *err)
{
    enum err_code rc = mem_grow((void **)&s->vertices, &s->room_vertices, in->n_vertices,
                                sizeof *s->vertices, err);
    if (!rc)
        rc = mem_grow((void **)&s->zoom, &s->room_zooms, in->n_vertices, 1, err);
    if (!rc)
        rc = mem_grow((void **)&s->ring_end, &s->room_rings, in->n_rings, sizeof *s->ring_end, err);
    if (!rc)
        rc = mem_grow((void **)&s->part_end, &s->room_parts, in->n_parts, sizeof *s->part_end, err);
    return rc;
}

static bool is_same(struct vertex_gu a, struct vertex_gu b)
{
    return a.x == b.x && a.y == b.y;
}

/* One ring of n vertices; nothing is added when none of them has a place. */
static void add_ring(struct grid_shape *s, const double *xy, size_t n)
{
    const size_t first = s->n_vertices;
    for (size_t i = 0; i < n; i++) {
        if (isnan(xy[2 * i]) || isnan(xy[2 * i + 1]))
            continue;
        const struct vertex_gu v = {grid_round(xy[2 * i]), grid_round(xy[2 * i + 1])};
        if (s->n_vertices == first || !is_same(v, s->vertices[s->n_vertices - 1]))
            s->vertices[s->n_vertices++] = v;
    }
    if (s->kind == GEOM_KIND_POLYGON)
        while (s->n_vertices > first + 1 &&
               is_same(s->vertices[first], s->vertices[s->n_vertices - 1]))
            s->n_vertices--;
    if (s->n_vertices > first)
        s->ring_end[s->n_rings++] = (uint32_t)s->n_vertices;
}

enum err_code grid_shape_round(const struct geom *in, enum geom_kind kind, struct grid_shape *out,
                               struct err *err)
{
    if (reserve(out, in, err))
        return NO_MEMORY;
    out->kind = kind;
    out->n_parts = out->n_rings = out->n_vertices = 0;
    for (size_t part = 0; part < in->n_parts; part++) {
        if (in->part_kind[part] != kind)
            continue;
        const size_t n_rings_before = out->n_rings;
        for (size_t ring = part ? in->part_end[part - 1] : 0; ring < in->part_end[part]; ring++) {
            const size_t start = ring ? in->ring_end[ring - 1] : 0;
            add_ring(out, in->xy + 2 * start, in->ring_end[ring] - start);
        }
        if (out->n_rings > n_rings_before)
            out->part_end[out->n_parts++] = (uint32_t)out->n_rings;
    }
    return OK;
}

struct grid_box grid_shape_box(const struct grid_shape *s)
{
    struct grid_box box = {UINT32_MAX, UINT32_MAX, 0, 0};
    for (size_t i = 0; i < s->n_vertices; i++) {
        const struct vertex_gu v = s->vertices[i];
        box.min_x = v.x < box.min_x ? v.x : box.min_x;
        box.min_y = v.y < box.min_y ? v.y : box.min_y;
        box.max_x = v.x > box.max_x ? v.x : box.max_x;
        box.max_y = v.y > box.max_y ? v.y : box.max_y;
    }
    return box;
}
