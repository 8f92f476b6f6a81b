#include "base/err.h"
#include "tests/unit/unit.h"

#include <string.h>

static void setting_records_kind_and_words(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(err_set(&e, BAD_ARG, "limit is '%s'", "7x"), BAD_ARG);
    assert_int_equal(e.code, BAD_ARG);
    assert_string_equal(e.text, "limit is '7x'");
    assert_int_equal(err_set(NULL, IO, "nobody listens"), IO);
}

static void adding_puts_where_before_what(void **state)
{
    (void)state;
    struct err e = {0};
    err_set(&e, NOT_FOUND, "no such field");
    assert_int_equal(err_add(&e, "collection '%s'", "roads"), NOT_FOUND);
    assert_string_equal(e.text, "collection 'roads': no such field");
}

static void adding_to_nothing_is_never_a_success(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(err_add(NULL, "here"), INTERNAL);
    assert_int_equal(err_add(&e, "here"), INTERNAL);
}

static void an_error_may_quote_its_own_words(void **state)
{
    (void)state;
    struct err e = {0};
    err_set(&e, IO, "disk full");
    err_set(&e, IO, "twice: %s, %s", e.text, e.text);
    assert_string_equal(e.text, "twice: disk full, disk full");
}

static void long_words_are_cut_between_characters(void **state)
{
    (void)state;
    struct err e = {0};
    for (int shift = 0; shift < 2; shift++) {
        char words[2000];
        for (size_t i = 0; i < sizeof words - 2; i += 2)
            memcpy(words + i, "\xC3\xA9", 2);
        words[sizeof words - 2] = '\0';
        err_set(&e, BAD_DATA, "%s%s", shift ? "x" : "", words);
        const size_t n = strlen(e.text);
        assert_in_range(n, sizeof e.text - 4, sizeof e.text - 1);
        assert_int_equal((unsigned char)e.text[n - 1], 0xA9);
    }
}

static void every_kind_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(err_name(NO_MEMORY), "NO_MEMORY");
    for (int i = 0; i < ERR_CODES; i++)
        assert_true(strlen(err_name((enum err_code)i)) > 0 &&
                    strlen(err_sentence((enum err_code)i)) > 0);
    assert_string_equal(err_name((enum err_code)99), "INTERNAL");
    assert_string_equal(err_sentence((enum err_code)99), err_sentence(INTERNAL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_records_kind_and_words),
        cmocka_unit_test(adding_puts_where_before_what),
        cmocka_unit_test(adding_to_nothing_is_never_a_success),
        cmocka_unit_test(an_error_may_quote_its_own_words),
        cmocka_unit_test(long_words_are_cut_between_characters),
        cmocka_unit_test(every_kind_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
