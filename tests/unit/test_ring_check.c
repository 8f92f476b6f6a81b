#include "base/geos.h"
#include "base/ring_check.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static struct ring_check *check;

static int open_check(void **state)
{
    (void)state;
    check = ring_check_new();
    return check == NULL;
}

static int close_check(void **state)
{
    (void)state;
    ring_check_free(check);
    ring_check_free(NULL);
    return 0;
}

/* Up to three rings, each ended by ENDED, the last by DONE. */
#define ENDED 1e9
#define DONE  2e9

static bool is_simple(const double *xy)
{
    double flat[400];
    uint32_t ring_end[8];
    size_t n = 0, n_rings = 0;
    for (bool done = false; !done; xy++) {
        if (*xy == ENDED || *xy == DONE) {
            done = *xy == DONE;
            ring_end[n_rings++] = (uint32_t)(n / 2);
        } else {
            flat[n++] = *xy;
        }
    }
    return ring_check_polygon(check, flat, ring_end, n_rings);
}

#define SIMPLE(...) is_simple((const double[]){__VA_ARGS__, DONE})
#define OUTER       0, 0, 100, 0, 100, 100, 0, 100, 0, 0, ENDED

static void simple_rings_are_found_simple(void **state)
{
    (void)state;
    assert_true(SIMPLE(0, 0, 1, 0, 0, 1, 0, 0));
    assert_true(SIMPLE(0, 0, 0, 1, 1, 0, 0, 0));
    assert_true(SIMPLE(0, 0, 1, 0, 1, 1, 0, 1, 0, 0));
    assert_true(SIMPLE(0, 0, 5, 0, 10, 0, 10, 10, 0, 10, 0, 0)); /* a vertex on a straight side */
    assert_true(SIMPLE(0, 0, 10, 0, 10, 10, 9, 10, 9, 1, 1, 1, 1, 10, 0, 10, 0, 0));
    assert_true(SIMPLE(.1, .1, .7, .1, .7, .3, .1, .3, .1, .1));
    assert_true(SIMPLE(33554431, 0, 33554431, 1, 0, -33554431, 33554431, 0));
}

static void rings_that_are_not_closed_or_too_short_are_not_simple(void **state)
{
    (void)state;
    assert_false(SIMPLE(0, 0, 1, 0, 0, 1, 5, 5));
    assert_false(SIMPLE(0, 0, 1, 0, 0, 0));
    assert_false(SIMPLE(0, 0, 0, 0, 0, 0, 0, 0));
    assert_false(SIMPLE(0, 0, 1, 0, NAN, 1, 0, 0));
    assert_false(SIMPLE(0, 0, 1, 0, INFINITY, 1, 0, 0));
    assert_false(ring_check_polygon(check, NULL, NULL, 0));
    const uint32_t none = 0;
    assert_false(ring_check_polygon(check, NULL, &none, 1));
}

static void crossings_touches_and_spikes_are_not_simple(void **state)
{
    (void)state;
    assert_false(SIMPLE(0, 0, 10, 10, 10, 0, 0, 10, 0, 0));             /* bow-tie */
    assert_false(SIMPLE(0, 0, 10, 0, 10, 10, 5, 0, 0, 10, 0, 0));       /* touches */
    assert_false(SIMPLE(0, 0, 10, 0, 10, 10, 10, 10, 0, 10, 0, 0));     /* twice there */
    assert_false(SIMPLE(0, 0, 10, 0, 20, 0, 10, 0, 10, 10, 0, 0));      /* spike */
    assert_false(SIMPLE(0, 0, 10, 0, 5, 0, 5, 5, 0, 0));                /* turns back */
    assert_false(SIMPLE(0, 0, 5, 5, 10, 0, 10, 10, 5, 5, 0, 10, 0, 0)); /* vertex twice */
    assert_false(SIMPLE(0, 0, 1, 1, 2, 2, 0, 0));                       /* no area */
    assert_false(SIMPLE(0, 0, 10, 0, 10, 5, 5, 5, 5, 0, 7, 0, 7, -5, 0, -5, 0, 0)); /* overlap */
}

static void holes_lie_inside_and_apart(void **state)
{
    (void)state;
    assert_true(SIMPLE(OUTER, 10, 10, 20, 10, 20, 20, 10, 10));
    assert_true(
        SIMPLE(OUTER, 10, 10, 20, 10, 20, 20, 10, 10, ENDED, 30, 10, 40, 10, 40, 20, 30, 10));
    assert_true(
        SIMPLE(OUTER, 10, 10, 20, 10, 20, 20, 10, 10, ENDED, 10, 30, 20, 30, 20, 40, 10, 30));
    assert_false(SIMPLE(OUTER, 110, 10, 120, 10, 120, 20, 110, 10));    /* beside */
    assert_false(SIMPLE(OUTER, 10, 110, 20, 110, 20, 120, 10, 110));    /* above */
    assert_false(SIMPLE(OUTER, -10, -10, 110, -10, 50, 300, -10, -10)); /* around */
    assert_false(SIMPLE(OUTER, 90, 10, 110, 10, 90, 20, 90, 10));       /* across the border */
    assert_false(SIMPLE(OUTER, 0, 10, 20, 10, 20, 20, 0, 10));          /* touching it */
    assert_false(SIMPLE(OUTER, 0, 0, 20, 10, 20, 20, 0, 0));            /* in a vertex */
    assert_false(SIMPLE(OUTER, 10, 10, 50, 10, 50, 50, 10, 50, 10, 10, ENDED, 20, 20, 30, 20, 30,
                        30, 20, 20)); /* a hole in a hole */
    assert_false(SIMPLE(OUTER, 10, 10, 50, 10, 50, 50, 10, 50, 10, 10, ENDED, 40, 20, 60, 20, 60,
                        30, 40, 20)); /* holes that cross */
    assert_false(
        SIMPLE(OUTER, 10, 10, 50, 10, 50, 50, 10, 10, ENDED, 10, 10, 50, 10, 50, 50, 10, 10));
}

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)random_state * n >> 32);
}

