#include "tests/unit/geom_kit.h"
#include "tests/unit/unit.h"

#include "importers/geom_repair.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct geom_repair *repair;
    struct geom_builder builder;
    struct arena arena;
    struct geom in, out;
    struct geom_repair_report report;
};

static int set_up(void **state)
{
    static struct fixture f; /* one group, one thread */
    struct err err = {0};
    assert_ok(geom_repair_new(NULL, &f.repair, &err));
    geom_builder_init(&f.builder, 10000);
    arena_init(&f.arena, 1 << 24);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    geom_repair_free(f->repair);
    geom_builder_clear(&f->builder);
    arena_clear(&f->arena);
    return 0;
}

static void add_part(struct fixture *f, enum geom_kind kind, const double *xy)
{
    geom_build_part(&f->builder, kind);
    kit_ring(&f->builder, xy);
}

static enum err_code run(struct fixture *f, bool geographic, struct err *err)
{
    f->report = (struct geom_repair_report){0};
    const enum err_code rc = geom_build_end(&f->builder, &f->in, err);
    return rc ? rc
              : geom_repair_run(f->repair, &f->in, geographic, &f->arena, &f->out, &f->report, err);
}

static const double SQUARE[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0, NAN};
static const double HOLE[] = {1, 1, 1, 2, 2, 2, 2, 1, 1, 1, NAN};
static const double OPEN[] = {0, 0, 4, 0, 4, 4, 0, 4, NAN};
static const double BOW_TIE[] = {0, 0, 4, 4, 4, 0, 0, 4, 0, 0, NAN};
static const double DOUBLED[] = {0, 0, 0, 0, 4, 0, 4, 4, 4, 4, 4, 4, 0, 4, 0, 0, NAN};
static const double SPIKE[] = {0, 0, 4, 0, 0, 0, 0, 0, NAN};
static const double FAR_SQUARE[] = {10, 0, 14, 0, 14, 4, 10, 4, 10, 0, NAN};
static const double NEAR_SQUARE[] = {2, 2, 6, 2, 6, 6, 2, 6, 2, 2, NAN};
static const double LINE[] = {0, 0, 1, 1, NAN};
static const double STILL_LINE[] = {1, 1, 1, 1, 1, 1, NAN};
static const double SHORT_LINE[] = {1, 1, NAN};
static const double TRIANGLE_OF_THREE[] = {0, 0, 1, 0, 0, 1, NAN};

static void what_is_right_is_not_touched_nor_copied(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, SQUARE);
    kit_ring(&f->builder, HOLE);
    assert_ok(run(f, true, &err));
    assert_ptr_equal(f->out.xy, f->in.xy);
    assert_int_equal(f->out.n_vertices, 10);
    assert_false(f->report.made_valid);
    assert_int_equal(f->report.n_rings_closed, 0);
    assert_int_equal(f->report.n_rings_turned, 0);
}

static void an_open_ring_is_closed(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, OPEN);
    assert_ok(run(f, true, &err));
    assert_int_equal(f->out.n_vertices, 5);
    assert_memory_equal(f->out.xy, SQUARE, 10 * sizeof(double));
    assert_int_equal(f->report.n_rings_closed, 1);
    assert_false(f->report.made_valid);
}

static void repeated_vertices_are_removed(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, DOUBLED);
    assert_ok(run(f, true, &err));
    assert_int_equal(f->out.n_vertices, 5);
    assert_memory_equal(f->out.xy, SQUARE, 10 * sizeof(double));
    assert_int_equal(f->report.n_duplicates, 3);
    assert_false(f->report.made_valid);

    geom_build_start(&f->builder, GEOM_LINESTRING);
    add_part(f, GEOM_KIND_LINE, STILL_LINE);
    assert_ok(run(f, true, &err));
    assert_int_equal(f->out.n_vertices, 2);
    assert_int_equal(f->report.n_duplicates, 1);
}

static void a_polygon_that_crosses_itself_is_made_valid(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, BOW_TIE);
    assert_ok(run(f, true, &err));
    assert_true(f->report.made_valid);
    assert_int_equal(f->out.type, GEOM_MULTIPOLYGON);
    assert_int_equal(f->out.n_parts, 2);
}

