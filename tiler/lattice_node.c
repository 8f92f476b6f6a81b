#include "tiler/lattice_node.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A block may look at so many ends an edge, in the mean. */
#define LOOKS_PER_EDGE 512

struct passed_end {
    struct vertex_tu at;
    int64_t along;
};

/* A grid over the edges, with a few of their ends in each bucket. */
struct buckets {
    int64_t min_x, min_y;
    int64_t n_columns, n_rows, size; /* a bucket is a square */
};

/* Where an edge is cut. */
struct crossing {
    uint32_t edge;
    struct vertex_tu at;
    int64_t along;
};

void lattice_noder_clear(struct lattice_noder *l)
{
    mem_free(l->crossings);
    mem_free(l->order);
    mem_free(l->active);
    mem_free(l->bucket_end);
    mem_free(l->ends);
    mem_free(l->passed);
    mem_free(l->made);
    *l = (struct lattice_noder){0};
}

static int64_t clamp(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static size_t bucket_of(const struct buckets *b, struct vertex_tu v)
{
    return (size_t)((v.y - b->min_y) / b->size * b->n_columns + (v.x - b->min_x) / b->size);
}

/* Sorted by counting. */
static enum err_code fill_buckets(struct lattice_noder *l, const struct lattice_edge *edges,
                                  size_t n, struct buckets *b, struct err *err)
{
    int64_t max_x = edges[0].from.x, max_y = edges[0].from.y;
    b->min_x = max_x;
    b->min_y = max_y;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_tu v = edges[i].from;
        b->min_x = v.x < b->min_x ? v.x : b->min_x;
        b->min_y = v.y < b->min_y ? v.y : b->min_y;
        max_x = v.x > max_x ? v.x : max_x;
        max_y = v.y > max_y ? v.y : max_y;
    }
    const double area = ((double)(max_x - b->min_x) + 1) * ((double)(max_y - b->min_y) + 1);
    b->size = (int64_t)ceil(sqrt(2 * area / (double)n));
    b->n_columns = (max_x - b->min_x) / b->size + 1;
    b->n_rows = (max_y - b->min_y) / b->size + 1;
    const size_t n_buckets = (size_t)(b->n_columns * b->n_rows);
    if (mem_grow((void **)&l->bucket_end, &l->room_buckets, n_buckets + 1, sizeof *l->bucket_end,
                 err) ||
        mem_grow((void **)&l->ends, &l->room_ends, n, sizeof *l->ends, err))
        return NO_MEMORY;
    memset(l->bucket_end, 0, (n_buckets + 1) * sizeof *l->bucket_end);
    for (size_t i = 0; i < n; i++)
        l->bucket_end[bucket_of(b, edges[i].from) + 1]++;
    for (size_t i = 0; i < n_buckets; i++)
        l->bucket_end[i + 1] += l->bucket_end[i];
    for (size_t i = 0; i < n; i++)
        l->ends[l->bucket_end[bucket_of(b, edges[i].from)]++] = edges[i].from;
    return OK;
}

/* Whether the edge passes through the unit square around v, between its own ends; how far along. */
static bool passes(const struct lattice_edge *e, struct vertex_tu v, int64_t *out_along)
{
    const int64_t dx = e->to.x - e->from.x, dy = e->to.y - e->from.y;
    const int64_t px = v.x - e->from.x, py = v.y - e->from.y;
    const int64_t along = px * dx + py * dy, cross = dx * py - dy * px;
    *out_along = along;
    return along > 0 && along < dx * dx + dy * dy && 2 * llabs(cross) <= llabs(dx) + llabs(dy) &&
           !vertex_tu_is_same(v, e->from) && !vertex_tu_is_same(v, e->to);
}

static int by_place(const void *a, const void *b)
{
    const struct passed_end *x = a, *y = b;
    return (x->along > y->along) - (x->along < y->along);
}

