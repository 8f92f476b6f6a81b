#include "tests/unit/unit.h"
#include "tiler/grid.h"
#include "tiler/tile_frame.h"

#include <math.h>

static void addresses_outside_the_pyramid_are_refused(void **state)
{
    (void)state;
    assert_true(tile_address_is_ok(0, 0, 0));
    assert_true(tile_address_is_ok(24, (1 << 24) - 1, 0));
    assert_false(tile_address_is_ok(25, 0, 0));
    assert_false(tile_address_is_ok(-1, 0, 0));
    assert_false(tile_address_is_ok(3, 8, 0));
    assert_false(tile_address_is_ok(3, 0, -1));
}

static void the_corners_of_the_world_are_the_corners_of_the_grid(void **state)
{
    (void)state;
    uint32_t x, y;
    grid_from_degrees(-180, 90, &x, &y);
    assert_int_equal(x, 0);
    assert_int_equal(y, 0);
    grid_from_degrees(180, -90, &x, &y);
    assert_int_equal(x, UINT32_MAX);
    assert_int_equal(y, UINT32_MAX);
    grid_from_degrees(0, 0, &x, &y);
    assert_int_equal(x, 1u << 31);
    assert_int_equal(y, 1u << 31);
    grid_from_degrees(-540, MERCATOR_MAX_LAT_DEG, &x, &y);
    assert_int_equal(x, 0);
    assert_int_equal(y, 0);
}

/* Reference: PROJ 9.1.1, `echo 48.8566 2.3522 | cs2cs -f %.4f EPSG:4326 EPSG:3857` prints
 * 261845.7062 6250564.3495; the square is 2 * 20037508.342789244 m wide. */
static void a_place_in_paris_is_where_proj_puts_it(void **state)
{
    (void)state;
    const double unit_m = 2 * 20037508.342789244 / 4294967296.0;
    uint32_t x, y;
    grid_from_degrees(2.3522, 48.8566, &x, &y);
    assert_true(fabs(x * unit_m - 20037508.342789244 - 261845.7062) < 0.01);
    assert_true(fabs(20037508.342789244 - y * unit_m - 6250564.3495) < 0.01);
}

static void degrees_and_back_give_the_same_grid_unit(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 200000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const uint32_t x = (uint32_t)(random >> 32), y = (uint32_t)random;
        uint32_t back_x, back_y;
        double lon_deg, lat_deg;
        grid_to_degrees(x, y, &lon_deg, &lat_deg);
        grid_from_degrees(lon_deg, lat_deg, &back_x, &back_y);
        assert_int_equal(x, back_x);
        assert_int_equal(y, back_y);
    }
}

static void a_tile_box_is_the_tile_and_its_buffer_cut_at_the_edge_of_the_world(void **state)
{
    (void)state;
    const struct grid_box world = tile_grid_box((struct tile_address){0, 0, 0}, TILE_EXTENT_TU, 64);
    assert_int_equal(world.min_x, 0);
    assert_int_equal(world.max_y, UINT32_MAX);
    const struct grid_box z20 = tile_grid_box((struct tile_address){20, 5, 7}, TILE_EXTENT_TU, 64);
    assert_int_equal(z20.min_x, 5 * 4096 - 64);
    assert_int_equal(z20.max_x, 6 * 4096 + 64);
    assert_int_equal(z20.min_y, 7 * 4096 - 64);
    const struct grid_box z24 = tile_grid_box((struct tile_address){24, 5, 7}, TILE_EXTENT_TU, 8);
    assert_int_equal(z24.min_x, 5 * 256 - 1);
    assert_int_equal(z24.max_x, 6 * 256 + 1);
}

static void a_tile_in_degrees_is_what_every_map_says(void **state)
{
    (void)state;
    const struct bbox b = tile_bbox_deg((struct tile_address){1, 1, 0});
    assert_true(fabs(b.min_x) < 1e-12 && fabs(b.max_x - 180) < 1e-12);
    assert_true(fabs(b.min_y) < 1e-12 && fabs(b.max_y - MERCATOR_MAX_LAT_DEG) < 1e-12);
}

static int64_t x_in(const struct tile_frame *f, uint32_t x_gu)
{
    return tile_frame_scale(f, (int64_t)x_gu - f->origin_x_gu);
}

static void neighbouring_tiles_round_alike_whatever_their_extent(void **state)
{
    (void)state;
    static const uint32_t EXTENTS_TU[] = {256, 512, 1000, 4096, 4097, 8192};
    for (size_t i = 0; i < sizeof EXTENTS_TU / sizeof *EXTENTS_TU; i++) {
        const uint32_t extent_tu = EXTENTS_TU[i];
        for (uint8_t z = 1; z <= TILE_MAX_ZOOM; z++) {
            const uint32_t half_world = 1u << (z - 1);
            const struct tile_frame west = tile_frame((struct tile_address){z, half_world - 1, 0},
                                                      extent_tu, 64),
                                    east = tile_frame((struct tile_address){z, half_world, 0},
                                                      extent_tu, 64);
            assert_int_equal(x_in(&east, 1u << 31), 0);
            for (uint32_t x = (1u << 31) - 5000; x < (1u << 31) + 5000; x += 7)
                assert_true(x_in(&west, x) - extent_tu == x_in(&east, x));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_outside_the_pyramid_are_refused),
        cmocka_unit_test(the_corners_of_the_world_are_the_corners_of_the_grid),
        cmocka_unit_test(a_place_in_paris_is_where_proj_puts_it),
        cmocka_unit_test(degrees_and_back_give_the_same_grid_unit),
        cmocka_unit_test(a_tile_box_is_the_tile_and_its_buffer_cut_at_the_edge_of_the_world),
        cmocka_unit_test(a_tile_in_degrees_is_what_every_map_says),
        cmocka_unit_test(neighbouring_tiles_round_alike_whatever_their_extent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
