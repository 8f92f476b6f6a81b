#include "tests/unit/geom_kit.h"
#include "tests/unit/unit.h"

#include "importers/polygon_mend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct geos *geos;
    atomic_bool cancel;
    struct polygon_mender *mender;
    struct geom_builder builder;
    struct arena arena;
    struct geom in, out;
    bool done;
};

static int set_up(void **state)
{
    static struct fixture f; /* one group, one thread */
    struct err err = {0};
    assert_ok(geos_new(&f.geos, &err));
    assert_ok(polygon_mender_new(f.geos, &f.cancel, &f.mender, &err));
    geom_builder_init(&f.builder, 1000000);
    arena_init(&f.arena, SIZE_MAX);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    polygon_mender_free(f->mender);
    geos_free(f->geos);
    geom_builder_clear(&f->builder);
    arena_clear(&f->arena);
    return 0;
}

static void start(struct fixture *f, const double *outer)
{
    geom_build_start(&f->builder, GEOM_POLYGON);
    geom_build_part(&f->builder, GEOM_KIND_POLYGON);
    kit_ring(&f->builder, outer);
}

static void mend(struct fixture *f)
{
    struct err err = {0};
    arena_reset(&f->arena);
    assert_ok(geom_build_end(&f->builder, &f->in, &err));
    assert_ok(polygon_mend(f->mender, &f->in, &f->arena, &f->out, &f->done, &err));
}

static double area_of(const struct geom *g)
{
    double twice = 0;
    for (size_t part = 0, ring = 0, v = 0; part < g->n_parts; part++) {
        for (const size_t outer = ring; ring < g->part_end[part]; v = g->ring_end[ring++]) {
            const double area2 = fabs(ring_area2(g->xy + 2 * v, g->ring_end[ring] - v));
            twice += ring == outer ? area2 : -area2;
        }
    }
    return twice / 2;
}

static void assert_valid(struct fixture *f)
{
    struct err err = {0};
    const char *why = "";
    bool valid = false;
    assert_ok(geos_is_valid(f->geos, &f->out, &f->arena, &valid, &why, &err));
    if (!valid)
        fail_msg("not valid: %s", why);
}

static void assert_mended(struct fixture *f, size_t n_parts, size_t n_rings, double area)
{
    mend(f);
    assert_true(f->done);
    assert_valid(f);
    assert_int_equal(f->out.n_parts, n_parts);
    assert_int_equal(f->out.n_rings, n_rings);
    assert_true(fabs(area_of(&f->out) - area) < 1e-9);
}

static const double SQUARE[] = {0, 0, 10, 0, 10, 10, 0, 10, 0, 0, NAN};
static const double INNER[] = {6, 6, 6, 8, 8, 8, 8, 6, 6, 6, NAN};

static void a_ring_that_touches_itself_becomes_two_polygons(void **state)
{
    static const double TWO[] = {0, 0, 2, 0, 1, 1, 2, 2, 0, 2, 1, 1, 0, 0, NAN};
    struct fixture *f = *state;
    start(f, TWO);
    assert_mended(f, 2, 2, 2);
}

static void a_bay_that_closes_in_a_vertex_becomes_a_hole(void **state)
{
    static const double BAY[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 2, 2, 2, 2, 1, 0, 0, NAN};
    struct fixture *f = *state;
    start(f, BAY);
    assert_mended(f, 1, 2, 16 - 2);
}

static void holes_that_cut_a_polygon_in_two_make_it_two(void **state)
{
    static const double LEFT[] = {0, 5, 3, 6, 5, 5, 3, 4, 0, 5, NAN};
    static const double RIGHT[] = {5, 5, 7, 6, 10, 5, 7, 4, 5, 5, NAN};
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, LEFT);
    kit_ring(&f->builder, RIGHT);
    assert_mended(f, 2, 2, 90);
}

static void a_hole_along_the_border_becomes_a_bay(void **state)
{
    static const double HOLE[] = {2, 0, 2, 2, 4, 2, 4, 0, 2, 0, NAN};
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, HOLE);
    assert_mended(f, 1, 1, 96);
}

static void holes_side_by_side_become_one(void **state)
{
    static const double LEFT[] = {1, 1, 1, 3, 3, 3, 3, 1, 1, 1, NAN};
    static const double RIGHT[] = {3, 1, 3, 3, 5, 3, 5, 1, 3, 1, NAN};
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, LEFT);
    kit_ring(&f->builder, RIGHT);
    assert_mended(f, 1, 2, 92);
}

static void a_spike_is_nothing(void **state)
{
    static const double SPIKED[] = {0, 0, 4, 0, 4, 2, 9, 2, 4, 2, 4, 4, 0, 4, 0, 0, NAN};
    struct fixture *f = *state;
    start(f, SPIKED);
    assert_mended(f, 1, 1, 16);
}

static void a_polygon_of_which_no_ring_is_left_is_left_to_geos(void **state)
{
    static const double THERE_AND_BACK[] = {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, NAN};
    struct fixture *f = *state;
    start(f, THERE_AND_BACK);
    mend(f);
    assert_false(f->done);
}

static void a_hole_outside_becomes_a_polygon(void **state)
{
    static const double OUTSIDE[] = {20, 0, 22, 0, 22, 2, 20, 2, 20, 0, NAN};
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, OUTSIDE);
    assert_mended(f, 2, 2, 104);
}

static void only_rings_that_cross_change(void **state)
{
    static const double CROSSING[] = {2, -1, 2, 2, 4, 2, 4, -1, 2, -1, NAN};
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, CROSSING);
    kit_ring(&f->builder, INNER);
    assert_mended(f, 1, 2, 100 - 4 - 4);
}

