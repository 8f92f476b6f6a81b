#include "tests/golden/sketch.h"
#include "tests/unit/unit.h"
#include "tiler/drawable_codec.h"

#include <string.h>

static const struct tile_address AT = {20, 500000, 360000};

static void what_was_put_is_what_is_got(void **state)
{
    (void)state;
    struct err err = {0};
    struct sketch s;
    struct chunk c;
    struct tile_shape shape = {0};
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, 64);
    sketch_init(&s);
    assert_ok(sketch_draw(&s, AT, GEOM_KIND_POLYGON,
                          "0 0, 100 0, 100 100, 0 100; 20 20, 40 20, 30 40 | 500 500, 600 500, 550 "
                          "600",
                          "7", NULL, 0, &c, &err));
    assert_ok(drawable_get_geometry(s.drawable.geometry, &s.drawable.box, UINT8_MAX, &frame, &shape,
                                    &err));
    assert_int_equal(shape.kind, GEOM_KIND_POLYGON);
    assert_int_equal(shape.n_parts, 2);
    assert_int_equal(shape.n_rings, 3);
    assert_int_equal(shape.n_vertices, 10);
    assert_int_equal(shape.part_end[0], 2);
    assert_int_equal(shape.ring_end[1], 7);
    assert_true(shape.vertices[2].x == 100 && shape.vertices[2].y == 100);
    assert_true(shape.vertices[9].x == 550 && shape.vertices[9].y == 600);
    tile_shape_clear(&shape);
    sketch_clear(&s);
}

static void vertices_of_higher_zooms_are_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    struct tile_shape shape = {0};
    struct vertex_gu v[] = {{100, 100}, {200, 100}, {300, 150}, {400, 100}};
    uint8_t zooms[] = {0, 18, 12, 0};
    uint32_t ring_end = 4, part_end = 1;
    const struct grid_shape line = {.kind = GEOM_KIND_LINE,
                                    .n_parts = 1,
                                    .n_rings = 1,
                                    .n_vertices = 4,
                                    .vertices = v,
                                    .zoom = zooms,
                                    .ring_end = &ring_end,
                                    .part_end = &part_end};
    const struct tile_frame frame = tile_frame((struct tile_address){20, 0, 0}, TILE_EXTENT_TU, 64);
    buf_init(&b, 1000);
    const struct grid_box box = {100, 100, 400, 150};
    drawable_put_geometry(&b, &line, &box);
    const struct span bytes = {(const char *)b.data, b.len_bytes};
    assert_ok(drawable_get_geometry(bytes, &box, 12, &frame, &shape, &err));
    assert_int_equal(shape.n_vertices, 3);
    assert_int_equal(shape.vertices[1].x, 300);
    assert_ok(drawable_get_geometry(bytes, &box, 11, &frame, &shape, &err));
    assert_int_equal(shape.n_vertices, 2);
    assert_int_equal(shape.vertices[1].x, 400);
    tile_shape_clear(&shape);
    buf_clear(&b);
}

static void every_cut_of_a_drawable_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct sketch s;
    struct chunk c;
    struct tile_shape shape = {0};
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, 64);
    sketch_init(&s);
    assert_ok(sketch_draw(&s, AT, GEOM_KIND_POLYGON, "0 0, 100 0, 100 100; 50 40, 60 40, 60 50",
                          "7", NULL, 0, &c, &err));
    for (size_t n = 0; n < s.drawable.geometry.len_bytes; n++) {
        const struct span cut = {s.drawable.geometry.at, n};
        assert_int_equal(
            drawable_get_geometry(cut, &s.drawable.box, UINT8_MAX, &frame, &shape, &err), BAD_DATA);
    }
    assert_ok(drawable_get_geometry(s.drawable.geometry, &s.drawable.box, UINT8_MAX, &frame, &shape,
                                    &err));
    tile_shape_clear(&shape);
    sketch_clear(&s);
}

static void impossible_counts_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct tile_shape shape = {0};
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, 64);
    const struct grid_box box = {0, 0, 1, 1};
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } bad[] = {
        {"\x83\x01\x00\x00\x00", 5, "kind 3"},
        {"\x02\x00\x01\x01\x01\x01\x00\x00\x00", 9, "impossible counts"},
        {"\x02\x01\x01\x7f\x01\x01\x00\x00\x00", 9, "impossible counts"},
        {"\x82\x00\x00\x00\x00", 5, "impossible counts"},
        {"\x02\x01\x01\x01\x02\x01\x00\x00\x00", 9, "wrong size"},
        {"\x02\x01\x01\x01\x01\x02\x00\x00\x00", 9, "wrong size"},
        {"\x02\x01\x01\x01\x00\x01\x00\x00\x00", 9, "wrong size"},
        {"\x01\x01\x02\x02\x01\x01\x00\x00\x00\x00\x00\x00", 12, "several rings"},
        {"\x80\x02\x00\x00\x00\x00\x00\x00", 8, "several vertices"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(drawable_get_geometry((struct span){bad[i].bytes, bad[i].n}, &box, UINT8_MAX,
                                           &frame, &shape, &err),
                     BAD_DATA, bad[i].words);
    tile_shape_clear(&shape);
}

static void whole_numbers_are_their_own_feature_number(void **state)
{
    (void)state;
    assert_true(feature_number(span_of("1")) == 1);
    assert_true(feature_number(span_of("4711")) == 4711);
    assert_true(feature_number(span_of("9007199254740991")) == UINT64_C(9007199254740991));
}

static void other_ids_get_a_number_that_javascript_can_hold(void **state)
{
    (void)state;
    static const char *const ids[] = {"",
                                      "0",
                                      "007",
                                      "-1",
                                      "9007199254740992",
                                      "1.5",
                                      "1e3",
                                      " 12",
                                      "12 ",
                                      "01001000AC0001",
                                      "99999999999999999999"};
    const size_t n = sizeof ids / sizeof ids[0];
    for (size_t i = 0; i < n; i++) {
        const uint64_t number = feature_number(span_of(ids[i]));
        assert_true(number > 0 && number < UINT64_C(1) << 53);
        assert_true(number > 1000000);
        for (size_t k = 0; k < i; k++)
            assert_true(number != feature_number(span_of(ids[k])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_what_is_got),
        cmocka_unit_test(vertices_of_higher_zooms_are_left_out),
        cmocka_unit_test(every_cut_of_a_drawable_is_refused),
        cmocka_unit_test(impossible_counts_are_refused),
        cmocka_unit_test(whole_numbers_are_their_own_feature_number),
        cmocka_unit_test(other_ids_get_a_number_that_javascript_can_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
