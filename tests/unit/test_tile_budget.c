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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_pays_for_as_many_features_as_its_bytes_and_its_count_allow),
        cmocka_unit_test(the_limit_of_compressed_bytes_is_one_of_more_plain_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
