#include "base/tile_number.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void numbers_follow_the_hilbert_curve(void **state)
{
    (void)state;
    /* The specification's table, and its last tile of zoom 12. */
    static const struct {
        uint64_t number;
        struct tile_place at;
    } TABLE[] = {{0, {0, 0, 0}},
                 {1, {1, 0, 0}},
                 {2, {1, 0, 1}},
                 {3, {1, 1, 1}},
                 {4, {1, 1, 0}},
                 {5, {2, 0, 0}},
                 {19078479, {12, 3423, 1763}}};
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        const struct tile_place at = tile_number_place(TABLE[i].number);
        assert_int_equal(at.z, TABLE[i].at.z);
        assert_int_equal(at.x, TABLE[i].at.x);
        assert_int_equal(at.y, TABLE[i].at.y);
        assert_int_equal(tile_number_of(TABLE[i].at), TABLE[i].number);
    }
    assert_int_equal(tile_number_place(tile_number_first(25) - 1).z, 24);
}

static void neighbours_on_the_curve_are_neighbours_on_the_map(void **state)
{
    (void)state;
    for (uint64_t n = tile_number_first(6); n + 1 < tile_number_first(7); n++) {
        const struct tile_place a = tile_number_place(n), b = tile_number_place(n + 1);
        const int dx = abs((int)a.x - (int)b.x), dy = abs((int)a.y - (int)b.y);
        assert_int_equal(dx + dy, 1);
    }
}

static void numbers_and_places_are_the_same_both_ways(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < tile_number_first(8); n++)
        assert_int_equal(tile_number_of(tile_number_place(n)), n);
    const uint64_t last = tile_number_first(TILE_NUMBER_MAX_ZOOM + 1) - 1;
    for (uint64_t n = 0; n < 1000; n++)
        assert_int_equal(tile_number_of(tile_number_place(last - n * n * n)), last - n * n * n);
}

static void quarters_of_a_tile_follow_one_another(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < tile_number_first(6); n++) {
        const struct tile_place at = tile_number_place(n);
        const uint64_t within = n - tile_number_first(at.z);
        for (uint64_t q = 0; q < 4; q++) {
            const struct tile_place quarter =
                tile_number_place(tile_number_first(at.z + 1) + 4 * within + q);
            assert_int_equal(quarter.z, at.z + 1);
            assert_int_equal(quarter.x >> 1, at.x);
            assert_int_equal(quarter.y >> 1, at.y);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_hilbert_curve),
        cmocka_unit_test(neighbours_on_the_curve_are_neighbours_on_the_map),
        cmocka_unit_test(numbers_and_places_are_the_same_both_ways),
        cmocka_unit_test(quarters_of_a_tile_follow_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
