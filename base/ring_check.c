#include "base/ring_check.h"

#include "base/geom.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/*
 * Rings of few segments: every pair is looked at. Others: a sweep from left to right keeps the
 * segments that stand over the present x in order from below, in a treap; if any two segments meet,
 * then two that become neighbours do (M. Shamos, D. Hoey, "Geometric intersection problems", 1976).
 * Every decision rests on the sign of a determinant that is known for sure; where it is not, the
 * answer is "perhaps not", so no error of rounding can lead to a yes.
 */
#define FEW_SEGMENTS 24
#define NONE         0u /* no node */

/* Vertices in the order of the sweep: by x, then by y. */
struct event {
    double x, y;
    uint32_t vertex;
    uint32_t ring;
};

/* A place in the order of segments. */
struct node {
    uint32_t lower, upper, parent; /* in the treap */
    uint32_t before, after;        /* in the order, for all nodes */
    uint32_t priority;
    uint32_t segment;
    bool inside_above; /* the polygon's inside is above this segment */
};

/* A vertex has the number of the segment that begins there. */
struct links {
    uint32_t before, after; /* neighbours in the ring */
    uint32_t node;          /* of the segment, while the sweep stands over it */
};

struct ring_check {
    const double *xy;
    double bound; /* relative error of determinants; 0 when they are exact */
    struct event *events;
    struct links *links;
    struct node *nodes; /* the first stands for NONE */
    bool *met;          /* for each ring, whether the sweep has met it */
    size_t room_events, room_links, room_nodes, room_met;
    uint32_t n_events, n_nodes, root;
};

struct ring_check *ring_check_new(void)
{
    return mem_new(1, sizeof(struct ring_check));
}

void ring_check_free(struct ring_check *c)
{
    if (!c)
        return;
    mem_free(c->events);
    mem_free(c->links);
    mem_free(c->nodes);
    mem_free(c->met);
    mem_free(c);
}

/* ---- sure signs --------------------------------------------------------------------------- */

/* J. Shewchuk, "Adaptive precision floating-point arithmetic", 1997: ccwerrboundA, for 2^-53 */
#define ORIENTATION_BOUND 3.3306690738754716e-16
/* Below this, products lose digits because they are too small for doubles. */
#define TINY 1e-280

/* The sign of left - right, or 0 when it is not sure; `bound`: the relative error. */
static int sure_sign(double bound, double left, double right)
{
    const double size = fabs(left) + fabs(right);
    const double difference = left - right;
    if (size < TINY || !(fabs(difference) > bound * size))
        return 0;
    return difference > 0 ? 1 : -1;
}

int ring_turn(const double *p, const double *q, const double *r)
{
    return sure_sign(ORIENTATION_BOUND, (p[0] - r[0]) * (q[1] - r[1]),
                     (p[1] - r[1]) * (q[0] - r[0]));
}

static const double *at(const struct ring_check *c, uint32_t vertex)
{
    return c->xy + 2 * (size_t)vertex;
}

/* 1 when p, q, r turn left, -1 right, 0 not sure. */
static int side(const struct ring_check *c, uint32_t p, uint32_t q, uint32_t r)
{
    const double *a = at(c, p), *b = at(c, q), *o = at(c, r);
    return sure_sign(c->bound, (a[0] - o[0]) * (b[1] - o[1]), (a[1] - o[1]) * (b[0] - o[0]));
}

/* Whether r is surely ahead of q, seen along p to q: the segments then share q alone. */
static bool goes_on(const struct ring_check *c, uint32_t p, uint32_t q, uint32_t r)
{
    const double *a = at(c, p), *b = at(c, q), *o = at(c, r);
    return sure_sign(c->bound, (b[0] - a[0]) * (o[0] - b[0]), -((b[1] - a[1]) * (o[1] - b[1]))) > 0;
}

static bool boxes_apart(const double *p, const double *q, const double *r, const double *s,
                        int axis)
{
    /* Not fmin() and fmax(): calls into libm, and this is asked for every pair of segments. */
    return (p[axis] < r[axis] && p[axis] < s[axis] && q[axis] < r[axis] && q[axis] < s[axis]) ||
           (p[axis] > r[axis] && p[axis] > s[axis] && q[axis] > r[axis] && q[axis] > s[axis]);
}

