/* What is built: row houses in the middle, houses in gardens farther out, sheds, and the few
 * buildings that everybody knows by name. */
#include "samples/town.h"

enum { TRIES = 12 };

#define ROWS_UP_TO_M 235.0

static void add_building(struct town *t, const struct poly *p, const char *name, bool light)
{
    if (t->n_buildings < BUILDINGS_MAX)
        t->buildings[t->n_buildings++] = (struct building){*p, name, light};
}

/* A place in a frame: `u` along the street, `v` into the parcel. */
struct frame {
    struct pt origin, u, v;
};

static struct pt in_frame(const struct frame *f, double u, double v)
{
    return pt_add(pt_add(f->origin, f->u, u), f->v, v);
}

static struct frame frame_of(const struct parcel *p)
{
    const struct pt a = p->p.at[p->front], b = p->p.at[(p->front + 1) % p->p.n];
    const struct pt u = pt_unit(pt_add(b, a, -1));
    return (struct frame){a, u, pt_left(u)};
}

static double front_length(const struct parcel *p)
{
    return pt_distance(p->p.at[p->front], p->p.at[(p->front + 1) % p->p.n]);
}

static bool holds_all(const struct poly *outer, const struct poly *inner)
{
    for (int k = 0; k < inner->n; k++) {
        if (!poly_holds(outer, inner->at[k]))
            return false;
    }
    return true;
}

static void build_row_house(struct town *t, struct parcel *p)
{
    const struct frame f = frame_of(p);
    const double depth = draw_between(&t->plan.random, 8.5, 12.5);
    struct poly house = p->p;
    poly_cut(&house, in_frame(&f, 0, depth), (struct pt){-f.u.x, -f.u.y}, NO_CELL);
    if (poly_area(&house) < 30)
        return;
    add_building(t, &house, NULL, false);
    p->built = true;
}

/* A rectangle, or an L whose wing reaches back from the right end. */
static struct poly house_at(const struct frame *f, double u, double v, double wide, double deep,
                            double wing)
{
    struct poly p = {0};
    const double right = u + wide, back = v + deep;
    p.at[p.n++] = in_frame(f, u, v);
    p.at[p.n++] = in_frame(f, right, v);
    if (wing > 0) {
        p.at[p.n++] = in_frame(f, right, back + wing);
        p.at[p.n++] = in_frame(f, right - wide * 0.45, back + wing);
        p.at[p.n++] = in_frame(f, right - wide * 0.45, back);
    } else {
        p.at[p.n++] = in_frame(f, right, back);
    }
    p.at[p.n++] = in_frame(f, u, back);
    return p;
}

/* Two metres from every border; `*out_back` is how deep the house stands. */
static void build_garden_house(struct town *t, struct parcel *p, double *out_back)
{
    uint64_t *r = &t->plan.random;
    const struct frame f = frame_of(p);
    const double front = front_length(p);
    for (int i = 0; i < TRIES && !p->built; i++) {
        const double wide = draw_between(r, 8, 14) - i * 0.3;
        const double deep = draw_between(r, 7.5, 10.5);
        const double v = draw_between(r, 3.5, 7.5);
        const double u = draw_between(r, 2, front - 2 - wide);
        const double wing = draw_chance(r, 40) ? draw_between(r, 2.5, 5) : 0;
        const struct poly house = house_at(&f, u, v, wide, deep, wing);
        if (wide < 6.5 || u < 1 || !holds_all(&p->p, &house))
            continue;
        add_building(t, &house, NULL, false);
        p->built = true;
        *out_back = v + deep + wing;
    }
}

static void build_shed(struct town *t, const struct parcel *p, double behind)
{
    uint64_t *r = &t->plan.random;
    const struct frame f = frame_of(p);
    for (int i = 0; i < TRIES; i++) {
        const double u = draw_between(r, 1, front_length(p));
        const double v = draw_between(r, behind + 2, behind + 16);
        const double wide = draw_between(r, 2.5, 5);
        const double deep = draw_between(r, 2.5, 4);
        const struct poly shed = house_at(&f, u, v, wide, deep, 0);
        if (holds_all(&p->p, &shed)) {
            add_building(t, &shed, NULL, true);
            return;
        }
    }
}

struct landmark {
    const char *name;
    struct pt at, along;
    int n;
    struct pt outline[16];
};

static const struct landmark LANDMARKS[] = {
    {"Église Saint-Aubin",
     {-50, 60},
     {0.96, 0.28},
     16,
     {{-21, -6},
      {-4, -6},
      {-4, -12},
      {4, -12},
      {4, -6},
      {13, -6},
      {17, -4},
      {19, 0},
      {17, 4},
      {13, 6},
      {4, 6},
      {4, 12},
      {-4, 12},
      {-4, 6},
      {-21, 6},
      {-21, 0}}},
    {"École Jules-Ferry",
     {-190, 130},
     {0.94, -0.34},
     8,
     {{-20, -14}, {20, -14}, {20, 12}, {11, 12}, {11, -4}, {-11, -4}, {-11, 12}, {-20, 12}}},
    {"Gare", {330, 330}, {0.8, -0.6}, 4, {{-24, -6}, {24, -6}, {24, 6}, {-24, 6}}},
    {"Kiosque à musique",
     {75, -165},
     {1, 0},
     8,
     {{-5, -2}, {-2, -5}, {2, -5}, {5, -2}, {5, 2}, {2, 5}, {-2, 5}, {-5, 2}}},
    {"Chapelle du cimetière", {-420, 330}, {0.6, 0.8}, 4, {{-6, -4}, {6, -4}, {6, 4}, {-6, 4}}},
};
enum { N_LANDMARKS = sizeof LANDMARKS / sizeof LANDMARKS[0] };

/* Stands on its parcel as a whole, or not at all. */
static bool build_landmark(struct town *t, struct parcel *p)
{
    for (int i = 0; i < N_LANDMARKS; i++) {
        const struct landmark *l = &LANDMARKS[i];
        if (!poly_holds(&t->plan.cells[p->cell].p, l->at))
            continue;
        const struct frame f = {poly_middle(&p->p), l->along, pt_left(l->along)};
        struct poly outline = {.n = l->n};
        for (int k = 0; k < l->n; k++)
            outline.at[k] = in_frame(&f, l->outline[k].x, l->outline[k].y);
        if (holds_all(&p->p, &outline))
            add_building(t, &outline, l->name, false);
        return true;
    }
    return false;
}

void town_build(struct town *t)
{
    uint64_t *r = &t->plan.random;
    for (int i = 0; i < t->n_parcels; i++) {
        struct parcel *p = &t->parcels[i];
        const struct cell *c = &t->plan.cells[p->cell];
        if (c->land != LAND_TOWN || build_landmark(t, p) || p->front < 0)
            continue;
        if (poly_area(&p->p) < 70 || draw_chance(r, 6))
            continue;
        double behind = 12;
        if (pt_length(c->seed) < ROWS_UP_TO_M)
            build_row_house(t, p);
        else
            build_garden_house(t, p, &behind);
        if (p->built && draw_chance(r, 35))
            build_shed(t, p, behind);
    }
}
