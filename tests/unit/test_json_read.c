#include "base/json_read.h"
#include "tests/unit/unit.h"

#include <string.h>

#define LIMIT_BYTES 1000000
#define LIMIT_DEPTH 20

static struct json_reader *reader;

static int open_reader(void **state)
{
    (void)state;
    return json_reader_new(LIMIT_BYTES, LIMIT_DEPTH, &reader, NULL);
}

static int close_reader(void **state)
{
    (void)state;
    json_reader_free(reader);
    return 0;
}

static struct json_value read_good(const char *text)
{
    struct err err = {0};
    struct json_value root = {0};
    assert_ok(json_read(reader, span_of(text), &root, &err));
    return root;
}

static void values_have_types(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum json_type type;
    } CASES[] = {
        {"null", JSON_NULL},   {"true", JSON_BOOL},
        {"false", JSON_BOOL},  {"0", JSON_INT},
        {"-5", JSON_INT},      {"9223372036854775807", JSON_INT},
        {"1.0", JSON_REAL},    {"9223372036854775808", JSON_REAL},
        {"1e5", JSON_REAL},    {"\"\"", JSON_TEXT},
        {" [ ] ", JSON_ARRAY}, {"{}", JSON_OBJECT},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct json_value v = read_good(CASES[i].text);
        assert_int_equal(json_type(v), CASES[i].type);
        assert_true(json_is(v, CASES[i].type));
    }
}

static void values_are_read(void **state)
{
    (void)state;
    assert_true(json_bool_of(read_good("true")));
    assert_false(json_bool_of(read_good("false")));
    assert_true(json_int_of(read_good("-9223372036854775808")) == INT64_MIN);
    assert_true(json_f64_of(read_good("-2.5")) == -2.5);
    assert_true(json_f64_of(read_good("7")) == 7);
    assert_true(json_f64_of(read_good("-0")) == 0);
    assert_true(json_f64_of(read_good("18446744073709551615")) == 18446744073709551615.0);
    assert_true(json_f64_of(read_good("1e-400")) == 0);
    assert_true(span_eq(json_text_of(read_good("\"a\\u00e9\\n\\ud83d\\uddfa\"")),
                        "a\xC3\xA9\n\xF0\x9F\x97\xBA"));
    const struct span with_nul = json_text_of(read_good("\"a\\u0000b\""));
    assert_int_equal(with_nul.len_bytes, 3);
    assert_memory_equal(with_nul.at, "a\0b", 4);
}

static void a_value_of_another_type_reads_as_nothing(void **state)
{
    (void)state;
    const struct json_value text = read_good("\"7\"");
    assert_true(json_int_of(text) == 0 && json_f64_of(text) == 0 && !json_bool_of(text));
    assert_int_equal(json_count(text), 0);
    struct json_value out;
    assert_false(json_get(text, "a", &out));
    size_t n = 0;
    assert_false(json_numbers(text, NULL, 0, &n));
    struct json_walk w = json_walk(text);
    struct span key;
    assert_false(json_next(&w, &key, &out));
    const struct json_value number = read_good("7.5");
    assert_int_equal(json_text_of(number).len_bytes, 0);
    assert_non_null(json_text_of(number).at);
    assert_true(json_int_of(number) == 0);
}

