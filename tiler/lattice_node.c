#include "tiler/lattice_node.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So many pairs are compared an edge, in the mean: more is a heap, which is left as it is. */
#define PAIRS_PER_EDGE 512

/* Where an edge is cut. */
struct lattice_cut {
    struct vertex_tu at;
    int64_t along;
    uint32_t next; /* of the same edge, farther along; plus one */
};

/* A grid over the edges, of squares that a few of them pass. */
struct buckets {
    int64_t min_x, min_y, n_columns, n_rows;
    int bits; /* a square is 2^bits wide */
};

/* An edge in a bucket, with its box counted from the buckets' corner, so that most pairs are told
 * apart without a look at the edges. */
struct lattice_boxed {
    uint32_t edge;
    bool is_new;
    int32_t min_x, max_x, min_y, max_y;
};

/* A bucket, and an edge that passes it. */
struct lattice_passed {
    uint32_t bucket, edge;
};

struct pass {
    struct lattice_noder *l;
    const struct lattice_edge *edges;
    size_t n, n_cuts;
    struct buckets buckets;
};

void lattice_noder_clear(struct lattice_noder *l)
{
    mem_free(l->bucket_end);
    mem_free(l->in_bucket);
    mem_free(l->has_new);
    mem_free(l->passed);
    mem_free(l->cuts);
    mem_free(l->first_cut);
    mem_free(l->made);
    *l = (struct lattice_noder){0};
}

/* --- buckets ------------------------------------------------------------------------------- */

static int64_t min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Squares, about half as many as edges. */
static struct buckets buckets_for(const struct lattice_edge *edges, size_t n)
{
    int64_t max_x = edges[0].from.x, max_y = edges[0].from.y;
    struct buckets b = {.min_x = max_x, .min_y = max_y};
    for (size_t i = 0; i < n; i++) {
        b.min_x = min(b.min_x, edges[i].from.x);
        b.min_y = min(b.min_y, edges[i].from.y);
        max_x = max(max_x, edges[i].from.x);
        max_y = max(max_y, edges[i].from.y);
    }
    const double area = ((double)(max_x - b.min_x) + 1) * ((double)(max_y - b.min_y) + 1);
    while (ldexp(1, 2 * b.bits) < 2 * area / (double)n)
        b.bits++;
    /* Rounding may put a place one unit beside the edge that it is on. */
    b.min_x--;
    b.min_y--;
    b.n_columns = ((max_x + 1 - b.min_x) >> b.bits) + 1;
    b.n_rows = ((max_y + 1 - b.min_y) >> b.bits) + 1;
    return b;
}

static size_t bucket_of(const struct buckets *b, struct vertex_tu v)
{
    return (size_t)(((v.y - b->min_y) >> b->bits) * b->n_columns + ((v.x - b->min_x) >> b->bits));
}

/* The columns of a row that an edge passes, or comes close to by a unit. */
static void columns_in_row(const struct buckets *b, const struct lattice_edge *e, int64_t row,
                           int64_t *first, int64_t *last)
{
    const int64_t top = b->min_y + (row << b->bits) - 1;
    const int64_t bottom = top + ((int64_t)1 << b->bits) + 2;
    const bool is_down = e->from.y < e->to.y;
    const struct vertex_tu *a = is_down ? &e->from : &e->to, *z = is_down ? &e->to : &e->from;
    int64_t x0 = a->x, x1 = z->x;
    /* Whole numbers, so up to a unit beside where the edge is. */
    if (bottom < z->y || top > a->y) {
        const double slope = (double)(z->x - a->x) / (double)(z->y - a->y);
        if (bottom < z->y)
            x1 = a->x + (int64_t)(slope * (double)(bottom - a->y));
        if (top > a->y)
            x0 = a->x + (int64_t)(slope * (double)(top - a->y));
    }
    const int64_t west = min(x0, x1) - 2 - b->min_x;
    const int64_t east = max(x0, x1) + 2 - b->min_x;
    *first = max(west, 0) >> b->bits;
    *last = min(east >> b->bits, b->n_columns - 1);
}

