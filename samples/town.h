/*
 * The sample town: a little place that is not there, for trying the program and for tests. Always
 * the same, on every machine: integers are drawn, and of floating point only what IEEE 754 rounds
 * exactly is used (no sine, no formatting).
 *
 * Plane coordinates are metres, x east and y north of the church; polygons are counter-clockwise
 * and not closed.
 */
#ifndef SAMPLES_TOWN_H
#define SAMPLES_TOWN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POLY_MAX = 40,
    CELLS_MAX = 900,
    PARCELS_MAX = 4000,
    BUILDINGS_MAX = 5000,
    EDGES_MAX = 3000,
    NODES_MAX = 2500,
    STREETS_MAX = 400,
    STREET_POINTS_MAX = 64,
    ADDRESSES_MAX = 4000,
    NO_CELL = -1
};

struct pt {
    double x, y;
};

/** `tag[k]` belongs to the edge from at[k] to the next: the cell on its other side, NO_CELL inside
 * a block. */
struct poly {
    int n;
    struct pt at[POLY_MAX];
    int tag[POLY_MAX];
};

/* town_shape.c: plane geometry */

/* One draw a statement: C leaves open in which order the arguments of a call are worked out. */
uint64_t draw(uint64_t *state);                               /* splitmix64 */
double draw_between(uint64_t *state, double from, double to); /* uniformly */
bool draw_chance(uint64_t *state, int percent);

struct pt pt_add(struct pt a, struct pt b, double times_b);
double pt_dot(struct pt a, struct pt b);
double pt_cross(struct pt a, struct pt b);
double pt_length(struct pt a);
double pt_distance(struct pt a, struct pt b);
struct pt pt_unit(struct pt a);
struct pt pt_left(struct pt a); /* turned by a right angle */

double poly_area(const struct poly *p);
struct pt poly_middle(const struct poly *p);
bool poly_holds(const struct poly *p, struct pt at); /* convex ones only */
/** Keep what is left of the line through `on` along `along`; the new edge gets `tag`. Convex ones
 * only. */
void poly_cut(struct poly *p, struct pt on, struct pt along, int tag);
/** Put `at` between vertex k and the next, with the tag of that edge. */
void poly_insert(struct poly *p, int k, struct pt at);

/* town_plan.c: where streets and the river run, and the cells between them */

enum way { WAY_RIVER, WAY_MAIN, WAY_CROSS, WAY_RING, WAY_STREET, WAY_TRACK, N_WAYS };

enum land { LAND_NONE, LAND_TOWN, LAND_FIELD };

/** The ground around a seed, up to the axes of the ways around it. */
struct cell {
    struct pt seed;
    enum way way; /* that its seed was set along; WAY_STREET: none */
    int side;     /* of it: 1 left, -1 right */
    int step;     /* along it */
    enum land land;
    struct poly p;
};

struct plan {
    uint64_t random;
    int n_cells;
    struct cell cells[CELLS_MAX];
};

void plan_make(struct plan *plan);
/** What runs between two cells. */
enum way plan_way(const struct plan *plan, int a, int b);
double way_half_width_m(enum way way);
/** Whether the way between two cells of one bank crosses the river. */
bool plan_is_bridge(const struct plan *plan, int a, int b);

/* town_parcels.c: blocks cut into parcels, with what is built on them */

struct parcel {
    struct poly p;
    int cell;
    int front; /* the longest edge on a way; -1: none */
    bool built;
};

struct building {
    struct poly p;
    const char *name; /* NULL: none */
    bool light;       /* a shed */
};

/** The axis of a way between two cells. */
struct edge {
    int left, right; /* cells */
    int from, to;    /* nodes */
    enum way way;
    bool outside; /* of the town */
    int street;   /* -1: none yet */
};

struct street {
    char name[64];
    enum way way;
    bool outside;
    int n;
    struct pt at[STREET_POINTS_MAX];
};

struct address {
    struct pt at;
    int street, number;
};

struct town {
    struct plan plan;
    int n_parcels, n_buildings, n_nodes, n_edges, n_streets, n_addresses;
    struct parcel parcels[PARCELS_MAX];
    struct building buildings[BUILDINGS_MAX];
    struct pt nodes[NODES_MAX];
    struct edge edges[EDGES_MAX];
    struct street streets[STREETS_MAX];
    struct address addresses[ADDRESSES_MAX];
};

void town_cut_parcels(struct town *t);
void town_build(struct town *t);

/* town_streets.c: the axes of the ways, joined to streets */

void town_join_streets(struct town *t);

/* town_names.c: what streets are called, and their houses' numbers */

void town_name_streets(struct town *t);
void town_number_houses(struct town *t);

/* town_write.c */

/** parcels.geojson, buildings.geojson, streets.geojson and addresses.geojson. Errors IO */
enum err_code town_write(const struct town *t, const char *folder, struct err *err) MUST_USE;

#endif