/* All ends in the buckets that the edge passes, row by row. */
static enum err_code look(struct lattice_noder *l, const struct buckets *b,
                          const struct lattice_edge *e, size_t *n_passed, size_t *looks_left,
                          struct err *err)
{
    const int64_t min_y = (e->from.y < e->to.y ? e->from.y : e->to.y) - 1;
    const int64_t max_y = (e->from.y > e->to.y ? e->from.y : e->to.y) + 1;
    const int64_t first_row = clamp((min_y - b->min_y) / b->size, b->n_rows);
    const int64_t last_row = clamp((max_y - b->min_y) / b->size, b->n_rows);
    const double slope =
        e->to.y != e->from.y ? (double)(e->to.x - e->from.x) / (double)(e->to.y - e->from.y) : 0;
    for (int64_t row = first_row; row <= last_row; row++) {
        double x0 = (double)e->from.x, x1 = (double)e->to.x;
        if (first_row != last_row) {
            const double top = (double)(b->min_y + row * b->size - 1);
            const double bottom = top + (double)b->size + 2;
            x0 = (double)e->from.x + slope * (fmax(top, (double)min_y) - (double)e->from.y);
            x1 = (double)e->from.x + slope * (fmin(bottom, (double)max_y) - (double)e->from.y);
        }
        const int64_t first =
            clamp((int64_t)floor(fmin(x0, x1) - 1 - (double)b->min_x) / b->size, b->n_columns);
        const int64_t last =
            clamp((int64_t)ceil(fmax(x0, x1) + 1 - (double)b->min_x) / b->size, b->n_columns);
        const size_t from = (size_t)(row * b->n_columns + first);
        const size_t to = (size_t)(row * b->n_columns + last);
        const size_t start = from ? l->bucket_end[from - 1] : 0, end = l->bucket_end[to];
        if (end - start + 1 > *looks_left)
            return OK;
        *looks_left -= end - start + 1;
        for (size_t i = start; i < end; i++) {
            int64_t along;
            if (!passes(e, l->ends[i], &along))
                continue;
            if (mem_grow((void **)&l->passed, &l->room_passed, *n_passed + 1, sizeof *l->passed,
                         err))
                return NO_MEMORY;
            l->passed[(*n_passed)++] = (struct passed_end){l->ends[i], along};
        }
    }
    return OK;
}

static enum err_code put(struct lattice_noder *l, size_t *n, struct vertex_tu from,
                         struct vertex_tu to, struct err *err)
{
    if (vertex_tu_is_same(from, to))
        return OK;
    if (mem_grow((void **)&l->made, &l->room_made, *n + 1, sizeof *l->made, err))
        return NO_MEMORY;
    l->made[(*n)++] = (struct lattice_edge){from, to, UINT32_MAX, false};
    return OK;
}

/* What was made changes places with what it was made of. */
static void take_made(struct lattice_noder *l, struct lattice_edge **edges, size_t *n, size_t *room,
                      size_t n_made)
{
    struct lattice_edge *const was = *edges;
    const size_t room_was = *room;
    *edges = l->made;
    *room = l->room_made;
    *n = n_made;
    l->made = was;
    l->room_made = room_was;
}

enum err_code lattice_node(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                           size_t *room, struct err *err)
{
    struct buckets b = {0};
    size_t n_made = 0, looks_left = *n * LOOKS_PER_EDGE;
    enum err_code rc = *n ? fill_buckets(l, *edges, *n, &b, err) : OK;
    for (size_t i = 0; !rc && i < *n; i++) {
        const struct lattice_edge *e = &(*edges)[i];
        size_t n_passed = 0;
        struct vertex_tu at = e->from;
        rc = look(l, &b, e, &n_passed, &looks_left, err);
        if (!rc && n_passed > 1)
            qsort(l->passed, n_passed, sizeof *l->passed, by_place);
        for (size_t k = 0; !rc && k < n_passed; k++) {
            rc = put(l, &n_made, at, l->passed[k].at, err);
            at = l->passed[k].at;
        }
        if (!rc)
            rc = put(l, &n_made, at, e->to, err);
    }
    if (!rc)
        take_made(l, edges, n, room, n_made);
    return rc;
}

/* --- crossings ----------------------------------------------------------------------------- */

static int by_min_x(const void *a, const void *b, void *edges)
{
    const struct lattice_edge *e = (const struct lattice_edge *)edges + *(const uint32_t *)a;
    const struct lattice_edge *f = (const struct lattice_edge *)edges + *(const uint32_t *)b;
    const int64_t x = e->from.x < e->to.x ? e->from.x : e->to.x;
    const int64_t y = f->from.x < f->to.x ? f->from.x : f->to.x;
    return (x > y) - (x < y);
}

static int64_t cross_of(const struct lattice_edge *e, struct vertex_tu p)
{
    return (e->to.x - e->from.x) * (p.y - e->from.y) - (e->to.y - e->from.y) * (p.x - e->from.x);
}

