#include "tests/golden/sketch.h"
#include "tests/unit/unit.h"
#include "tiler/min_zoom.h"

static uint8_t zoom_of(enum geom_kind kind, struct tile_address at, const char *text)
{
    struct err err = {0};
    struct sketch s;
    struct drawable d = {0};
    sketch_init(&s);
    assert_ok(sketch_draw(&s, at, kind, text, "1", NULL, 0, &d, &err));
    sketch_clear(&s);
    return d.min_zoom;
}

static const struct tile_address Z10 = {10, 518, 352}, Z18 = {18, 132000, 90000};

static void a_polygon_shows_from_four_square_pixels_on(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 16 0, 16 16, 0 16"), 10);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 15 0, 15 16, 0 16"), 11);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 32 0, 32 32, 0 32"), 9);
}

static void a_hole_makes_a_polygon_smaller(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 17 0, 17 17, 0 17"), 10);
    assert_int_equal(
        zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 17 0, 17 17, 0 17; 4 4, 12 4, 12 12, 4 12"), 11);
}

static void a_thin_polygon_shows_by_its_length(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 32 0, 32 1, 0 1"), 10);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 31 0, 31 1, 0 1"), 11);
}

static void everything_shows_at_zoom_16(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z18, "0 0, 1 0, 1 1"), 16);
    assert_int_equal(zoom_of(GEOM_KIND_LINE, Z18, "0 0, 1 1"), 16);
}

static void a_line_shows_from_four_pixels_on(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_LINE, Z10, "0 0, 32 0"), 10);
    assert_int_equal(zoom_of(GEOM_KIND_LINE, Z10, "0 0, 31 31"), 11);
}

static void points_close_to_each_other_show_one_after_the_other(void **state)
{
    (void)state;
    const struct vertex_gu a = {1u << 31, 1u << 31};
    assert_int_equal(min_zoom_by_spacing(a, NULL), 0);
    /* 16 pixels of zoom 10 are 128 tile units of 1024 grid units. */
    const struct vertex_gu next_square = {a.x + (128 << 10), a.y};
    assert_int_equal(min_zoom_by_spacing(next_square, &a), 10);
    const struct vertex_gu same_square = {a.x + (128 << 10) - 1, a.y};
    assert_int_equal(min_zoom_by_spacing(same_square, &a), 11);
    assert_int_equal(min_zoom_by_spacing(a, &a), ALL_POINTS_DRAWN_ZOOM);
    const struct vertex_gu far_away = {0, 0};
    assert_int_equal(min_zoom_by_spacing(far_away, &a), 0);
}

static void a_ring_shows_from_a_pixel_on(void **state)
{
    (void)state;
    const struct vertex_gu ring[] = {{0, 0}, {8 << 10, 0}, {8 << 10, 3}};
    assert_int_equal(ring_min_zoom(ring, 3), 10);
    const struct vertex_gu dot[] = {{5, 5}};
    assert_int_equal(ring_min_zoom(dot, 1), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polygon_shows_from_four_square_pixels_on),
        cmocka_unit_test(a_hole_makes_a_polygon_smaller),
        cmocka_unit_test(a_thin_polygon_shows_by_its_length),
        cmocka_unit_test(everything_shows_at_zoom_16),
        cmocka_unit_test(a_line_shows_from_four_pixels_on),
        cmocka_unit_test(points_close_to_each_other_show_one_after_the_other),
        cmocka_unit_test(a_ring_shows_from_a_pixel_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