/* A star around the centre, which is simple, with a few vertices moved at random, so that it often
 * is not. */
static size_t make_ring(double *xy, size_t n, double cx, double cy, double radius, uint32_t n_moved,
                        double step)
{
    for (size_t i = 0; i < n; i++) {
        const double angle = 2 * 3.14159265358979 * (double)i / (double)n;
        const double r = radius * (0.4 + random_below(1000) / 1700.0);
        xy[2 * i] = cx + r * cos(angle);
        xy[2 * i + 1] = cy + r * sin(angle);
    }
    for (uint32_t k = 0; k < n_moved; k++) {
        const uint32_t i = random_below((uint32_t)n);
        xy[2 * i] += (random_below(1000) - 500.0) / 500 * radius;
        xy[2 * i + 1] += (random_below(1000) - 500.0) / 500 * radius;
    }
    for (size_t i = 0; step > 0 && i < 2 * n; i++)
        xy[i] = rint(xy[i] / step) * step;
    xy[2 * n] = xy[0];
    xy[2 * n + 1] = xy[1];
    return n + 1;
}

static void a_yes_is_never_wrong_by_the_judgement_of_geos(void **state)
{
    (void)state;
    struct err err = {0};
    struct geos *geos = NULL;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_ok(geos_new(&geos, &err));
    size_t n_yes = 0, n_valid = 0, n_invalid = 0;
    for (int round = 0; round < 6000; round++) {
        double xy[600];
        uint32_t ring_end[3];
        const double step = round % 3 == 0 ? 1 : round % 3 == 1 ? 0.001 : 0;
        const uint32_t n_rings = 1 + random_below(3);
        const uint32_t n_moved = random_below(3);
        size_t n = make_ring(xy, 4 + random_below(60), 0, 0, 100, n_moved, step);
        ring_end[0] = (uint32_t)n;
        for (uint32_t r = 1; r < n_rings; r++) {
            n += make_ring(xy + 2 * n, 3 + random_below(20), random_below(160) - 80.0,
                           random_below(160) - 80.0, 1 + random_below(20), 0, step);
            ring_end[r] = (uint32_t)n;
        }
        uint32_t part_end = n_rings;
        uint8_t kind = GEOM_KIND_POLYGON;
        const struct geom g = {GEOM_POLYGON, 1, n_rings, n, xy, ring_end, &part_end, &kind, NULL};
        bool valid = false;
        arena_reset(&a);
        assert_ok(geos_is_valid(geos, &g, &a, &valid, NULL, &err));
        const bool yes = ring_check_polygon(check, xy, ring_end, n_rings);
        if (yes && !valid)
            fail_msg("round %d: yes, but GEOS says no", round);
        n_yes += yes;
        n_valid += valid;
        n_invalid += !valid;
    }
    /* GEOS lets holes touch the border in a point: few of the valid ones are missed. */
    assert_true(n_valid > 1000 && n_invalid > 1000);
    assert_true(n_yes > n_valid * 9 / 10);
    geos_free(geos);
    arena_clear(&a);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_star_of_100_000_vertices_is_quick(void **state)
{
    (void)state;
    const size_t n = 100000;
    double *xy = malloc((n + 1) * 16);
    assert_non_null(xy);
    for (size_t i = 0; i < n; i++) {
        const double angle = 2 * 3.14159265358979 * (double)i / (double)n;
        const double r = i % 2 ? 1e6 : 5e5;
        xy[2 * i] = r * cos(angle);
        xy[2 * i + 1] = r * sin(angle);
    }
    xy[2 * n] = xy[0];
    xy[2 * n + 1] = xy[1];
    const uint32_t end = (uint32_t)(n + 1);
    const double start = seconds();
    assert_true(ring_check_polygon(check, xy, &end, 1));
    /* 0.5 s wanted of an optimised build; sanitizers take more. */
    assert_true(seconds() - start < 5);
    xy[2 * 777] = -xy[2 * 777];
    assert_false(ring_check_polygon(check, xy, &end, 1));
    free(xy);
}

static void what_is_too_close_to_tell_is_perhaps_not(void **state)
{
    (void)state;
    /* (0.1, 0.3) is off the last side by less than what rounding to doubles moves it. */
    assert_false(SIMPLE(0, 0, 1, 0, 1, .4, .1, .3, 1, .6, 1, .9, .3, .9, 0, 0));
    assert_true(SIMPLE(0, 0, 1, 0, 1, .4, .11, .3, 1, .6, 1, .9, .3, .9, 0, 0));
    assert_false(SIMPLE(1e-200, 1e-200, 2e-200, 1e-200, 1e-200, 2e-200, 1e-200, 1e-200));
    assert_false(SIMPLE(1e300, 0, -1e300, 1e300, -1e300, -1e300, 1e300, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simple_rings_are_found_simple),
        cmocka_unit_test(rings_that_are_not_closed_or_too_short_are_not_simple),
        cmocka_unit_test(crossings_touches_and_spikes_are_not_simple),
        cmocka_unit_test(holes_lie_inside_and_apart),
        cmocka_unit_test(a_yes_is_never_wrong_by_the_judgement_of_geos),
        cmocka_unit_test(a_star_of_100_000_vertices_is_quick),
        cmocka_unit_test(what_is_too_close_to_tell_is_perhaps_not),
    };
    return cmocka_run_group_tests(tests, open_check, close_check);
}
