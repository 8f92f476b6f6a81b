#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void columns_are_as_wide_as_their_longest_cell(void **state)
{
    (void)state;
    static const char *const titles[] = {"name", "n", "last"};
    static const char *const first[] = {"parcelles", "4,241", "x"};
    static const char *const second[] = {"lieux-dits", "7", "yz"};
    struct table t;
    struct buf out;
    struct err err = {0};
    buf_init(&out, 4096);
    table_init(&t, 3, titles);
    t.right[1] = true;
    table_row(&t, first);
    table_row(&t, second);
    assert_int_equal(table_put(&t, &out, &err), OK);
    assert_string_equal(buf_text(&out), "name            n  last\n"
                                        "parcelles   4,241  x\n"
                                        "lieux-dits      7  yz\n");
    table_clear(&t);
    buf_clear(&out);
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    static const char *const titles[] = {"nom", "n"};
    static const char *const row[] = {"b\xc3\xa2ti\xc3\xa9s", "1"};
    struct table t;
    struct buf out;
    struct err err = {0};
    buf_init(&out, 4096);
    table_init(&t, 2, titles);
    table_row(&t, row);
    assert_int_equal(table_put(&t, &out, &err), OK);
    assert_string_equal(buf_text(&out), "nom     n\nb\xc3\xa2ti\xc3\xa9s  1\n");
    table_clear(&t);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_longest_cell),
        cmocka_unit_test(characters_are_counted_not_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
