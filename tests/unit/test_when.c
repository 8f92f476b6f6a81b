#include "base/when.h"
#include "tests/unit/unit.h"

#include <string.h>

static void assert_when(const char *text, enum when_kind kind, const char *as_rfc3339)
{
    struct err err = {0};
    int64_t us = 0;
    enum when_kind found = WHEN_NONE;
    assert_int_equal(when_kind_of(span_of(text)), kind);
    assert_ok(when_parse(span_of(text), &us, &found, &err));
    assert_int_equal(found, kind);
    struct buf b;
    buf_init(&b, 100);
    when_put_rfc3339(&b, us);
    assert_string_equal(buf_text(&b), as_rfc3339);
    buf_clear(&b);
}

static void dates_and_times_are_read(void **state)
{
    (void)state;
    assert_when("1970-01-01", WHEN_DATE, "1970-01-01T00:00:00Z");
    assert_when("2026-11-22", WHEN_DATE, "2026-11-22T00:00:00Z");
    assert_when("2000-02-29", WHEN_DATE, "2000-02-29T00:00:00Z");
    assert_when("0001-01-01", WHEN_DATE, "0001-01-01T00:00:00Z");
    assert_when("9999-12-31", WHEN_DATE, "9999-12-31T00:00:00Z");
    assert_when("2026-11-22T10:00:00Z", WHEN_DATETIME, "2026-11-22T10:00:00Z");
    assert_when("2026-11-22t10:00:00z", WHEN_DATETIME, "2026-11-22T10:00:00Z");
    assert_when("2026-11-22 10:00:00", WHEN_DATETIME, "2026-11-22T10:00:00Z");
    assert_when("2026-11-22T10:00:00.25Z", WHEN_DATETIME, "2026-11-22T10:00:00.25Z");
    assert_when("2026-11-22T10:00:00.123456789Z", WHEN_DATETIME, "2026-11-22T10:00:00.123456Z");
    assert_when("2026-11-22T00:30:00+01:00", WHEN_DATETIME, "2026-11-21T23:30:00Z");
    assert_when("2026-11-22T23:30:00-0130", WHEN_DATETIME, "2026-11-23T01:00:00Z");
    assert_when("2026-11-22 10:00:00+00", WHEN_DATETIME, "2026-11-22T10:00:00Z");
    assert_when("2026-11-22T10:00:00+23:59", WHEN_DATETIME, "2026-11-21T10:01:00Z");
    assert_when("2016-12-31T23:59:60Z", WHEN_DATETIME, "2016-12-31T23:59:59.999999Z");
    assert_when("1969-12-31T23:59:59.5Z", WHEN_DATETIME, "1969-12-31T23:59:59.5Z");
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "x",
        "2026",
        "2026-11",
        "2026-13-01",
        "2026-00-01",
        "2026-11-31",
        "2026-02-29",
        "1900-02-29",
        "0000-01-01",
        "2026-1-1",
        "20261122",
        "2026-11-22T",
        "2026-11-22 ",
        "2026-11-22T10:00",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T10:00:61Z",
        "2026-11-22T10:00:00.Z",
        "2026-11-22T10:00:00+24:00",
        "2026-11-22T10:00:00+1",
        "2026-11-22T10:00:00+01:",
        "2026-11-22T10:00:00ZZ",
        "2026-11-22T10:00:00Z ",
        " 2026-11-22",
        "-026-11-22",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    };
    struct err err = {0};
    int64_t us = 7;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_equal(when_kind_of(span_of(BAD[i])), WHEN_NONE);
        assert_fails(when_parse(span_of(BAD[i]), &us, NULL, &err), BAD_ARG, "is not a date");
    }
    assert_fails(when_parse((struct span){0}, &us, NULL, &err), BAD_ARG, "''");
    assert_fails(when_parse((struct span){"2026-11-22\0", 11}, &us, NULL, &err), BAD_ARG, "");
    assert_int_equal(us, 7);
}

