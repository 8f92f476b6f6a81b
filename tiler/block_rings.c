#include "tiler/block_rings.h"

#include "base/mem.h"
#include "tiler/grid.h"
#include "tiler/lattice_node.h"
#include "tiler/lattice_wind.h"
#include "tiler/ring_nest.h"

#include <string.h>

#define SCRATCH_MAX_BYTES ((size_t)1 << 30)
#define NO_EDGE           UINT32_MAX
#define NOT_ON_PATH       UINT32_MAX
#define MAX_PASSES        10

/* A place where edges begin; open addressing. */
struct place {
    uint32_t first_out; /* plus one; 0: free */
    uint32_t on_path;   /* where the place stands on the path, or NOT_ON_PATH */
};

struct ring_tracer {
    struct lattice_edge *edges;
    size_t n_edges, room_edges;
    struct place *places;
    size_t n_places;
    uint32_t *path; /* edges */
    size_t room_path;
    struct tile_shape rings; /* each a part, in order of tracing */
    bool has_repeated;       /* edges: rings overlap */
    bool is_noded;
    struct lattice_noder noder;
    struct lattice_winder winder;
    struct ring_nester *nester;
    struct arena arena;
};

enum err_code ring_tracer_new(struct ring_tracer **out, struct err *err)
{
    struct ring_tracer *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    arena_init(&t->arena, SCRATCH_MAX_BYTES);
    const enum err_code rc = ring_nester_new(&t->nester, err);
    if (rc)
        ring_tracer_free(t);
    else
        *out = t;
    return rc;
}

void ring_tracer_free(struct ring_tracer *t)
{
    if (!t)
        return;
    ring_nester_free(t->nester);
    lattice_noder_clear(&t->noder);
    lattice_winder_clear(&t->winder);
    mem_free(t->edges);
    mem_free(t->places);
    mem_free(t->path);
    tile_shape_clear(&t->rings);
    arena_clear(&t->arena);
    mem_free(t);
}

void block_parts_clear(struct block_parts *p)
{
    tile_shape_clear(&p->shape);
    mem_free(p->set_of_part);
    *p = (struct block_parts){0};
}

static size_t place_mask(size_t n)
{
    size_t n_places = 64;
    while (n_places < 2 * n)
        n_places *= 2;
    return n_places - 1;
}

static enum err_code reset_places(struct ring_tracer *t, size_t n, struct err *err)
{
    const size_t n_places = place_mask(n) + 1;
    if (n_places > t->n_places) {
        struct place *places = mem_new(n_places, sizeof *places);
        if (!places)
            return err_no_memory(err, n_places * sizeof *places);
        mem_free(t->places);
        t->places = places;
        t->n_places = n_places;
    }
    memset(t->places, 0, n_places * sizeof *t->places);
    return OK;
}

static size_t hash_place(struct vertex_tu v)
{
    uint64_t h = ((uint64_t)v.x << 32 ^ (uint64_t)v.y) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    h *= UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(h ^ h >> 32);
}

/* On the lattice, as a tile of this zoom rounds, counted from an origin near the block. */
static enum err_code put_on_lattice(struct ring_tracer *t, uint8_t zoom,
                                    const struct block_edge *edges, size_t n,
                                    struct block_parts *out, struct err *err)
{
    const int bits = GRID_DETAIL_ZOOM - zoom;
    const uint64_t half = ((uint64_t)1 << bits) >> 1;
    if (mem_grow((void **)&t->edges, &t->room_edges, n, sizeof *t->edges, err))
        return NO_MEMORY;
    out->origin_x = (uint32_t)((edges[0].from.x + half) >> bits);
    out->origin_y = (uint32_t)((edges[0].from.y + half) >> bits);
    t->n_edges = 0;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_gu v[2] = {edges[i].from, edges[i].to};
        struct vertex_tu tu[2];
        for (int k = 0; k < 2; k++)
            tu[k] = (struct vertex_tu){
                (int64_t)((v[k].x + half) >> bits) - out->origin_x,
                (int64_t)((v[k].y + half) >> bits) - out->origin_y,
            };
        if (!vertex_tu_is_same(tu[0], tu[1]))
            t->edges[t->n_edges++] = (struct lattice_edge){tu[0], tu[1], NO_EDGE, false, true};
    }
    return OK;
}

