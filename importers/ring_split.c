#include "importers/ring_split.h"

#include "base/mem.h"
#include "base/ring_check.h"

#include <string.h>

#define NONE UINT32_MAX

/* Edges that may begin in one place: they are looked through one by one. */
#define DEGREE_MAX 256

/* Vertices of the input have numbers; the first one at its place stands for all that are there. */
struct split_vertex {
    uint32_t place;
    uint32_t first_out; /* of a place: the edges that begin there */
    uint32_t on_path;   /* of a place: where the path that is walked passes it; else NONE */
};

struct split_edge {
    uint32_t from, to; /* vertices */
    uint32_t next_out;
    bool gone, used;
};

struct ring_splitter {
    const struct geom *in;
    bool as_they_run;
    struct split_vertex *vertices;
    struct split_edge *edges;
    uint32_t *slots; /* of a hash table: vertices by their places */
    uint32_t *path;  /* edges */
    size_t room_vertices, room_edges, room_slots, room_path;
    size_t n_edges, n_path, n_slots;
    struct geom_builder rings;
};

enum err_code ring_splitter_new(struct ring_splitter **out, struct err *err)
{
    struct ring_splitter *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    geom_builder_init(&s->rings, SIZE_MAX);
    *out = s;
    return OK;
}

void ring_splitter_free(struct ring_splitter *s)
{
    if (!s)
        return;
    mem_free(s->vertices);
    mem_free(s->edges);
    mem_free(s->slots);
    mem_free(s->path);
    geom_builder_clear(&s->rings);
    mem_free(s);
}

static const double *at(const struct ring_splitter *s, uint32_t vertex)
{
    return s->in->xy + 2 * (size_t)vertex;
}

static uint32_t place_of(const struct ring_splitter *s, uint32_t vertex)
{
    return s->vertices[vertex].place;
}

/* ---- places -------------------------------------------------------------------------------- */

static uint64_t hash_of(const double *xy)
{
    const double same[2] = {xy[0] + 0.0, xy[1] + 0.0}; /* -0 is 0 */
    uint64_t bits[2];
    memcpy(bits, same, sizeof bits);
    uint64_t h = bits[0] * UINT64_C(0x9e3779b97f4a7c15) ^ (bits[1] << 32 | bits[1] >> 32);
    h *= UINT64_C(0xd6e8feb86659fd93); /* odd constants of no other meaning than many bits */
    return h ^ h >> 32;
}

static void find_places(struct ring_splitter *s)
{
    memset(s->slots, 0xff, s->n_slots * sizeof *s->slots);
    for (uint32_t v = 0; v < s->in->n_vertices; v++) {
        const double *p = at(s, v);
        size_t slot = hash_of(p) & (s->n_slots - 1);
        while (s->slots[slot] != NONE &&
               (at(s, s->slots[slot])[0] != p[0] || at(s, s->slots[slot])[1] != p[1]))
            slot = (slot + 1) & (s->n_slots - 1);
        if (s->slots[slot] == NONE)
            s->slots[slot] = v;
        s->vertices[v] = (struct split_vertex){s->slots[slot], NONE, NONE};
    }
}

static enum err_code make_room(struct ring_splitter *s, struct err *err)
{
    const size_t n = s->in->n_vertices;
    s->n_slots = 16;
    while (s->n_slots < 2 * n)
        s->n_slots *= 2;
    if (mem_grow((void **)&s->vertices, &s->room_vertices, n, sizeof *s->vertices, err) ||
        mem_grow((void **)&s->edges, &s->room_edges, n, sizeof *s->edges, err) ||
        mem_grow((void **)&s->path, &s->room_path, n, sizeof *s->path, err))
        return NO_MEMORY;
    return mem_grow((void **)&s->slots, &s->room_slots, s->n_slots, sizeof *s->slots, err);
}

/* ---- edges --------------------------------------------------------------------------------- */

/* An edge from one place to the other; `out_found` NONE: there is none. False: too many to look. */
static bool find_edge(const struct ring_splitter *s, uint32_t from, uint32_t to,
                      uint32_t *out_found)
{
    int n_seen = 0;
    *out_found = NONE;
    for (uint32_t e = s->vertices[from].first_out; e != NONE; e = s->edges[e].next_out) {
        if (++n_seen > DEGREE_MAX)
            return false;
        if (!s->edges[e].gone && place_of(s, s->edges[e].to) == to)
            *out_found = e;
    }
    return true;
}

/* What runs there and back is gone; what runs there twice cannot be told apart. */
static bool add_edge(struct ring_splitter *s, uint32_t from, uint32_t to)
{
    const uint32_t a = place_of(s, from), b = place_of(s, to);
    uint32_t back, same;
    if (a == b)
        return true;
    if (!find_edge(s, b, a, &back) || !find_edge(s, a, b, &same) || same != NONE)
        return false;
    if (back != NONE) {
        s->edges[back].gone = true;
        return true;
    }
    const uint32_t e = (uint32_t)s->n_edges++;
    s->edges[e] = (struct split_edge){.from = from, .to = to, .next_out = s->vertices[a].first_out};
    s->vertices[a].first_out = e;
    return true;
}

