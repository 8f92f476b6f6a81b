#include "tests/accept/truth/borders.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_M 40075016.685578488

#define NOBODY UINT32_MAX

/* An edge is named by the place it starts from; the last place of a ring starts none. */
struct edges {
    const struct source *s;
    uint32_t *owner; /* of each place: its feature */
    uint32_t *twin;  /* of each edge: the feature that has it the other way round, or NOBODY */
    bool *is_edge;
    bool *is_meeting; /* of each place: more than two edges begin there */
};

static uint64_t place_hash(struct place p)
{
    uint64_t bits[2];
    memcpy(bits, &p, sizeof bits);
    return mix(bits[0] ^ mix(bits[1]));
}

static bool is_same(struct place a, struct place b)
{
    return a.x == b.x && a.y == b.y;
}

static void edges_init(struct edges *e, const struct source *s)
{
    *e = (struct edges){s, make(s->n_places, sizeof *e->owner), make(s->n_places, sizeof *e->twin),
                        make(s->n_places, sizeof *e->is_edge),
                        make(s->n_places, sizeof *e->is_meeting)};
    for (uint32_t i = 0; i < s->n_features; i++) {
        const struct source_feature *f = &s->features[i];
        for (uint32_t k = 0; k < f->n_rings; k++) {
            const struct source_ring *r = &s->rings[f->first_ring + k];
            for (size_t at = r->start; at < r->start + r->n; at++) {
                e->owner[at] = i;
                e->twin[at] = NOBODY;
                e->is_edge[at] =
                    at + 1 < r->start + r->n && !is_same(s->places[at], s->places[at + 1]);
            }
        }
    }
}

/* Edges that stand in two features, once each way, find each other. */
static void find_twins(struct edges *e)
{
    const struct place *p = e->s->places;
    size_t room = 64;
    while (room < 2 * e->s->n_places)
        room *= 2;
    size_t *table = make(room, sizeof *table); /* edge + 1 */
    for (size_t i = 0; i < e->s->n_places; i++) {
        if (!e->is_edge[i])
            continue;
        size_t at = (place_hash(p[i]) + place_hash(p[i + 1])) & (room - 1);
        for (; table[at]; at = (at + 1) & (room - 1)) {
            const size_t k = table[at] - 1;
            if (e->twin[k] == NOBODY && e->owner[k] != e->owner[i] && is_same(p[k], p[i + 1]) &&
                is_same(p[k + 1], p[i])) {
                e->twin[k] = e->owner[i];
                e->twin[i] = e->owner[k];
                break;
            }
        }
        if (!table[at])
            table[at] = i + 1;
    }
    free(table);
}

/* Where more than two meet, or one pinches, a border is cut: what draws its sides may be in parts. */
static void find_meetings(struct edges *e)
{
    const struct place *p = e->s->places;
    size_t room = 64;
    while (room < 2 * e->s->n_places)
        room *= 2;
    size_t *table = make(room, sizeof *table); /* place + 1 */
    uint8_t *n_edges = make(room, 1);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < e->s->n_places; i++) {
            if (!e->is_edge[i])
                continue;
            size_t at = place_hash(p[i]) & (room - 1);
            while (table[at] && !is_same(p[table[at] - 1], p[i]))
                at = (at + 1) & (room - 1);
            table[at] = i + 1;
            if (pass == 0)
                n_edges[at] += n_edges[at] < 3;
            else
                e->is_meeting[i] = n_edges[at] > 2;
        }
    free(table);
    free(n_edges);
}

static double length_m(struct place a, struct place b)
{
    return hypot(b.x - a.x, b.y - a.y) * WORLD_M;
}

static void put_border(struct borders *out, struct border b)
{
    out->borders = grow(out->borders, out->n, &out->room, sizeof b);
    out->borders[out->n++] = b;
}

static void put_exact(const struct edges *e, struct borders *out)
{
    for (size_t i = 0; i < e->s->n_places; i++) {
        if (!e->is_edge[i])
            continue;
        if (e->twin[i] == NOBODY) {
            out->n_single_edges++;
            continue;
        }
        if (e->twin[i] < e->owner[i])
            continue;
        struct border b = {e->owner[i], e->twin[i], false, i, 1};
        for (size_t first = i;
             e->is_edge[i] && e->twin[i] == b.b && (i == first || !e->is_meeting[i]); i++) {
            out->exact_m += length_m(e->s->places[i], e->s->places[i + 1]);
            out->n_exact_edges++;
            b.n++;
        }
        i--;
        put_border(out, b);
    }
}

/* Edges without a twin by the cells of a grid that they cross. */
struct cells {
    struct tile_items items;
    double size;
    uint32_t z;
};

static void put_cells(struct cells *c, const struct place *p, uint32_t edge)
{
    /* Piece by piece, so that a long slanting edge is not in all the cells of its box. */
    const double most = fmax(fabs(p[1].x - p[0].x), fabs(p[1].y - p[0].y)) / c->size;
    const int n = (int)ceil(fmax(1, most));
    for (int i = 0; i < n; i++) {
        const double f = (double)i / n, t = (double)(i + 1) / n;
        const double x0 = p[0].x + f * (p[1].x - p[0].x), x1 = p[0].x + t * (p[1].x - p[0].x);
        const double y0 = p[0].y + f * (p[1].y - p[0].y), y1 = p[0].y + t * (p[1].y - p[0].y);
        tile_items_add(&c->items, c->z, fmin(x0, x1), fmin(y0, y1), fmax(x0, x1), fmax(y0, y1),
                       0.01, edge);
    }
}

