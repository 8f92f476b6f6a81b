#include "base/geos.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static struct geos *geos;
static struct arena arena;
static struct geom_builder builder;

static int open_geos(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 22);
    geom_builder_init(&builder, 100000);
    return geos_new(&geos, NULL);
}

static int close_geos(void **state)
{
    (void)state;
    geos_free(geos);
    geos_free(NULL);
    geom_builder_clear(&builder);
    arena_clear(&arena);
    return 0;
}

static void put_ring(const double *xy, size_t n_vertices)
{
    geom_build_ring(&builder);
    for (size_t i = 0; i < n_vertices; i++)
        geom_build_vertex(&builder, xy[2 * i], xy[2 * i + 1]);
}

static struct geom built(void)
{
    struct err err = {0};
    struct geom g, copy;
    assert_ok(geom_build_end(&builder, &g, &err));
    assert_ok(geom_copy(&g, &arena, &copy, &err));
    return copy;
}

static struct geom single(enum geom_type type, const double *xy, size_t n_vertices)
{
    geom_build_start(&builder, type);
    geom_build_part(&builder, geom_kind_of(type));
    put_ring(xy, n_vertices);
    return built();
}

#define RING(...)    (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / 16
#define POLYGON(...) single(GEOM_POLYGON, RING(__VA_ARGS__))

static double area_of(const struct geom *g)
{
    double sum = 0;
    size_t ring = 0, start = 0;
    for (size_t part = 0; part < g->n_parts; part++) {
        for (size_t first = ring; ring < g->part_end[part]; ring++) {
            const double area = fabs(ring_area2(g->xy + 2 * start, g->ring_end[ring] - start)) / 2;
            sum += ring == first ? area : -area;
            start = g->ring_end[ring];
        }
    }
    return sum;
}

static void assert_validity(struct geom g, bool wanted, const char *words)
{
    struct err err = {0};
    bool valid = !wanted;
    const char *reason = "";
    assert_ok(geos_is_valid(geos, &g, &arena, &valid, &reason, &err));
    assert_int_equal(valid, wanted);
    if (!strstr(reason, words))
        fail_msg("'%s' without '%s'", reason, words);
    assert_ok(geos_is_valid(geos, &g, &arena, &valid, NULL, &err));
}

static void validity_is_told_with_a_reason(void **state)
{
    (void)state;
    assert_validity(POLYGON(0, 0, 1, 0, 1, 1, 0, 0), true, "");
    assert_validity(POLYGON(0, 0, 2, 2, 2, 0, 0, 2, 0, 0), false, "Self-intersection");
    assert_validity(POLYGON(0, 0, 1, 0, 1, 1, 5, 5), false, "closed");
    assert_validity(POLYGON(0, 0, 1, NAN, 1, 1, 0, 0), false, "not finite");
    assert_validity(single(GEOM_POINT, RING(1, 2)), true, "");
    const struct geom none = {0};
    assert_validity(none, true, "");
}

static struct geom repaired(struct geom g, double step)
{
    struct err err = {0};
    struct geom out;
    if (step > 0)
        assert_ok(geos_make_valid_on_grid(geos, &g, step, &arena, &out, &err));
    else
        assert_ok(geos_make_valid(geos, &g, &arena, &out, &err));
    assert_validity(out, true, "");
    return out;
}

static void what_is_valid_comes_back_as_it_is(void **state)
{
    (void)state;
    const struct geom in = POLYGON(5.5, 0, 1, 0.25, 1, 1, 3, 3, 5.5, 0);
    const struct geom out = repaired(in, 0);
    assert_int_equal(out.type, GEOM_POLYGON);
    assert_int_equal(out.n_vertices, in.n_vertices);
    assert_memory_equal(out.xy, in.xy, in.n_vertices * 16);
}

static void a_bow_tie_becomes_two_triangles(void **state)
{
    (void)state;
    const struct geom out = repaired(POLYGON(0, 0, 2, 2, 2, 0, 0, 2, 0, 0), 0);
    assert_int_equal(out.type, GEOM_MULTIPOLYGON);
    assert_int_equal(out.n_parts, 2);
    assert_true(fabs(area_of(&out) - 2) < 1e-12);
}

static void what_has_no_area_vanishes(void **state)
{
    (void)state;
    assert_int_equal(repaired(POLYGON(0, 0, 1, 1, 2, 2, 0, 0), 0).type, GEOM_NONE);
    assert_int_equal(repaired(POLYGON(0, 0, 1, 1, 0, 0), 0).type, GEOM_NONE);
    assert_int_equal(repaired(POLYGON(0, 0, 0, 0, 0, 0, 0, 0), 0).type, GEOM_NONE);
    const struct geom spike = repaired(POLYGON(0, 0, 2, 0, 2, 2, 5, 2, 2, 2, 0, 2, 0, 0), 0);
    assert_int_equal(spike.type, GEOM_POLYGON);
    assert_true(area_of(&spike) == 4);
}