/* Where two edges cross between their ends, rounded. */
static bool crossing_of(const struct lattice_edge *e, const struct lattice_edge *f,
                        struct vertex_tu *out)
{
    const int64_t fa = cross_of(e, f->from), fb = cross_of(e, f->to);
    const int64_t ea = cross_of(f, e->from), eb = cross_of(f, e->to);
    if ((fa > 0) == (fb > 0) || (ea > 0) == (eb > 0) || fa == 0 || fb == 0 || ea == 0 || eb == 0)
        return false;
    const double share = (double)ea / ((double)ea - (double)eb);
    *out = (struct vertex_tu){
        e->from.x + llround((double)(e->to.x - e->from.x) * share),
        e->from.y + llround((double)(e->to.y - e->from.y) * share),
    };
    return true;
}

static enum err_code put_crossing(struct lattice_noder *l, size_t *n, uint32_t edge,
                                  const struct lattice_edge *e, struct vertex_tu at,
                                  struct err *err)
{
    if (vertex_tu_is_same(at, e->from) || vertex_tu_is_same(at, e->to))
        return OK;
    if (mem_grow((void **)&l->crossings, &l->room_crossings, *n + 1, sizeof *l->crossings, err))
        return NO_MEMORY;
    l->crossings[(*n)++] = (struct crossing){edge, at,
                                             (at.x - e->from.x) * (e->to.x - e->from.x) +
                                                 (at.y - e->from.y) * (e->to.y - e->from.y)};
    return OK;
}

static bool overlap(int64_t a, int64_t b, int64_t c, int64_t d)
{
    const int64_t min1 = a < b ? a : b, max1 = a < b ? b : a;
    const int64_t min2 = c < d ? c : d, max2 = c < d ? d : c;
    return min1 <= max2 && max1 >= min2;
}

/* A sweep from the west; edges that end before are forgotten. */
static enum err_code find_crossings(struct lattice_noder *l, const struct lattice_edge *edges,
                                    size_t n, size_t *out_n, struct err *err)
{
    size_t n_active = 0;
    *out_n = 0;
    if (mem_grow((void **)&l->order, &l->room_order, n, sizeof *l->order, err) ||
        mem_grow((void **)&l->active, &l->room_active, n, sizeof *l->active, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        l->order[i] = (uint32_t)i;
    qsort_r(l->order, n, sizeof *l->order, by_min_x, (void *)edges);
    for (size_t i = 0; i < n; i++) {
        const struct lattice_edge *e = &edges[l->order[i]];
        const int64_t min_x = e->from.x < e->to.x ? e->from.x : e->to.x;
        size_t n_left = 0;
        for (size_t k = 0; k < n_active; k++) {
            const uint32_t other = l->active[k];
            const struct lattice_edge *f = &edges[other];
            struct vertex_tu at;
            if (f->from.x < min_x && f->to.x < min_x)
                continue;
            l->active[n_left++] = other;
            if (!overlap(e->from.y, e->to.y, f->from.y, f->to.y) || !crossing_of(e, f, &at))
                continue;
            if (put_crossing(l, out_n, l->order[i], e, at, err) ||
                put_crossing(l, out_n, other, f, at, err))
                return NO_MEMORY;
        }
        n_active = n_left;
        l->active[n_active++] = l->order[i];
    }
    return OK;
}

static int by_edge(const void *a, const void *b)
{
    const struct crossing *x = a, *y = b;
    if (x->edge != y->edge)
        return x->edge < y->edge ? -1 : 1;
    return (x->along > y->along) - (x->along < y->along);
}

enum err_code lattice_cut_crossings(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                                    size_t *room, struct err *err)
{
    size_t n_crossings = 0, n_made = 0, next = 0;
    enum err_code rc = *n ? find_crossings(l, *edges, *n, &n_crossings, err) : OK;
    if (rc || n_crossings == 0)
        return rc;
    qsort(l->crossings, n_crossings, sizeof *l->crossings, by_edge);
    for (size_t i = 0; !rc && i < *n; i++) {
        const struct lattice_edge *e = &(*edges)[i];
        struct vertex_tu at = e->from;
        for (; !rc && next < n_crossings && l->crossings[next].edge == i; next++) {
            rc = put(l, &n_made, at, l->crossings[next].at, err);
            at = l->crossings[next].at;
        }
        if (!rc)
            rc = put(l, &n_made, at, e->to, err);
    }
    if (!rc)
        take_made(l, edges, n, room, n_made);
    return rc;
}