/* Where on edge e (0..1) the point lies, and how far from its line. */
static double along(const struct place *e, struct place p, double *off)
{
    const double dx = e[1].x - e[0].x, dy = e[1].y - e[0].y, n = dx * dx + dy * dy;
    *off = fabs((p.x - e[0].x) * dy - (p.y - e[0].y) * dx) / sqrt(n);
    return ((p.x - e[0].x) * dx + (p.y - e[0].y) * dy) / n;
}

static struct place between(const struct place *e, double t)
{
    return (struct place){e[0].x + t * (e[1].x - e[0].x), e[0].y + t * (e[1].y - e[0].y)};
}

/* Edges of two features that lie on each other, the other way round, for some of their length. */
static void match(const struct edges *e, size_t i, size_t k, double touch, struct borders *out)
{
    const struct place *a = e->s->places + i, *b = e->s->places + k;
    double off;
    const double length = hypot(a[1].x - a[0].x, a[1].y - a[0].y);
    /* b runs against a: it ends where the part of a begins. */
    const double from = fmax(0, along(a, b[1], &off)), to = fmin(1, along(a, b[0], &off));
    if ((to - from) * length < 4 * touch)
        return;
    const struct place ends[] = {between(a, from), between(a, to)};
    for (int n = 0; n < 2; n++) {
        const double t = along(b, ends[n], &off);
        if (off > touch || t < -1e-9 - touch / length || t > 1 + 1e-9 + touch / length)
            return;
    }
    put_border(out, (struct border){e->owner[i], e->owner[k], true, out->n_places, 2});
    for (int n = 0; n < 2; n++) {
        out->places = grow(out->places, out->n_places, &out->room_places, sizeof *out->places);
        out->places[out->n_places++] = ends[n];
    }
    out->n_t_edges++;
    out->t_m += length_m(ends[0], ends[1]);
}

struct edge_pair {
    uint32_t i, k;
};

static int by_pair(const void *a, const void *b)
{
    const struct edge_pair *s = a, *t = b;
    if (s->i != t->i)
        return s->i < t->i ? -1 : 1;
    return (s->k > t->k) - (s->k < t->k);
}

static void put_touching(const struct edges *e, double touch, struct borders *out)
{
    struct cells c = {.z = 20, .size = 1.0 / (1 << 20)}; /* of 38 m at the equator */
    for (size_t i = 0; i < e->s->n_places; i++)
        if (e->is_edge[i] && e->twin[i] == NOBODY)
            put_cells(&c, e->s->places + i, (uint32_t)i);
    tile_items_sort(&c.items);
    struct edge_pair *pairs = NULL;
    size_t n_pairs = 0, room = 0;
    const struct tile_item *all = c.items.items;
    for (size_t first = 0, end; first < c.items.n; first = end) {
        for (end = first; end < c.items.n && all[end].tile == all[first].tile;)
            end++;
        for (size_t n = first; n < end; n++)
            for (size_t m = first; m < end; m++) {
                const struct place *a = e->s->places + all[n].item, *b = e->s->places + all[m].item;
                if (e->owner[all[n].item] >= e->owner[all[m].item])
                    continue;
                /* Only such as run against each other. */
                if ((a[1].x - a[0].x) * (b[1].x - b[0].x) + (a[1].y - a[0].y) * (b[1].y - b[0].y) >=
                    0)
                    continue;
                pairs = grow(pairs, n_pairs, &room, sizeof *pairs);
                pairs[n_pairs++] = (struct edge_pair){all[n].item, all[m].item};
            }
    }
    if (n_pairs)
        qsort(pairs, n_pairs, sizeof *pairs, by_pair);
    for (size_t i = 0; i < n_pairs; i++)
        if (i == 0 || by_pair(&pairs[i], &pairs[i - 1]) != 0)
            match(e, pairs[i].i, pairs[i].k, touch, out);
    free(pairs);
    free(c.items.items);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t s = *(const uint64_t *)a, t = *(const uint64_t *)b;
    return (s > t) - (s < t);
}

static size_t count_pairs(const struct borders *b)
{
    uint64_t *pairs = make(b->n, sizeof *pairs);
    for (size_t i = 0; i < b->n; i++)
        pairs[i] = (uint64_t)b->borders[i].a << 32 | b->borders[i].b;
    if (b->n)
        qsort(pairs, b->n, sizeof *pairs, by_number);
    size_t n = b->n > 0;
    for (size_t i = 1; i < b->n; i++)
        n += pairs[i] != pairs[i - 1];
    free(pairs);
    return n;
}

void borders_find(const struct source *s, double touch_m, struct borders *out)
{
    struct edges e;
    *out = (struct borders){0};
    edges_init(&e, s);
    find_twins(&e);
    find_meetings(&e);
    put_exact(&e, out);
    put_touching(&e, touch_m / WORLD_M, out);
    out->n_pairs = count_pairs(out);
    free(e.owner);
    free(e.twin);
    free(e.is_edge);
    free(e.is_meeting);
}

void borders_clear(struct borders *b)
{
    free(b->borders);
    free(b->places);
    *b = (struct borders){0};
}