/* Outer rings run counter-clockwise, holes clockwise: the inside is on the left. */
static bool add_ring(struct ring_splitter *s, uint32_t start, uint32_t end, bool is_hole)
{
    const double area2 = ring_area2(at(s, start), end - start);
    const bool turned = !s->as_they_run && (is_hole ? area2 > 0 : area2 < 0);
    bool ok = true;
    for (uint32_t v = start; ok && v + 1 < end; v++)
        ok = turned ? add_edge(s, v + 1, v) : add_edge(s, v, v + 1);
    return ok;
}

static bool add_rings(struct ring_splitter *s)
{
    const struct geom *in = s->in;
    bool ok = true;
    s->n_edges = 0;
    for (size_t part = 0, ring = 0; ok && part < in->n_parts; part++) {
        for (const size_t outer = ring; ok && ring < in->part_end[part]; ring++)
            ok = add_ring(s, (uint32_t)geom_ring_start(in, ring), in->ring_end[ring], ring > outer);
    }
    return ok;
}

/* ---- walks --------------------------------------------------------------------------------- */

/* In which third of the turn an edge from `b` to `c` stands, clockwise from the way back to `a`: 0 to
 * the left, 1 straight ahead, 2 to the right. What runs back, or nearly so, comes last. */
static int third_of(const double *a, const double *b, const double *c)
{
    const int side = ring_turn(a, b, c);
    if (side)
        return side > 0 ? 0 : 2;
    return (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0 ? 1 : 3;
}

/* The edge that goes on sharpest to the left: it has the same inside. Where arithmetic is too close
 * to tell, any will do: edges that run so close are found to cross. */
static uint32_t next_edge(const struct ring_splitter *s, uint32_t edge)
{
    const double *a = at(s, s->edges[edge].from), *b = at(s, s->edges[edge].to);
    uint32_t best = NONE;
    int best_third = 0;
    for (uint32_t e = s->vertices[place_of(s, s->edges[edge].to)].first_out; e != NONE;
         e = s->edges[e].next_out) {
        if (s->edges[e].gone || s->edges[e].used)
            continue;
        const double *c = at(s, s->edges[e].to);
        const int third = third_of(a, b, c);
        if (best != NONE &&
            (third > best_third ||
             (third == best_third && ring_turn(b, at(s, s->edges[best].to), c) <= 0)))
            continue;
        best = e;
        best_third = third;
    }
    return best;
}

/* The path has come back to where its edge number `from` begins: that is a ring. */
static void emit(struct ring_splitter *s, size_t from)
{
    struct geom_builder *b = &s->rings;
    geom_build_part(b, GEOM_KIND_POLYGON);
    geom_build_ring(b);
    for (size_t i = from; i < s->n_path; i++) {
        const uint32_t v = s->edges[s->path[i]].from;
        geom_build_vertex_of(b, s->in, v);
        s->vertices[place_of(s, v)].on_path = NONE;
    }
    geom_build_vertex_of(b, s->in, s->edges[s->path[from]].from);
    s->n_path = from;
}

/* Until the path is back where it began. As many edges end in a place as begin there, so it is never
 * stuck before. */
static void walk(struct ring_splitter *s, uint32_t start)
{
    s->n_path = 0;
    for (uint32_t e = start; e != NONE; e = s->n_path > 0 ? next_edge(s, e) : NONE) {
        s->edges[e].used = true;
        s->vertices[place_of(s, s->edges[e].from)].on_path = (uint32_t)s->n_path;
        s->path[s->n_path++] = e;
        const uint32_t back_at = s->vertices[place_of(s, s->edges[e].to)].on_path;
        if (back_at != NONE)
            emit(s, back_at);
    }
}

enum err_code ring_split(struct ring_splitter *s, const struct geom *in, bool as_they_run,
                         struct geom *out, bool *out_done, struct err *err)
{
    *out_done = false;
    if (in->n_vertices >= NONE)
        return OK;
    s->in = in;
    s->as_they_run = as_they_run;
    if (make_room(s, err))
        return NO_MEMORY;
    find_places(s);
    if (!add_rings(s))
        return OK;
    geom_build_start(&s->rings, GEOM_MULTIPOLYGON);
    for (uint32_t e = 0; e < s->n_edges; e++) {
        if (!s->edges[e].gone && !s->edges[e].used)
            walk(s, e);
    }
    struct geom rings;
    const enum err_code rc = geom_build_end(&s->rings, &rings, err);
    if (rc)
        return rc;
    *out = rings;
    *out_done = true;
    return OK;
}
