#include "tests/accept/truth/ring_path.h"

#include <math.h>

/* A place on a ring: behind vertex `at`, `t` of the way to the next. */
struct on_ring {
    const struct tile_ring *ring;
    uint32_t at;
    double t, distance2;
    struct place place;
};

static struct place vertex(const struct tile *t, const struct tile_ring *r, uint32_t i)
{
    const struct point *p = &t->points[r->start + (i == r->n ? 0 : i)];
    return (struct place){p->x, p->y};
}

static void look_for(const struct tile *t, const struct tile_ring *r, struct place p,
                     struct on_ring *best)
{
    struct place a = vertex(t, r, 0);
    for (uint32_t i = 0; i < r->n; i++) {
        const struct place b = vertex(t, r, i + 1);
        const double dx = b.x - a.x, dy = b.y - a.y, n = dx * dx + dy * dy;
        double f = n > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / n : 0;
        f = fmin(1, fmax(0, f));
        const struct place on = {a.x + f * dx, a.y + f * dy};
        const double d2 = (on.x - p.x) * (on.x - p.x) + (on.y - p.y) * (on.y - p.y);
        if (d2 < best->distance2)
            *best = (struct on_ring){r, i, f, d2, on};
        a = b;
    }
}

static void put(struct ring_path *out, struct place p)
{
    if (out->n && out->places[out->n - 1].x == p.x && out->places[out->n - 1].y == p.y)
        return;
    out->places = grow(out->places, out->n, &out->room, sizeof p);
    out->places[out->n++] = p;
}

static double length_of(const struct ring_path *p)
{
    double length = 0;
    for (size_t i = 1; i < p->n; i++)
        length += hypot(p->places[i].x - p->places[i - 1].x, p->places[i].y - p->places[i - 1].y);
    return length;
}

static double ring_length(const struct tile *t, const struct tile_ring *r)
{
    double length = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct place a = vertex(t, r, i), b = vertex(t, r, i + 1);
        length += hypot(b.x - a.x, b.y - a.y);
    }
    return length;
}

/* With the order of the ring's vertices, from one place to the other. */
static void put_forward(const struct tile *t, const struct on_ring *a, const struct on_ring *b,
                        struct ring_path *out)
{
    const uint32_t n = a->ring->n;
    const bool is_ahead = b->at > a->at || (b->at == a->at && b->t >= a->t);
    const uint32_t steps = is_ahead ? b->at - a->at : b->at + n - a->at;
    put(out, a->place);
    for (uint32_t i = 1; i <= steps; i++)
        put(out, vertex(t, a->ring, (a->at + i) % n));
    put(out, b->place);
}

static void turn(struct ring_path *p)
{
    for (size_t i = 0, k = p->n; i + 1 < k; i++) {
        const struct place kept = p->places[i];
        p->places[i] = p->places[--k];
        p->places[k] = kept;
    }
}

void ring_path_find(const struct tile *t, const struct tile_feature *f, struct place from,
                    struct place to, double length, struct ring_path *out)
{
    struct on_ring a = {.distance2 = INFINITY}, b = {.distance2 = INFINITY};
    /* Rings touch where a polygon pinches; so the one that is near at both ends. */
    for (uint32_t i = 0; i < f->n_rings; i++) {
        struct on_ring first = {.distance2 = INFINITY}, last = {.distance2 = INFINITY};
        look_for(t, &t->rings[f->first_ring + i], from, &first);
        look_for(t, &t->rings[f->first_ring + i], to, &last);
        if (first.distance2 + last.distance2 < a.distance2 + b.distance2) {
            a = first;
            b = last;
        }
    }
    out->n = 0;
    out->distance = sqrt(fmax(a.distance2, b.distance2));
    put_forward(t, &a, &b, out);
    const double forward = length_of(out), backward = ring_length(t, a.ring) - forward;
    if (fabs(forward - length) <= fabs(backward - length))
        return;
    out->n = 0;
    put_forward(t, &b, &a, out);
    turn(out);
}

bool ring_path_is_same(const struct ring_path *a, const struct ring_path *b)
{
    const double nothing = 1e-6;
    bool is_same = a->n == b->n;
    for (size_t i = 0; i < a->n && is_same; i++)
        is_same = fabs(a->places[i].x - b->places[i].x) < nothing &&
                  fabs(a->places[i].y - b->places[i].y) < nothing;
    return is_same;
}

bool feature_holds(const struct tile *t, const struct tile_feature *f, struct place p)
{
    bool is_inside = false;
    if (p.x < f->min_x || p.x > f->max_x || p.y < f->min_y || p.y > f->max_y)
        return false;
    for (uint32_t i = 0; i < f->n_rings; i++) {
        const struct tile_ring *r = &t->rings[f->first_ring + i];
        struct place a = vertex(t, r, 0);
        for (uint32_t k = 1; k <= r->n; k++) {
            const struct place b = vertex(t, r, k);
            if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x))
                is_inside = !is_inside;
            a = b;
        }
    }
    return is_inside;
}
