#include "base/hilbert.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void the_first_cells_of_the_curve_are_in_order(void **state)
{
    (void)state;
    assert_true(hilbert_key(0, 0) == 0);
    assert_true(hilbert_key(1, 0) == 1);
    assert_true(hilbert_key(1, 1) == 2);
    assert_true(hilbert_key(0, 1) == 3);
    /* The last cell of the whole square is its lower right corner. */
    assert_true(hilbert_key(UINT32_MAX, 0) == UINT64_MAX);
}

#define SIDE 64

static void neighbours_on_the_curve_are_neighbours_on_the_ground(void **state)
{
    (void)state;
    int at[SIDE * SIDE][2];
    for (int i = 0; i < SIDE * SIDE; i++)
        at[i][0] = -1;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const uint64_t key = hilbert_key((uint32_t)x, (uint32_t)y);
            assert_in_range(key, 0, SIDE * SIDE - 1);
            assert_int_equal(at[key][0], -1);
            at[key][0] = x;
            at[key][1] = y;
        }
    }
    for (int i = 1; i < SIDE * SIDE; i++)
        assert_int_equal(abs(at[i][0] - at[i - 1][0]) + abs(at[i][1] - at[i - 1][1]), 1);
}

static void quadrants_follow_each_other(void **state)
{
    (void)state;
    const uint32_t half = UINT32_C(1) << 31;
    assert_true(hilbert_key(half - 1, half - 1) >> 62 == 0);
    assert_true(hilbert_key(0, half) >> 62 == 1);
    assert_true(hilbert_key(half, half) >> 62 == 2);
    assert_true(hilbert_key(half, half - 1) >> 62 == 3);
}

/* The curve bit by bit, as its definition has it. */
static uint64_t slow_key(uint32_t x, uint32_t y)
{
    uint64_t key = 0;
    for (int bit = 31; bit >= 0; bit--) {
        const uint32_t right = x >> bit & 1, up = y >> bit & 1;
        key = key << 2 | ((3 * right) ^ up);
        if (up)
            continue;
        const uint32_t before = right ? ~x : x;
        x = right ? ~y : y;
        y = before;
    }
    return key;
}

static void all_bits_at_once_are_as_one_after_the_other(void **state)
{
    (void)state;
    uint32_t bits = 1;
    for (int i = 0; i < 100000; i++) {
        const uint32_t x = bits = bits * 1664525 + 1013904223;
        const uint32_t y = i % 7 == 0 ? x : (bits = bits * 1664525 + 1013904223) >> i % 20;
        assert_true(hilbert_key(x, y) == slow_key(x, y));
        assert_true(hilbert_key(y, x) == slow_key(y, x));
    }
}

static void a_key_leads_back_to_its_place(void **state)
{
    (void)state;
    uint32_t bits = 1;
    for (int i = 0; i < 100000; i++) {
        const uint32_t x = bits = bits * 1664525 + 1013904223;
        const uint32_t y = i % 7 == 0 ? x : (bits = bits * 1664525 + 1013904223) >> i % 20;
        uint32_t found_x = 0, found_y = 0;
        hilbert_place(hilbert_key(x, y), &found_x, &found_y);
        assert_true(found_x == x && found_y == y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_cells_of_the_curve_are_in_order),
        cmocka_unit_test(neighbours_on_the_curve_are_neighbours_on_the_ground),
        cmocka_unit_test(quadrants_follow_each_other),
        cmocka_unit_test(all_bits_at_once_are_as_one_after_the_other),
        cmocka_unit_test(a_key_leads_back_to_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
