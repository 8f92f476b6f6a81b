#include "base/arena.h"
#include "tests/unit/unit.h"

#include <stdalign.h>
#include <string.h>

static void what_is_given_is_aligned_and_apart(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 1 << 24);
    unsigned char *given[2000];
    for (size_t i = 0; i < 2000; i++) {
        const size_t n = i % 97 + (i % 500 == 0 ? 5000 : 0);
        given[i] = arena_new(&a, n, 1, &err);
        assert_non_null(given[i]);
        assert_int_equal((uintptr_t)given[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(given[i][k], 0);
        memset(given[i], (int)(i & 0xFF), n);
    }
    for (size_t i = 0; i < 2000; i++) {
        const size_t n = i % 97 + (i % 500 == 0 ? 5000 : 0);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(given[i][k], i & 0xFF);
    }
    arena_clear(&a);
}

static void the_limit_holds_and_can_be_reached(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 10000);
    char *all = arena_raw(&a, 10000, 1, &err);
    assert_non_null(all);
    all[9999] = 1;
    assert_null(arena_raw(&a, 1, 1, &err));
    assert_int_equal(err.code, LIMIT);
    assert_non_null(strstr(err.text, "10000"));
    assert_null(arena_raw(&a, SIZE_MAX / 2, 4, &err));
    assert_null(arena_raw(&a, SIZE_MAX, 1, NULL));
    assert_null(arena_strndup(&a, "x", SIZE_MAX, &err));
    arena_clear(&a);
    assert_non_null(arena_raw(&a, 1, 1, &err));
    arena_clear(&a);
}

static void many_small_items_stay_under_the_limit(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 100000);
    size_t n = 0;
    while (arena_raw(&a, 40, 1, &err))
        n++;
    assert_int_equal(err.code, LIMIT);
    assert_true(a.used_bytes <= 100000);
    assert_in_range(n, 100000 / 80, 100000 / 40);
    arena_clear(&a);
    arena_init(&a, 1 << 25);
    for (n = 0; n < 100000; n++)
        assert_non_null(arena_raw(&a, 100, 1, &err));
    assert_true(a.used_bytes < 15000000);
    arena_clear(&a);
}

static void a_reset_arena_allocates_nothing_for_the_same_job(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 1 << 24);
    for (int i = 0; i < 1000; i++)
        assert_non_null(arena_raw(&a, 100, 1, &err));
    arena_reset(&a);
    const size_t kept_bytes = a.used_bytes;
    assert_in_range(kept_bytes, 4096, 200000);
    for (int round = 0; round < 3; round++) {
        assert_non_null(arena_raw(&a, kept_bytes / 2, 1, &err));
        assert_int_equal(a.used_bytes, kept_bytes);
        arena_reset(&a);
    }
    arena_clear(&a);
    arena_reset(&a);
    arena_clear(&a);
}

static void what_grew_too_large_is_not_kept(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 1 << 20);
    const void *first = arena_raw(&a, 100, 1, &err);
    arena_reset_within(&a, 50000);
    assert_ptr_equal(arena_raw(&a, 100, 1, &err), first);
    assert_non_null(arena_raw(&a, 60000, 1, &err));
    arena_reset_within(&a, 50000);
    assert_null(a.last);
    assert_int_equal(a.used_bytes, 0);
    arena_clear(&a);
}

static void texts_are_copied_and_formatted(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    arena_init(&a, 1 << 16);
    assert_string_equal(arena_strdup(&a, "abc", &err), "abc");
    assert_string_equal(arena_strndup(&a, "abcdef", 2, &err), "ab");
    assert_string_equal(arena_strndup(&a, "", 0, &err), "");
    assert_null(arena_strdup(&a, NULL, &err));
    assert_null(arena_strndup(&a, NULL, 7, &err));
    assert_int_equal(err.code, OK);
    assert_string_equal(arena_printf(&a, &err, "%d of %s", 3, "four"), "3 of four");
    assert_null(arena_printf(&a, &err, "%70000d", 1));
    assert_int_equal(err.code, LIMIT);
    arena_clear(&a);
}

static void a_failure_is_remembered_until_reset(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    assert_non_null(arena_raw(&a, 1, 10, NULL));
    assert_false(a.failed);
    assert_null(arena_raw(&a, 1, 100000, NULL));
    assert_non_null(arena_raw(&a, 1, 10, NULL));
    assert_true(a.failed);
    arena_reset(&a);
    assert_false(a.failed);
    assert_null(arena_raw(&a, SIZE_MAX, 16, NULL));
    assert_true(a.failed);
    arena_clear(&a);
    assert_false(a.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_is_aligned_and_apart),
        cmocka_unit_test(the_limit_holds_and_can_be_reached),
        cmocka_unit_test(many_small_items_stay_under_the_limit),
        cmocka_unit_test(a_reset_arena_allocates_nothing_for_the_same_job),
        cmocka_unit_test(what_grew_too_large_is_not_kept),
        cmocka_unit_test(texts_are_copied_and_formatted),
        cmocka_unit_test(a_failure_is_remembered_until_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
