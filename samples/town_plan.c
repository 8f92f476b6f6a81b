/*
 * The plan: seeds are set in pairs along the curves of river and main streets, then thrown at
 * random, closer in the middle; the Voronoi cells of the seeds are the blocks, their edges the
 * streets. So streets follow the curves where there is one and are crooked elsewhere, as in a town
 * that grew.
 */
#include "samples/town.h"

#include <math.h>

enum { CURVE_POINTS = 9, CURVE_STEPS = 40, DARTS = 30000 };

#define TOWN_HALF_X_M  600.0
#define TOWN_HALF_Y_M  500.0
#define FIELDS_M       1000.0 /* seeds farther out only bound the fields */
#define WORLD_M        1500.0
#define FIELD_SPACE_M  165.0
#define MIDDLE_SPACE_M 62.0
#define PAIR_SPACE_M   40.0
#define RIVER_SPACE_M  63.0 /* so that no seed of another way stands in the river */

/* A Catmull-Rom curve through the points, the first and last of which only give its direction. */
struct curve {
    enum way way;
    double offset_m, spacing_m; /* of the pairs of seeds: from the curve, along it */
    int n;
    struct pt at[CURVE_POINTS];
};

static const struct curve CURVES[] = {
    {WAY_RIVER,
     46,
     78,
     9,
     {{-1700, -560},
      {-1300, -470},
      {-800, -330},
      {-400, -300},
      {-60, -190},
      {260, -250},
      {620, -120},
      {1200, 40},
      {1700, 90}}},
    {WAY_MAIN,
     30,
     64,
     9,
     {{-260, -1700},
      {-180, -1300},
      {-130, -700},
      {-75, -330},
      {-35, -60},
      {30, 130},
      {150, 480},
      {190, 1200},
      {260, 1700}}},
    {WAY_CROSS,
     30,
     66,
     9,
     {{-1700, 420},
      {-1300, 300},
      {-700, 190},
      {-320, 60},
      {-40, 10},
      {290, 40},
      {640, 150},
      {1250, 210},
      {1700, 300}}},
    {WAY_RING,
     34,
     70,
     9,
     {{-300, -300},
      {-330, -170},
      {-345, 40},
      {-255, 245},
      {-30, 335},
      {225, 270},
      {345, 70},
      {330, -150},
      {300, -300}}},
};
enum { N_CURVES = sizeof CURVES / sizeof CURVES[0] };

static const double HALF_WIDTHS_M[N_WAYS] = {
    [WAY_RIVER] = 21, [WAY_MAIN] = 7.5, [WAY_CROSS] = 6.5,
    [WAY_RING] = 8.5, [WAY_STREET] = 4, [WAY_TRACK] = 2.5,
};

double way_half_width_m(enum way way)
{
    return HALF_WIDTHS_M[way];
}

static struct pt curve_at(const struct curve *c, int from, double t)
{
    const struct pt *p = &c->at[from - 1];
    const double w[4] = {
        ((-t + 2) * t - 1) * t / 2,
        ((3 * t - 5) * t * t + 2) / 2,
        ((-3 * t + 4) * t + 1) * t / 2,
        ((t - 1) * t * t) / 2,
    };
    struct pt at = {0, 0};
    for (int i = 0; i < 4; i++)
        at = pt_add(at, p[i], w[i]);
    return at;
}

/* Whether there is a seed nearer than that among the first ones. */
static bool is_crowded(const struct plan *plan, struct pt at, double space_m, int n_seeds)
{
    for (int i = 0; i < n_seeds; i++) {
        const struct cell *c = &plan->cells[i];
        const double kept_m = c->way == WAY_RIVER ? RIVER_SPACE_M : 0;
        if (pt_distance(c->seed, at) < (space_m > kept_m ? space_m : kept_m))
            return true;
    }
    return false;
}

static void add_seed(struct plan *plan, struct cell cell)
{
    if (plan->n_cells < CELLS_MAX)
        plan->cells[plan->n_cells++] = cell;
}

/* Pairs of seeds on both sides of the curve, at equal distances along it. Where an earlier curve
 * has its own, there are none. */
