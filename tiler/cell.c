#include "tiler/cell.h"

#include "base/mem.h"
#include "tiler/arc.h"

#include <string.h>

void cell_clear(struct cell *c)
{
    buf_clear(&c->bytes);
    mem_free(c->shapes);
    mem_free(c->vertices);
    mem_free(c->ring_end);
    mem_free(c->part_end);
    mem_free(c->across);
    mem_free(c->junction_zoom);
    *c = (struct cell){0};
}

void cell_reset(struct cell *c)
{
    c->n_shapes = c->n_home = c->n_vertices = c->n_rings = c->n_parts = 0;
}

static void reverse(struct vertex_gu *v, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const struct vertex_gu was = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = was;
    }
}

/* Outer rings have a positive area, holes a negative one: so the two who share an edge run along it
 * in opposite directions. */
static void wind(struct cell *c, const struct cell_shape *s)
{
    for (size_t part = 0, ring = s->first_ring; part < s->record.n_parts; part++) {
        const size_t end = c->part_end[s->first_part + part];
        for (const size_t outer = ring; ring < end; ring++) {
            struct vertex_gu *v = c->vertices + cell_ring_start(c, ring);
            const size_t n = c->ring_end[ring] - cell_ring_start(c, ring);
            const double area2 = vertex_ring_area2(v, n);
            if (ring == outer ? area2 < 0 : area2 > 0)
                reverse(v, n);
        }
    }
}

enum err_code cell_add(struct cell *c, struct span record, uint64_t key, bool is_home,
                       struct err *err)
{
    struct cell_shape s = {.key = key,
                           .is_home = is_home,
                           .first_part = (uint32_t)c->n_parts,
                           .first_ring = (uint32_t)c->n_rings,
                           .first_vertex = (uint32_t)c->n_vertices};
    enum err_code rc = shape_record_read(record, &s.record, err);
    if (rc)
        return rc;
    const size_t n_parts = c->n_parts + s.record.n_parts;
    const size_t n_rings = c->n_rings + s.record.n_rings;
    const size_t n_vertices = c->n_vertices + s.record.n_vertices;
    if (mem_grow((void **)&c->shapes, &c->room_shapes, c->n_shapes + 1, sizeof s, err) ||
        mem_grow((void **)&c->part_end, &c->room_parts, n_parts, sizeof *c->part_end, err) ||
        mem_grow((void **)&c->ring_end, &c->room_rings, n_rings, sizeof *c->ring_end, err) ||
        mem_grow((void **)&c->vertices, &c->room_vertices, n_vertices, sizeof *c->vertices, err))
        return NO_MEMORY;
    rc = shape_record_read_shape(&s.record, s.first_ring, s.first_vertex,
                                 c->vertices + c->n_vertices, c->ring_end + c->n_rings,
                                 c->part_end + c->n_parts, err);
    if (rc)
        return rc;
    if (s.record.kind == GEOM_KIND_POLYGON)
        wind(c, &s);
    c->shapes[c->n_shapes++] = s;
    c->n_home += is_home;
    c->n_parts = n_parts;
    c->n_rings = n_rings;
    c->n_vertices = n_vertices;
    return OK;
}
