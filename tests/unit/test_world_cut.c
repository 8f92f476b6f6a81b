#include "tests/unit/unit.h"
#include "tiler/grid.h"
#include "tiler/grid_shape.h"
#include "tiler/world_cut.h"

#include <math.h>
#include <string.h>

#define EDGE_DEG 85.05112877980659

/* Builds, cuts and forgets. */
struct bench {
    struct geom_builder builder;
    struct arena arena;
    struct geom in, out;
};

static void begin(struct bench *b, enum geom_type type)
{
    geom_builder_init(&b->builder, 1 << 20);
    arena_init(&b->arena, 1 << 26);
    geom_build_start(&b->builder, type);
}

/* One more part of one ring, or one more ring. */
static void put(struct bench *b, bool is_part, enum geom_kind kind, const double *xy, size_t n)
{
    if (is_part)
        geom_build_part(&b->builder, kind);
    geom_build_ring(&b->builder);
    for (size_t i = 0; i < n; i++)
        geom_build_vertex(&b->builder, xy[2 * i], xy[2 * i + 1]);
}

static void cut(struct bench *b, enum geom_kind kind)
{
    struct err err = {0};
    assert_ok(geom_build_end(&b->builder, &b->in, &err));
    assert_ok(world_cut(&b->in, kind, &b->arena, &b->out, &err));
}

static void end(struct bench *b)
{
    geom_builder_clear(&b->builder);
    arena_clear(&b->arena);
}

static struct bbox box_of_part(const struct geom *g, size_t part)
{
    struct bbox box = bbox_empty();
    const size_t first = part ? g->ring_end[g->part_end[part - 1] - 1] : 0;
    for (size_t i = first; i < g->ring_end[g->part_end[part] - 1]; i++)
        bbox_add(&box, g->xy[2 * i], g->xy[2 * i + 1]);
    return box;
}

static void assert_part(const struct geom *g, size_t part, double min_x, double min_y, double max_x,
                        double max_y)
{
    const struct bbox b = box_of_part(g, part);
    if (fabs(b.min_x - min_x) > 1e-9 || fabs(b.min_y - min_y) > 1e-9 ||
        fabs(b.max_x - max_x) > 1e-9 || fabs(b.max_y - max_y) > 1e-9)
        fail_msg("part %zu: %.9g %.9g %.9g %.9g", part, b.min_x, b.min_y, b.max_x, b.max_y);
}

static double area2(const struct geom *g)
{
    double sum = 0;
    for (size_t part = 0, ring = 0; part < g->n_parts; part++)
        for (const size_t outer = ring; ring < g->part_end[part]; ring++) {
            const size_t start = ring ? g->ring_end[ring - 1] : 0;
            const double area = fabs(ring_area2(g->xy + 2 * start, g->ring_end[ring] - start));
            sum += ring == outer ? area : -area;
        }
    return sum;
}

static void a_polygon_beyond_180_goes_on_at_the_other_side(void **state)
{
    (void)state;
    struct bench b;
    const double xy[] = {179, -17, 181, -17, 181, -16, 179, -16, 179, -17};
    begin(&b, GEOM_POLYGON);
    put(&b, true, GEOM_KIND_POLYGON, xy, 5);
    cut(&b, GEOM_KIND_POLYGON);
    assert_true(world_cut_is_needed(&b.in, GEOM_KIND_POLYGON));
    assert_int_equal(b.out.n_parts, 2);
    assert_part(&b.out, 0, 179, -17, 180, -16);
    assert_part(&b.out, 1, -180, -17, -179, -16);
    end(&b);
}

static void a_polygon_beyond_minus_180_too(void **state)
{
    (void)state;
    struct bench b;
    const double xy[] = {-200, 60, -170, 60, -170, 70, -200, 70, -200, 60};
    begin(&b, GEOM_POLYGON);
    put(&b, true, GEOM_KIND_POLYGON, xy, 5);
    cut(&b, GEOM_KIND_POLYGON);
    assert_int_equal(b.out.n_parts, 2);
    assert_part(&b.out, 0, 160, 60, 180, 70);
    assert_part(&b.out, 1, -180, 60, -170, 70);
    end(&b);
}

