#include "tests/unit/unit.h"

#include "importers/shapefile_rings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_MAX     4000
#define MAX_STEPS 1000000

/* A polygon that is drawn square by square. */
struct drawing {
    double x[N_MAX], y[N_MAX];
    int starts[N_MAX / 5];
    size_t n_vertices, n_rings;
};

static void vertex(struct drawing *d, double x, double y)
{
    assert_true(d->n_vertices < N_MAX);
    d->x[d->n_vertices] = x;
    d->y[d->n_vertices++] = y;
}

static void ring(struct drawing *d)
{
    d->starts[d->n_rings++] = (int)d->n_vertices;
}

/* Clockwise, as outer rings are. */
static void square(struct drawing *d, double x, double y, double side)
{
    ring(d);
    vertex(d, x, y);
    vertex(d, x, y + side);
    vertex(d, x + side, y + side);
    vertex(d, x + side, y);
    vertex(d, x, y);
}

static void hole(struct drawing *d, double x, double y, double side)
{
    ring(d);
    vertex(d, x, y);
    vertex(d, x + side, y);
    vertex(d, x + side, y + side);
    vertex(d, x, y + side);
    vertex(d, x, y);
}

/* Which ring each is a hole of, itself for outer ones: "0 0 2". */
static const char *sorted(const struct drawing *d, struct shapefile_rings *r)
{
    static char words[400];
    struct err err = {0};
    size_t n = 0;
    assert_ok(
        shapefile_rings_sort(r, d->x, d->y, d->n_vertices, d->starts, d->n_rings, MAX_STEPS, &err));
    for (size_t i = 0; i < r->n_rings; i++)
        n +=
            (size_t)snprintf(words + n, sizeof words - n, "%s%zu", i ? " " : "", r->rings[i].outer);
    return words;
}

#define assert_sorted(d, words)                                                                    \
    do {                                                                                           \
        struct shapefile_rings r;                                                                  \
        shapefile_rings_init(&r);                                                                  \
        assert_string_equal(sorted(d, &r), words);                                                 \
        shapefile_rings_clear(&r);                                                                 \
    } while (0)

static void a_hole_belongs_to_the_ring_around_it(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 10);
    square(&d, 20, 0, 10);
    hole(&d, 22, 2, 2);
    hole(&d, 2, 2, 2);
    hole(&d, 6, 6, 2);
    assert_sorted(&d, "0 1 1 0 0");
}

static void holes_keep_their_order(void **state)
{
    struct drawing d = {.n_rings = 0};
    struct shapefile_rings r;
    (void)state;
    hole(&d, 6, 6, 2);
    square(&d, 0, 0, 10);
    hole(&d, 2, 2, 2);
    shapefile_rings_init(&r);
    assert_string_equal(sorted(&d, &r), "1 1 1");
    assert_int_equal(r.rings[1].next_hole, 0);
    assert_int_equal(r.rings[0].next_hole, 2);
    assert_true(r.rings[2].next_hole == NO_RING);
    shapefile_rings_clear(&r);
}

static void a_hole_in_an_island_belongs_to_the_island(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 100);
    hole(&d, 10, 10, 80);
    square(&d, 20, 20, 40);
    hole(&d, 30, 30, 10);
    assert_sorted(&d, "0 0 2 2");
}

static void a_hole_in_nothing_is_a_ring_of_its_own(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 10);
    hole(&d, 50, 50, 2);
    assert_sorted(&d, "0 1");
}

/* The box holds the hole, the ring does not. */
static void a_hole_in_the_bay_of_a_ring_is_not_in_it(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    ring(&d);
    vertex(&d, 0, 0);
    vertex(&d, 0, 10);
    vertex(&d, 2, 10);
    vertex(&d, 2, 2);
    vertex(&d, 8, 2);
    vertex(&d, 8, 10);
    vertex(&d, 10, 10);
    vertex(&d, 10, 0);
    vertex(&d, 0, 0);
    hole(&d, 4, 6, 2);
    assert_sorted(&d, "0 1");
}

static void a_hole_that_touches_its_ring_is_in_it(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 10);
    ring(&d); /* three of its vertices lie on the outer ring */
    vertex(&d, 0, 5);
    vertex(&d, 5, 0);
    vertex(&d, 10, 5);
    vertex(&d, 0, 5);
    assert_sorted(&d, "0 0");
}