static void parts_that_overlap_become_one(void **state)
{
    (void)state;
    geom_build_start(&builder, GEOM_MULTIPOLYGON);
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    put_ring(RING(0, 0, 4, 0, 4, 4, 0, 4, 0, 0));
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    put_ring(RING(2, 2, 6, 2, 6, 6, 2, 6, 2, 2));
    const struct geom out = repaired(built(), 0);
    assert_int_equal(out.type, GEOM_MULTIPOLYGON);
    assert_int_equal(out.n_parts, 1);
    assert_true(area_of(&out) == 28);
}

static void holes_are_kept_and_short_ones_dropped(void **state)
{
    (void)state;
    geom_build_start(&builder, GEOM_POLYGON);
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    put_ring(RING(0, 0, 10, 10, 10, 0, 0, 10, 0, 0)); /* a bow-tie with a hole in each half */
    put_ring(RING(8, 4, 9, 5, 8, 6, 8, 4));
    put_ring(RING(1, 5, 2, 5, 1, 5));
    const struct geom out = repaired(built(), 0);
    assert_int_equal(out.n_parts, 2);
    assert_int_equal(out.n_rings, 3);
    assert_true(fabs(area_of(&out) - 49) < 1e-9);
    geom_build_start(&builder, GEOM_POLYGON);
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    put_ring(RING(0, 0, 1, 1, 0, 0));
    put_ring(RING(8, 4, 9, 5, 8, 6, 8, 4));
    assert_int_equal(repaired(built(), 0).type, GEOM_NONE);
}

static void points_and_lines_pass(void **state)
{
    (void)state;
    struct geom out = repaired(single(GEOM_POINT, RING(1.25, 2)), 0);
    assert_true(out.type == GEOM_POINT && out.xy[0] == 1.25);
    out = repaired(single(GEOM_LINESTRING, RING(0, 0, 1, 1, 1, 1, 0, 0)), 0);
    assert_true(out.type == GEOM_LINESTRING && out.n_vertices == 4);
    assert_int_equal(repaired(single(GEOM_LINESTRING, RING(0, 0)), 0).type, GEOM_NONE);
    assert_int_equal(repaired(single(GEOM_LINESTRING, RING(3, 4, 3, 4)), 0).type, GEOM_NONE);
    geom_build_start(&builder, GEOM_COLLECTION);
    geom_build_part(&builder, GEOM_KIND_POINT);
    put_ring(RING(1, 1));
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    put_ring(RING(0, 0, 2, 2, 2, 0, 0, 2, 0, 0));
    geom_build_part(&builder, GEOM_KIND_LINE);
    put_ring(RING(1, 1, 1, 1));
    out = repaired(built(), 0);
    assert_true(out.type == GEOM_COLLECTION && out.n_parts == 3);
    const struct geom none = {0};
    assert_int_equal(repaired(none, 0).type, GEOM_NONE);
}

static void results_fall_on_the_grid(void **state)
{
    (void)state;
    const struct geom g = POLYGON(0.2, 0.3, 20.7, 20.1, 20.4, 0.1, 0.4, 20.2, 0.2, 0.3);
    const struct geom out = repaired(g, 1);
    assert_int_equal(out.n_parts, 2);
    for (size_t i = 0; i < 2 * out.n_vertices; i++)
        assert_true(out.xy[i] == rint(out.xy[i]));
    assert_int_equal(repaired(POLYGON(0.2, 0.3, 0.4, 0.3, 0.4, 0.4, 0.2, 0.3), 1).type, GEOM_NONE);
    const struct geom line = repaired(single(GEOM_LINESTRING, RING(0.1, 0, 0.2, 0, 3.4, 0)), 1);
    assert_true(line.n_vertices == 2 && line.xy[2] == 3);
    assert_int_equal(repaired(single(GEOM_LINESTRING, RING(0.1, 0, 0.2, 0)), 1).type, GEOM_NONE);
    const struct geom point = repaired(single(GEOM_POINT, RING(7, 8.9)), 5);
    assert_true(point.xy[0] == 5 && point.xy[1] == 10);
}