static void longitudes_from_0_to_360_lie_where_they_should(void **state)
{
    (void)state;
    struct bench b;
    const double west[] = {350, 0, 359, 0, 359, 9, 350, 9, 350, 0};
    const double world[] = {0, 0, 360, 0, 360, 9, 0, 9, 0, 0};
    begin(&b, GEOM_MULTIPOLYGON);
    put(&b, true, GEOM_KIND_POLYGON, west, 5);
    put(&b, true, GEOM_KIND_POLYGON, world, 5);
    cut(&b, GEOM_KIND_POLYGON);
    assert_int_equal(b.out.n_parts, 3);
    assert_part(&b.out, 0, -10, 0, -1, 9);
    assert_part(&b.out, 1, 0, 0, 180, 9);
    assert_part(&b.out, 2, -180, 0, 0, 9);
    end(&b);
}

static void what_was_cut_at_180_or_jumps_there_stays_what_it_is(void **state)
{
    (void)state;
    struct bench b;
    const double east[] = {179, -17, 180, -17, 180, -16, 179, -16, 179, -17};
    const double west[] = {-180, -17, -179, -17, -179, -16, -180, -16, -180, -17};
    const double jump[] = {170, 10, -170, 10, -170, 20, 170, 20, 170, 10};
    begin(&b, GEOM_MULTIPOLYGON);
    put(&b, true, GEOM_KIND_POLYGON, east, 5);
    put(&b, true, GEOM_KIND_POLYGON, west, 5);
    put(&b, true, GEOM_KIND_POLYGON, jump, 5);
    cut(&b, GEOM_KIND_POLYGON);
    assert_false(world_cut_is_needed(&b.in, GEOM_KIND_POLYGON));
    assert_int_equal(b.out.n_vertices, 15);
    assert_memory_equal(b.out.xy, b.in.xy, 15 * 2 * sizeof(double));
    end(&b);
}

static void the_south_pole_is_cut_where_mercator_ends(void **state)
{
    (void)state;
    struct bench b;
    const double antarctica[] = {-180, -70, 0, -65, 180, -70, 180, -90, -180, -90, -180, -70};
    const double wedge[] = {0, -80, 5, -90, 10, -80, 0, -80};
    begin(&b, GEOM_MULTIPOLYGON);
    put(&b, true, GEOM_KIND_POLYGON, antarctica, 6);
    put(&b, true, GEOM_KIND_POLYGON, wedge, 4);
    cut(&b, GEOM_KIND_POLYGON);
    assert_int_equal(b.out.n_parts, 2);
    assert_part(&b.out, 0, -180, -EDGE_DEG, 180, -65);
    assert_part(&b.out, 1, 0, -EDGE_DEG, 10, -80);
    /* The wedge's sides run on straight: they are not bent towards the edge's middle. */
    double narrow = 0;
    for (size_t i = b.out.ring_end[0]; i < b.out.ring_end[1]; i++)
        if (b.out.xy[2 * i + 1] < -85 && fabs(b.out.xy[2 * i] - 5) > narrow)
            narrow = fabs(b.out.xy[2 * i] - 5);
    assert_true(fabs(narrow - 5 * (90 - EDGE_DEG) / 10) < 1e-9);
    end(&b);
}

static void a_polygon_beyond_mercators_edge_is_none(void **state)
{
    (void)state;
    struct bench b;
    const double cap[] = {0, 86, 10, 86, 5, 89, 0, 86};
    begin(&b, GEOM_POLYGON);
    put(&b, true, GEOM_KIND_POLYGON, cap, 4);
    cut(&b, GEOM_KIND_POLYGON);
    assert_true(b.out.n_parts == 0 && b.out.type == GEOM_NONE);
    end(&b);
}

static void a_line_across_180_is_two_that_meet_there(void **state)
{
    (void)state;
    struct bench b;
    const double line[] = {178, 0, 178, 0, 182, 4, 183, 4, 179, 8};
    begin(&b, GEOM_LINESTRING);
    put(&b, true, GEOM_KIND_LINE, line, 5);
    cut(&b, GEOM_KIND_LINE);
    assert_int_equal(b.out.n_parts, 3);
    assert_part(&b.out, 0, 178, 0, 180, 2);
    assert_part(&b.out, 1, 179, 7, 180, 8);
    assert_part(&b.out, 2, -180, 2, -177, 7);
    assert_int_equal(b.out.ring_end[2] - b.out.ring_end[1], 4);
    end(&b);
}

