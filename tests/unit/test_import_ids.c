#include "tests/unit/import_kit.h"

static void the_id_member_is_the_property_that_says_the_same(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("\"id\":\"01A\",", "\"n\":1,\"code\":\"01A\"") "," POINT(
                          "\"id\":\"02B\",", "\"code\":\"02B\",\"n\":2")));
    assert_string_equal(k->summary.id_field, "code");
    assert_layer(k, "n:integer, code:text\n01A: 1, \"01A\" [Point 1]\n02B: 2, \"02B\" [Point 1]");
}

static void the_id_member_is_a_field_of_its_own_else(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, FC(POINT("\"id\":7,", "\"n\":7") "," POINT("\"id\":8,", "\"n\":1")));
    assert_string_equal(k->summary.id_field, "id");
    assert_layer(k, "n:integer, id:text\n7: 7, \"7\" [Point 1]\n8: 1, \"8\" [Point 1]");

    assert_imports(k,
                   FC(POINT("\"id\":\"a\",", "\"id\":1") "," POINT("\"id\":\"b\",", "\"id\":1")));
    assert_string_equal(k->summary.id_field, "feature_id");
    assert_layer(k, "id:integer, feature_id:text\na: 1, \"a\" [Point 1]\nb: 1, \"b\" [Point 1]");
}

static void a_number_and_its_text_are_the_same_id(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("\"id\":\"7\",", "\"id\":7") "," POINT("\"id\":8,", "\"id\":8")));
    assert_string_equal(k->summary.id_field, "id");
    assert_layer(k, "id:integer\n7: 7 [Point 1]\n8: 8 [Point 1]");
}

static void a_property_id_counts_when_all_have_it_and_none_twice(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, FC(POINT("", "\"id\":\"b\"") "," POINT("", "\"id\":\"a\"")));
    assert_string_equal(k->summary.id_field, "id");
    assert_layer(k, "id:text\na: \"a\" [Point 1]\nb: \"b\" [Point 1]");

    assert_imports(k, FC(POINT("", "\"id\":\"b\"") "," POINT("", "\"id\":\"b\"")));
    assert_null(k->summary.id_field);
    assert_int_equal(k->summary.n_rejected, 0);
    assert_layer(k, "id:text\n1: \"b\" [Point 1]\n2: \"b\" [Point 1]");

    assert_imports(k, FC(POINT("", "\"id\":\"b\"") "," POINT("", "\"id\":null")));
    assert_null(k->summary.id_field);
    assert_imports(k, FC(POINT("", "\"id\":\"b\"") "," POINT("", "\"id\":\"\"")));
    assert_null(k->summary.id_field);
}

static void an_id_member_of_some_features_only_is_kept_but_is_no_id(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("\"id\":\"x\",", "\"n\":1") "," POINT("", "\"n\":2")));
    assert_null(k->summary.id_field);
    assert_layer(k, "n:integer, id:text\n1: 1, \"x\" [Point 1]\n2: 2, null [Point 1]");
    assert_int_equal(k->summary.n_notes, 1);
    assert_string_equal(k->summary.notes[0],
                        "only 1 of 2 features have an id: positions are the ids");
}

static void a_field_of_ids_that_come_twice_is_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("", "\"id\":7") "," POINT("", "\"id\":7")));
    assert_null(k->summary.id_field);
    assert_int_equal(k->summary.n_notes, 1);
    assert_string_equal(k->summary.notes[0],
                        "the field 'id' has the same value twice: positions are the ids");
}

static void no_digit_of_a_number_that_is_an_id_is_lost(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(
        k, FC(POINT("\"id\":18446744073709551615,", "") "," POINT(
               "\"id\":18446744073709551614,", "") "," POINT("\"id\":18446744073709551616,", "")));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "a number beyond 64 bits"));
    assert_layer(k, "id:text\n18446744073709551614: \"18446744073709551614\" [Point 1]\n"
                    "18446744073709551615: \"18446744073709551615\" [Point 1]");
}

