#include "tiler/lattice_wind.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/*
 * From the middle of an edge a ray goes west, or north from an edge that runs level: each edge that it
 * crosses is the border of one ring more or less. So all is told in terms of two axes, which change
 * places for level edges: the ray goes along `across`. Twice the coordinates, so that a middle has
 * whole ones.
 */
struct end {
    int64_t along, across;
};

static struct end end_of(bool level, struct vertex_tu v)
{
    return level ? (struct end){2 * v.x, 2 * v.y} : (struct end){2 * v.y, 2 * v.x};
}

/* Whether who comes over the edge towards where a ray starts comes into a ring: else out of one. */
static bool enters(bool level, const struct lattice_edge *e)
{
    return level ? e->to.x > e->from.x : e->to.y < e->from.y;
}

void lattice_winder_clear(struct lattice_winder *w)
{
    mem_free(w->row_end);
    mem_free(w->in_row);
    mem_free(w->stays);
    *w = (struct lattice_winder){0};
}

/* --- rows ---------------------------------------------------------------------------------- */

struct rows {
    bool level;
    int64_t first, size;
    size_t n;
};

static size_t row_of(const struct rows *r, int64_t along)
{
    return (size_t)((along - r->first) / r->size);
}

static void rows_of(const struct rows *r, const struct lattice_edge *e, size_t *first, size_t *last)
{
    const int64_t a = end_of(r->level, e->from).along, b = end_of(r->level, e->to).along;
    *first = row_of(r, a < b ? a : b);
    *last = row_of(r, a < b ? b : a);
}

static enum err_code fill_rows(struct lattice_winder *w, bool level,
                               const struct lattice_edge *edges, size_t n, struct rows *r,
                               struct err *err)
{
    int64_t last_along = end_of(level, edges[0].from).along;
    *r = (struct rows){.level = level, .first = last_along};
    for (size_t i = 0; i < n; i++) {
        const int64_t along = end_of(level, edges[i].from).along;
        r->first = along < r->first ? along : r->first;
        last_along = along > last_along ? along : last_along;
    }
    const double wanted = ceil(3 * sqrt((double)n));
    r->size = (int64_t)((double)(last_along - r->first) / wanted) + 1;
    r->n = row_of(r, last_along) + 1;
    if (mem_grow((void **)&w->row_end, &w->room_rows, r->n + 1, sizeof *w->row_end, err))
        return NO_MEMORY;
    memset(w->row_end, 0, (r->n + 1) * sizeof *w->row_end);
    size_t row = 0, last = 0;
    for (size_t i = 0; i < n; i++)
        for (rows_of(r, &edges[i], &row, &last); row <= last; row++)
            w->row_end[row + 1]++;
    for (size_t i = 0; i < r->n; i++)
        w->row_end[i + 1] += w->row_end[i];
    if (mem_grow((void **)&w->in_row, &w->room_in_row, w->row_end[r->n], sizeof *w->in_row, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (rows_of(r, &edges[i], &row, &last); row <= last; row++)
            w->in_row[w->row_end[row]++] = (uint32_t)i;
    return OK;
}

/* --- rays ---------------------------------------------------------------------------------- */

/* Whether the ray from a place crosses an edge; one that it starts on, it does not. */
static bool is_crossed(bool level, const struct lattice_edge *e, struct end from)
{
    const struct end a = end_of(level, e->from), b = end_of(level, e->to);
    if ((a.along <= from.along) == (b.along <= from.along))
        return false;
    const int64_t cross = (b.across - a.across) * (from.along - a.along) -
                          (from.across - a.across) * (b.along - a.along);
    /* Where the edge is at the ray, from where the ray starts. */
    return b.along > a.along ? cross < 0 : cross > 0;
}

static bool is_same_edge(const struct lattice_edge *e, const struct lattice_edge *f)
{
    return vertex_tu_is_same(e->from, f->from) && vertex_tu_is_same(e->to, f->to);
}

/* Whether an edge is a border, and the first of those that are the same. */
static bool is_border(const struct lattice_winder *w, const struct rows *r,
                      const struct lattice_edge *edges, uint32_t i)
{
    const struct lattice_edge *e = &edges[i];
    const struct end a = end_of(r->level, e->from), b = end_of(r->level, e->to);
    const struct end middle = {(a.along + b.along) / 2, (a.across + b.across) / 2};
    const size_t row = row_of(r, middle.along);
    int64_t before = 0, n_same = 0;
    for (size_t k = row ? w->row_end[row - 1] : 0; k < w->row_end[row]; k++) {
        const struct lattice_edge *f = &edges[w->in_row[k]];
        if (is_same_edge(e, f)) {
            if (w->in_row[k] < i)
                return false;
            n_same++;
        } else if (is_crossed(r->level, f, middle)) {
            before += enters(r->level, f) ? 1 : -1;
        }
    }
    return enters(r->level, e) ? before <= 0 && before + n_same > 0
                               : before > 0 && before - n_same <= 0;
}

enum err_code lattice_wind(struct lattice_winder *w, struct lattice_edge *edges, size_t *n,
                           struct err *err)
{
    enum err_code rc = mem_grow((void **)&w->stays, &w->room_stays, *n, sizeof *w->stays, err);
    for (int level = 0; !rc && *n && level < 2; level++) {
        struct rows rows;
        rc = fill_rows(w, level, edges, *n, &rows, err);
        for (size_t i = 0; !rc && i < *n; i++)
            if ((edges[i].from.y == edges[i].to.y) == level)
                w->stays[i] = is_border(w, &rows, edges, (uint32_t)i);
    }
    if (rc)
        return rc;
    size_t n_left = 0;
    for (size_t i = 0; i < *n; i++)
        if (w->stays[i])
            edges[n_left++] = edges[i];
    *n = n_left;
    return OK;
}
