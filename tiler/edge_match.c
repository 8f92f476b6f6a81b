#include "tiler/edge_match.h"

#include "base/mem.h"
#include "tiler/arc.h"
#include "tiler/edge_insert.h"

#include <string.h>

/* Open addressing, at most half full. An edge that has found its other side leaves its slot behind,
 * so that what was put beyond it is still found. */
struct edge_slot {
    uint32_t hash;
    uint32_t number; /* the edge's index plus one; 0: free */
};

void edge_matcher_clear(struct edge_matcher *m)
{
    mem_free(m->slots);
    mem_free(m->shape_of_edge);
    mem_free(m->bucket_end);
    mem_free(m->bucket_vertex);
    mem_free(m->inserts);
    cell_clear(&m->made);
    *m = (struct edge_matcher){0};
}

static uint32_t hash_edge(struct vertex_gu a, struct vertex_gu b)
{
    /* The same in both directions. */
    const uint64_t x = (uint64_t)(a.x ^ b.x) << 32 | (a.y ^ b.y);
    const uint64_t y = (uint64_t)(uint32_t)(a.x + b.x) << 32 | (uint32_t)(a.y + b.y);
    uint64_t h = x * UINT64_C(0x9e3779b97f4a7c15) ^ y * UINT64_C(0xc2b2ae3d27d4eb4f);
    h ^= h >> 32;
    return (uint32_t)(h * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

static enum err_code reserve(struct edge_matcher *m, struct cell *c, struct err *err)
{
    size_t n_slots = 1024;
    while (n_slots < 2 * c->n_vertices)
        n_slots *= 2;
    if (mem_grow((void **)&m->shape_of_edge, &m->room_edges, c->n_vertices,
                 sizeof *m->shape_of_edge, err) ||
        mem_grow((void **)&c->across, &c->room_across, c->n_vertices, sizeof *c->across, err))
        return NO_MEMORY;
    if (n_slots > m->n_slots) {
        struct edge_slot *slots = mem_new(n_slots, sizeof *slots);
        if (!slots)
            return err_no_memory(err, n_slots * sizeof *slots);
        mem_free(m->slots);
        m->slots = slots;
        m->n_slots = n_slots;
    } else {
        memset(m->slots, 0, m->n_slots * sizeof *m->slots);
    }
    return OK;
}

/* The edge's far end. */
static struct vertex_gu end_of(const struct cell *c, size_t edge, size_t ring_start,
                               size_t ring_end)
{
    return c->vertices[edge + 1 < ring_end ? edge + 1 : ring_start];
}

struct edge {
    uint32_t index, shape;
    struct vertex_gu from, to;
};

/* Look for the edge that runs the other way along the same stretch. Its ring is not at hand: where it
 * ends says `wrap`. */
static void match_edge(struct edge_matcher *m, struct cell *c, const uint32_t *wrap,
                       const struct edge *e)
{
    const uint32_t hash = hash_edge(e->from, e->to);
    const size_t mask = m->n_slots - 1;
    size_t at = hash & mask;
    for (; m->slots[at].number; at = (at + 1) & mask) {
        if (m->slots[at].hash != hash)
            continue;
        const uint32_t other = m->slots[at].number - 1;
        const struct vertex_gu from = c->vertices[other], to = c->vertices[wrap[other]];
        const bool is_back = vertex_is_same(from, e->to) && vertex_is_same(to, e->from);
        if (is_back && c->across[other] == NO_SHAPE && m->shape_of_edge[other] != e->shape) {
            c->across[other] = e->shape;
            c->across[e->index] = m->shape_of_edge[other];
            return;
        }
        if (is_back || (vertex_is_same(from, e->from) && vertex_is_same(to, e->to)))
            c->across[e->index] = REPEATED;
    }
    m->slots[at] = (struct edge_slot){hash, e->index + 1};
}

static enum err_code match_all(struct edge_matcher *m, struct cell *c, struct err *err)
{
    if (reserve(m, c, err))
        return NO_MEMORY;
    if (mem_grow((void **)&m->bucket_vertex, &m->room_bucket_vertices, c->n_vertices,
                 sizeof *m->bucket_vertex, err))
        return NO_MEMORY;
    uint32_t *const wrap = m->bucket_vertex; /* where each edge ends; its memory is free by now */
    for (size_t i = 0; i < c->n_shapes; i++) {
        const struct cell_shape *s = &c->shapes[i];
        for (size_t ring = s->first_ring; ring < s->first_ring + s->record.n_rings; ring++) {
            const size_t start = cell_ring_start(c, ring), end = c->ring_end[ring];
            for (size_t v = start; v < end; v++) {
                wrap[v] = (uint32_t)(v + 1 < end ? v + 1 : start);
                c->across[v] = NO_SHAPE;
                m->shape_of_edge[v] = (uint32_t)i;
            }
        }
    }
    for (size_t i = 0; i < c->n_shapes; i++) {
        const struct cell_shape *s = &c->shapes[i];
        if (s->record.kind != GEOM_KIND_POLYGON)
            continue;
        for (size_t ring = s->first_ring; ring < s->first_ring + s->record.n_rings; ring++) {
            const size_t start = cell_ring_start(c, ring), end = c->ring_end[ring];
            for (size_t v = start; v < end && end - start > 2; v++) {
                const struct edge e = {(uint32_t)v, (uint32_t)i, c->vertices[v],
                                       end_of(c, v, start, end)};
                match_edge(m, c, wrap, &e);
            }
        }
    }
    return OK;
}

enum err_code edge_match(struct edge_matcher *m, struct cell *c, struct err *err)
{
    bool inserted = false;
    enum err_code rc = match_all(m, c, err);
    if (!rc)
        rc = edge_insert_touching(m, c, &inserted, err);
    return rc || !inserted ? rc : match_all(m, c, err);
}