static void an_id_that_comes_twice_is_rejected_the_second_time(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("\"id\":\"x\",", "\"n\":1") "," POINT(
                          "\"id\":\"y\",", "\"n\":2") ","
                                                      "\n" POINT("\"id\":\"x\",", "\"n\":3")));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_string_equal(k->summary.first_rejects[0].position, "feature 3, line 2, byte 237");
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "the id 'x' is already that of feature 1, line 1, byte 40");
    assert_layer(k, "n:integer, id:text\nx: 1, \"x\" [Point 1]\ny: 2, \"y\" [Point 1]");
}

static void the_field_that_is_asked_for_is_the_id(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    k->o.id_field = "code";
    assert_imports(
        k, FC(POINT("\"id\":1,", "\"code\":\"A\"") "," POINT("\"id\":2,", "\"n\":1") "," POINT(
               "\"id\":3,", "\"code\":\"A\"") "," POINT("\"id\":4,", "\"code\":5")));
    assert_string_equal(k->summary.id_field, "code");
    assert_int_equal(k->summary.n_rejected, 2);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "no id in its field 'code'"));
    assert_non_null(strstr(k->summary.first_rejects[1].reason, "the id 'A' is already"));
    assert_layer(k, "code:text, n:text, id:text\n5: \"5\", null, \"4\" [Point 1]\n"
                    "A: \"A\", null, \"1\" [Point 1]");

    k->o.id_field = "nothing";
    assert_import_fails(k, FC(POINT("", "\"a\":1")), BAD_DATA, "no id in its field 'nothing'");
    /* The format's own id, by its name. */
    k->o.id_field = "id";
    assert_imports(k, FC(POINT("\"id\":\"x\",", "\"n\":1")));
    assert_layer(k, "n:integer, id:text\nx: 1, \"x\" [Point 1]");
}

static void an_id_with_decimals_is_kept_as_text(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("", "\"id\":1.5") "," POINT("", "\"id\":2")));
    assert_layer(k, "id:text\n1.5: \"1.5\" [Point 1]\n2: \"2\" [Point 1]");
}

/* Enough ids that their spool leaves memory, some of them many times. */
static void ids_are_checked_however_many_there_are(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    enum { N = 60000 };
    struct buf b;
    buf_init(&b, 64 << 20);
    k->o.max_rejects = 1;
    for (int i = 0; i < N; i++)
        buf_printf(&b, "{\"type\":\"Feature\",\"id\":\"%0200d\",\"geometry\":null}\n",
                   i % 3 == 2 ? 0 : i);
    assert_imports(k, buf_text(&b));
    assert_int_equal(k->summary.n_rejected, N / 3);
    assert_int_equal(k->summary.n_written, N - N / 3);
    buf_clear(&b);
}

static void the_same_source_gives_the_same_ids(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const char TEXT[] = FC(POINT("", "\"id\":\"b\"") ",{}," POINT("", "\"id\":\"b\""));
    assert_imports(k, TEXT);
    const char *before = kit_layer(k);
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, TEXT);
    assert_layer(k, before);
    assert_layer(k, "id:text\n1: \"b\" [Point 1]\n3: \"b\" [Point 1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(the_id_member_is_the_property_that_says_the_same),
        kit_test(the_id_member_is_a_field_of_its_own_else),
        kit_test(a_number_and_its_text_are_the_same_id),
        kit_test(a_property_id_counts_when_all_have_it_and_none_twice),
        kit_test(an_id_member_of_some_features_only_is_kept_but_is_no_id),
        kit_test(a_field_of_ids_that_come_twice_is_told),
        kit_test(no_digit_of_a_number_that_is_an_id_is_lost),
        kit_test(an_id_that_comes_twice_is_rejected_the_second_time),
        kit_test(the_field_that_is_asked_for_is_the_id),
        kit_test(an_id_with_decimals_is_kept_as_text),
        kit_test(ids_are_checked_however_many_there_are),
        kit_test(the_same_source_gives_the_same_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