static void points_at_poles_and_edges_have_their_place(void **state)
{
    (void)state;
    const double far[] = {0, 90, 0, -90, 180, 0, -180, 0, 181, 1, -181, 2, 539, 3, 1e6, 4};
    const double lon[] = {0, 0, 180, -180, -179, 179, 179, 1e6};
    struct bench b;
    struct err err = {0};
    struct grid_shape shape = {0};
    begin(&b, GEOM_MULTIPOINT);
    for (size_t i = 0; i < 8; i++)
        put(&b, true, GEOM_KIND_POINT, far + 2 * i, 1);
    cut(&b, GEOM_KIND_POINT);
    assert_int_equal(b.out.n_parts, 8);
    for (size_t i = 0; i < 8; i++)
        assert_true(b.out.xy[2 * i] == lon[i] && b.out.xy[2 * i + 1] == far[2 * i + 1]);
    for (size_t i = 0; i < 8; i++)
        grid_place(b.in.xy[2 * i], b.in.xy[2 * i + 1], &b.in.xy[2 * i], &b.in.xy[2 * i + 1]);
    assert_ok(grid_shape_round(&b.in, GEOM_KIND_POINT, &shape, &err));
    assert_true(shape.vertices[0].y == 0 && shape.vertices[1].y == UINT32_MAX);
    assert_true(shape.vertices[2].x == UINT32_MAX && shape.vertices[3].x == 0);
    assert_true(shape.vertices[7].x == UINT32_MAX); /* no degree at all: at the edge */
    grid_shape_clear(&shape);
    end(&b);
}

static void a_comb_across_180_is_valid_pieces(void **state)
{
    (void)state;
    struct bench b;
    const double comb[] = {178, 0,   178, 7,   182, 7,   182, 6,   179, 6,   179, 5,   182,
                           5,   182, 4,   179, 4,   179, 3,   182, 3,   182, 0,   178, 0};
    const double hole[] = {179.5, 1, 180.5, 1, 180.5, 2, 179.5, 2, 179.5, 1};
    begin(&b, GEOM_POLYGON);
    put(&b, true, GEOM_KIND_POLYGON, comb, 13);
    put(&b, false, GEOM_KIND_POLYGON, hole, 5);
    cut(&b, GEOM_KIND_POLYGON);
    assert_int_equal(b.out.n_parts, 4); /* the west with its notches, and three teeth */
    assert_int_equal(b.out.n_rings, 4);
    assert_true(fabs(area2(&b.out) - area2(&b.in)) < 1e-9);
    end(&b);
}

/* SplitMix64: the same numbers everywhere. */
static double random_in(uint64_t *seed, double min, double max)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return min + (max - min) * (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

static void stars_across_180_keep_their_area_and_lie_on_the_map(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 300; i++) {
        struct bench b;
        double xy[2 * 41];
        const size_t n = 3 + (size_t)random_in(&seed, 0, 37);
        const double middle = random_in(&seed, 150, 210) * (i % 2 ? 1 : -1);
        for (size_t k = 0; k < n; k++) {
            const double angle = 6.283185307179586 * (double)k / (double)n;
            const double radius = random_in(&seed, 2, 40);
            xy[2 * k] = middle + radius * cos(angle);
            xy[2 * k + 1] = radius * sin(angle);
        }
        xy[2 * n] = xy[0];
        xy[2 * n + 1] = xy[1];
        begin(&b, GEOM_POLYGON);
        put(&b, true, GEOM_KIND_POLYGON, xy, n + 1);
        cut(&b, GEOM_KIND_POLYGON);
        const struct bbox box = geom_bbox(&b.out);
        assert_true(box.min_x >= -180 && box.max_x <= 180);
        assert_true(fabs(area2(&b.out) - area2(&b.in)) < 1e-9 * area2(&b.in));
        end(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polygon_beyond_180_goes_on_at_the_other_side),
        cmocka_unit_test(a_polygon_beyond_minus_180_too),
        cmocka_unit_test(longitudes_from_0_to_360_lie_where_they_should),
        cmocka_unit_test(what_was_cut_at_180_or_jumps_there_stays_what_it_is),
        cmocka_unit_test(the_south_pole_is_cut_where_mercator_ends),
        cmocka_unit_test(a_polygon_beyond_mercators_edge_is_none),
        cmocka_unit_test(a_line_across_180_is_two_that_meet_there),
        cmocka_unit_test(points_at_poles_and_edges_have_their_place),
        cmocka_unit_test(a_comb_across_180_is_valid_pieces),
        cmocka_unit_test(stars_across_180_keep_their_area_and_lie_on_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
