#include "tiler/edge_insert.h"

#include "base/mem.h"
#include "tiler/arc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sources write centimetres, and both the vertex and the edge's ends were rounded to the grid. */
#define TOUCH_GU 2.0
/* A cell may look at so many vertices an edge, in the mean: hostile edges are long and many. */
#define LOOKS_PER_EDGE 256

/* A grid over the cell, with a few of the vertices in each bucket. */
struct buckets {
    struct grid_box box;
    uint32_t n_columns, n_rows;
    double width, height; /* of a bucket */
    const uint32_t *end, *vertex;
};

static uint32_t clamp_index(double i, uint32_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : (uint32_t)i;
}

static uint32_t column_of(const struct buckets *b, double x)
{
    return clamp_index((x - b->box.min_x) / b->width, b->n_columns);
}

static uint32_t row_of(const struct buckets *b, double y)
{
    return clamp_index((y - b->box.min_y) / b->height, b->n_rows);
}

static uint32_t bucket_of(const struct buckets *b, struct vertex_gu v)
{
    return row_of(b, v.y) * b->n_columns + column_of(b, v.x);
}

/* Whether an edge is alone: of a polygon, with nobody across. */
static bool is_alone(const struct cell *c, const struct edge_matcher *m, size_t v)
{
    return (c->across[v] == NO_SHAPE || c->across[v] == REPEATED) &&
           c->shapes[m->shape_of_edge[v]].record.kind == GEOM_KIND_POLYGON;
}

static void join(struct grid_box *box, struct vertex_gu v)
{
    box->min_x = v.x < box->min_x ? v.x : box->min_x;
    box->min_y = v.y < box->min_y ? v.y : box->min_y;
    box->max_x = v.x > box->max_x ? v.x : box->max_x;
    box->max_y = v.y > box->max_y ? v.y : box->max_y;
}

/* The beginnings of all edges that are alone, sorted into buckets by counting. Rings are closed, so
 * the ends of most are among them. */
static enum err_code fill_buckets(struct edge_matcher *m, const struct cell *c, struct buckets *b,
                                  size_t *out_n, struct err *err)
{
    size_t n = 0;
    b->box = (struct grid_box){UINT32_MAX, UINT32_MAX, 0, 0};
    for (size_t v = 0; v < c->n_vertices; v++)
        if (is_alone(c, m, v)) {
            join(&b->box, c->vertices[v]);
            n++;
        }
    *out_n = n;
    if (n == 0)
        return OK;
    b->n_columns = b->n_rows = 1 + (uint32_t)sqrt((double)n / 2);
    b->width = ((double)b->box.max_x - b->box.min_x + 1) / b->n_columns;
    b->height = ((double)b->box.max_y - b->box.min_y + 1) / b->n_rows;
    const size_t n_buckets = (size_t)b->n_columns * b->n_rows;
    if (mem_grow((void **)&m->bucket_end, &m->room_buckets, n_buckets + 1, sizeof *m->bucket_end,
                 err) ||
        mem_grow((void **)&m->bucket_vertex, &m->room_bucket_vertices, n, sizeof *m->bucket_vertex,
                 err))
        return NO_MEMORY;
    memset(m->bucket_end, 0, (n_buckets + 1) * sizeof *m->bucket_end);
    for (size_t v = 0; v < c->n_vertices; v++)
        if (is_alone(c, m, v))
            m->bucket_end[bucket_of(b, c->vertices[v]) + 1]++;
    for (size_t i = 0; i < n_buckets; i++)
        m->bucket_end[i + 1] += m->bucket_end[i];
    for (size_t v = 0; v < c->n_vertices; v++)
        if (is_alone(c, m, v))
            m->bucket_vertex[m->bucket_end[bucket_of(b, c->vertices[v])]++] = (uint32_t)v;
    b->end = m->bucket_end;
    b->vertex = m->bucket_vertex;
    return OK;
}

/* Whether p lies on the edge a-b, between its ends. */
static bool lies_on(struct vertex_gu p, struct vertex_gu a, struct vertex_gu b)
{
    const double x = (double)b.x - a.x, y = (double)b.y - a.y;
    const double px = (double)p.x - a.x, py = (double)p.y - a.y;
    const double along = px * x + py * y, length2 = x * x + y * y;
    const double cross = px * y - py * x;
    return along > 0 && along < length2 && cross * cross <= TOUCH_GU * TOUCH_GU * length2 &&
           !vertex_is_same(p, a) && !vertex_is_same(p, b);
}

static enum err_code insert(struct edge_matcher *m, uint32_t edge, struct vertex_gu at,
                            struct vertex_gu from, struct err *err)
{
    if (mem_grow((void **)&m->inserts, &m->room_inserts, m->n_inserts + 1, sizeof *m->inserts, err))
        return NO_MEMORY;
    m->inserts[m->n_inserts++] = (struct edge_insert){edge, at, vertex_distance2(at, from)};
    return OK;
}