static void what_geos_cannot_take_is_bad_data(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom out = {.n_parts = 77};
    const struct geom open = POLYGON(0, 0, 1, 0, 1, 1, 0, 5);
    assert_fails(geos_make_valid(geos, &open, &arena, &out, &err), BAD_DATA, "closed");
    const struct geom nan = single(GEOM_POINT, RING(1, NAN));
    assert_fails(geos_make_valid(geos, &nan, &arena, &out, &err), BAD_DATA, "not finite");
    assert_int_equal(out.n_parts, 77);
}

static void geometries_meet_or_not(void **state)
{
    (void)state;
    struct err err = {0};
    const struct geom a = POLYGON(0, 0, 4, 0, 4, 4, 0, 0);
    const struct geom b = single(GEOM_LINESTRING, RING(4, 0, 9, 9));
    const struct geom c = single(GEOM_POINT, RING(0, 4));
    const struct geom none = {0};
    bool meet = false;
    assert_ok(geos_intersects(geos, &a, &b, &meet, &err));
    assert_true(meet);
    assert_ok(geos_intersects(geos, &a, &c, &meet, &err));
    assert_false(meet);
    assert_ok(geos_intersects(geos, &a, &none, &meet, &err));
    assert_false(meet);
    geom_build_start(&builder, GEOM_MULTIPOINT);
    for (int i = 0; i < 3; i++) {
        geom_build_part(&builder, GEOM_KIND_POINT);
        geom_build_vertex(&builder, i, 0);
    }
    const struct geom points = built();
    assert_ok(geos_intersects(geos, &a, &points, &meet, &err));
    assert_true(meet);
    geom_build_start(&builder, GEOM_MULTILINESTRING);
    for (int i = 0; i < 3; i++) {
        geom_build_part(&builder, GEOM_KIND_LINE);
        geom_build_vertex(&builder, i, -1);
        geom_build_vertex(&builder, i, -2);
    }
    const struct geom lines = built();
    assert_ok(geos_intersects(geos, &lines, &a, &meet, &err));
    assert_false(meet);
    const struct geom nan = single(GEOM_POINT, RING(1, NAN));
    assert_fails(geos_intersects(geos, &a, &nan, &meet, &err), BAD_DATA, "not finite");
}

static void the_version_is_told(void **state)
{
    (void)state;
    assert_non_null(strchr(geos_version(), '.'));
}

static void a_repair_keeps_heights(void **state)
{
    (void)state;
    static const double bow_tie[] = {0, 0, 10, 10, 10, 0, 0, 10, 0, 0};
    static const double heights[] = {1, 2, 3, 4, 1};
    struct err err = {0};
    struct geom out;
    geom_build_start(&builder, GEOM_COLLECTION);
    geom_build_part(&builder, GEOM_KIND_POLYGON);
    geom_build_ring(&builder);
    for (size_t i = 0; i < 5; i++)
        geom_build_vertex_z(&builder, bow_tie[2 * i], bow_tie[2 * i + 1], heights[i]);
    geom_build_part(&builder, GEOM_KIND_LINE);
    geom_build_vertex_z(&builder, 20, 20, 5);
    geom_build_vertex_z(&builder, 30, 30, 6);
    const struct geom in = built();
    assert_ok(geos_make_valid(geos, &in, &arena, &out, &err));
    assert_non_null(out.z);
    assert_int_equal(out.n_parts, 3);
    for (size_t i = 0; i < out.n_vertices; i++) {
        const double x = out.xy[2 * i], y = out.xy[2 * i + 1];
        bool found = x == 5 && y == 5 && out.z[i] > 1 && out.z[i] < 4; /* the crossing is new */
        for (size_t j = 0; !found && j < in.n_vertices; j++)
            found = x == in.xy[2 * j] && y == in.xy[2 * j + 1] && out.z[i] == in.z[j];
        assert_true(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validity_is_told_with_a_reason),
        cmocka_unit_test(what_is_valid_comes_back_as_it_is),
        cmocka_unit_test(a_bow_tie_becomes_two_triangles),
        cmocka_unit_test(what_has_no_area_vanishes),
        cmocka_unit_test(parts_that_overlap_become_one),
        cmocka_unit_test(holes_are_kept_and_short_ones_dropped),
        cmocka_unit_test(points_and_lines_pass),
        cmocka_unit_test(results_fall_on_the_grid),
        cmocka_unit_test(what_geos_cannot_take_is_bad_data),
        cmocka_unit_test(geometries_meet_or_not),
        cmocka_unit_test(a_repair_keeps_heights),
        cmocka_unit_test(the_version_is_told),
    };
    return cmocka_run_group_tests(tests, open_geos, close_geos);
}
