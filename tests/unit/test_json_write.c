#include "base/json_write.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static void commas_and_brackets_are_set(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    struct json_out j = json_out(&b);
    json_object(&j);
    json_key(&j, "a");
    json_array(&j);
    json_int(&j, 1);
    json_f64(&j, 2.5);
    json_fixed(&j, 1.23456, 2);
    json_bool(&j, true);
    json_null(&j);
    json_array(&j);
    json_array_end(&j);
    json_object(&j);
    json_object_end(&j);
    json_raw(&j, span_of("{\"r\":[1]}"));
    json_array_end(&j);
    json_member_text(&j, "t", "text");
    json_member_text(&j, "left out", NULL);
    json_member_int(&j, "i", -5);
    json_member_bool(&j, "no", false);
    json_key(&j, "n");
    json_text(&j, NULL);
    json_object_end(&j);
    assert_string_equal(buf_text(&b),
                        "{\"a\":[1,2.5,1.23,true,null,[],{},{\"r\":[1]}],\"t\":\"text\",\"i\":-5,"
                        "\"no\":false,\"n\":null}");
    assert_int_equal(j.depth, 0);
    buf_clear(&b);
}

static void assert_text(struct span text, const char *wanted)
{
    struct buf b;
    buf_init(&b, 1000);
    struct json_out j = json_out(&b);
    json_span(&j, text);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void text_is_escaped(void **state)
{
    (void)state;
    assert_text(span_of(""), "\"\"");
    assert_text(span_of("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    assert_text(span_of("\b\f\n\r\t\x01\x1F\x7F"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
    assert_text((struct span){"a\0b", 3}, "\"a\\u0000b\"");
    assert_text(span_of("\xC3\xA9 \xF0\x9F\x97\xBA"), "\"\xC3\xA9 \xF0\x9F\x97\xBA\"");
}

static void bytes_that_are_no_text_become_replacement_characters(void **state)
{
    (void)state;
    assert_text(span_of("a\xFF"
                        "b"),
                "\"a\xEF\xBF\xBD"
                "b\"");
    assert_text(span_of("\xC3"), "\"\xEF\xBF\xBD\"");
    assert_text(span_of("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void numbers_are_always_json(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    struct json_out j = json_out(&b);
    json_array(&j);
    json_f64(&j, NAN);
    json_fixed(&j, INFINITY, 3);
    json_f64(&j, -0.0);
    json_int(&j, INT64_MIN);
    json_int(&j, 0);
    json_array_end(&j);
    assert_string_equal(buf_text(&b), "[null,null,0,-9223372036854775808,0]");
    buf_clear(&b);
}

static void failure_is_the_buffers(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 3);
    struct json_out j = json_out(&b);
    json_text(&j, "longer");
    assert_fails(buf_status(&b, &err), LIMIT, "3 bytes");
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_brackets_are_set),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(bytes_that_are_no_text_become_replacement_characters),
        cmocka_unit_test(numbers_are_always_json),
        cmocka_unit_test(failure_is_the_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
