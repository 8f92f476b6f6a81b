#include "tests/unit/unit.h"

#include "importers/field_set.h"

#include <stdio.h>
#include <string.h>

static int set_up(void **state)
{
    struct err err = {0};
    struct field_set *s = NULL;
    assert_ok(field_set_new(true, &s, &err));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    field_set_free(*state);
    return 0;
}

static size_t index_of(struct field_set *s, const char *name)
{
    struct err err = {0};
    size_t index = 0;
    assert_ok(field_set_index(s, span_of(name), &index, &err));
    return index;
}

static void see(struct field_set *s, const char *name, struct value v, uint64_t feature)
{
    field_set_observe(s, index_of(s, name), &v, TYPED, feature);
}

static struct value text(const char *t)
{
    return value_text(span_of(t));
}

static enum field_type type_of(struct field_set *s, const char *name)
{
    return field_set_type(s, index_of(s, name));
}

static void fields_keep_the_order_in_which_they_came(void **state)
{
    struct field_set *s = *state;
    assert_int_equal(index_of(s, "a"), 0);
    assert_int_equal(index_of(s, "b"), 1);
    assert_int_equal(index_of(s, "a"), 0);
    assert_int_equal(index_of(s, ""), 2);
    assert_int_equal(index_of(s, "b"), 1);
    assert_int_equal(field_set_count(s), 3);
    assert_string_equal(field_set_name(s, 1), "b");
    size_t found = 0;
    field_set_find(s, span_of("c"), &found);
    assert_int_equal(found, 3);
}