/* A horseshoe: neither the middle of its box nor the triangle at its lowest vertex is inside. */
static void a_hole_of_any_form_is_found(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 100);
    square(&d, 45, 30, 10); /* a smaller ring, in the horseshoe's bay and no part of it */
    ring(&d);
    vertex(&d, 50, 10);
    vertex(&d, 90, 90);
    vertex(&d, 80, 90);
    vertex(&d, 50, 20);
    vertex(&d, 20, 90);
    vertex(&d, 10, 90);
    vertex(&d, 50, 10);
    assert_sorted(&d, "0 1 0");
}

static void rings_that_all_wind_the_other_way_are_understood(void **state)
{
    struct drawing d = {.n_rings = 0};
    struct shapefile_rings r;
    (void)state;
    hole(&d, 0, 0, 10);
    square(&d, 2, 2, 2);
    shapefile_rings_init(&r);
    assert_string_equal(sorted(&d, &r), "0 0");
    assert_true(r.turned);
    shapefile_rings_clear(&r);
}

static void large_coordinates_do_not_hide_small_rings(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 7e6, 6.6e6, 0.5);
    hole(&d, 7e6 + 0.1, 6.6e6 + 0.1, 0.01);
    assert_sorted(&d, "0 0");
}

static void rings_without_area_and_numbers_that_are_none_do_no_harm(void **state)
{
    struct drawing d = {.n_rings = 0};
    (void)state;
    square(&d, 0, 0, 10);
    square(&d, 5, 5, 0);
    ring(&d);
    for (int i = 0; i < 4; i++)
        vertex(&d, i, i);
    ring(&d);
    for (int i = 0; i < 4; i++)
        vertex(&d, NAN, INFINITY);
    assert_sorted(&d, "0 0 0 3");
}

static void rings_upon_rings_are_a_limit(void **state)
{
    struct drawing d = {.n_rings = 0};
    struct shapefile_rings r;
    struct err err = {0};
    (void)state;
    for (int i = 0; i < 200; i++)
        square(&d, 0, 0, 1000 - i);
    for (int i = 0; i < 200; i++)
        hole(&d, 300, 300, 300 - i);
    shapefile_rings_init(&r);
    assert_ok(shapefile_rings_sort(&r, d.x, d.y, d.n_vertices, d.starts, d.n_rings, 1 << 20, &err));
    assert_int_equal(r.rings[200].outer, 199);
    assert_fails(
        shapefile_rings_sort(&r, d.x, d.y, d.n_vertices, d.starts, d.n_rings, 1 << 12, &err), LIMIT,
        "its 400 rings lie above each other");
    shapefile_rings_clear(&r);
}

/* The same squares and holes in any order come to the same polygons. */
static void the_order_of_rings_does_not_matter(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 50; seed++) {
        struct drawing d = {.n_rings = 0};
        int order[60];
        srand(seed);
        for (int i = 0; i < 60; i++)
            order[i] = i;
        for (int i = 59; i > 0; i--) {
            const int k = rand() % (i + 1), kept = order[i];
            order[i] = order[k];
            order[k] = kept;
        }
        for (int i = 0; i < 60; i++) {
            const int at = order[i] / 2;
            if (order[i] % 2)
                hole(&d, at * 20.0 + 3, 3, 3);
            else
                square(&d, at * 20.0, 0, 15);
        }
        struct shapefile_rings r;
        shapefile_rings_init(&r);
        sorted(&d, &r);
        for (size_t i = 0; i < 60; i++) {
            const int wanted = order[i] / 2 * 2;
            assert_int_equal(order[r.rings[i].outer], wanted);
        }
        shapefile_rings_clear(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hole_belongs_to_the_ring_around_it),
        cmocka_unit_test(holes_keep_their_order),
        cmocka_unit_test(a_hole_in_an_island_belongs_to_the_island),
        cmocka_unit_test(a_hole_in_nothing_is_a_ring_of_its_own),
        cmocka_unit_test(a_hole_in_the_bay_of_a_ring_is_not_in_it),
        cmocka_unit_test(a_hole_that_touches_its_ring_is_in_it),
        cmocka_unit_test(a_hole_of_any_form_is_found),
        cmocka_unit_test(rings_that_all_wind_the_other_way_are_understood),
        cmocka_unit_test(large_coordinates_do_not_hide_small_rings),
        cmocka_unit_test(rings_without_area_and_numbers_that_are_none_do_no_harm),
        cmocka_unit_test(rings_upon_rings_are_a_limit),
        cmocka_unit_test(the_order_of_rings_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