static void every_day_of_four_centuries_comes_back(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 100);
    const int64_t day_us = INT64_C(86400000000);
    for (int64_t day = -150000; day < 0; day += 7) {
        buf_reset(&b);
        when_put_rfc3339(&b, (day + 100000) * day_us);
        int64_t us = 0;
        assert_ok(when_parse(span_of(buf_text(&b)), &us, NULL, &err));
        assert_true(us == (day + 100000) * day_us);
    }
    buf_clear(&b);
}

static void http_dates_name_the_day_of_the_week(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    when_put_http(&b, INT64_C(784111777) * 1000000);
    assert_string_equal(buf_text(&b), "Sun, 06 Nov 1994 08:49:37 GMT"); /* RFC 9110, 5.6.7 */
    buf_reset(&b);
    when_put_http(&b, -1);
    assert_string_equal(buf_text(&b), "Wed, 31 Dec 1969 23:59:59 GMT");
    buf_clear(&b);
}

static void clocks_run(void **state)
{
    (void)state;
    assert_true(when_now_us() > INT64_C(1700000000000000));
    const int64_t start_us = when_monotonic_us();
    assert_true(start_us > 0 && when_monotonic_us() >= start_us);
}

#define DAY_2020_US INT64_C(1577836800000000) /* 2020-01-01 */

static void intervals_are_read(void **state)
{
    (void)state;
    struct err err = {0};
    struct when_interval v;
    assert_ok(when_parse_interval("2020-01-01T00:00:00Z", &v, &err));
    assert_true(v.has_start && v.has_end && v.start_us == DAY_2020_US && v.end_us == DAY_2020_US);
    assert_ok(when_parse_interval("2020-01-01", &v, &err));
    assert_true(v.start_us == DAY_2020_US && v.end_us == DAY_2020_US + INT64_C(86399999999));
    assert_ok(when_parse_interval("2020-01-01/2020-01-01", &v, &err));
    assert_true(v.start_us == DAY_2020_US && v.end_us == DAY_2020_US + INT64_C(86399999999));
    assert_ok(when_parse_interval("2020-01-01/2020-01-02T00:00:00Z", &v, &err));
    assert_true(v.end_us == DAY_2020_US + INT64_C(86400000000));
    static const char *const TO_NOW[] = {"../2020-01-01T00:00:00Z", "/2020-01-01T00:00:00Z"};
    static const char *const FROM_THEN[] = {"2020-01-01/..", "2020-01-01/"};
    for (int i = 0; i < 2; i++) {
        assert_ok(when_parse_interval(TO_NOW[i], &v, &err));
        assert_true(!v.has_start && v.has_end && v.end_us == DAY_2020_US);
        assert_ok(when_parse_interval(FROM_THEN[i], &v, &err));
        assert_true(v.has_start && !v.has_end && v.start_us == DAY_2020_US);
    }
    assert_ok(when_parse_interval("../..", &v, &err));
    assert_true(!v.has_start && !v.has_end);
}

static void intervals_that_are_none_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct when_interval v;
    assert_fails(when_parse_interval("", &v, &err), BAD_ARG, "neither");
    assert_fails(when_parse_interval("..", &v, &err), BAD_ARG, "neither");
    assert_fails(when_parse_interval("2020-01-02/2020-01-01", &v, &err), BAD_ARG,
                 "before it starts");
    assert_fails(when_parse_interval("2020-01-01/2020-01-02/2020-01-03", &v, &err), BAD_ARG, "");
    assert_fails(when_parse_interval("yesterday/..", &v, &err), BAD_ARG, "yesterday");
    assert_fails(when_parse_interval("2020-01-01/...", &v, &err), BAD_ARG, "...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_and_times_are_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(every_day_of_four_centuries_comes_back),
        cmocka_unit_test(http_dates_name_the_day_of_the_week),
        cmocka_unit_test(clocks_run),
        cmocka_unit_test(intervals_are_read),
        cmocka_unit_test(intervals_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
