#include "tiler/ring_noded.h"

#include "base/mem.h"

#include <stdlib.h>

/* From its end in the west to that in the east. */
struct noded_edge {
    struct vertex_tu a, b;
    int64_t min_y, max_y;
};

void noded_check_clear(struct noded_check *c)
{
    mem_free(c->edges);
    mem_free(c->active);
    *c = (struct noded_check){0};
}

static int by_min_x(const void *p, const void *q)
{
    const struct noded_edge *a = p, *b = q;
    return (a->a.x > b->a.x) - (a->a.x < b->a.x);
}

static enum err_code list_edges(struct noded_check *c, const struct tile_shape *s, struct err *err)
{
    if (mem_grow((void **)&c->edges, &c->room_edges, s->n_vertices + 1, sizeof *c->edges, err) ||
        mem_grow((void **)&c->active, &c->room_active, s->n_vertices + 1, sizeof *c->active, err))
        return NO_MEMORY;
    for (size_t ring = 0; ring < s->n_rings; ring++) {
        const size_t start = tile_shape_ring_start(s, ring), end = s->ring_end[ring];
        for (size_t i = start; i < end; i++) {
            const struct vertex_tu v = s->vertices[i];
            const struct vertex_tu w = s->vertices[i + 1 < end ? i + 1 : start];
            const bool turned = v.x > w.x;
            c->edges[i] = (struct noded_edge){turned ? w : v, turned ? v : w, v.y < w.y ? v.y : w.y,
                                              v.y < w.y ? w.y : v.y};
        }
    }
    if (s->n_vertices > 1)
        qsort(c->edges, s->n_vertices, sizeof *c->edges, by_min_x);
    return OK;
}

static int side(struct vertex_tu a, struct vertex_tu b, struct vertex_tu p)
{
    const int64_t cross = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    return (cross > 0) - (cross < 0);
}

/* Whether p, which is on the line of the edge, lies between its ends. */
static bool is_between(const struct noded_edge *e, struct vertex_tu p)
{
    return p.x >= e->a.x && p.x <= e->b.x && p.y >= e->min_y && p.y <= e->max_y &&
           !vertex_tu_is_same(p, e->a) && !vertex_tu_is_same(p, e->b);
}

/* Whether two edges share more than ends. */
static bool edges_meet(const struct noded_edge *e, const struct noded_edge *f)
{
    const int fa = side(e->a, e->b, f->a), fb = side(e->a, e->b, f->b);
    const int ea = side(f->a, f->b, e->a), eb = side(f->a, f->b, e->b);
    if ((fa == 0 && is_between(e, f->a)) || (fb == 0 && is_between(e, f->b)) ||
        (ea == 0 && is_between(f, e->a)) || (eb == 0 && is_between(f, e->b)))
        return true;
    if (fa == 0 && fb == 0) /* along each other, and no end within the other: the same, or apart */
        return (vertex_tu_is_same(e->a, f->a) && vertex_tu_is_same(e->b, f->b)) ||
               (vertex_tu_is_same(e->a, f->b) && vertex_tu_is_same(e->b, f->a));
    return fa * fb < 0 && ea * eb < 0;
}

enum err_code rings_are_noded(struct noded_check *c, const struct tile_shape *s, bool *out,
                              struct err *err)
{
    if (list_edges(c, s, err))
        return NO_MEMORY;
    size_t n_active = 0;
    *out = true;
    for (size_t i = 0; i < s->n_vertices && *out; i++) {
        const struct noded_edge *e = &c->edges[i];
        size_t n_left = 0;
        for (size_t k = 0; k < n_active; k++) {
            const struct noded_edge *f = &c->edges[c->active[k]];
            if (f->b.x < e->a.x)
                continue;
            c->active[n_left++] = c->active[k];
            if (f->min_y <= e->max_y && f->max_y >= e->min_y && edges_meet(e, f))
                *out = false;
        }
        n_active = n_left;
        c->active[n_active++] = (uint32_t)i;
    }
    return OK;
}
