#include "tests/unit/unit.h"

#include "importers/loose_type.h"

#include <string.h>

static const struct {
    const char *text;
    enum loose_kind kind;
    double number;
} CASES[] = {
    {"", LOOSE_TEXT, 0},
    {"0", LOOSE_INTEGER, 0},
    {"7", LOOSE_INTEGER, 7},
    {"-12", LOOSE_INTEGER, -12},
    {"-0", LOOSE_POINT, 0},
    {"9223372036854775807", LOOSE_INTEGER, 9223372036854775807.0},
    {"-9223372036854775808", LOOSE_INTEGER, -9223372036854775808.0},
    {"9223372036854775808", LOOSE_TEXT, 0},
    {"99999999999999999999", LOOSE_TEXT, 0},
    {"0033", LOOSE_TEXT, 0},
    {"01001", LOOSE_TEXT, 0},
    {"00", LOOSE_TEXT, 0},
    {"-01", LOOSE_TEXT, 0},
    {"+33", LOOSE_TEXT, 0},
    {"1E5", LOOSE_TEXT, 0},
    {"1e05", LOOSE_TEXT, 0},
    {"1e-06", LOOSE_POINT, 1e-06},
    {"1e+2", LOOSE_POINT, 100},
    {"1.5e3", LOOSE_POINT, 1500},
    {"1.5e", LOOSE_TEXT, 0},
    {"0.5", LOOSE_POINT, 0.5},
    {".5", LOOSE_POINT, 0.5},
    {"-.5", LOOSE_POINT, -0.5},
    {"00.5", LOOSE_TEXT, 0},
    {"5.", LOOSE_TEXT, 0},
    {"1.2.3", LOOSE_TEXT, 0},
    {"1e400", LOOSE_TEXT, 0},
    {"1.0e400", LOOSE_TEXT, 0},
    {"nan", LOOSE_TEXT, 0},
    {"0x10", LOOSE_TEXT, 0},
    {"-", LOOSE_TEXT, 0},
    {".", LOOSE_TEXT, 0},
    {"--1", LOOSE_TEXT, 0},
    {"12 ", LOOSE_TEXT, 0},
    {"1e", LOOSE_TEXT, 0},
    {"1e-", LOOSE_TEXT, 0},
    {"2,5", LOOSE_DECIMAL_COMMA, 2.5},
    {"-38,55", LOOSE_DECIMAL_COMMA, -38.55},
    {",5", LOOSE_TEXT, 0},
    {"1,234,567", LOOSE_TEXT, 0},
    {"1,5e3", LOOSE_TEXT, 0},
    {"true", LOOSE_BOOLEAN, 1},
    {"FALSE", LOOSE_BOOLEAN, 0},
    {"True", LOOSE_BOOLEAN, 1},
    {"tRUE", LOOSE_TEXT, 0},
    {"yes", LOOSE_TEXT, 0},
    {"t", LOOSE_TEXT, 0},
};

static void a_text_is_a_number_only_when_it_is_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct loose_value v = loose_value_of(span_of(CASES[i].text), LOOSE_COMMA);
        const double number = v.kind == LOOSE_INTEGER   ? (double)v.integer
                              : v.kind == LOOSE_BOOLEAN ? v.boolean
                              : v.kind == LOOSE_TEXT    ? 0
                                                        : v.real;
        if (v.kind != CASES[i].kind || number != CASES[i].number)
            fail_msg("'%s': kind %d, %.17g", CASES[i].text, (int)v.kind, number);
    }
}

static void the_kind_is_the_same_without_the_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct span text = span_of(CASES[i].text);
        const struct loose_value v = loose_value_of(text, LOOSE_COMMA);
        const struct loose_value kind = loose_kind_of(text, LOOSE_COMMA);
        if (kind.kind != v.kind || kind.integer != v.integer || kind.boolean != v.boolean)
            fail_msg("'%s': kind %d", CASES[i].text, (int)kind.kind);
    }
}

static void a_decimal_comma_must_be_allowed(void **state)
{
    (void)state;
    assert_int_equal(loose_value_of(span_of("2,5"), LOOSE).kind, LOOSE_TEXT);
    assert_int_equal(loose_value_of(span_of("2.5"), LOOSE).kind, LOOSE_POINT);
}

static void digits_without_end_are_text(void **state)
{
    (void)state;
    char digits[200];
    memset(digits, '1', sizeof digits);
    digits[1] = ',';
    assert_int_equal(loose_value_of((struct span){digits, sizeof digits}, LOOSE_COMMA).kind,
                     LOOSE_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_a_number_only_when_it_is_nothing_else),
        cmocka_unit_test(the_kind_is_the_same_without_the_number),
        cmocka_unit_test(a_decimal_comma_must_be_allowed),
        cmocka_unit_test(digits_without_end_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