static void rows_of(const struct buckets *b, const struct lattice_edge *e, int64_t *first,
                    int64_t *last)
{
    *first = max(min(e->from.y, e->to.y) - 1 - b->min_y, 0) >> b->bits;
    *last = min((max(e->from.y, e->to.y) + 1 - b->min_y) >> b->bits, b->n_rows - 1);
}

/* Buckets that an edge passes, one after the other. */
struct walk {
    const struct buckets *b;
    const struct lattice_edge *e;
    int64_t row, last_row, column, last_column;
};

static struct walk walk_of(const struct buckets *b, const struct lattice_edge *e)
{
    struct walk w = {.b = b, .e = e};
    rows_of(b, e, &w.row, &w.last_row);
    columns_in_row(b, e, w.row, &w.column, &w.last_column);
    return w;
}

static bool walk_next(struct walk *w, size_t *out_bucket)
{
    while (w->column > w->last_column) {
        if (++w->row > w->last_row)
            return false;
        columns_in_row(w->b, w->e, w->row, &w->column, &w->last_column);
    }
    *out_bucket = (size_t)(w->row * w->b->n_columns + w->column++);
    return true;
}

/* Where new edges pass: elsewhere there is nothing to compare. */
static void mark_new(struct pass *p)
{
    size_t bucket = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (!p->edges[i].is_new)
            continue;
        struct walk w = walk_of(&p->buckets, &p->edges[i]);
        while (walk_next(&w, &bucket))
            p->l->has_new[bucket] = 1;
    }
}

static enum err_code list_passed(struct pass *p, size_t *n, struct err *err)
{
    struct lattice_noder *l = p->l;
    size_t bucket = 0;
    *n = 0;
    for (size_t i = 0; i < p->n; i++) {
        struct walk w = walk_of(&p->buckets, &p->edges[i]);
        while (walk_next(&w, &bucket)) {
            if (!l->has_new[bucket])
                continue;
            if (*n == l->room_passed &&
                mem_grow((void **)&l->passed, &l->room_passed, *n + 1, sizeof *l->passed, err))
                return NO_MEMORY;
            l->passed[(*n)++] = (struct lattice_passed){(uint32_t)bucket, (uint32_t)i};
            l->bucket_end[bucket + 1]++;
        }
    }
    return OK;
}

/* Beyond them, all is taken for close. */
static int32_t to_32_bits(int64_t at)
{
    return at > INT32_MAX ? INT32_MAX : (int32_t)at;
}

static struct lattice_boxed boxed(const struct pass *p, uint32_t edge)
{
    const struct lattice_edge *e = &p->edges[edge];
    const struct buckets *b = &p->buckets;
    return (struct lattice_boxed){edge,
                                  e->is_new,
                                  to_32_bits(min(e->from.x, e->to.x) - b->min_x),
                                  to_32_bits(max(e->from.x, e->to.x) - b->min_x),
                                  to_32_bits(min(e->from.y, e->to.y) - b->min_y),
                                  to_32_bits(max(e->from.y, e->to.y) - b->min_y)};
}