/* The vertices of one bucket that lie on the edge. */
static enum err_code look_in(struct edge_matcher *m, const struct cell *c, const struct buckets *b,
                             size_t bucket, uint32_t edge, struct vertex_gu from,
                             struct vertex_gu to, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = bucket ? b->end[bucket - 1] : 0; !rc && i < b->end[bucket]; i++) {
        const uint32_t v = b->vertex[i];
        if (m->shape_of_edge[v] != m->shape_of_edge[edge] && lies_on(c->vertices[v], from, to))
            rc = insert(m, edge, c->vertices[v], from, err);
    }
    return rc;
}

/* Row by row, only the buckets that the edge passes. */
static enum err_code look_along(struct edge_matcher *m, const struct cell *c,
                                const struct buckets *b, uint32_t edge, struct vertex_gu to,
                                size_t *looks_left, struct err *err)
{
    const struct vertex_gu from = c->vertices[edge];
    const double min_y = (from.y < to.y ? from.y : to.y) - TOUCH_GU;
    const double max_y = (from.y > to.y ? from.y : to.y) + TOUCH_GU;
    const double slope = to.y != from.y ? ((double)to.x - from.x) / ((double)to.y - from.y) : 0;
    const uint32_t first_row = row_of(b, min_y), last_row = row_of(b, max_y);
    enum err_code rc = OK;
    for (uint32_t row = first_row; !rc && row <= last_row; row++) {
        double x0 = from.x, x1 = to.x;
        if (first_row != last_row) {
            const double top = b->box.min_y + row * b->height - TOUCH_GU;
            const double bottom = top + b->height + 2 * TOUCH_GU;
            x0 = from.x + slope * (fmax(top, min_y) - from.y);
            x1 = from.x + slope * (fmin(bottom, max_y) - from.y);
        }
        const uint32_t first = column_of(b, fmin(x0, x1) - TOUCH_GU);
        const uint32_t last = column_of(b, fmax(x0, x1) + TOUCH_GU);
        for (uint32_t column = first; !rc && column <= last; column++) {
            const size_t bucket = (size_t)row * b->n_columns + column;
            const size_t n = 1 + b->end[bucket] - (bucket ? b->end[bucket - 1] : 0);
            if (n > *looks_left)
                return OK;
            *looks_left -= n;
            rc = look_in(m, c, b, bucket, edge, from, to, err);
        }
    }
    return rc;
}

static int by_place(const void *a, const void *b)
{
    const struct edge_insert *x = a, *y = b;
    if (x->edge != y->edge)
        return x->edge < y->edge ? -1 : 1;
    return (x->along > y->along) - (x->along < y->along);
}

/* The cell anew, with the vertices that are inserted; doubles are passed over. */
static enum err_code rebuild(struct edge_matcher *m, struct cell *c, struct err *err)
{
    struct cell *made = &m->made;
    const size_t n_most = c->n_vertices + m->n_inserts;
    if (mem_grow((void **)&made->vertices, &made->room_vertices, n_most, sizeof *made->vertices,
                 err))
        return NO_MEMORY;
    size_t n = 0, next = 0, v = 0, shape = 0;
    for (size_t ring = 0; ring < c->n_rings; ring++) {
        while (shape < c->n_shapes && c->shapes[shape].first_ring == ring)
            c->shapes[shape++].first_vertex = (uint32_t)n;
        for (; v < c->ring_end[ring]; v++) {
            made->vertices[n++] = c->vertices[v];
            for (; next < m->n_inserts && m->inserts[next].edge == v; next++)
                if (!vertex_is_same(made->vertices[n - 1], m->inserts[next].at))
                    made->vertices[n++] = m->inserts[next].at;
        }
        c->ring_end[ring] = (uint32_t)n;
    }
    struct vertex_gu *const vertices = c->vertices;
    const size_t room = c->room_vertices;
    c->vertices = made->vertices;
    c->room_vertices = made->room_vertices;
    c->n_vertices = n;
    made->vertices = vertices;
    made->room_vertices = room;
    return OK;
}

enum err_code edge_insert_touching(struct edge_matcher *m, struct cell *c, bool *out_inserted,
                                   struct err *err)
{
    struct buckets b;
    size_t n = 0;
    m->n_inserts = 0;
    *out_inserted = false;
    enum err_code rc = fill_buckets(m, c, &b, &n, err);
    size_t looks_left = n * LOOKS_PER_EDGE;
    for (size_t ring = 0, v = 0; !rc && n && ring < c->n_rings; ring++) {
        const size_t start = v, end = c->ring_end[ring];
        for (; !rc && v < end; v++) {
            const struct vertex_gu to = c->vertices[v + 1 < end ? v + 1 : start];
            if (is_alone(c, m, v))
                rc = look_along(m, c, &b, (uint32_t)v, to, &looks_left, err);
        }
    }
    if (rc || m->n_inserts == 0)
        return rc;
    qsort(m->inserts, m->n_inserts, sizeof *m->inserts, by_place);
    *out_inserted = true;
    return rebuild(m, c, err);
}
