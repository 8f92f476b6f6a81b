#include "base/value.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static const struct {
    struct value value;
    const char *json;
    const char *text;
} CASES[] = {
    {{.type = VALUE_NULL}, "null", ""},
    {{.type = VALUE_BOOL, .boolean = true}, "true", "true"},
    {{.type = VALUE_BOOL}, "false", "false"},
    {{.type = VALUE_INT, .integer = -7}, "-7", "-7"},
    {{.type = VALUE_INT, .integer = INT64_MIN}, "-9223372036854775808", "-9223372036854775808"},
    {{.type = VALUE_REAL, .real = 2.5}, "2.5", "2.5"},
    {{.type = VALUE_REAL, .real = INFINITY}, "null", ""},
    {{.type = VALUE_TEXT, .text = {"a\"b", 3}}, "\"a\\\"b\"", "a\"b"},
    {{.type = VALUE_TEXT, .text = {"", 0}}, "\"\"", ""},
    {{.type = VALUE_JSON, .text = {"[1,2]", 5}}, "[1,2]", "[1,2]"},
};
#define N_CASES (sizeof CASES / sizeof *CASES)

static void values_survive_packing(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1000);
    for (size_t i = 0; i < N_CASES; i++)
        value_pack(&b, &CASES[i].value);
    struct bytes r = {b.data, b.data + b.len_bytes};
    for (size_t i = 0; i < N_CASES; i++) {
        struct value v;
        assert_ok(value_unpack(&r, &v, &err));
        assert_true(value_eq(&v, &CASES[i].value));
        for (size_t k = 0; k < N_CASES; k++)
            assert_int_equal(value_eq(&v, &CASES[k].value), i == k);
    }
    assert_ptr_equal(r.at, r.end);
    buf_clear(&b);
}

static void texts_of_any_length_survive_packing(void **state)
{
    (void)state;
    struct err err = {0};
    static char letters[300];
    memset(letters, 'a', sizeof letters);
    for (size_t n = 0; n <= sizeof letters; n++) {
        const struct value v = value_text((struct span){letters, n});
        struct value back;
        struct buf b;
        buf_init(&b, 1000);
        value_pack(&b, &v);
        assert_ok(buf_status(&b, &err));
        struct bytes r = {b.data, b.data + b.len_bytes};
        assert_ok(value_unpack(&r, &back, &err));
        assert_true(value_eq(&v, &back) && r.at == r.end);
        r = (struct bytes){b.data, b.data + b.len_bytes - 1};
        assert_fails(value_unpack(&r, &back, &err), BAD_DATA, "");
        buf_clear(&b);
    }
}

static void cut_and_foreign_bytes_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1000);
    struct value out = value_int(7);
    for (size_t i = 0; i < N_CASES; i++) {
        buf_reset(&b);
        value_pack(&b, &CASES[i].value);
        for (size_t n = 0; n < b.len_bytes; n++) {
            struct bytes r = {b.data, b.data + n};
            assert_fails(value_unpack(&r, &out, &err), BAD_DATA, "");
            assert_ptr_equal(r.at, b.data);
        }
    }
    static const uint8_t FOREIGN[] = {9};
    struct bytes r = {FOREIGN, FOREIGN + 1};
    assert_fails(value_unpack(&r, &out, &err), BAD_DATA, "type 9");
    static const uint8_t TRUTH[] = {VALUE_BOOL, 2};
    r = (struct bytes){TRUTH, TRUTH + 2};
    assert_fails(value_unpack(&r, &out, &err), BAD_DATA, "truth");
    assert_int_equal(out.integer, 7);
    buf_clear(&b);
}

static void values_are_written_for_machines_and_for_people(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (size_t i = 0; i < N_CASES; i++) {
        buf_reset(&b);
        struct json_out j = json_out(&b);
        value_put_json(&j, &CASES[i].value);
        assert_string_equal(buf_text(&b), CASES[i].json);
        buf_reset(&b);
        value_put_text(&b, &CASES[i].value);
        assert_string_equal(buf_text(&b), CASES[i].text);
    }
    buf_clear(&b);
}

static void makers_make(void **state)
{
    (void)state;
    assert_int_equal(value_null().type, VALUE_NULL);
    assert_true(value_bool(true).boolean);
    assert_int_equal(value_int(5).integer, 5);
    assert_true(value_real(.5).real == .5);
    assert_true(span_eq(value_text(span_of("x")).text, "x"));
    assert_int_equal(value_json(span_of("{}")).type, VALUE_JSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_survive_packing),
        cmocka_unit_test(texts_of_any_length_survive_packing),
        cmocka_unit_test(cut_and_foreign_bytes_are_refused),
        cmocka_unit_test(values_are_written_for_machines_and_for_people),
        cmocka_unit_test(makers_make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
