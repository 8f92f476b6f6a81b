#include "base/mem.h"
#include "tests/unit/unit.h"

#include <string.h>

static void new_memory_is_zero(void **state)
{
    (void)state;
    char *p = mem_new(100, 3);
    assert_non_null(p);
    for (int i = 0; i < 300; i++)
        assert_int_equal(p[i], 0);
    mem_free(p);
    p = mem_new(0, 8);
    assert_non_null(p);
    mem_free(p);
    mem_free(NULL);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    void *items = NULL;
    size_t room = 0;
    assert_fails(mem_grow(&items, &room, SIZE_MAX / 4, 8, &err), NO_MEMORY, "out of memory");
    assert_null(items);
    assert_int_equal(room, 0);
    assert_fails(mem_grow(&items, &room, SIZE_MAX, 2, &err), NO_MEMORY, "out of memory");
    assert_null(mem_new(SIZE_MAX / 2, 16));
}

static void an_array_grows_geometrically_and_keeps_its_items(void **state)
{
    (void)state;
    struct err err = {0};
    double *items = NULL;
    size_t room = 0, n_moves = 0;
    for (size_t i = 0; i < 100000; i++) {
        const size_t before = room;
        assert_ok(mem_grow((void **)&items, &room, i + 1, sizeof *items, &err));
        n_moves += room != before;
        items[i] = (double)i;
    }
    assert_in_range(n_moves, 1, 40);
    for (size_t i = 0; i < 100000; i++)
        assert_true(items[i] == (double)i);
    mem_free(items);
}

static void a_copied_text_is_another_text(void **state)
{
    (void)state;
    const char *text = "Paris";
    char *copy = mem_strdup(text);
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    mem_free(copy);
    assert_null(mem_strdup(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(an_array_grows_geometrically_and_keeps_its_items),
        cmocka_unit_test(a_copied_text_is_another_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
