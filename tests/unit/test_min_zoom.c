#include "tests/golden/sketch.h"
#include "tests/unit/unit.h"
#include "tiler/min_zoom.h"

static uint8_t zoom_of(enum geom_kind kind, struct tile_address at, const char *text)
{
    struct err err = {0};
    struct sketch s;
    struct chunk c;
    sketch_init(&s);
    assert_ok(sketch_draw(&s, at, kind, text, "1", NULL, 0, &c, &err));
    const uint8_t zoom = s.min_zoom;
    sketch_clear(&s);
    return zoom;
}

static const struct tile_address Z10 = {10, 518, 352}, Z18 = {18, 132000, 90000};

static void a_polygon_shows_from_sixteen_square_pixels_on(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 32 0, 32 32, 0 32"), 10);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 31 0, 31 32, 0 32"), 11);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 64 0, 64 64, 0 64"), 9);
}

static void from_zoom_14_on_four_square_pixels_are_enough(void **state)
{
    (void)state;
    const struct tile_address z14 = {14, 8288, 5632};
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, z14, "0 0, 16 0, 16 16, 0 16"), 14);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, z14, "0 0, 15 0, 15 16, 0 16"), 15);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, z14, "0 0, 63 0, 63 63, 0 63"), 14);
}

static void a_hole_makes_a_polygon_smaller(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 33 0, 33 33, 0 33"), 10);
    assert_int_equal(
        zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 33 0, 33 33, 0 33; 4 4, 14 4, 14 14, 4 14"), 11);
}

static void a_thin_polygon_shows_by_its_length(void **state)
{
    (void)state;
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 128 0, 128 1, 0 1"), 10);
    assert_int_equal(zoom_of(GEOM_KIND_POLYGON, Z10, "0 0, 127 0, 127 1, 0 1"), 11);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polygon_shows_from_sixteen_square_pixels_on),
        cmocka_unit_test(from_zoom_14_on_four_square_pixels_are_enough),
        cmocka_unit_test(a_hole_makes_a_polygon_smaller),
        cmocka_unit_test(a_thin_polygon_shows_by_its_length),
        cmocka_unit_test(everything_shows_at_zoom_16),
        cmocka_unit_test(a_line_shows_from_four_pixels_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
