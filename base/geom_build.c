/* The builder of base/geom.h: vertex by vertex into arrays that grow on the heap. */
#include "base/geom.h"
#include "base/mem.h"

#include <string.h>

void geom_builder_init(struct geom_builder *b, size_t limit_vertices)
{
    /* Ends are 32 bits. */
    *b = (struct geom_builder){
        .limit_vertices = limit_vertices < UINT32_MAX ? limit_vertices : UINT32_MAX,
    };
}

void geom_builder_clear(struct geom_builder *b)
{
    mem_free(b->g.xy);
    mem_free(b->z);
    mem_free(b->g.ring_end);
    mem_free(b->g.part_end);
    mem_free(b->g.part_kind);
    geom_builder_init(b, b->limit_vertices);
}

void geom_build_start(struct geom_builder *b, enum geom_type type)
{
    b->g.type = type;
    b->g.n_parts = b->g.n_rings = b->g.n_vertices = 0;
    b->g.z = NULL;
    b->failed = OK;
}

/* Room for one more item; parts and rings are bounded as vertices are. */
static bool grow(struct geom_builder *b, void **items, size_t *n_room, size_t n_items,
                 size_t item_bytes)
{
    if (b->failed)
        return false;
    if (n_items >= b->limit_vertices)
        b->failed = LIMIT;
    else if (n_items >= *n_room)
        b->failed = mem_grow(items, n_room, n_items + 1, item_bytes, NULL);
    return !b->failed;
}

static size_t rings_before_last_part(const struct geom_builder *b)
{
    return b->g.n_parts > 1 ? b->g.part_end[b->g.n_parts - 2] : 0;
}

/* A part that got no ring is no part. */
static void drop_ringless_part(struct geom_builder *b)
{
    if (b->g.n_parts > 0 && b->g.part_end[b->g.n_parts - 1] == rings_before_last_part(b))
        b->g.n_parts--;
}

void geom_build_part(struct geom_builder *b, enum geom_kind kind)
{
    drop_ringless_part(b);
    if (!grow(b, (void **)&b->g.part_end, &b->room_parts, b->g.n_parts, sizeof *b->g.part_end) ||
        !grow(b, (void **)&b->g.part_kind, &b->room_kinds, b->g.n_parts, sizeof *b->g.part_kind))
        return;
    b->g.part_kind[b->g.n_parts] = (uint8_t)kind;
    b->g.part_end[b->g.n_parts] = (uint32_t)b->g.n_rings;
    b->g.n_parts++;
}

void geom_build_ring(struct geom_builder *b)
{
    if (b->g.n_parts == 0)
        geom_build_part(b, geom_kind_of(b->g.type));
    if (!grow(b, (void **)&b->g.ring_end, &b->room_rings, b->g.n_rings, sizeof *b->g.ring_end))
        return;
    b->g.ring_end[b->g.n_rings++] = (uint32_t)b->g.n_vertices;
    b->g.part_end[b->g.n_parts - 1] = (uint32_t)b->g.n_rings;
}

/* Room for the height of one vertex more. */
static bool make_room_for_z(struct geom_builder *b)
{
    if (!grow(b, (void **)&b->z, &b->room_z, b->g.n_vertices, sizeof *b->z))
        return false;
    b->g.z = b->z;
    return true;
}

void geom_build_vertex(struct geom_builder *b, double x, double y)
{
    /* Callers need not start the one ring of a point or a line. */
    if (b->g.n_parts == 0 || b->g.part_end[b->g.n_parts - 1] == rings_before_last_part(b))
        geom_build_ring(b);
    if (!grow(b, (void **)&b->g.xy, &b->room_xy, b->g.n_vertices, 2 * sizeof *b->g.xy))
        return;
    if (b->g.z && !make_room_for_z(b))
        return;
    if (b->g.z)
        b->g.z[b->g.n_vertices] = 0;
    b->g.xy[2 * b->g.n_vertices] = x;
    b->g.xy[2 * b->g.n_vertices + 1] = y;
    b->g.n_vertices++;
    b->g.ring_end[b->g.n_rings - 1] = (uint32_t)b->g.n_vertices;
}

void geom_build_vertices(struct geom_builder *b, const double *xy, size_t n_vertices)
{
    struct geom *g = &b->g;
    /* With the first one there is a ring. */
    if (n_vertices > 0)
        geom_build_vertex(b, xy[0], xy[1]);
    const size_t n_more = n_vertices - (n_vertices > 0);
    if (n_more > 0 && !g->z &&
        grow(b, (void **)&g->xy, &b->room_xy, g->n_vertices + n_more - 1, 2 * sizeof *g->xy)) {
        memcpy(g->xy + 2 * g->n_vertices, xy + 2, n_more * 2 * sizeof *g->xy);
        g->n_vertices += n_more;
        g->ring_end[g->n_rings - 1] = (uint32_t)g->n_vertices;
        return;
    }
    for (size_t i = 1; i < n_vertices; i++)
        geom_build_vertex(b, xy[2 * i], xy[2 * i + 1]);
}

void geom_build_vertex_z(struct geom_builder *b, double x, double y, double z)
{
    const size_t n_before = b->g.n_vertices;
    if (!b->g.z) {
        if (!make_room_for_z(b))
            return;
        for (size_t i = 0; i < n_before; i++)
            b->g.z[i] = 0;
    }
    geom_build_vertex(b, x, y);
    if (!b->failed)
        b->g.z[n_before] = z;
}

void geom_build_vertex_of(struct geom_builder *b, const struct geom *g, size_t i)
{
    if (g->z)
        geom_build_vertex_z(b, g->xy[2 * i], g->xy[2 * i + 1], g->z[i]);
    else
        geom_build_vertex(b, g->xy[2 * i], g->xy[2 * i + 1]);
}

enum err_code geom_build_end(struct geom_builder *b, struct geom *out, struct err *err)
{
    if (b->failed == LIMIT)
        return err_set(err, LIMIT, "a geometry of more than %zu vertices", b->limit_vertices);
    if (b->failed)
        return err_no_memory(err, b->room_xy * 2 * sizeof *b->g.xy);
    drop_ringless_part(b);
    *out = b->g;
    return OK;
}