static void set_pairs(struct plan *plan, const struct curve *c)
{
    const int n_before = plan->n_cells;
    double walked = 0, next = c->spacing_m / 2;
    int step = 0;
    struct pt last = c->at[1];
    for (int from = 1; from + 2 < c->n; from++) {
        for (int i = 1; i <= CURVE_STEPS; i++) {
            const struct pt at = curve_at(c, from, (double)i / CURVE_STEPS);
            walked += pt_distance(last, at);
            if (walked >= next) {
                const struct pt left = pt_left(pt_unit(pt_add(at, last, -1)));
                for (int side = 1; side >= -1; side -= 2) {
                    const struct pt seed = pt_add(at, left, side * c->offset_m);
                    if (!is_crowded(plan, seed, PAIR_SPACE_M, n_before))
                        add_seed(
                            plan,
                            (struct cell){.seed = seed, .way = c->way, .side = side, .step = step});
                }
                next += c->spacing_m;
                step++;
            }
            last = at;
        }
    }
}

static double space_m(struct pt at)
{
    const double x = at.x / TOWN_HALF_X_M, y = at.y / TOWN_HALF_Y_M;
    const double out = x * x + y * y;
    return out < 1.15 ? MIDDLE_SPACE_M + 26 * out : FIELD_SPACE_M;
}

static void throw_seeds(struct plan *plan)
{
    for (int i = 0; i < DARTS; i++) {
        const double x = draw_between(&plan->random, -WORLD_M, WORLD_M);
        const double y = draw_between(&plan->random, -WORLD_M, WORLD_M);
        const struct pt at = {x, y};
        if (!is_crowded(plan, at, space_m(at), plan->n_cells))
            add_seed(plan, (struct cell){.seed = at, .way = WAY_STREET});
    }
}

static void grow_cell(struct plan *plan, int index)
{
    struct cell *c = &plan->cells[index];
    const double w = WORLD_M * 1.2;
    c->p = (struct poly){
        4, {{-w, -w}, {w, -w}, {w, w}, {-w, w}}, {NO_CELL, NO_CELL, NO_CELL, NO_CELL}};
    for (int j = 0; j < plan->n_cells; j++) {
        const struct pt apart = pt_add(plan->cells[j].seed, c->seed, -1);
        if (j != index)
            poly_cut(&c->p, pt_add(c->seed, apart, 0.5), pt_left(apart), j);
    }
}

static enum land land_at(struct plan *plan, struct pt at)
{
    const double x = at.x / TOWN_HALF_X_M, y = at.y / TOWN_HALF_Y_M;
    /* A ragged edge: a garden more here, a field more there. */
    if (x * x + y * y < draw_between(&plan->random, 0.85, 1.15))
        return LAND_TOWN;
    return fabs(at.x) < FIELDS_M && fabs(at.y) < FIELDS_M ? LAND_FIELD : LAND_NONE;
}

void plan_make(struct plan *plan)
{
    plan->random = 1750; /* the year in which the Cassini map of France was begun */
    plan->n_cells = 0;
    for (int i = 0; i < N_CURVES; i++)
        set_pairs(plan, &CURVES[i]);
    throw_seeds(plan);
    for (int i = 0; i < plan->n_cells; i++) {
        grow_cell(plan, i);
        plan->cells[i].land = land_at(plan, plan->cells[i].seed);
    }
}

enum way plan_way(const struct plan *plan, int a, int b)
{
    if (b == NO_CELL)
        return WAY_TRACK;
    const struct cell *c = &plan->cells[a], *d = &plan->cells[b];
    if (c->way == d->way && c->side == -d->side && c->way != WAY_STREET)
        return c->way;
    return c->land == LAND_TOWN && d->land == LAND_TOWN ? WAY_STREET : WAY_TRACK;
}

bool plan_is_bridge(const struct plan *plan, int a, int b)
{
    /* Found by looking: the steps between which the main street, and two others, reach the bank. */
    static const int BRIDGES[] = {13, 17, 22};
    const struct cell *c = &plan->cells[a], *d = &plan->cells[b];
    const int step = c->step > d->step ? c->step : d->step;
    for (size_t i = 0; i < sizeof BRIDGES / sizeof BRIDGES[0]; i++) {
        if (step == BRIDGES[i])
            return true;
    }
    return false;
}
