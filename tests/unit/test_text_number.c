#include "base/text.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void whole_numbers_are_parsed(void **state)
{
    (void)state;
    struct err err = {0};
    int64_t n = 0;
    assert_ok(text_parse_i64("-42", &n, &err));
    assert_int_equal(n, -42);
    assert_ok(text_parse_i64("+007", &n, &err));
    assert_int_equal(n, 7);
    assert_ok(text_parse_i64("9223372036854775807", &n, &err));
    assert_true(n == INT64_MAX);
    assert_ok(text_parse_i64("-9223372036854775808", &n, &err));
    assert_true(n == INT64_MIN);
    assert_fails(text_parse_i64("9223372036854775808", &n, &err), LIMIT, "64 bits");
    assert_fails(text_parse_i64("-9223372036854775809", &n, &err), LIMIT, "64 bits");
    assert_fails(text_parse_i64("99999999999999999999999", &n, &err), LIMIT, "64 bits");
    static const char *const BAD[] = {"", "-", "7x", " 7", "7 ", "1.0", "0x10", "--1", "1e3"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_fails(text_parse_i64(BAD[i], &n, &err), BAD_ARG, "is not a whole number");
    assert_true(n == INT64_MIN);
}

static void numbers_are_parsed(void **state)
{
    (void)state;
    struct err err = {0};
    static const struct {
        const char *text;
        double value;
    } GOOD[] = {{"1", 1},      {"-1.5", -1.5}, {"+.5", .5},  {"5.", 5},
                {"1e3", 1000}, {"2E-2", .02},  {"1e-400", 0}};
    double d = 0;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_ok(text_parse_f64(GOOD[i].text, &d, &err));
        assert_true(d == GOOD[i].value);
    }
    static const char *const BAD[] = {"",    ".",  "e5", "1e",  "1e+",   "nan", "inf", "-inf",
                                      "0x1", " 1", "1 ", "1,5", "1.2.3", "--1", "1f"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_fails(text_parse_f64(BAD[i], &d, &err), BAD_ARG, "is not a number");
    assert_fails(text_parse_f64("1e400", &d, &err), LIMIT, "too large");
}

static void sizes_are_parsed(void **state)
{
    (void)state;
    struct err err = {0};
    uint64_t n = 0;
    assert_ok(text_parse_bytes("1000", &n, &err));
    assert_true(n == 1000);
    assert_ok(text_parse_bytes("4K", &n, &err));
    assert_true(n == 4096);
    assert_ok(text_parse_bytes("256m", &n, &err));
    assert_true(n == 256u << 20);
    assert_ok(text_parse_bytes("2G", &n, &err));
    assert_true(n == UINT64_C(2) << 30);
    assert_fails(text_parse_bytes("99999999999T", &n, &err), LIMIT, "64 bits");
    static const char *const BAD[] = {"", "K", "-1", "1.5G", "1KB", "1 K", "1X", "1\x0B"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_fails(text_parse_bytes(BAD[i], &n, &err), BAD_ARG, "is not a size");
}

static void assert_written(double value, const char *wanted)
{
    struct buf b;
    buf_init(&b, 100);
    text_put_f64(&b, value);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void a_number_is_written_as_short_as_it_can_be(void **state)
{
    (void)state;
    assert_written(0, "0");
    assert_written(-0.0, "0");
    assert_written(3, "3");
    assert_written(-12, "-12");
    assert_written(0.1, "0.1");
    assert_written(-0.5, "-0.5");
    assert_written(2.3264631, "2.3264631");
    assert_written(652469.02, "652469.02");
    assert_written(6862035.26, "6862035.26");
    assert_written(0.1 + 0.2, "0.30000000000000004");
    assert_written(1.0 / 3, "0.3333333333333333");
    assert_written(2.326463123456789, "2.326463123456789");
    assert_written(123456789012345.0, "123456789012345");
    assert_written(123456789012.34, "123456789012.34");
    assert_written(999999999999999.9, "999999999999999.9");
    assert_written(1e15, "1e+15");
    assert_written(1e14, "100000000000000");
    assert_written(1.25e300, "1.25e+300");
    assert_written(1e-7, "0.0000001");
    assert_written(1.23456789e-7, "0.000000123456789");
    assert_written(1.5e-300, "1.5e-300");
    assert_written(5e-324, "4.94065645841247e-324");
    assert_written(NAN, "null");
    assert_written(-INFINITY, "null");
}

static void every_number_reads_back_the_same(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    uint64_t random = 42;
    for (int i = 0; i < 300000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        double value;
        if (i % 3 == 0)
            memcpy(&value, &random, sizeof value);
        else if (i % 3 == 1)
            value = (double)(int64_t)(random >> 20) / 1e7 - 5e5;
        else
            value = (double)(int64_t)(random >> 11) * 1e-12;
        if (!isfinite(value))
            continue;
        buf_reset(&b);
        text_put_f64(&b, value);
        assert_true(strtod(buf_text(&b), NULL) == value);
        const bool ordinary = fabs(value) >= 1e-7 && fabs(value) < 1e15;
        assert_true(!ordinary || !strchr(buf_text(&b), 'e'));
    }
    buf_clear(&b);
}

static void assert_fixed(double value, int decimals, const char *wanted)
{
    struct buf b;
    buf_init(&b, 100);
    text_put_fixed(&b, value, decimals);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void decimals_are_limited(void **state)
{
    (void)state;
    assert_fixed(2.32646312345, 7, "2.3264631");
    assert_fixed(-0.5, 7, "-0.5");
    assert_fixed(3, 7, "3");
    assert_fixed(100, 2, "100");
    assert_fixed(-0.00000001, 7, "0");
    assert_fixed(0.05, 1, "0");
    assert_fixed(0.051, 1, "0.1");
    assert_fixed(1.999999999, 3, "2");
    assert_fixed(-179.99999999, 7, "-180");
    assert_fixed(12.7, 0, "13");
    assert_fixed(12.7, -3, "13");
    assert_fixed(0.1, 40, "0.1");
    assert_fixed(123456789.123, 9, "123456789.123");
    assert_fixed(1e300, 2, "1e+300");
    assert_fixed(NAN, 2, "null");
    assert_fixed(INFINITY, 2, "null");
}

static void assert_count(uint64_t n, const char *wanted)
{
    struct buf b;
    buf_init(&b, 100);
    text_put_count(&b, n);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void assert_size(uint64_t n_bytes, const char *wanted)
{
    struct buf b;
    buf_init(&b, 100);
    text_put_size(&b, n_bytes);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void people_get_counts_and_sizes_they_can_read(void **state)
{
    (void)state;
    assert_count(0, "0");
    assert_count(999, "999");
    assert_count(1000, "1,000");
    assert_count(12345678, "12,345,678");
    assert_count(1000007, "1,000,007");
    assert_count(UINT64_MAX, "18,446,744,073,709,551,615");
    assert_size(0, "0 bytes");
    assert_size(512, "512 bytes");
    assert_size(1000, "1 KB");
    assert_size(1536, "1.5 KB");
    assert_size(256u << 20, "256 MB");
    assert_size(UINT64_C(3) << 29, "1.5 GB");
    assert_size(UINT64_MAX, "16 EB");
}

static void the_number_that_a_text_begins_with_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        double value;
    } cases[] = {
        {"12", 2, 12},
        {"-0.5 48", 4, -0.5},
        {"+3", 2, 3},
        {".5)", 2, 0.5},
        {"5.", 2, 5},
        {"1e3", 3, 1000},
        {"1.5E-2,", 6, 0.015},
        {"2e", 1, 2},
        {"2e+", 1, 2},
        {"0.1", 3, 0.1},
        {"179.99999999999999", 18, 179.99999999999999},
        {"9007199254740993", 16, 9007199254740992.0},
        {"123456789012345678901234567890", 30, 123456789012345678901234567890.0},
        {"4.9406564584124654e-324", 23, 4.9406564584124654e-324},
        {"1e23", 4, 1e23},
        {"0000000000000000000000001.25", 28, 1.25},
        {"2.2250738585072011e-308", 23, 2.2250738585072011e-308},
        {"", 0, 0},
        {"-", 0, 0},
        {".", 0, 0},
        {"e5", 0, 0},
        {"nan", 0, 0},
        {"1e400", 0, 0},
        {"1e99999999999999999999", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 0;
        if (text_read_f64(span_of(cases[i].text), &value) != cases[i].n || value != cases[i].value)
            fail_msg("'%s': %.17g", cases[i].text, value);
    }
    char digits[1002];
    double value = 7;
    memset(digits, '1', sizeof digits);
    assert_int_equal(text_read_f64((struct span){digits, sizeof digits}, &value), 0);
    assert_int_equal(text_read_f64((struct span){"12345", 2}, &value), 2);
    assert_true(value == 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_parsed),
        cmocka_unit_test(numbers_are_parsed),
        cmocka_unit_test(sizes_are_parsed),
        cmocka_unit_test(a_number_is_written_as_short_as_it_can_be),
        cmocka_unit_test(every_number_reads_back_the_same),
        cmocka_unit_test(decimals_are_limited),
        cmocka_unit_test(people_get_counts_and_sizes_they_can_read),
        cmocka_unit_test(the_number_that_a_text_begins_with_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
