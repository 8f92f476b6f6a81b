#include "tiler/cell_derive.h"

#include "base/mem.h"
#include "tiler/drawable_codec.h"

#include <string.h>

#define GEOMETRY_MAX_BYTES ((size_t)4 << 30)

void cell_drawables_clear(struct cell_drawables *d)
{
    mem_free(d->derived);
    mem_free(d->edges);
    buf_clear(&d->geometry);
    *d = (struct cell_drawables){0};
}

void cell_deriver_clear(struct cell_deriver *d)
{
    edge_matcher_clear(&d->matcher);
    junction_finder_clear(&d->finder);
    vertex_zoomer_clear(&d->zoomer);
    grid_shape_clear(&d->shape);
    *d = (struct cell_deriver){0};
}

/* The shape out of the cell's arrays. */
static enum err_code copy_shape(struct cell_deriver *d, const struct cell *c,
                                const struct cell_shape *from, struct err *err)
{
    struct grid_shape *s = &d->shape;
    const size_t n_parts = from->record.n_parts, n_rings = from->record.n_rings;
    const size_t first = from->first_vertex;
    const size_t n = c->ring_end[from->first_ring + n_rings - 1] - first;
    if (mem_grow((void **)&s->vertices, &s->room_vertices, n, sizeof *s->vertices, err) ||
        mem_grow((void **)&s->zoom, &s->room_zooms, n, 1, err) ||
        mem_grow((void **)&s->ring_end, &s->room_rings, n_rings, sizeof *s->ring_end, err) ||
        mem_grow((void **)&s->part_end, &s->room_parts, n_parts, sizeof *s->part_end, err))
        return NO_MEMORY;
    s->kind = from->record.kind;
    s->n_parts = n_parts;
    s->n_rings = n_rings;
    s->n_vertices = n;
    memcpy(s->vertices, c->vertices + first, n * sizeof *s->vertices);
    for (size_t i = 0; i < n_rings; i++)
        s->ring_end[i] = c->ring_end[from->first_ring + i] - (uint32_t)first;
    for (size_t i = 0; i < n_parts; i++)
        s->part_end[i] = c->part_end[from->first_part + i] - from->first_ring;
    return OK;
}

static enum err_code settle_polygon(struct cell_deriver *d, const uint8_t *junction_zoom,
                                    uint8_t min_zoom, struct err *err)
{
    struct grid_shape *s = &d->shape;
    enum err_code rc = OK;
    for (size_t ring = 0, start = 0; !rc && ring < s->n_rings; start = s->ring_end[ring++])
        rc = vertex_zoom_ring(&d->zoomer, s->vertices + start, junction_zoom + start,
                              s->ring_end[ring] - start, min_zoom, s->zoom + start, err);
    return rc;
}

/* A ring as it is drawn at the polygon's lowest zoom, as edges. */
static enum err_code put_outline(const struct cell_deriver *d, const uint8_t *junction_zoom,
                                 const uint32_t *across, size_t start, size_t end, uint8_t zoom,
                                 struct cell_drawables *out, struct err *err)
{
    const struct grid_shape *s = &d->shape;
    size_t first = end, last = end;
    if (mem_grow((void **)&out->edges, &out->room_edges, out->n_edges + (end - start),
                 sizeof *out->edges, err))
        return NO_MEMORY;
    for (size_t i = start; i < end; i++) {
        if (s->zoom[i] > zoom)
            continue;
        if (first == end)
            first = i;
        else
            out->edges[out->n_edges++] = (struct block_edge){
                s->vertices[last], s->vertices[i], junction_zoom[last], across[last] == NO_SHAPE};
        last = i;
    }
    if (first != last)
        out->edges[out->n_edges++] = (struct block_edge){
            s->vertices[last], s->vertices[first], junction_zoom[last], across[last] == NO_SHAPE};
    return OK;
}

static enum err_code place_label(struct cell_deriver *d, struct derived *made, struct err *err)
{
    struct label_point p = {0};
    const enum err_code rc = label_placer_place(d->placer, &d->shape, &p, err);
    made->has_label = !rc;
    made->label = p.at;
    return rc;
}

static enum err_code derive_shape(struct cell_deriver *d, const struct cell *c, uint32_t index,
                                  struct cell_drawables *out, struct err *err)
{
    const struct cell_shape *from = &c->shapes[index];
    const struct shape_record *r = &from->record;
    const bool is_polygon = r->kind == GEOM_KIND_POLYGON;
    struct derived made = {
        .shape = index, .geometry_at = out->geometry.len_bytes, .first_edge = out->n_edges};
    const uint8_t *const junction_zoom = c->junction_zoom + from->first_vertex;
    enum err_code rc = copy_shape(d, c, from, err);
    if (!rc)
        rc = is_polygon ? settle_polygon(d, junction_zoom, r->min_zoom, err)
                        : vertex_zoom_set(&d->zoomer, &d->shape, err);
    for (size_t ring = 0, start = 0; !rc && is_polygon && r->min_zoom && ring < d->shape.n_rings;
         start = d->shape.ring_end[ring++])
        rc = put_outline(d, junction_zoom, c->across + from->first_vertex, start,
                         d->shape.ring_end[ring], r->min_zoom, out, err);
    if (!rc && is_polygon && d->placer)
        rc = place_label(d, &made, err);
    if (!rc)
        rc = mem_grow((void **)&out->derived, &out->room_derived, out->n_derived + 1, sizeof made,
                      err);
    if (rc)
        return rc;
    drawable_put_geometry(&out->geometry, &d->shape, &r->box);
    made.geometry_bytes = out->geometry.len_bytes - made.geometry_at;
    made.n_edges = out->n_edges - made.first_edge;
    out->derived[out->n_derived++] = made;
    return buf_status(&out->geometry, err);
}

enum err_code cell_derive(struct cell_deriver *d, struct cell *c, struct cell_drawables *out,
                          struct err *err)
{
    if (out->geometry.limit_bytes == 0)
        buf_init(&out->geometry, GEOMETRY_MAX_BYTES);
    buf_reset(&out->geometry);
    out->n_derived = out->n_edges = 0;
    enum err_code rc = edge_match(&d->matcher, c, err);
    if (!rc)
        rc = junctions_find(&d->finder, c, err);
    for (size_t i = 0; !rc && i < c->n_home; i++)
        rc = derive_shape(d, c, (uint32_t)i, out, err);
    return rc;
}
