#include "samples/town.h"

#include <math.h>

/* Source: Sebastiano Vigna, splitmix64.c, 2015 (public domain). */
uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

double draw_between(uint64_t *state, double from, double to)
{
    return from + (to - from) * ((double)(draw(state) >> 11) / 9007199254740992.0);
}

bool draw_chance(uint64_t *state, int percent)
{
    return draw(state) % 100 < (uint64_t)percent;
}

struct pt pt_add(struct pt a, struct pt b, double times_b)
{
    return (struct pt){a.x + b.x * times_b, a.y + b.y * times_b};
}

double pt_dot(struct pt a, struct pt b)
{
    return a.x * b.x + a.y * b.y;
}

double pt_cross(struct pt a, struct pt b)
{
    return a.x * b.y - a.y * b.x;
}

double pt_length(struct pt a)
{
    return sqrt(pt_dot(a, a));
}

double pt_distance(struct pt a, struct pt b)
{
    return pt_length(pt_add(b, a, -1));
}

struct pt pt_unit(struct pt a)
{
    const double length = pt_length(a);
    return length > 0 ? (struct pt){a.x / length, a.y / length} : (struct pt){1, 0};
}

struct pt pt_left(struct pt a)
{
    return (struct pt){-a.y, a.x};
}

double poly_area(const struct poly *p)
{
    double sum = 0;
    for (int k = 1; k + 1 < p->n; k++)
        sum += pt_cross(pt_add(p->at[k], p->at[0], -1), pt_add(p->at[k + 1], p->at[0], -1));
    return sum / 2;
}

struct pt poly_middle(const struct poly *p)
{
    struct pt sum = {0, 0};
    for (int k = 0; k < p->n; k++)
        sum = pt_add(sum, p->at[k], 1);
    return (struct pt){sum.x / p->n, sum.y / p->n};
}

bool poly_holds(const struct poly *p, struct pt at)
{
    for (int k = 0; k < p->n; k++) {
        const struct pt along = pt_add(p->at[(k + 1) % p->n], p->at[k], -1);
        if (pt_cross(along, pt_add(at, p->at[k], -1)) < 0)
            return false;
    }
    return p->n > 2;
}

void poly_cut(struct poly *p, struct pt on, struct pt along, int tag)
{
    struct poly kept = {0};
    for (int k = 0; k < p->n; k++) {
        const struct pt a = p->at[k], b = p->at[(k + 1) % p->n];
        const double left_a = pt_cross(along, pt_add(a, on, -1));
        const double left_b = pt_cross(along, pt_add(b, on, -1));
        if (kept.n + 2 > POLY_MAX)
            break;
        if (left_a >= 0) {
            kept.at[kept.n] = a;
            kept.tag[kept.n++] = p->tag[k];
        }
        if ((left_a >= 0) == (left_b >= 0))
            continue;
        kept.at[kept.n] = pt_add(a, pt_add(b, a, -1), left_a / (left_a - left_b));
        /* Leaving, the cut begins; coming back, the old edge goes on. */
        kept.tag[kept.n++] = left_a >= 0 ? tag : p->tag[k];
    }
    *p = kept;
}

void poly_insert(struct poly *p, int k, struct pt at)
{
    if (p->n == POLY_MAX)
        return;
    for (int i = p->n; i > k + 1; i--) {
        p->at[i] = p->at[i - 1];
        p->tag[i] = p->tag[i - 1];
    }
    p->at[k + 1] = at;
    p->tag[k + 1] = p->tag[k];
    p->n++;
}