static void a_type_holds_every_value_that_came(void **state)
{
    struct field_set *s = *state;
    const struct {
        struct value a, b;
        enum field_type type;
    } cases[] = {
        {value_null(), value_null(), FIELD_TEXT},
        {value_bool(true), value_null(), FIELD_BOOLEAN},
        {value_int(1), value_int(-7), FIELD_INTEGER},
        {value_int(1), value_real(0.5), FIELD_REAL},
        {value_real(1.5), value_null(), FIELD_REAL},
        {value_int(INT64_C(1) << 60), value_int(1), FIELD_INTEGER},
        {value_int(INT64_C(1) << 60), value_real(0.5), FIELD_TEXT},
        {text("2022-01-31"), text("2019-12-01"), FIELD_DATE},
        {text("2022-01-31T10:00:00Z"), text("2022-01-31T10:00:00+02:00"), FIELD_DATETIME},
        {text("2022-01-31"), text("2022-01-31T10:00:00Z"), FIELD_TEXT},
        {text("2022-01-31"), text("2022-02-31"), FIELD_TEXT},
        {text("01001"), text("01002"), FIELD_TEXT},
        {text("x"), value_int(1), FIELD_TEXT},
        {value_bool(true), value_int(1), FIELD_TEXT},
        {value_json(span_of("[1]")), value_json(span_of("{}")), FIELD_JSON},
        {value_json(span_of("[1]")), value_int(1), FIELD_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%zu", i);
        see(s, name, cases[i].a, 0);
        see(s, name, cases[i].b, 1);
        if (type_of(s, name) != cases[i].type)
            fail_msg("case %zu: %s", i, field_type_name(type_of(s, name)));
    }
}

static void see_loose(struct field_set *s, const char *name, const char *t, enum loose how)
{
    struct value v = text(t);
    static uint64_t feature;
    field_set_observe(s, index_of(s, name), &v, how, ++feature);
}

static void loose_texts_settle_over_all_of_them(void **state)
{
    struct field_set *s = *state;
    const struct {
        const char *a, *b;
        enum field_type type;
    } cases[] = {
        {"1", "2", FIELD_INTEGER},
        {"1", "0033", FIELD_TEXT},
        {"1", "2.5", FIELD_REAL},
        {"1", "2,5", FIELD_REAL},
        {"1.5", "2,5", FIELD_TEXT},
        {"1", "x", FIELD_TEXT},
        {"9007199254740993", "1", FIELD_INTEGER},
        {"9007199254740993", "1.5", FIELD_TEXT},
        {"99999999999999999999", "1", FIELD_TEXT},
        {"true", "False", FIELD_BOOLEAN},
        {"true", "1", FIELD_TEXT},
        {"2022-01-31", "2022-02-01", FIELD_DATE},
        {"2022-01-31T10:00:00Z", "2022-02-01 11:00:00", FIELD_DATETIME},
        {"2022-01-31", "7", FIELD_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%zu", i);
        see_loose(s, name, cases[i].a, LOOSE_COMMA);
        see_loose(s, name, cases[i].b, LOOSE_COMMA);
        if (type_of(s, name) != cases[i].type)
            fail_msg("case %zu: %s", i, field_type_name(type_of(s, name)));
    }
    see_loose(s, "mixed", "7", LOOSE);
    see(s, "mixed", value_real(0.5), 1000);
    assert_int_equal(type_of(s, "mixed"), FIELD_REAL);
    see(s, "mixed", text("7"), 1001);
    assert_int_equal(type_of(s, "mixed"), FIELD_TEXT);
}

static void a_loose_whole_number_becomes_one_that_reads_the_same(void **state)
{
    struct field_set *s = *state;
    static const char *const SAME[] = {"0033",       "-0", "2.5", "2,5", "true",
                                       "2022-01-31", "x",  "",    "+7",  "99999999999999999999"};
    const size_t index = index_of(s, "f");
    struct value v = text("-9007199254740993");
    field_set_observe(s, index, &v, LOOSE_COMMA, 1);
    assert_int_equal(v.type, VALUE_INT);
    assert_true(v.integer == -9007199254740993);
    v = text("7");
    field_set_observe(s, index, &v, TYPED, 2);
    assert_true(span_eq(v.text, "7"));
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++) {
        v = text(SAME[i]);
        field_set_observe(s, index_of(s, SAME[i]), &v, LOOSE_COMMA, 3 + i);
        assert_int_equal(v.type, VALUE_TEXT);
        assert_true(span_eq(v.text, SAME[i]));
    }
}

static void a_known_type_grows_wider_but_not_narrower(void **state)
{
    struct field_set *s = *state;
    struct err err = {0};
    const struct field known[] = {{.name = "t", .column = "t", .type = FIELD_TEXT},
                                  {.name = "i", .column = "i", .type = FIELD_INTEGER},
                                  {.name = "d", .column = "d", .type = FIELD_DATE}};
    for (size_t i = 0; i < 3; i++)
        assert_ok(field_set_add_known(s, &known[i], &err));
    see(s, "t", text("2022-01-31"), 0);
    see(s, "i", value_real(0.5), 0);
    see(s, "d", text("2022-01-31"), 0);
    assert_int_equal(type_of(s, "t"), FIELD_TEXT);
    assert_int_equal(type_of(s, "i"), FIELD_REAL);
    assert_int_equal(type_of(s, "d"), FIELD_DATE);
}

static void a_value_that_comes_twice_in_a_feature_counts_once(void **state)
{
    struct field_set *s = *state;
    see(s, "a", value_int(1), 0);
    see(s, "a", value_int(2), 0);
    see(s, "a", value_null(), 1);
    see(s, "a", value_int(2), 2);
    assert_int_equal(field_set_n_values(s, 0), 2);
}

static void three_different_examples_are_kept_short(void **state)
{
    struct field_set *s = *state;
    struct buf words;
    buf_init(&words, 1000);
    see(s, "a", text("one"), 0);
    see(s, "a", text("one"), 1);
    see(s, "a",
        text(
            "\xc3\xa9tude \xc3\xa0 dix-huit heures, et encore \xc3\xa9t\xc3\xa9 \xc3\xa9t\xc3\xa9"),
        2);
    see(s, "a", value_int(3), 3);
    see(s, "a", value_int(4), 4);
    field_set_put_examples(s, 0, &words);
    assert_string_equal(buf_text(&words),
                        "one, \xc3\xa9tude \xc3\xa0 dix-huit heures, et encore \xc3\xa9t..., 3");
    buf_clear(&words);
}

static void the_field_after_the_last_possible_one_is_named(void **state)
{
    struct field_set *s = *state;
    struct err err = {0};
    size_t index = 0;
    char name[16];
    for (int i = 0; i < FIELDS_MAX; i++) {
        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(index_of(s, name), i);
    }
    for (int i = FIELDS_MAX - 1; i >= 0; i--) {
        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(index_of(s, name), i);
    }
    assert_fails(field_set_index(s, span_of("last straw"), &index, &err), LIMIT, "'last straw'");
}

static void values_are_turned_into_what_the_field_holds(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    arena_init(&arena, 1 << 16);
    const struct {
        struct value v;
        enum field_type type;
        struct value wanted;
    } cases[] = {
        {value_null(), FIELD_TEXT, value_null()},
        {value_int(3), FIELD_REAL, value_real(3)},
        {value_int(-12), FIELD_TEXT, text("-12")},
        {value_real(0.1), FIELD_TEXT, text("0.1")},
        {value_bool(true), FIELD_TEXT, text("true")},
        {value_json(span_of("{\"a\":1}")), FIELD_TEXT, text("{\"a\":1}")},
        {value_json(span_of("[1]")), FIELD_JSON, value_json(span_of("[1]"))},
        {text("2022-01-31"), FIELD_DATE, text("2022-01-31")},
        {value_int(12), FIELD_INTEGER, value_int(12)},
        {text("12"), FIELD_INTEGER, value_int(12)},
        {text("12"), FIELD_REAL, value_real(12)},
        {text("2,5"), FIELD_REAL, value_real(2.5)},
        {text("1e-06"), FIELD_REAL, value_real(1e-06)},
        {text("TRUE"), FIELD_BOOLEAN, value_bool(true)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value v = cases[i].v;
        assert_ok(field_value_as(cases[i].type, &v, &arena, &err));
        assert_true(value_eq(&v, &cases[i].wanted));
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_keep_the_order_in_which_they_came, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_type_holds_every_value_that_came, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loose_texts_settle_over_all_of_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_loose_whole_number_becomes_one_that_reads_the_same,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_known_type_grows_wider_but_not_narrower, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_value_that_comes_twice_in_a_feature_counts_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(three_different_examples_are_kept_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_field_after_the_last_possible_one_is_named, set_up,
                                        tear_down),
        cmocka_unit_test(values_are_turned_into_what_the_field_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
