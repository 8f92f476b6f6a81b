/* Blocks are what the ways leave of the cells; parcels are blocks cut in two again and again. */
#include "samples/town.h"

#include <math.h>

enum { STACK_MAX = 64 };

/* Blocks that stay whole: the church's square, the park, the school, the station, the graveyard. */
static const struct pt WHOLE_AT[] = {{-50, 60}, {75, -165}, {-190, 130}, {330, 330}, {-420, 330}};

static bool stays_whole(const struct cell *c)
{
    for (size_t i = 0; i < sizeof WHOLE_AT / sizeof WHOLE_AT[0]; i++) {
        if (poly_holds(&c->p, WHOLE_AT[i]))
            return true;
    }
    return false;
}

static struct poly block_of(const struct plan *plan, int index)
{
    const struct cell *c = &plan->cells[index];
    struct poly block = c->p;
    for (int k = 0; k < c->p.n; k++) {
        const struct pt along = pt_add(c->p.at[(k + 1) % c->p.n], c->p.at[k], -1);
        const double half_m = way_half_width_m(plan_way(plan, index, c->p.tag[k]));
        poly_cut(&block, pt_add(c->p.at[k], pt_left(pt_unit(along)), half_m), along, c->p.tag[k]);
    }
    return block;
}

static double edge_length(const struct poly *p, int k)
{
    return pt_distance(p->at[k], p->at[(k + 1) % p->n]);
}

static int longest_front(const struct poly *p)
{
    int best = -1;
    for (int k = 0; k < p->n; k++) {
        if (p->tag[k] != NO_CELL && (best < 0 || edge_length(p, k) > edge_length(p, best)))
            best = k;
    }
    return best;
}

/* How far the polygon reaches along a direction. */
static void reach(const struct poly *p, struct pt along, double *out_min, double *out_max)
{
    *out_min = INFINITY;
    *out_max = -INFINITY;
    for (int k = 0; k < p->n; k++) {
        const double at = pt_dot(p->at[k], along);
        *out_min = at < *out_min ? at : *out_min;
        *out_max = at > *out_max ? at : *out_max;
    }
}

/* The direction in which the polygon is longest, of those of the smallest box around it. */
static struct pt long_axis(const struct poly *p)
{
    struct pt best = {1, 0};
    double best_area = INFINITY;
    for (int k = 0; k < p->n; k++) {
        const struct pt along = pt_unit(pt_add(p->at[(k + 1) % p->n], p->at[k], -1));
        double min, max, low, high;
        reach(p, along, &min, &max);
        reach(p, pt_left(along), &low, &high);
        if ((max - min) * (high - low) < best_area) {
            best_area = (max - min) * (high - low);
            best = max - min >= high - low ? along : pt_left(along);
        }
    }
    return best;
}

static void halve(const struct poly *p, struct pt axis, double share, struct poly halves[2])
{
    double min, max;
    reach(p, axis, &min, &max);
    const double at = min + (max - min) * share;
    const struct pt on = {axis.x * at, axis.y * at}, across = pt_left(axis);
    halves[0] = halves[1] = *p;
    poly_cut(&halves[0], on, across, NO_CELL);
    poly_cut(&halves[1], on, (struct pt){-across.x, -across.y}, NO_CELL);
}

static bool both_have_front(const struct poly halves[2])
{
    return longest_front(&halves[0]) >= 0 && longest_front(&halves[1]) >= 0;
}

/* Across its length, unless only a cut along it gives both halves a way to the street. */
static void divide(struct plan *plan, const struct poly *p, struct poly halves[2])
{
    const struct pt axis = long_axis(p);
    const double share = draw_between(&plan->random, 0.43, 0.57);
    struct poly other[2];
    halve(p, axis, share, halves);
    if (both_have_front(halves))
        return;
    halve(p, pt_left(axis), share, other);
    if (both_have_front(other)) {
        halves[0] = other[0];
        halves[1] = other[1];
    }
}

static double wanted_area(struct plan *plan, const struct cell *c)
{
    const double out_m = pt_length(c->seed);
    const double area = c->land == LAND_TOWN ? 210 + 0.85 * out_m : 7000;
    return area * draw_between(&plan->random, 0.8, 1.3);
}

static void add_parcel(struct town *t, const struct poly *p, int cell)
{
    if (t->n_parcels < PARCELS_MAX)
        t->parcels[t->n_parcels++] =
            (struct parcel){.p = *p, .cell = cell, .front = longest_front(p)};
}

static void cut_block(struct town *t, int index)
{
    const struct cell *c = &t->plan.cells[index];
    struct poly stack[STACK_MAX] = {block_of(&t->plan, index)};
    int n = poly_area(&stack[0]) > 60 ? 1 : 0;
    const bool whole = stays_whole(c);
    while (n > 0) {
        const struct poly p = stack[--n];
        if (whole || n + 2 > STACK_MAX || poly_area(&p) < 1.5 * wanted_area(&t->plan, c)) {
            add_parcel(t, &p, index);
            continue;
        }
        divide(&t->plan, &p, &stack[n]);
        n += 2;
    }
}

/* Where a cut ends on a neighbour's edge, the neighbour gets that vertex too: borders are shared
 * vertex by vertex. */
static void share_vertices(struct town *t, int first)
{
    for (int i = first; i < t->n_parcels; i++) {
        struct poly *p = &t->parcels[i].p;
        for (int j = first; j < t->n_parcels; j++) {
            for (int v = 0; j != i && v < t->parcels[j].p.n; v++) {
                const struct pt at = t->parcels[j].p.at[v];
                for (int k = 0; k < p->n; k++) {
                    const struct pt a = p->at[k], b = p->at[(k + 1) % p->n];
                    const double around = pt_distance(a, at) + pt_distance(at, b);
                    if (pt_distance(a, at) > 0.02 && pt_distance(at, b) > 0.02 &&
                        around - pt_distance(a, b) < 1e-7)
                        poly_insert(p, k, at);
                }
            }
        }
        t->parcels[i].front = longest_front(p);
    }
}

void town_cut_parcels(struct town *t)
{
    for (int i = 0; i < t->plan.n_cells; i++) {
        const int first = t->n_parcels;
        if (t->plan.cells[i].land != LAND_NONE)
            cut_block(t, i);
        share_vertices(t, first);
    }
}
