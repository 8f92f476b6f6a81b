#include "tiler/junction.h"

#include "base/mem.h"
#include "tiler/arc.h"

#include <string.h>

#define N_EDGES 3 /* that make a junction */

/* A place, in a table with open addressing, at most half full. */
struct junction_slot {
    uint32_t number;         /* of a vertex that lies there, plus one; 0: free */
    uint8_t lowest[N_EDGES]; /* from which zooms on its edges are drawn: the lowest, sorted */
};

void junction_finder_clear(struct junction_finder *f)
{
    mem_free(f->slots);
    mem_free(f->slot_of_vertex);
    *f = (struct junction_finder){0};
}

static enum err_code reserve(struct junction_finder *f, struct cell *c, size_t *out_mask,
                             struct err *err)
{
    size_t n_slots = 1024;
    while (n_slots < 2 * c->n_vertices)
        n_slots *= 2;
    *out_mask = n_slots - 1;
    if (mem_grow((void **)&f->slot_of_vertex, &f->room_vertices, c->n_vertices,
                 sizeof *f->slot_of_vertex, err) ||
        mem_grow((void **)&c->junction_zoom, &c->room_junctions, c->n_vertices, 1, err))
        return NO_MEMORY;
    if (n_slots > f->n_slots) {
        struct junction_slot *slots = mem_new(n_slots, sizeof *slots);
        if (!slots)
            return err_no_memory(err, n_slots * sizeof *slots);
        mem_free(f->slots);
        f->slots = slots;
        f->n_slots = n_slots;
    } else {
        memset(f->slots, 0, n_slots * sizeof *f->slots);
    }
    return OK;
}

static uint32_t find(struct junction_finder *f, const struct cell *c, size_t mask, size_t vertex)
{
    const struct vertex_gu v = c->vertices[vertex];
    size_t at = vertex_hash(v) & mask;
    while (f->slots[at].number && !vertex_is_same(c->vertices[f->slots[at].number - 1], v))
        at = (at + 1) & mask;
    struct junction_slot *s = &f->slots[at];
    if (!s->number) {
        s->number = (uint32_t)vertex + 1;
        memset(s->lowest, NO_JUNCTION, sizeof s->lowest);
    }
    return (uint32_t)at;
}

static void put_edge(struct junction_slot *s, uint8_t zoom)
{
    for (int i = 0; i < N_EDGES; i++)
        if (zoom < s->lowest[i]) {
            const uint8_t was = s->lowest[i];
            s->lowest[i] = zoom;
            zoom = was;
        }
}

/* From which zoom on an edge is drawn. Of the two that have it one speaks: the other's, and what is
 * there more than twice, is NO_JUNCTION. */
static uint8_t edge_zoom(const struct cell *c, uint32_t shape, size_t edge)
{
    const uint32_t other = c->across[edge];
    if (other == REPEATED || (other != NO_SHAPE && other < shape))
        return NO_JUNCTION;
    const struct owner a = cell_owner(c, shape), b = cell_owner(c, other);
    return owner_border_zoom(&a, &b);
}

static void put_ring(struct junction_finder *f, const struct cell *c, size_t mask, uint32_t shape,
                     size_t start, size_t end)
{
    const bool has_area = end - start > 2;
    uint8_t in = has_area ? edge_zoom(c, shape, end - 1) : NO_JUNCTION;
    for (size_t v = start; v < end; v++) {
        const uint8_t out = has_area ? edge_zoom(c, shape, v) : NO_JUNCTION;
        const uint32_t slot = find(f, c, mask, v);
        f->slot_of_vertex[v] = slot;
        put_edge(&f->slots[slot], in);
        put_edge(&f->slots[slot], out);
        in = out;
    }
}

enum err_code junctions_find(struct junction_finder *f, struct cell *c, struct err *err)
{
    size_t mask = 0, n_home = 0;
    if (reserve(f, c, &mask, err))
        return NO_MEMORY;
    for (uint32_t i = 0; i < c->n_shapes; i++) {
        const struct cell_shape *s = &c->shapes[i];
        for (size_t ring = s->first_ring; ring < s->first_ring + s->record.n_rings; ring++) {
            const size_t start = cell_ring_start(c, ring), end = c->ring_end[ring];
            if (s->record.kind == GEOM_KIND_POLYGON && end > start)
                put_ring(f, c, mask, i, start, end);
            else
                memset(f->slot_of_vertex + start, 0, (end - start) * sizeof *f->slot_of_vertex);
            n_home = s->is_home ? end : n_home;
        }
    }
    /* Once all edges are there. Vertices that no polygon has get something, which nobody reads. */
    for (size_t v = 0; v < n_home; v++)
        c->junction_zoom[v] = f->slots[f->slot_of_vertex[v]].lowest[N_EDGES - 1];
    return OK;
}
