#include "tests/unit/lattice_kit.h"
#include "tiler/lattice_wind.h"

#include <string.h>

/* Inside on the right, y down: clockwise on the screen. */
static void add_square(struct some *s, int64_t x, int64_t y, int64_t side)
{
    kit_edges(s, (int64_t[][2]){{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}}, 4);
}

static void add_hole(struct some *s, int64_t x, int64_t y, int64_t side)
{
    kit_edges(s, (int64_t[][2]){{x, y}, {x, y + side}, {x + side, y + side}, {x + side, y}}, 4);
}

/* Edges that run there and back are none. */
static void cancel(struct some *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = i + 1; k < s->n; k++)
            if (vertex_tu_is_same(s->edges[i].from, s->edges[k].to) &&
                vertex_tu_is_same(s->edges[i].to, s->edges[k].from)) {
                s->edges[k] = s->edges[--s->n];
                s->edges[i--] = s->edges[--s->n];
                break;
            }
}

static void wind(struct some *s)
{
    struct err err = {0};
    struct lattice_winder w = {0};
    struct lattice_noder noder = {0};
    for (bool changed = true; changed;)
        assert_ok(lattice_node(&noder, &s->edges, &s->n, &s->room, &changed, &err));
    cancel(s);
    assert_ok(lattice_wind(&w, s->edges, &s->n, &err));
    lattice_noder_clear(&noder);
    lattice_winder_clear(&w);
}

/* Twice the area that the edges hold. */
static int64_t area2(const struct some *s)
{
    int64_t twice = 0;
    for (size_t i = 0; i < s->n; i++)
        twice += s->edges[i].from.x * s->edges[i].to.y - s->edges[i].from.y * s->edges[i].to.x;
    return twice;
}

static void check_wound(struct some *s, size_t n_edges, int64_t area)
{
    wind(s);
    assert_int_equal(s->n, n_edges);
    assert_int_equal(area2(s), 2 * area);
    mem_free(s->edges);
}

static void rings_apart_and_holes_stay(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 10);
    add_hole(&s, 2, 2, 4);
    add_square(&s, 20, 3, 5);
    check_wound(&s, 12, 100 - 16 + 25);
}

static void a_ring_within_another_goes(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 10);
    add_square(&s, 3, 3, 4);
    check_wound(&s, 4, 100);
}

static void rings_that_overlap_become_one(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 10);
    add_square(&s, 5, 5, 10);
    check_wound(&s, 8, 175);
}

static void the_same_ring_twice_is_one(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 10);
    add_square(&s, 0, 0, 10);
    check_wound(&s, 4, 100);
}

static void a_hole_without_a_ring_around_it_goes(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 10);
    add_hole(&s, 20, 0, 5);
    check_wound(&s, 4, 100);
}

static void a_hole_within_a_hole_goes(void **state)
{
    (void)state;
    struct some s = {0};
    add_square(&s, 0, 0, 20);
    add_hole(&s, 2, 2, 10);
    add_hole(&s, 4, 4, 4);
    check_wound(&s, 8, 400 - 100);
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct lattice_winder w = {0};
    size_t n = 0;
    assert_ok(lattice_wind(&w, NULL, &n, &err));
    lattice_winder_clear(&w);
}

/* The area of random rings, against counting the unit squares that they hold. */
static void any_rings_hold_what_they_hold(void **state)
{
    enum { SIDE = 24 };
    (void)state;
    uint32_t dice = 4711;
    for (int round = 0; round < 200; round++) {
        struct some s = {0};
        int held[SIDE][SIDE] = {0};
        int64_t n_held = 0;
        for (int i = 0; i < 6; i++) {
            dice = dice * 1664525 + 1013904223;
            const int64_t x = dice >> 8 & 15, y = dice >> 12 & 15, side = 1 + (dice >> 16 & 7);
            const bool is_hole = dice >> 24 & 1;
            if (is_hole)
                add_hole(&s, x, y, side);
            else
                add_square(&s, x, y, side);
            for (int64_t row = y; row < y + side; row++)
                for (int64_t column = x; column < x + side; column++)
                    held[row][column] += is_hole ? -1 : 1;
        }
        for (int i = 0; i < SIDE * SIDE; i++)
            n_held += held[i / SIDE][i % SIDE] > 0;
        wind(&s);
        assert_int_equal(area2(&s), 2 * n_held);
        mem_free(s.edges);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rings_apart_and_holes_stay),
        cmocka_unit_test(a_ring_within_another_goes),
        cmocka_unit_test(rings_that_overlap_become_one),
        cmocka_unit_test(the_same_ring_twice_is_one),
        cmocka_unit_test(a_hole_without_a_ring_around_it_goes),
        cmocka_unit_test(a_hole_within_a_hole_goes),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(any_rings_hold_what_they_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
