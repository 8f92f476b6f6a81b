#include "tiler/block_outline.h"

#include "base/mem.h"
#include "tiler/grid.h"
#include "tiler/junction.h"

#include <math.h>
#include <string.h>

#define NO_EDGE UINT32_MAX
/* What is farther from its corners than that is no small ring of a common shape. */
#define LEAST_SHARE 0.5
#define MOST_SHARE  2.0
/* What an arc may lose of what it holds, in square tile units. */
#define LEAST_AREA_TU2 0.25

/* A table by place, open addressing, at most half full: first of edges, by both ends, while they
 * cancel each other; then of the places where the edges that are left begin. */
struct outline_slot {
    uint32_t edge; /* an edge, or the first that begins here; plus one; 0: free */
    uint16_t n_out, n_in;
};

void outliner_clear(struct outliner *o)
{
    arc_settler_clear(&o->settler);
    mem_free(o->slots);
    mem_free(o->follower);
    mem_free(o->is_followed);
    mem_free(o->visited);
    mem_free(o->arc_zoom);
    mem_free(o->arc);
    mem_free(o->kept);
    *o = (struct outliner){0};
}

static size_t mask_for(size_t n)
{
    size_t n_slots = 64;
    while (n_slots < 2 * n)
        n_slots *= 2;
    return n_slots - 1;
}

static enum err_code reset_slots(struct outliner *o, size_t n, struct err *err)
{
    const size_t n_slots = mask_for(n) + 1;
    if (n_slots > o->n_slots) {
        struct outline_slot *slots = mem_new(n_slots, sizeof *slots);
        if (!slots)
            return err_no_memory(err, n_slots * sizeof *slots);
        mem_free(o->slots);
        o->slots = slots;
        o->n_slots = n_slots;
        return OK;
    }
    /* A large table is not worth clearing for a small block: so only as much as is used. */
    memset(o->slots, 0, n_slots * sizeof *o->slots);
    return OK;
}

static bool runs_back(const struct block_edge *a, const struct block_edge *b)
{
    return vertex_is_same(a->from, b->to) && vertex_is_same(a->to, b->from);
}

/* Edges that run along the same stretch in opposite directions are both gone. */
static enum err_code cancel(struct outliner *o, struct block_edge *edges, size_t *n_edges,
                            struct err *err)
{
    const size_t n = *n_edges, mask = mask_for(n);
    if (reset_slots(o, n, err) || mem_grow((void **)&o->visited, &o->room_visited, n, 1, err))
        return NO_MEMORY;
    memset(o->visited, 0, n); /* here: gone */
    for (size_t i = 0; i < n; i++) {
        const uint32_t hash = vertex_hash(edges[i].from) + vertex_hash(edges[i].to);
        size_t at = hash & mask;
        for (; o->slots[at].edge; at = (at + 1) & mask) {
            const size_t other = o->slots[at].edge - 1;
            if (!o->visited[other] && runs_back(&edges[i], &edges[other])) {
                o->visited[other] = o->visited[i] = 1;
                break;
            }
        }
        if (!o->visited[i])
            o->slots[at].edge = (uint32_t)i + 1;
    }
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++)
        if (!o->visited[i])
            edges[n_left++] = edges[i];
    *n_edges = n_left;
    return OK;
}

/* The slot of a place; a free one when nothing begins there. */
static struct outline_slot *find(struct outliner *o, const struct block_edge *edges, size_t mask,
                                 struct vertex_gu v)
{
    size_t at = vertex_hash(v) & mask;
    while (o->slots[at].edge && !vertex_is_same(edges[o->slots[at].edge - 1].from, v))
        at = (at + 1) & mask;
    return &o->slots[at];
}

/* Whether an arc goes on through the place: it is no junction, and one edge comes and one goes. (Where
 * polygons overlap there may be more.) */
static bool is_passed(const struct outline_slot *s, const struct block_edge *edges, uint8_t zoom)
{
    return s->n_out == 1 && s->n_in == 1 && edges[s->edge - 1].junction_zoom > zoom;
}

