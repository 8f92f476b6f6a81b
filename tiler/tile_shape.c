#include "tiler/tile_shape.h"

#include "base/mem.h"

void tile_shape_clear(struct tile_shape *s)
{
    mem_free(s->vertices);
    mem_free(s->ring_end);
    mem_free(s->part_end);
    mem_free(s->ring_gu);
    *s = (struct tile_shape){0};
}

void tile_shape_swap(struct tile_shape *a, struct tile_shape *b)
{
    const struct tile_shape was_a = *a;
    *a = *b;
    *b = was_a;
}

enum err_code tile_shape_reserve(struct tile_shape *s, size_t n_parts, size_t n_rings,
                                 size_t n_vertices, struct err *err)
{
    enum err_code rc = mem_grow((void **)&s->vertices, &s->room_vertices,
                                s->n_vertices + n_vertices, sizeof *s->vertices, err);
    if (!rc)
        rc = mem_grow((void **)&s->ring_end, &s->room_rings, s->n_rings + n_rings,
                      sizeof *s->ring_end, err);
    if (!rc)
        rc = mem_grow((void **)&s->part_end, &s->room_parts, s->n_parts + n_parts,
                      sizeof *s->part_end, err);
    return rc;
}

enum err_code tile_shape_start(struct tile_shape *s, enum geom_kind kind, size_t n_parts,
                               size_t n_rings, size_t n_vertices, struct err *err)
{
    s->kind = kind;
    s->n_parts = s->n_rings = s->n_vertices = 0;
    return tile_shape_reserve(s, n_parts, n_rings, n_vertices, err);
}

void tile_shape_end_ring(struct tile_shape *s)
{
    const size_t start = tile_shape_open_ring(s);
    if (s->kind == GEOM_KIND_POLYGON)
        while (s->n_vertices > start + 1 &&
               vertex_tu_is_same(s->vertices[start], s->vertices[s->n_vertices - 1]))
            s->n_vertices--;
    s->ring_end[s->n_rings++] = (uint32_t)s->n_vertices;
}

void tile_shape_drop_ring(struct tile_shape *s)
{
    s->n_vertices = tile_shape_open_ring(s);
}

void tile_shape_end_part(struct tile_shape *s)
{
    if (s->n_rings > tile_shape_part_start(s, s->n_parts))
        s->part_end[s->n_parts++] = (uint32_t)s->n_rings;
}
