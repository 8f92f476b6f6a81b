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

void lattice_noder_clear(struct lattice_noder *l)
{
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

enum err_code lattice_node(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                           size_t *room, struct err *err)
{
    struct buckets b;
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
    if (rc)
        return rc;
    struct lattice_edge *const was = *edges;
    const size_t room_was = *room;
    *edges = l->made;
    *room = l->room_made;
    *n = n_made;
    l->made = was;
    l->room_made = room_was;
    return OK;
}
