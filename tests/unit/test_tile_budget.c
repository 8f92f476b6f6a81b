#include "tests/unit/unit.h"
#include "tiler/tile_budget.h"

static void a_budget_pays_for_as_many_features_as_its_bytes_and_its_count_allow(void **state)
{
    (void)state;
    const struct tile_budget b = {.n_features = 500, .n_bytes = 10000};
    assert_int_equal(tile_budget_features(&b, 100, 9999), 100);
    assert_int_equal(tile_budget_features(&b, 100, 100), 500);
    assert_int_equal(tile_budget_features(&b, 0, 0), 500);
    assert_int_equal(tile_budget_features(&b, 1, 1000000), 1);
}

static void the_limit_of_compressed_bytes_is_one_of_more_plain_bytes(void **state)
{
    (void)state;
    const struct layer l = {.tile_limit_bytes = 512000, .tile_limit_features = 7};
    const struct tile_budget b = tile_budget_of(&l);
    assert_true(b.n_bytes > l.tile_limit_bytes);
    assert_int_equal(b.n_features, 7);
    const struct layer unlimited = {.tile_limit_bytes = UINT64_MAX};
    assert_true(tile_budget_of(&unlimited).n_bytes == UINT64_MAX);
}

static struct grid_box box_of_side(uint32_t side)
{
    return (struct grid_box){10, 10, 10 + side, 10};
}

static void check_choice(const uint32_t *sides, const bool *takes, int n, uint64_t n_wanted)
{
    struct size_choice c = {0};
    for (int i = 0; i < n; i++) {
        const struct grid_box box = box_of_side(sides[i]);
        size_choice_count(&c, &box);
    }
    size_choice_make(&c, n_wanted);
    for (int i = 0; i < n; i++) {
        const struct grid_box box = box_of_side(sides[i]);
        assert_int_equal(size_choice_takes(&c, &box), takes[i]);
    }
}

static void the_largest_are_chosen(void **state)
{
    (void)state;
    const uint32_t sides[] = {5, 1000, 6, 2000, 7, 4, UINT32_MAX - 100, 5};
    const bool takes[] = {false, true, true, true, true, false, true, false};
    check_choice(sides, takes, 8, 5);
}

static void of_those_almost_alike_the_first_are_taken(void **state)
{
    (void)state;
    const uint32_t sides[] = {1030, 900, 1025, 1040, 1100, 1160};
    const bool takes[] = {true, false, true, false, false, true};
    check_choice(sides, takes, 6, 3);
}

static void a_choice_of_more_than_there_are_takes_all(void **state)
{
    (void)state;
    struct size_choice c = {0};
    const struct grid_box point = {5, 5, 5, 5}, world = {0, 0, UINT32_MAX, UINT32_MAX};
    size_choice_count(&c, &point);
    size_choice_count(&c, &world);
    size_choice_make(&c, 100);
    assert_true(size_choice_takes(&c, &point));
    assert_true(size_choice_takes(&c, &world));
    assert_true(size_choice_takes(&c, &point));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_pays_for_as_many_features_as_its_bytes_and_its_count_allow),
        cmocka_unit_test(the_limit_of_compressed_bytes_is_one_of_more_plain_bytes),
        cmocka_unit_test(the_largest_are_chosen),
        cmocka_unit_test(of_those_almost_alike_the_first_are_taken),
        cmocka_unit_test(a_choice_of_more_than_there_are_takes_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