/* What runs back along another edge has closed: both are gone. */
static enum err_code cancel(struct ring_tracer *t, struct err *err)
{
    const size_t n = t->n_edges, mask = place_mask(n);
    if (reset_places(t, n, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        struct lattice_edge *e = &t->edges[i];
        size_t at = (hash_place(e->from) + hash_place(e->to)) & mask;
        for (; t->places[at].first_out; at = (at + 1) & mask) {
            struct lattice_edge *other = &t->edges[t->places[at].first_out - 1];
            if (!other->is_done && vertex_tu_is_same(e->from, other->to) &&
                vertex_tu_is_same(e->to, other->from)) {
                other->is_done = e->is_done = true;
                break;
            }
        }
        if (!e->is_done)
            t->places[at].first_out = (uint32_t)i + 1;
    }
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++)
        if (!t->edges[i].is_done)
            t->edges[n_left++] = t->edges[i];
    t->n_edges = n_left;
    return OK;
}

static struct place *find(struct ring_tracer *t, struct vertex_tu v)
{
    const size_t mask = place_mask(t->n_edges);
    size_t at = hash_place(v) & mask;
    while (t->places[at].first_out &&
           !vertex_tu_is_same(t->edges[t->places[at].first_out - 1].from, v))
        at = (at + 1) & mask;
    return &t->places[at];
}

static enum err_code link_edges(struct ring_tracer *t, struct err *err)
{
    if (reset_places(t, t->n_edges, err) ||
        mem_grow((void **)&t->path, &t->room_path, t->n_edges, sizeof *t->path, err))
        return NO_MEMORY;
    t->has_repeated = false;
    for (size_t i = 0; i < t->n_edges; i++) {
        struct place *p = find(t, t->edges[i].from);
        t->edges[i].next_out = p->first_out ? p->first_out - 1 : NO_EDGE;
        for (uint32_t k = t->edges[i].next_out; k != NO_EDGE; k = t->edges[k].next_out)
            t->has_repeated |= vertex_tu_is_same(t->edges[k].to, t->edges[i].to);
        *p = (struct place){(uint32_t)i + 1, NOT_ON_PATH};
    }
    return OK;
}

/* How far an edge turns to the right of where another came from, as a number that grows with the
 * angle: 0 straight back to the right ... 4 straight back to the left. y points down. */
static double turn_of(const struct lattice_edge *in, const struct lattice_edge *out)
{
    const double ax = (double)(in->to.x - in->from.x), ay = (double)(in->to.y - in->from.y);
    const double bx = (double)(out->to.x - out->from.x), by = (double)(out->to.y - out->from.y);
    const double cross = ax * by - ay * bx, dot = ax * bx + ay * by;
    const double size = (cross < 0 ? -cross : cross) + (dot < 0 ? -dot : dot);
    const double sideways = cross / size; /* positive: to the right */
    return dot >= 0 ? 2 - sideways : sideways >= 0 ? sideways : 4 + sideways;
}

/* The edge that goes on from another: of several the one that turns most to the right, where the
 * block is, so that parts that touch in a corner come apart. */
static uint32_t go_on(struct ring_tracer *t, const struct lattice_edge *in, const struct place *at)
{
    uint32_t best = NO_EDGE;
    double best_turn = 5;
    for (uint32_t i = at->first_out ? at->first_out - 1 : NO_EDGE; i != NO_EDGE;
         i = t->edges[i].next_out) {
        if (t->edges[i].is_done)
            continue;
        const double turn = turn_of(in, &t->edges[i]);
        if (turn < best_turn) {
            best_turn = turn;
            best = i;
        }
    }
    return best;
}

/* The path from `first` on is closed: it becomes a ring. */
static enum err_code end_ring(struct ring_tracer *t, size_t first, size_t n_path, struct err *err)
{
    if (tile_shape_reserve(&t->rings, 1, 1, n_path - first, err))
        return NO_MEMORY;
    for (size_t i = first; i < n_path; i++) {
        const struct lattice_edge *e = &t->edges[t->path[i]];
        find(t, e->from)->on_path = NOT_ON_PATH;
        tile_shape_put(&t->rings, e->from);
    }
    tile_shape_end_ring(&t->rings);
    tile_shape_end_part(&t->rings);
    return OK;
}