static void integers_beyond_64_bits_are_reals(void **state)
{
    (void)state;
    struct json_value v = read_good("123456789012345678901234567890");
    assert_true(json_is(v, JSON_REAL) && json_f64_of(v) == 123456789012345678901234567890.0);
    v = read_good("-9223372036854775809");
    assert_true(json_is(v, JSON_REAL) && json_f64_of(v) == -9223372036854775808.0);
    v = read_good("{\"12345678901234567890123\\\"4\":[12345678901234567890123, 1.5,"
                  "\"99999999999999999999999\",1e5,9223372036854775807,"
                  "0.12345678901234567890123]}");
    struct json_value list;
    assert_true(json_get(v, "12345678901234567890123\"4", &list));
    struct buf b;
    buf_init(&b, 1000);
    json_put(&b, list);
    assert_string_equal(buf_text(&b), "[1.2345678901234568e+22,1.5,\"99999999999999999999999\","
                                      "100000,9223372036854775807,0.12345678901234568]");
    buf_clear(&b);
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":}",
        "{\"a\" 1}",
        "nul",
        "tru",
        "01",
        "1.",
        ".5",
        "+1",
        "1e400",
        "-1e400",
        "NaN",
        "[1 2]",
        "\"a",
        "'a'",
        "\"\t\"",
        "\"\\x\"",
        "{a:1}",
        "[1]]",
        "{}{}",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\xFF\"",
        "[\"\xC3\"]",
        "1e",
        "[1,2",
        "\xEF\xBB\xBF",
        "--1",
        "123456789012345678901234567890x",
    };
    struct err err = {0};
    struct json_value root = {NULL, 77};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_fails(json_read(reader, span_of(BAD[i]), &root, &err), BAD_DATA, "not JSON");
        assert_int_equal(root.at, 77);
    }
    assert_fails(json_read(reader, (struct span){"[1,\0]", 5}, &root, &err), BAD_DATA, "not JSON");
    assert_fails(json_read(reader, span_of("[\"ab\xFF\"]"), &root, &err), BAD_DATA, "at byte 4");
    read_good("{\"still\":\"works\"}");
}

static void length_and_depth_are_limited(void **state)
{
    (void)state;
    struct err err = {0};
    struct json_value root;
    char deep[200] = "";
    for (int depth = 1; depth < 100; depth++) {
        memset(deep, '[', (size_t)depth);
        memset(deep + depth, ']', (size_t)depth);
        deep[2 * depth] = '\0';
        if (depth < LIMIT_DEPTH)
            assert_ok(json_read(reader, span_of(deep), &root, &err));
        else if (depth > LIMIT_DEPTH)
            assert_fails(json_read(reader, span_of(deep), &root, &err), LIMIT, "20 levels");
    }
    static char lengthy[LIMIT_BYTES + 1];
    memset(lengthy, ' ', sizeof lengthy);
    lengthy[0] = '7';
    assert_ok(json_read(reader, (struct span){lengthy, LIMIT_BYTES}, &root, &err));
    assert_fails(json_read(reader, (struct span){lengthy, LIMIT_BYTES + 1}, &root, &err), LIMIT,
                 "1000000");
}

static void members_are_found_and_walked_in_order(void **state)
{
    (void)state;
    const struct json_value v = read_good(
        "{\"a\":{\"x\":[1,2]},\"b\":2,\"a\":3,\"\":4,\"ab\":[],\"u\":18446744073709551615}");
    struct json_value found;
    assert_true(json_get(v, "a", &found) && json_is(found, JSON_OBJECT));
    assert_true(json_get(v, "", &found) && json_int_of(found) == 4);
    assert_false(json_get(v, "x", &found));
    assert_false(json_get(v, "abc", &found));
    assert_int_equal(json_count(v), 6);
    static const char *const KEYS[] = {"a", "b", "a", "", "ab", "u"};
    struct json_walk w = json_walk(v);
    struct span key;
    size_t n = 0;
    while (json_next(&w, &key, &found)) {
        assert_in_range(n, 0, 5);
        assert_true(span_eq(key, KEYS[n++]));
    }
    assert_int_equal(n, 6);
    w = json_walk(read_good("[[],{},3]"));
    for (n = 0; json_next(&w, &key, &found); n++)
        assert_int_equal(key.len_bytes, 0);
    assert_int_equal(n, 3);
}

static void positions_are_read_as_numbers(void **state)
{
    (void)state;
    double xyz[3] = {0};
    size_t n = 0;
    assert_true(json_numbers(read_good("[2.5,-7,18446744073709551615]"), xyz, 2, &n));
    assert_int_equal(n, 3);
    assert_true(xyz[0] == 2.5 && xyz[1] == -7 && xyz[2] == 0);
    assert_true(json_numbers(read_good("[]"), xyz, 3, &n));
    assert_int_equal(n, 0);
    n = 99;
    assert_false(json_numbers(read_good("[1,\"2\"]"), xyz, 3, &n));
    assert_false(json_numbers(read_good("[1,[2]]"), xyz, 3, &n));
    assert_false(json_numbers(read_good("[1,null]"), xyz, 1, &n));
    assert_false(json_numbers(read_good("{}"), xyz, 3, &n));
    assert_int_equal(n, 99);
}