/* Whether two segments, which have no common end in their ring, surely share no point. */
static bool segments_apart(const struct ring_check *c, uint32_t first, uint32_t second)
{
    const uint32_t p = first, q = c->links[first].after;
    const uint32_t r = second, s = c->links[second].after;
    if (boxes_apart(at(c, p), at(c, q), at(c, r), at(c, s), 0) ||
        boxes_apart(at(c, p), at(c, q), at(c, r), at(c, s), 1))
        return true;
    const int side_r = side(c, p, q, r);
    if (side_r && side_r == side(c, p, q, s))
        return true;
    const int side_p = side(c, r, s, p);
    return side_p && side_p == side(c, r, s, q);
}

static bool are_neighbours(const struct ring_check *c, uint32_t first, uint32_t second)
{
    return c->links[first].after == second || c->links[second].after == first;
}

/* ---- each ring by itself ------------------------------------------------------------------ */

static bool is_small_integer(double value)
{
    return fabs(value) < (1 << 25) && value == rint(value);
}

/* Closed, of at least three segments, each with a length, none that turns back on the one before.
 */
static bool take_ring(struct ring_check *c, uint32_t start, uint32_t end, uint32_t ring)
{
    if (end - start < 4 || at(c, start)[0] != at(c, end - 1)[0] ||
        at(c, start)[1] != at(c, end - 1)[1])
        return false;
    const uint32_t last = end - 2;
    for (uint32_t v = start; v <= last; v++) {
        const double x = at(c, v)[0], y = at(c, v)[1];
        if (!isfinite(x) || !isfinite(y))
            return false;
        if (!is_small_integer(x) || !is_small_integer(y))
            c->bound = ORIENTATION_BOUND;
        c->links[v].before = v > start ? v - 1 : last;
        c->links[v].after = v < last ? v + 1 : start;
        c->events[c->n_events++] = (struct event){x, y, v, ring};
    }
    return true;
}

static bool turns_well(const struct ring_check *c, uint32_t vertex)
{
    const struct links *l = &c->links[vertex];
    return side(c, l->before, vertex, l->after) || goes_on(c, l->before, vertex, l->after);
}

static struct bbox segment_box(const struct ring_check *c, uint32_t segment)
{
    const double *p = at(c, segment), *q = at(c, c->links[segment].after);
    return (struct bbox){p[0] < q[0] ? p[0] : q[0], p[1] < q[1] ? p[1] : q[1],
                         p[0] > q[0] ? p[0] : q[0], p[1] > q[1] ? p[1] : q[1]};
}

/* Not more than FEW_SEGMENTS. Most pairs are told apart by their boxes, without a branch for each
 * side. */
static bool all_pairs_apart(const struct ring_check *c)
{
    struct bbox boxes[FEW_SEGMENTS];
    for (uint32_t i = 0; i < c->n_events; i++)
        boxes[i] = segment_box(c, i);
    for (uint32_t i = 0; i < c->n_events; i++) {
        const struct bbox a = boxes[i];
        for (uint32_t k = i + 2; k < c->n_events; k++) {
            const struct bbox b = boxes[k];
            if ((a.max_x < b.min_x) | (a.min_x > b.max_x) | (a.max_y < b.min_y) |
                (a.min_y > b.max_y))
                continue;
            if (!are_neighbours(c, i, k) && !segments_apart(c, i, k))
                return false;
        }
    }
    return true;
}

/* ---- the order of segments ---------------------------------------------------------------- */

static void replace_child(struct ring_check *c, uint32_t parent, uint32_t old, uint32_t child)
{
    if (parent == NONE)
        c->root = child;
    else if (c->nodes[parent].lower == old)
        c->nodes[parent].lower = child;
    else
        c->nodes[parent].upper = child;
    if (child != NONE)
        c->nodes[child].parent = parent;
}