/* Sorted by counting. */
static enum err_code fill_buckets(struct pass *p, bool all_new, struct err *err)
{
    struct lattice_noder *l = p->l;
    const size_t n_buckets = (size_t)(p->buckets.n_columns * p->buckets.n_rows);
    size_t n_passed = 0;
    if (mem_grow((void **)&l->bucket_end, &l->room_buckets, n_buckets + 1, sizeof *l->bucket_end,
                 err) ||
        mem_grow((void **)&l->has_new, &l->room_has_new, n_buckets, 1, err))
        return NO_MEMORY;
    memset(l->bucket_end, 0, (n_buckets + 1) * sizeof *l->bucket_end);
    memset(l->has_new, all_new, n_buckets);
    if (!all_new)
        mark_new(p);
    const enum err_code rc = list_passed(p, &n_passed, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < n_buckets; i++)
        l->bucket_end[i + 1] += l->bucket_end[i];
    if (mem_grow((void **)&l->in_bucket, &l->room_in_bucket, n_passed, sizeof *l->in_bucket, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n_passed; i++)
        l->in_bucket[l->bucket_end[l->passed[i].bucket]++] = boxed(p, l->passed[i].edge);
    return OK;
}

/* --- cuts ---------------------------------------------------------------------------------- */

/* In the order in which the edge comes to them. */
static enum err_code put_cut(struct pass *p, uint32_t edge, struct vertex_tu at, struct err *err)
{
    struct lattice_noder *l = p->l;
    const struct lattice_edge *e = &p->edges[edge];
    if (vertex_tu_is_same(at, e->from) || vertex_tu_is_same(at, e->to))
        return OK;
    const int64_t along =
        (at.x - e->from.x) * (e->to.x - e->from.x) + (at.y - e->from.y) * (e->to.y - e->from.y);
    if (mem_grow((void **)&l->cuts, &l->room_cuts, p->n_cuts + 1, sizeof *l->cuts, err))
        return NO_MEMORY;
    uint32_t *link = &l->first_cut[edge];
    while (*link && l->cuts[*link - 1].along < along)
        link = &l->cuts[*link - 1].next;
    if (*link && vertex_tu_is_same(l->cuts[*link - 1].at, at))
        return OK;
    l->cuts[p->n_cuts++] = (struct lattice_cut){at, along, *link};
    *link = (uint32_t)p->n_cuts;
    return OK;
}

static int64_t cross_of(const struct lattice_edge *e, struct vertex_tu p)
{
    return (e->to.x - e->from.x) * (p.y - e->from.y) - (e->to.y - e->from.y) * (p.x - e->from.x);
}

/* Whether the edge passes through the unit square around v, between its own ends. Of two squares
 * whose corners it passes, one on either side, through one only, whichever way it runs: else it would
 * go to and fro between them. */
static bool passes(const struct lattice_edge *e, struct vertex_tu v, int64_t cross)
{
    const int64_t dx = e->to.x - e->from.x, dy = e->to.y - e->from.y;
    const int64_t along = (v.x - e->from.x) * dx + (v.y - e->from.y) * dy;
    const int64_t width = llabs(dx) + llabs(dy),
                  aside = dx > 0 || (dx == 0 && dy > 0) ? cross : -cross;
    return 2 * aside <= width && 2 * aside > -width && along > 0 && along < dx * dx + dy * dy;
}

/* Within a unit. */
static bool come_close(const struct lattice_boxed *e, const struct lattice_boxed *f)
{
    return e->min_x - 1 <= f->max_x && f->min_x - 1 <= e->max_x && e->min_y - 1 <= f->max_y &&
           f->min_y - 1 <= e->max_y;
}

static bool are_opposite(int64_t a, int64_t b)
{
    return (a < 0 && b > 0) || (a > 0 && b < 0);
}

static bool vertex_is_lower(struct vertex_tu a, struct vertex_tu b)
{
    return a.x != b.x ? a.x < b.x : a.y < b.y;
}

static bool comes_before(const struct lattice_edge *e, const struct lattice_edge *f)
{
    const struct vertex_tu a = vertex_is_lower(e->from, e->to) ? e->from : e->to;
    const struct vertex_tu b = vertex_is_lower(f->from, f->to) ? f->from : f->to;
    return vertex_is_lower(a, b);
}

/* The place on the lattice next to where the edge crosses another, from which its ends lie so far on
 * either side. */
static struct vertex_tu crossing_on(const struct lattice_edge *e, int64_t from, int64_t to)
{
    const bool turned = vertex_is_lower(e->to, e->from);
    const struct vertex_tu a = turned ? e->to : e->from, b = turned ? e->from : e->to;
    const double first = (double)(turned ? to : from), last = (double)(turned ? from : to);
    const double share = first / (first - last);
    return (struct vertex_tu){a.x + llround((double)(b.x - a.x) * share),
                              a.y + llround((double)(b.y - a.y) * share)};
}

/* What is found is cut in the one bucket where it lies, though both may pass through several. */
static enum err_code compare(struct pass *p, size_t bucket, uint32_t i, uint32_t k, struct err *err)
{
    const struct lattice_edge *e = &p->edges[i], *f = &p->edges[k];
    const int64_t f_from = cross_of(e, f->from), f_to = cross_of(e, f->to);
    const int64_t e_from = cross_of(f, e->from), e_to = cross_of(f, e->to);
    enum err_code rc = OK;
    if (passes(e, f->from, f_from) && bucket_of(&p->buckets, f->from) == bucket)
        rc = put_cut(p, i, f->from, err);
    if (!rc && passes(f, e->from, e_from) && bucket_of(&p->buckets, e->from) == bucket)
        rc = put_cut(p, k, e->from, err);
    if (rc || !are_opposite(f_from, f_to) || !are_opposite(e_from, e_to))
        return rc;
    /* The same place, whichever of them comes first and whichever way it runs. */
    const struct vertex_tu at =
        comes_before(e, f) ? crossing_on(e, e_from, e_to) : crossing_on(f, f_from, f_to);
    if (bucket_of(&p->buckets, at) == bucket)
        rc = put_cut(p, i, at, err);
    if (!rc && bucket_of(&p->buckets, at) == bucket)
        rc = put_cut(p, k, at, err);
    return rc;
}

static enum err_code compare_all(struct pass *p, struct err *err)
{
    const struct lattice_noder *l = p->l;
    const size_t n_buckets = (size_t)(p->buckets.n_columns * p->buckets.n_rows);
    size_t pairs_left = p->n * PAIRS_PER_EDGE;
    enum err_code rc = OK;
    for (size_t bucket = 0; !rc && bucket < n_buckets; bucket++) {
        const size_t start = bucket ? l->bucket_end[bucket - 1] : 0, end = l->bucket_end[bucket];
        const size_t n_pairs = (end - start) * (end - start) / 2;
        if (n_pairs > pairs_left)
            break;
        pairs_left -= n_pairs;
        for (size_t i = start; !rc && i < end; i++)
            for (size_t k = i + 1; !rc && k < end; k++) {
                const struct lattice_boxed *e = &l->in_bucket[i], *f = &l->in_bucket[k];
                if ((e->is_new || f->is_new) && come_close(e, f))
                    rc = compare(p, bucket, e->edge, f->edge, err);
            }
    }
    return rc;
}

/* --- new edges ----------------------------------------------------------------------------- */

static void put(struct lattice_edge *made, size_t *n, struct vertex_tu from, struct vertex_tu to,
                bool is_new)
{
    if (!vertex_tu_is_same(from, to))
        made[(*n)++] = (struct lattice_edge){from, to, UINT32_MAX, false, is_new};
}

/* What was made changes places with what it was made of. */
static enum err_code cut_edges(struct pass *p, struct lattice_edge **edges, size_t *n, size_t *room,
                               struct err *err)
{
    struct lattice_noder *l = p->l;
    size_t n_made = 0;
    if (mem_grow((void **)&l->made, &l->room_made, p->n + p->n_cuts, sizeof *l->made, err))
        return NO_MEMORY;
    for (size_t i = 0; i < p->n; i++) {
        struct vertex_tu at = p->edges[i].from;
        for (uint32_t cut = l->first_cut[i]; cut; cut = l->cuts[cut - 1].next) {
            put(l->made, &n_made, at, l->cuts[cut - 1].at, true);
            at = l->cuts[cut - 1].at;
        }
        put(l->made, &n_made, at, p->edges[i].to, l->first_cut[i] != 0);
    }
    struct lattice_edge *const was = *edges;
    const size_t room_was = *room;
    *edges = l->made;
    *room = l->room_made;
    *n = n_made;
    l->made = was;
    l->room_made = room_was;
    return OK;
}

enum err_code lattice_node(struct lattice_noder *l, struct lattice_edge **edges, size_t *n,
                           size_t *room, bool *changed, struct err *err)
{
    struct pass p = {.l = l, .edges = *edges, .n = *n};
    *changed = false;
    if (*n == 0)
        return OK;
    p.buckets = buckets_for(p.edges, p.n);
    if (mem_grow((void **)&l->first_cut, &l->room_first, p.n, sizeof *l->first_cut, err))
        return NO_MEMORY;
    memset(l->first_cut, 0, p.n * sizeof *l->first_cut);
    bool all_new = true;
    for (size_t i = 0; i < p.n && all_new; i++)
        all_new = p.edges[i].is_new;
    enum err_code rc = fill_buckets(&p, all_new, err);
    if (!rc)
        rc = compare_all(&p, err);
    *changed = p.n_cuts > 0;
    return rc || !*changed ? rc : cut_edges(&p, edges, n, room, err);
}
