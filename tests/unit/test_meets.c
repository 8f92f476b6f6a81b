#include "server/ogc/meets.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct bbox BOX = {0, 0, 10, 10};

/* Whether a geometry of one part meets the box; ring i ends before vertex ends[i]. */
static bool meets(enum geom_kind kind, double *xy, uint32_t *ends, size_t n_rings)
{
    static const enum geom_type types[] = {GEOM_POINT, GEOM_LINESTRING, GEOM_POLYGON};
    uint32_t part_end = (uint32_t)n_rings;
    uint8_t part_kind = (uint8_t)kind;
    const struct geom g = {.type = types[kind],
                           .n_parts = 1,
                           .n_rings = n_rings,
                           .n_vertices = ends[n_rings - 1],
                           .xy = xy,
                           .ring_end = ends,
                           .part_end = &part_end,
                           .part_kind = &part_kind};
    return geom_meets_box(&g, &BOX);
}

static bool point_meets(double x, double y)
{
    return meets(GEOM_KIND_POINT, (double[]){x, y}, (uint32_t[]){1}, 1);
}

static bool segment_meets(double ax, double ay, double bx, double by)
{
    return meets(GEOM_KIND_LINE, (double[]){ax, ay, bx, by}, (uint32_t[]){2}, 1);
}

static void a_point_meets_the_box_with_its_border(void **state)
{
    (void)state;
    assert_true(point_meets(5, 5));
    assert_true(point_meets(0, 0) && point_meets(10, 10) && point_meets(10, 3));
    assert_false(point_meets(10.001, 5));
    assert_false(point_meets(5, -0.001));
}

static void a_segment_meets_the_box_when_it_crosses_or_touches_it(void **state)
{
    (void)state;
    assert_true(segment_meets(5, 5, 50, 50));
    assert_true(segment_meets(-5, 5, 15, 5)); /* through, both ends outside */
    assert_true(segment_meets(-5, 5, 5, -5)); /* touches the corner 0 0 */
    assert_true(segment_meets(-5, 10, 15, 10));
    assert_false(segment_meets(-5, 4, 4, -5.1)); /* past the corner, though the boxes meet */
    assert_false(segment_meets(-5, 15, 3, 11));
    assert_false(segment_meets(11, 0, 12, 10));
    assert_true(segment_meets(3, 3, 3, 3));
    assert_false(segment_meets(13, 3, 13, 3));
}

static void a_line_of_one_vertex_is_its_point(void **state)
{
    (void)state;
    assert_true(meets(GEOM_KIND_LINE, (double[]){1, 1}, (uint32_t[]){1}, 1));
    assert_false(meets(GEOM_KIND_LINE, (double[]){11, 1}, (uint32_t[]){1}, 1));
}

static void a_polygon_around_the_box_meets_it_unless_the_box_is_in_a_hole(void **state)
{
    (void)state;
    double xy[] = {-20, -20, 30, -20, 30, 30, -20, 30, -20, -20, /* the outer ring */
                   -5,  -5,  -5, 15,  15, 15, 15,  -5, -5,  -5}; /* a hole around the box */
    assert_true(meets(GEOM_KIND_POLYGON, xy, (uint32_t[]){5, 10}, 1));
    assert_false(meets(GEOM_KIND_POLYGON, xy, (uint32_t[]){5, 10}, 2));
    xy[10] = xy[18] = 5; /* the hole's border now crosses the box */
    xy[12] = 5;
    assert_true(meets(GEOM_KIND_POLYGON, xy, (uint32_t[]){5, 10}, 2));
}

static void a_polygon_beside_or_inside_the_box_is_told_apart(void **state)
{
    (void)state;
    double inside[] = {2, 2, 4, 2, 3, 4, 2, 2};
    double beside[] = {12, 2, 14, 2, 13, 4, 12, 2};
    /* An L around the corner 10 10: the boxes meet, the polygon does not. */
    double around[] = {-5, 11, 11, 11, 11, -5, 12, -5, 12, 12, -5, 12, -5, 11};
    assert_true(meets(GEOM_KIND_POLYGON, inside, (uint32_t[]){4}, 1));
    assert_false(meets(GEOM_KIND_POLYGON, beside, (uint32_t[]){4}, 1));
    assert_false(meets(GEOM_KIND_POLYGON, around, (uint32_t[]){7}, 1));
}

static void any_part_is_enough_and_no_part_is_not(void **state)
{
    (void)state;
    double xy[] = {50, 50, 5, 5};
    uint32_t ends[] = {1, 2};
    uint8_t kinds[] = {GEOM_KIND_POINT, GEOM_KIND_POINT};
    const struct geom two = {GEOM_MULTIPOINT, 2, 2, 2, xy, ends, ends, kinds, NULL};
    const struct geom none = {.type = GEOM_NONE};
    assert_true(geom_meets_box(&two, &BOX));
    assert_false(geom_meets_box(&none, &BOX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_meets_the_box_with_its_border),
        cmocka_unit_test(a_segment_meets_the_box_when_it_crosses_or_touches_it),
        cmocka_unit_test(a_line_of_one_vertex_is_its_point),
        cmocka_unit_test(a_polygon_around_the_box_meets_it_unless_the_box_is_in_a_hole),
        cmocka_unit_test(a_polygon_beside_or_inside_the_box_is_told_apart),
        cmocka_unit_test(any_part_is_enough_and_no_part_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
