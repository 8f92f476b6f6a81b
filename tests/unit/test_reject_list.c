#include "tests/unit/unit.h"

#include "importers/reject_list.h"

#include <string.h>

static struct reject_list *list_of(double max, bool is_count)
{
    const struct reject_rules rules = {.max = max, .is_count = is_count, .temp_folder = "."};
    struct reject_list *l = NULL;
    struct err err = {0};
    assert_ok(reject_list_new(&rules, &l, &err));
    return l;
}

/* How many are added before one is too many, of features that are all bad; 0: none of `n` is. */
static uint64_t n_until_too_many(struct reject_list *l, uint64_t n, uint64_t n_expected)
{
    struct err err = {0};
    for (uint64_t i = 1; i <= n; i++) {
        const struct reject_base base = {i, n_expected};
        const enum err_code rc = reject_list_add(l, (struct feature_place){.ordinal = i}, "bad",
                                                 span_of("raw"), base, &err);
        if (rc) {
            assert_int_equal(rc, LIMIT);
            return i;
        }
    }
    return 0;
}

static void a_share_is_judged_on_the_way_only_when_it_is_hopeless(void **state)
{
    (void)state;
    struct reject_list *l = list_of(0.001, false);
    assert_int_equal(n_until_too_many(l, 5000, 1000000), 2001);
    reject_list_free(l);
    l = list_of(0.001, false);
    assert_int_equal(n_until_too_many(l, 5000, 100), 11); /* ten are always borne */
    reject_list_free(l);
}

static void a_share_of_what_is_not_known_is_judged_at_the_end(void **state)
{
    (void)state;
    struct err err = {0};
    struct reject_list *l = list_of(0.001, false);
    assert_int_equal(n_until_too_many(l, 5000, 0), 0);
    assert_ok(reject_list_check(l, 5000000, &err));
    assert_int_equal(reject_list_check(l, 4999999, &err), LIMIT);
    assert_non_null(strstr(err.text, "5,000 of 4,999,999 features rejected, more than the 0.1 %"));
    reject_list_free(l);
}

static void what_a_source_is_expected_to_have_follows_from_a_large_beginning(void **state)
{
    (void)state;
    const uint64_t large = (uint64_t)100 << 20;
    assert_int_equal(
        reject_base_of(9, 1000, (struct source_progress){large, 5 * large, 0}).n_expected, 5000);
    assert_int_equal(reject_base_of(9, 1000, (struct source_progress){1000, 5000, 0}).n_expected,
                     0);
    assert_int_equal(reject_base_of(9, 1000, (struct source_progress){large, 0, 0}).n_expected, 0);
}

static void a_number_is_judged_at_once(void **state)
{
    (void)state;
    struct reject_list *l = list_of(3, true);
    assert_int_equal(n_until_too_many(l, 10, 0), 4);
    reject_list_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_is_judged_on_the_way_only_when_it_is_hopeless),
        cmocka_unit_test(a_share_of_what_is_not_known_is_judged_at_the_end),
        cmocka_unit_test(what_a_source_is_expected_to_have_follows_from_a_large_beginning),
        cmocka_unit_test(a_number_is_judged_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