static void polygons_that_lie_on_each_other_are_made_one(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_MULTIPOLYGON);
    add_part(f, GEOM_KIND_POLYGON, SQUARE);
    add_part(f, GEOM_KIND_POLYGON, FAR_SQUARE);
    assert_ok(run(f, true, &err));
    assert_false(f->report.made_valid);

    geom_build_start(&f->builder, GEOM_MULTIPOLYGON);
    add_part(f, GEOM_KIND_POLYGON, SQUARE);
    add_part(f, GEOM_KIND_POLYGON, NEAR_SQUARE);
    assert_ok(run(f, true, &err));
    assert_true(f->report.made_valid);
    assert_int_equal(f->out.n_parts, 1);
}

static void in_a_collection_only_the_bad_polygon_changes(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_COLLECTION);
    add_part(f, GEOM_KIND_LINE, LINE);
    add_part(f, GEOM_KIND_POLYGON, BOW_TIE);
    add_part(f, GEOM_KIND_POLYGON, FAR_SQUARE);
    assert_ok(run(f, true, &err));
    assert_true(f->report.made_valid);
    assert_int_equal(f->out.type, GEOM_COLLECTION);
    assert_int_equal(f->out.n_parts, 4);
    assert_int_equal(f->out.part_kind[0], GEOM_KIND_LINE);
    assert_memory_equal(f->out.xy, LINE, 4 * sizeof(double));
}

static void rings_wound_the_other_way_are_counted_and_left(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, HOLE);
    assert_ok(run(f, true, &err));
    assert_int_equal(f->report.n_rings_turned, 1);
    assert_ptr_equal(f->out.xy, f->in.xy);
}

static void what_cannot_be_repaired_is_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    geom_build_start(&f->builder, GEOM_LINESTRING);
    add_part(f, GEOM_KIND_LINE, SHORT_LINE);
    assert_fails(run(f, true, &err), BAD_DATA, "line 1 has 1 positions");

    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, SQUARE);
    kit_ring(&f->builder, TRIANGLE_OF_THREE);
    assert_fails(run(f, true, &err), BAD_DATA, "ring 2 of polygon 1 has 3 positions");

    geom_build_start(&f->builder, GEOM_POLYGON);
    add_part(f, GEOM_KIND_POLYGON, SPIKE);
    assert_fails(run(f, true, &err), BAD_DATA, "without an area");
}

static void places_that_cannot_be_are_refused_with_their_number(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    const double bad[][2] = {{180.1, 0}, {0, -90.1}, {652381.5, 6862047.25}, {0, INFINITY}};
    for (size_t i = 0; i < 4; i++) {
        geom_build_start(&f->builder, GEOM_LINESTRING);
        geom_build_vertex(&f->builder, 1, 1);
        geom_build_vertex(&f->builder, bad[i][0], bad[i][1]);
        assert_fails(run(f, true, &err), BAD_DATA, "position 2 is (");
        geom_build_start(&f->builder, GEOM_LINESTRING);
        geom_build_vertex(&f->builder, 1, 1);
        geom_build_vertex(&f->builder, bad[i][0], bad[i][1]);
        if (i < 3)
            assert_ok(run(f, false, &err));
        else
            assert_fails(run(f, false, &err), BAD_DATA, "not a place");
    }
    geom_build_start(&f->builder, GEOM_POINT);
    geom_build_vertex(&f->builder, 180.00000001, 90);
    assert_ok(run(f, true, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_not_touched_nor_copied),
        cmocka_unit_test(an_open_ring_is_closed),
        cmocka_unit_test(repeated_vertices_are_removed),
        cmocka_unit_test(a_polygon_that_crosses_itself_is_made_valid),
        cmocka_unit_test(polygons_that_lie_on_each_other_are_made_one),
        cmocka_unit_test(in_a_collection_only_the_bad_polygon_changes),
        cmocka_unit_test(rings_wound_the_other_way_are_counted_and_left),
        cmocka_unit_test(what_cannot_be_repaired_is_refused_with_a_reason),
        cmocka_unit_test(places_that_cannot_be_are_refused_with_their_number),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