static void a_value_is_written_back_compact(void **state)
{
    (void)state;
    static const char *const CASES[] = {
        "{\"a\":[1,2.5,{\"b\":null,\"c\":[[],{}]}],\"d\":\"x\\\"y\\n\",\"e\":true,\"f\":false}",
        "[[[[[[[[1]]]]]],{\"k\":\"v\"}]]",
        "\"text\"",
        "{}",
        "-5",
        "{\"a\\u0000b\":1}",
        "[9223372036854775807,18446744073709551615]",
        "[\"not a key\",\"nor this\",{\"key\":\"value\"},\"again\"]",
    };
    struct buf b;
    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        buf_reset(&b);
        json_put(&b, read_good(CASES[i]));
        assert_string_equal(buf_text(&b), CASES[i]);
    }
    struct json_value inner;
    assert_true(json_get(read_good("{\"x\":[1, 2],\"y\":3}"), "x", &inner));
    buf_reset(&b);
    json_put(&b, inner);
    assert_string_equal(buf_text(&b), "[1,2]");
    buf_clear(&b);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    assert_true(json_is(read_good("\xEF\xBB\xBF{}"), JSON_OBJECT));
}

static void a_reader_serves_documents_of_growing_length(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, LIMIT_BYTES);
    for (int n = 1; n < 60000; n = n * 3 + 1) {
        buf_reset(&b);
        buf_put_text(&b, "[0");
        for (int i = 1; i < n; i++)
            buf_printf(&b, ",%d", i);
        buf_put_text(&b, "]");
        assert_int_equal(json_count(read_good(buf_text(&b))), n);
    }
    buf_clear(&b);
}

static void pairs_are_taken_together_up_to_what_is_none(void **state)
{
    (void)state;
    double xy[8];
    struct span key;
    struct json_value item;
    struct json_walk w = json_walk(read_good("[[1,2.5],[-3,18446744073709551615],[5,6],[7,8,9]]"));
    assert_int_equal(json_pairs(&w, xy, 2), 2);
    assert_true(xy[0] == 1 && xy[1] == 2.5 && xy[2] == -3 && xy[3] == 18446744073709551615.0);
    assert_int_equal(json_pairs(&w, xy, 4), 1);
    assert_true(xy[0] == 5 && xy[1] == 6);
    assert_int_equal(json_pairs(&w, xy, 4), 0);
    assert_true(json_next(&w, &key, &item));
    assert_int_equal(json_count(item), 3);
    assert_int_equal(json_pairs(&w, xy, 4), 0);
    static const char *const NONE[] = {"[]",
                                       "[7]",
                                       "[[1]]",
                                       "[[1,\"2\"]]",
                                       "[[1,[]]]",
                                       "[[true,1,false,null]]",
                                       "[[1,true,false]]",
                                       "[{\"a\":1}]",
                                       "{\"a\":[1,2]}",
                                       "[[\"a\",1,true]]",
                                       "[[[],[]]]"};
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++) {
        w = json_walk(read_good(NONE[i]));
        assert_int_equal(json_pairs(&w, xy, 4), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_types),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(a_value_of_another_type_reads_as_nothing),
        cmocka_unit_test(integers_beyond_64_bits_are_reals),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(length_and_depth_are_limited),
        cmocka_unit_test(members_are_found_and_walked_in_order),
        cmocka_unit_test(positions_are_read_as_numbers),
        cmocka_unit_test(a_value_is_written_back_compact),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_reader_serves_documents_of_growing_length),
        cmocka_unit_test(pairs_are_taken_together_up_to_what_is_none),
    };
    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