/* What follows each edge; NO_EDGE: its end is an anchor. */
static enum err_code link_edges(struct outliner *o, const struct block_edge *edges, size_t n,
                                uint8_t zoom, struct err *err)
{
    const size_t mask = mask_for(n);
    if (reset_slots(o, n, err) ||
        mem_grow((void **)&o->follower, &o->room_follower, n, sizeof *o->follower, err) ||
        mem_grow((void **)&o->is_followed, &o->room_followed, n, 1, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        struct outline_slot *s = find(o, edges, mask, edges[i].from);
        s->edge = (uint32_t)i + 1;
        s->n_out += s->n_out < UINT16_MAX;
    }
    for (size_t i = 0; i < n; i++) {
        struct outline_slot *s = find(o, edges, mask, edges[i].to);
        /* Nothing begins there in an outline that is not closed: its edges stay as they are. */
        s->n_in += s->edge && s->n_in < UINT16_MAX;
        o->follower[i] = (uint32_t)(s - o->slots);
    }
    memset(o->is_followed, 0, n);
    for (size_t i = 0; i < n; i++) {
        const struct outline_slot *s = &o->slots[o->follower[i]];
        o->follower[i] = is_passed(s, edges, zoom) ? s->edge - 1 : NO_EDGE;
        if (o->follower[i] != NO_EDGE)
            o->is_followed[o->follower[i]] = 1;
    }
    return OK;
}

static enum err_code keep(struct outliner *o, size_t *n_kept, struct block_edge e, struct err *err)
{
    if (vertex_is_same(e.from, e.to))
        return OK;
    if (mem_grow((void **)&o->kept, &o->room_kept, *n_kept + 1, sizeof e, err))
        return NO_MEMORY;
    o->kept[(*n_kept)++] = e;
    return OK;
}

/* Where an arc of which only the ends are left would have its one vertex, so that it holds as much
 * beside the straight line as it did; false when that is next to nothing. */
static bool find_apex(const struct vertex_gu *v, size_t n, uint8_t zoom, struct vertex_gu *out)
{
    const double unit = ldexp(1, GRID_DETAIL_ZOOM - zoom);
    const double area2 = vertex_ring_area2(v, n);
    const double dx = (double)v[n - 1].x - v[0].x, dy = (double)v[n - 1].y - v[0].y;
    const double length2 = dx * dx + dy * dy;
    if (fabs(area2) < 2 * LEAST_AREA_TU2 * unit * unit || length2 < unit * unit)
        return false;
    const double share = area2 / length2;
    const double x = v[0].x + dx / 2 + dy * share, y = v[0].y + dy / 2 - dx * share;
    if (x < 0 || y < 0 || x > UINT32_MAX || y > UINT32_MAX)
        return false;
    *out = (struct vertex_gu){(uint32_t)x, (uint32_t)y};
    return true;
}

/* The vertices of o->arc from `first` to `last`, thinned, as edges. Those between are no junctions, and
 * never become some. */
static enum err_code keep_arc(struct outliner *o, size_t first, size_t last,
                              const struct block_edge *edge, uint8_t zoom, size_t *n_kept,
                              struct err *err)
{
    const size_t n = last - first + 1, n_before = *n_kept;
    enum err_code rc = mem_grow((void **)&o->arc_zoom, &o->room_arc_zoom, n, 1, err);
    if (!rc)
        rc = arc_settle(&o->settler, o->arc + first, n, zoom, o->arc_zoom, err);
    size_t from = 0;
    for (size_t i = 1; !rc && i < n; i++) {
        if (i + 1 < n && o->arc_zoom[i] == ARC_HIDDEN)
            continue;
        const struct block_edge e = {o->arc[first + from], o->arc[first + i],
                                     from ? NO_JUNCTION : edge->junction_zoom, edge->is_open};
        rc = keep(o, n_kept, e, err);
        from = i;
    }
    struct vertex_gu apex;
    if (rc || n < 3 || *n_kept != n_before + 1 || !edge->is_open ||
        !find_apex(o->arc + first, n, zoom, &apex))
        return rc;
    o->kept[n_before].to = apex;
    return keep(o, n_kept, (struct block_edge){apex, o->arc[last], NO_JUNCTION, true}, err);
}

static enum err_code put_vertex(struct outliner *o, size_t *n, struct vertex_gu v, struct err *err)
{
    if (mem_grow((void **)&o->arc, &o->room_arc, *n + 1, sizeof v, err))
        return NO_MEMORY;
    o->arc[(*n)++] = v;
    return OK;
}

/* From an edge on, until an anchor or, without any, back to its beginning. */
static enum err_code walk(struct outliner *o, const struct block_edge *edges, uint32_t start,
                          size_t *n, bool *out_is_ring, struct err *err)
{
    *n = 0;
    *out_is_ring = false;
    enum err_code rc = put_vertex(o, n, edges[start].from, err);
    for (uint32_t e = start; !rc;) {
        o->visited[e] = 1;
        rc = put_vertex(o, n, edges[e].to, err);
        const uint32_t next = o->follower[e];
        *out_is_ring = next == start;
        if (next == NO_EDGE || o->visited[next])
            break;
        e = next;
    }
    return rc;
}

static uint32_t away_from(double middle, uint32_t at, double scale)
{
    const double moved = round(middle + (at - middle) * scale);
    return moved < 0 ? 0 : moved > UINT32_MAX ? UINT32_MAX : (uint32_t)moved;
}

/* A ring of which only corners are left, n edges, is drawn a little larger, so that it holds what it
 * held: else where there are many small ones all of them together would lose a thirtieth. Nobody has a
 * corner of it. */
static void keep_area(struct block_edge *kept, size_t n, double area2)
{
    struct vertex_gu corners[N_CORNERS];
    double x = 0, y = 0;
    for (size_t i = 0; i < n; i++) {
        corners[i] = kept[i].from;
        x += (double)kept[i].from.x / (double)n;
        y += (double)kept[i].from.y / (double)n;
    }
    const double share = area2 / vertex_ring_area2(corners, n);
    if (!(share > LEAST_SHARE && share < MOST_SHARE))
        return;
    const double scale = sqrt(share);
    for (size_t i = 0; i < n; i++) {
        kept[i].from.x = away_from(x, kept[i].from.x, scale);
        kept[i].from.y = away_from(y, kept[i].from.y, scale);
    }
    for (size_t i = 0; i < n; i++)
        kept[i].to = kept[i + 1 < n ? i + 1 : 0].from;
}

/* A ring without anchors keeps its corners: vertices 0 to n - 2 of o->arc, the last closes it. */
static enum err_code keep_ring(struct outliner *o, size_t n, bool is_open, uint8_t zoom,
                               size_t *n_kept, struct err *err)
{
    /* Not open here: what its arcs lose is made up for by the ring as a whole. */
    const struct block_edge edge = {.junction_zoom = NO_JUNCTION};
    const size_t n_ring = n - 1, n_before = *n_kept;
    const double area2 = vertex_ring_area2(o->arc, n_ring);
    size_t corners[N_CORNERS];
    ring_corners(o->arc, n_ring, corners);
    enum err_code rc = OK;
    /* Turned so that it begins at a corner, each arc then stands in a row. */
    for (size_t i = 0; !rc && i <= corners[0]; i++)
        rc = i == 0 ? OK : put_vertex(o, &n, o->arc[i], err);
    for (int i = 0; i < N_CORNERS && !rc; i++) {
        const size_t first = corners[i];
        const size_t last = i + 1 < N_CORNERS ? corners[i + 1] : corners[0] + n_ring;
        if (first != last)
            rc = keep_arc(o, first, last, &edge, zoom, n_kept, err);
    }
    const size_t n_edges = *n_kept - n_before;
    for (size_t i = n_before; i < *n_kept; i++)
        o->kept[i].is_open = is_open;
    if (!rc && is_open && n_edges >= 3 && n_edges <= N_CORNERS)
        keep_area(o->kept + n_before, n_edges, area2);
    return rc;
}

static enum err_code thin(struct outliner *o, uint8_t zoom, struct block_edge *edges, size_t *n,
                          struct err *err)
{
    size_t n_kept = 0, n_arc = 0;
    bool is_ring = false;
    enum err_code rc = OK;
    memset(o->visited, 0, *n);
    for (uint32_t i = 0; !rc && i < *n; i++) {
        if (o->visited[i] || o->is_followed[i])
            continue;
        rc = walk(o, edges, i, &n_arc, &is_ring, err);
        if (!rc)
            rc = keep_arc(o, 0, n_arc - 1, &edges[i], zoom, &n_kept, err);
    }
    for (uint32_t i = 0; !rc && i < *n; i++) {
        if (o->visited[i])
            continue;
        rc = walk(o, edges, i, &n_arc, &is_ring, err);
        if (!rc && is_ring && n_arc > 3)
            rc = keep_ring(o, n_arc, edges[i].is_open, zoom, &n_kept, err);
    }
    if (rc)
        return rc;
    /* Each that is kept stands for one of them at least. */
    *n = n_kept;
    if (n_kept)
        memcpy(edges, o->kept, n_kept * sizeof *edges);
    return OK;
}

enum err_code outline_make(struct outliner *o, uint8_t zoom, struct block_edge *edges, size_t *n,
                           struct err *err)
{
    enum err_code rc = *n ? cancel(o, edges, n, err) : OK;
    if (!rc && *n)
        rc = link_edges(o, edges, *n, zoom, err);
    return rc || *n == 0 ? rc : thin(o, zoom, edges, n, err);
}