static void rotate_up(struct ring_check *c, uint32_t n)
{
    struct node *nodes = c->nodes;
    const uint32_t parent = nodes[n].parent;
    replace_child(c, nodes[parent].parent, parent, n);
    if (nodes[parent].lower == n) {
        nodes[parent].lower = nodes[n].upper;
        nodes[n].upper = parent;
        if (nodes[parent].lower != NONE)
            nodes[nodes[parent].lower].parent = parent;
    } else {
        nodes[parent].upper = nodes[n].lower;
        nodes[n].lower = parent;
        if (nodes[parent].upper != NONE)
            nodes[nodes[parent].upper].parent = parent;
    }
    nodes[parent].parent = n;
}

/* A node for the segment, right behind `before` (NONE: it is the lowest). */
static uint32_t insert_behind(struct ring_check *c, uint32_t before, uint32_t after,
                              uint32_t segment)
{
    struct node *nodes = c->nodes;
    const uint32_t n = ++c->n_nodes;
    /* D. Knuth's multiplicative hash: as good as random for a treap */
    nodes[n] = (struct node){
        .before = before, .after = after, .segment = segment, .priority = n * 2654435761u};
    c->links[segment].node = n;
    /* Of two neighbours in order one is below the other in the tree, and has that side free. */
    if (before != NONE && nodes[before].upper == NONE) {
        nodes[before].upper = n;
        nodes[n].parent = before;
    } else if (after != NONE) {
        nodes[after].lower = n;
        nodes[n].parent = after;
    } else {
        c->root = n;
    }
    nodes[before].after = n;
    nodes[after].before = n;
    while (nodes[n].parent != NONE && nodes[nodes[n].parent].priority < nodes[n].priority)
        rotate_up(c, n);
    return n;
}

static void remove_node(struct ring_check *c, uint32_t n)
{
    struct node *nodes = c->nodes;
    while (nodes[n].lower != NONE && nodes[n].upper != NONE) {
        const uint32_t lower = nodes[n].lower, upper = nodes[n].upper;
        rotate_up(c, nodes[lower].priority > nodes[upper].priority ? lower : upper);
    }
    replace_child(c, nodes[n].parent, n, nodes[n].lower != NONE ? nodes[n].lower : nodes[n].upper);
    nodes[nodes[n].before].after = nodes[n].after;
    nodes[nodes[n].after].before = nodes[n].before;
}

/* ---- the sweep ---------------------------------------------------------------------------- */

static bool is_later(const struct ring_check *c, uint32_t a, uint32_t b)
{
    const double *p = at(c, a), *q = at(c, b);
    return p[0] != q[0] ? p[0] > q[0] : p[1] > q[1];
}

static bool nodes_apart(const struct ring_check *c, uint32_t a, uint32_t b)
{
    return a == NONE || b == NONE || are_neighbours(c, c->nodes[a].segment, c->nodes[b].segment) ||
           segments_apart(c, c->nodes[a].segment, c->nodes[b].segment);
}

/* The nodes between which the vertex lies; false when it is too close to a segment to tell. */
static bool find_place(const struct ring_check *c, uint32_t vertex, uint32_t *out_before,
                       uint32_t *out_after)
{
    uint32_t before = NONE, after = NONE;
    for (uint32_t n = c->root; n != NONE;) {
        uint32_t left = c->nodes[n].segment, right = c->links[left].after;
        if (is_later(c, left, right)) {
            const uint32_t swapped = left;
            left = right;
            right = swapped;
        }
        const int where = side(c, left, right, vertex);
        if (where == 0)
            return false;
        if (where > 0) {
            before = n;
            n = c->nodes[n].upper;
        } else {
            after = n;
            n = c->nodes[n].lower;
        }
    }
    *out_before = before;
    *out_after = after;
    return true;
}

/* Both segments of the vertex begin here. When it is the first vertex of its ring, what is below
 * tells where the ring lies: an outer ring outside, a hole inside. */
