#include "tests/unit/unit.h"

#include "importers/json_scan.h"

#include <stdio.h>

#include <string.h>

/* Where the value ends when it comes in pieces of n bytes; 0: it does not. */
static size_t end_in_pieces(const char *text, size_t n_piece)
{
    struct json_scan scan = {0};
    const size_t n = strlen(text);
    for (size_t at = 0; at < n; at += n_piece) {
        size_t used = 0;
        const size_t left = n - at < n_piece ? n - at : n_piece;
        if (json_scan_bytes(&scan, text + at, left, &used))
            return at + used;
    }
    return 0;
}

static void assert_ends_after(const char *value, const char *rest)
{
    char text[2000];
    snprintf(text, sizeof text, "%s%s", value, rest);
    for (size_t n_piece = 1; n_piece <= 300; n_piece++)
        assert_int_equal(end_in_pieces(text, n_piece), strlen(value));
}

static void a_value_ends_with_its_last_bracket(void **state)
{
    (void)state;
    assert_ends_after("{}", ",");
    assert_ends_after("[[1,2],[3,[4]]]", "]");
    assert_ends_after("{\"a\":{\"b\":[]}}", "}");
    assert_ends_after("{\"a\":1}", "{\"b\":2}");
}

static void brackets_and_quotes_in_strings_do_not_count(void **state)
{
    (void)state;
    assert_ends_after("{\"a\":\"}]{[\"}", ",1");
    assert_ends_after("{\"a\":\"\\\"}\"}", ",1");
    assert_ends_after("{\"a\\\\\":\"\\\\\"}", ",1");
    assert_ends_after("\"a }] \\\" string\"", ", 2");
}

static void words_and_numbers_end_before_what_follows(void **state)
{
    (void)state;
    assert_ends_after("-12.5e3", ",");
    assert_ends_after("null", "]");
    assert_ends_after("true", "\n");
    assert_ends_after("12", "}");
}

static void nothing_before_a_closing_bracket_is_no_value(void **state)
{
    (void)state;
    assert_ends_after("", "]");
}

/* Long enough that whole blocks are skipped, with brackets and quotes at every place of a block. */
static void long_values_end_where_short_ones_would(void **state)
{
    (void)state;
    char text[1500] = "{\"a\":\"";
    size_t n = strlen(text);
    for (; n < 400; n++)
        text[n] = "x{[}]"[n % 5];
    n += (size_t)snprintf(text + n, sizeof text - n, "\",\"coordinates\":[");
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "[1.25,-3.5],");
    snprintf(text + n, sizeof text - n, "[0,0]],\"b\":\"\\\\\"}");
    assert_ends_after(text, ",{}");
}

static void a_value_that_is_cut_off_does_not_end(void **state)
{
    (void)state;
    assert_int_equal(end_in_pieces("{\"a\":[1,2]", 3), 0);
    assert_int_equal(end_in_pieces("{\"a\":\"}", 3), 0);
    assert_int_equal(end_in_pieces("12", 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_ends_with_its_last_bracket),
        cmocka_unit_test(brackets_and_quotes_in_strings_do_not_count),
        cmocka_unit_test(words_and_numbers_end_before_what_follows),
        cmocka_unit_test(nothing_before_a_closing_bracket_is_no_value),
        cmocka_unit_test(long_values_end_where_short_ones_would),
        cmocka_unit_test(a_value_that_is_cut_off_does_not_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