/* Walk from an edge on; whenever the path comes back to a place where it was, a ring is done. */
static enum err_code trace_from(struct ring_tracer *t, uint32_t start, struct err *err)
{
    size_t n_path = 0;
    uint32_t e = start;
    while (e != NO_EDGE) {
        t->edges[e].is_done = true;
        find(t, t->edges[e].from)->on_path = (uint32_t)n_path;
        t->path[n_path++] = e;
        struct place *p = find(t, t->edges[e].to);
        if (p->first_out && p->on_path != NOT_ON_PATH) {
            const size_t first = p->on_path;
            if (end_ring(t, first, n_path, err))
                return NO_MEMORY;
            n_path = first;
            if (n_path == 0)
                return OK;
            e = go_on(t, &t->edges[t->path[n_path - 1]], p);
            continue;
        }
        e = go_on(t, &t->edges[e], p);
    }
    /* Edges that lead nowhere: an outline that was not closed. */
    for (size_t i = 0; i < n_path; i++)
        find(t, t->edges[t->path[i]].from)->on_path = NOT_ON_PATH;
    return OK;
}

/* Edges that meet in their ends only. */
static enum err_code node(struct ring_tracer *t, struct err *err)
{
    enum err_code rc = cancel(t, err);
    bool changed = true;
    for (int pass = 0; !rc && changed && pass < MAX_PASSES; pass++) {
        rc = lattice_node(&t->noder, &t->edges, &t->n_edges, &t->room_edges, &changed, err);
        if (!rc && changed)
            rc = cancel(t, err);
    }
    t->is_noded = !changed;
    return rc;
}

/* Each edge is the border of what the rings hold together. */
static enum err_code unite(struct ring_tracer *t, struct err *err)
{
    const enum err_code rc = lattice_wind(&t->winder, t->edges, &t->n_edges, err);
    return rc ? rc : link_edges(t, err);
}

/* t->edges as valid polygons. */
static enum err_code trace(struct ring_tracer *t, bool may_overlap, struct tile_shape *out,
                           struct err *err)
{
    enum err_code rc = node(t, err);
    if (!rc)
        rc = link_edges(t, err);
    if (!rc && (may_overlap || t->has_repeated))
        rc = unite(t, err);
    if (!rc)
        rc = tile_shape_start(&t->rings, GEOM_KIND_POLYGON, 0, 0, 0, err);
    for (uint32_t i = 0; !rc && i < t->n_edges; i++)
        if (!t->edges[i].is_done)
            rc = trace_from(t, i, err);
    return rc ? rc : ring_nest(t->nester, &t->rings, t->is_noded, &t->arena, out, err);
}

enum err_code ring_trace(struct ring_tracer *t, uint8_t zoom, const struct block_edge *edges,
                         size_t n, struct block_parts *out, struct err *err)
{
    arena_reset(&t->arena);
    enum err_code rc = tile_shape_start(&out->shape, GEOM_KIND_POLYGON, 0, 0, 0, err);
    out->n_sets = 0;
    if (rc || n == 0)
        return rc;
    rc = put_on_lattice(t, zoom, edges, n, out, err);
    if (!rc)
        rc = trace(t, false, &out->shape, err);
    return rc ? rc
              : ring_deal(t->nester, &out->shape, &out->set_of_part, &out->room_sets, &out->n_sets,
                          err);
}

enum err_code ring_retrace(struct ring_tracer *t, const struct tile_shape *rounded,
                           bool may_overlap, struct tile_shape *out, struct err *err)
{
    arena_reset(&t->arena);
    enum err_code rc = tile_shape_start(out, GEOM_KIND_POLYGON, 0, 0, 0, err);
    if (!rc)
        rc = mem_grow((void **)&t->edges, &t->room_edges, rounded->n_vertices + 1, sizeof *t->edges,
                      err);
    if (rc)
        return rc;
    t->n_edges = 0;
    for (size_t ring = 0; ring < rounded->n_rings; ring++) {
        const size_t start = tile_shape_ring_start(rounded, ring), end = rounded->ring_end[ring];
        for (size_t i = start; i < end; i++) {
            const struct vertex_tu from = rounded->vertices[i];
            const struct vertex_tu to = rounded->vertices[i + 1 < end ? i + 1 : start];
            if (!vertex_tu_is_same(from, to))
                t->edges[t->n_edges++] = (struct lattice_edge){from, to, NO_EDGE, false, true};
        }
    }
    return trace(t, may_overlap, out, err);
}