static bool begin_two(struct ring_check *c, const struct event *e)
{
    const uint32_t v = e->vertex;
    const struct links *l = &c->links[v];
    uint32_t before, after;
    const int turn = side(c, v, l->before, l->after);
    if (turn == 0 || !find_place(c, v, &before, &after))
        return false;
    const bool inside = before != NONE && c->nodes[before].inside_above;
    const bool is_hole = e->ring > 0;
    if (!c->met[e->ring] && inside != is_hole)
        return false;
    c->met[e->ring] = true;
    const uint32_t lower = insert_behind(c, before, after, turn > 0 ? l->before : v);
    const uint32_t upper = insert_behind(c, lower, after, turn > 0 ? v : l->before);
    c->nodes[lower].inside_above = !inside;
    c->nodes[upper].inside_above = inside;
    return nodes_apart(c, before, lower) && nodes_apart(c, upper, after);
}

static bool end_two(struct ring_check *c, uint32_t vertex)
{
    const uint32_t a = c->links[vertex].node;
    const uint32_t b = c->links[c->links[vertex].before].node;
    const uint32_t lower = c->nodes[a].after == b ? a : b;
    const uint32_t upper = lower == a ? b : a;
    if (c->nodes[lower].after != upper)
        return false;
    const uint32_t before = c->nodes[lower].before, after = c->nodes[upper].after;
    remove_node(c, lower);
    remove_node(c, upper);
    return nodes_apart(c, before, after);
}

/* One segment ends and the other goes on in its place. */
static bool pass_on(struct ring_check *c, uint32_t from, uint32_t to)
{
    const uint32_t n = c->links[from].node;
    c->links[to].node = n;
    c->nodes[n].segment = to;
    return nodes_apart(c, c->nodes[n].before, n) && nodes_apart(c, n, c->nodes[n].after);
}

static int compare_events(const void *a, const void *b)
{
    const struct event *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

static bool sweep(struct ring_check *c)
{
    qsort(c->events, c->n_events, sizeof *c->events, compare_events);
    c->nodes[NONE] = (struct node){0};
    c->n_nodes = 0;
    c->root = NONE;
    for (uint32_t i = 0; i < c->n_events; i++) {
        const struct event *e = &c->events[i];
        if (i > 0 && compare_events(e - 1, e) == 0)
            return false;
        const uint32_t v = e->vertex, before = c->links[v].before;
        const bool before_is_later = is_later(c, before, v);
        const bool after_is_later = is_later(c, c->links[v].after, v);
        bool apart = false;
        if (before_is_later && after_is_later)
            apart = begin_two(c, e);
        else if (!before_is_later && !after_is_later)
            apart = end_two(c, v);
        else
            apart = before_is_later ? pass_on(c, v, before) : pass_on(c, before, v);
        if (!apart)
            return false;
    }
    return true;
}

bool ring_check_polygon(struct ring_check *c, const double *xy, const uint32_t *ring_end,
                        size_t n_rings)
{
    if (n_rings == 0 || ring_end[n_rings - 1] >= UINT32_MAX - 1)
        return false;
    const size_t n_vertices = ring_end[n_rings - 1];
    if (mem_grow((void **)&c->events, &c->room_events, n_vertices, sizeof *c->events, NULL) ||
        mem_grow((void **)&c->links, &c->room_links, n_vertices, sizeof *c->links, NULL) ||
        mem_grow((void **)&c->nodes, &c->room_nodes, n_vertices + 1, sizeof *c->nodes, NULL) ||
        mem_grow((void **)&c->met, &c->room_met, n_rings, sizeof *c->met, NULL))
        return false;
    c->xy = xy;
    c->bound = 0;
    c->n_events = 0;
    for (size_t ring = 0; ring < n_rings; ring++) {
        c->met[ring] = false;
        if (!take_ring(c, ring ? ring_end[ring - 1] : 0, ring_end[ring], (uint32_t)ring))
            return false;
    }
    for (uint32_t i = 0; i < c->n_events; i++) {
        if (!turns_well(c, c->events[i].vertex))
            return false;
    }
    return n_rings == 1 && c->n_events <= FEW_SEGMENTS ? all_pairs_apart(c) : sweep(c);
}