static void what_runs_the_same_way_twice_is_left_to_geos(void **state)
{
    struct fixture *f = *state;
    start(f, SQUARE);
    kit_ring(&f->builder, INNER);
    kit_ring(&f->builder, INNER);
    mend(f);
    assert_false(f->done);
}

static void heights_stay(void **state)
{
    static const double XYZ[][3] = {{0, 0, 1}, {2, 0, 2}, {1, 1, 3}, {2, 2, 4},
                                    {0, 2, 5}, {1, 1, 3}, {0, 0, 1}};
    struct fixture *f = *state;
    geom_build_start(&f->builder, GEOM_POLYGON);
    geom_build_part(&f->builder, GEOM_KIND_POLYGON);
    geom_build_ring(&f->builder);
    for (size_t i = 0; i < sizeof XYZ / sizeof *XYZ; i++)
        geom_build_vertex_z(&f->builder, XYZ[i][0], XYZ[i][1], XYZ[i][2]);
    assert_mended(f, 2, 2, 2);
    assert_non_null(f->out.z);
    for (size_t i = 0; i < f->out.n_vertices; i++) {
        const double x = f->out.xy[2 * i], y = f->out.xy[2 * i + 1];
        for (size_t k = 0; k < sizeof XYZ / sizeof *XYZ; k++) {
            if (XYZ[k][0] == x && XYZ[k][1] == y)
                assert_true(f->out.z[i] == XYZ[k][2]);
        }
    }
}

/* On a grid of few places rings touch, cross and run along each other in all ways. */
static void whatever_is_mended_is_valid(void **state)
{
    struct fixture *f = *state;
    uint32_t dice = 1793;
    size_t n_done = 0;
    for (int trial = 0; trial < 20000; trial++) {
        geom_build_start(&f->builder, GEOM_MULTIPOLYGON);
        const int n_parts = 1 + trial % 2, n_vertices = 3 + trial % 7;
        for (int part = 0; part < n_parts; part++) {
            geom_build_part(&f->builder, GEOM_KIND_POLYGON);
            for (int ring = 0; ring <= trial % 3; ring++) {
                double first[2] = {0, 0};
                geom_build_ring(&f->builder);
                for (int v = 0; v < n_vertices; v++) {
                    dice = dice * 1664525u + 1013904223u; /* Numerical Recipes' generator */
                    const double x = dice >> 29, y = (dice >> 24) & 7;
                    if (v == 0) {
                        first[0] = x;
                        first[1] = y;
                    }
                    geom_build_vertex(&f->builder, x, y);
                }
                geom_build_vertex(&f->builder, first[0], first[1]);
            }
        }
        mend(f);
        if (f->done)
            assert_valid(f);
        n_done += f->done;
    }
    assert_in_range(n_done, 5000, 20000);
}

/* GEOS alone takes minutes for it: each hole is looked for in all of the ring around it. */
static void a_hundred_thousand_holes_are_nothing_to_wait_for(void **state)
{
    enum { SIDE = 320 };
    struct fixture *f = *state;
    geom_build_start(&f->builder, GEOM_POLYGON);
    geom_build_part(&f->builder, GEOM_KIND_POLYGON);
    geom_build_ring(&f->builder);
    for (int i = 0; i < 2 * SIDE; i++)
        geom_build_vertex(&f->builder, i, i % 2 - 1);
    geom_build_vertex(&f->builder, 2 * SIDE, 2 * SIDE);
    geom_build_vertex(&f->builder, 0, 2 * SIDE);
    geom_build_vertex(&f->builder, 0, -1);
    for (int i = 0; i < SIDE * SIDE; i++) {
        const double x = 1.5 + 2 * (i % SIDE) * 0.99, y = 1 + 2 * (i / SIDE) * 0.99;
        const double two[] = {x,     y, x,       y + 1,   x + 0.5, y + 0.5, x + 1, y + 1,
                              x + 1, y, x + 0.5, y + 0.5, x,       y,       NAN};
        const double plain[] = {x, y, x, y + 1, x + 1, y + 1, x, y, NAN};
        kit_ring(&f->builder, i == 777 ? two : plain);
    }
    mend(f);
    assert_true(f->done);
    assert_int_equal(f->out.n_parts, 1);
    assert_int_equal(f->out.n_rings, SIDE * SIDE + 2);
}

static void a_repair_can_be_canceled(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    start(f, SQUARE);
    kit_ring(&f->builder, INNER);
    assert_ok(geom_build_end(&f->builder, &f->in, &err));
    atomic_store(&f->cancel, true);
    assert_fails(polygon_mend(f->mender, &f->in, &f->arena, &f->out, &f->done, &err), CANCELED,
                 "canceled");
    atomic_store(&f->cancel, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_that_touches_itself_becomes_two_polygons),
        cmocka_unit_test(a_bay_that_closes_in_a_vertex_becomes_a_hole),
        cmocka_unit_test(holes_that_cut_a_polygon_in_two_make_it_two),
        cmocka_unit_test(a_hole_along_the_border_becomes_a_bay),
        cmocka_unit_test(holes_side_by_side_become_one),
        cmocka_unit_test(a_spike_is_nothing),
        cmocka_unit_test(a_polygon_of_which_no_ring_is_left_is_left_to_geos),
        cmocka_unit_test(a_hole_outside_becomes_a_polygon),
        cmocka_unit_test(only_rings_that_cross_change),
        cmocka_unit_test(what_runs_the_same_way_twice_is_left_to_geos),
        cmocka_unit_test(heights_stay),
        cmocka_unit_test(a_repair_can_be_canceled),
        cmocka_unit_test(whatever_is_mended_is_valid),
        cmocka_unit_test(a_hundred_thousand_holes_are_nothing_to_wait_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
