#include "tests/unit/import_kit.h"

#include "importers/field_types.h"

static struct value text(const char *t)
{
    return value_text(span_of(t));
}

static void values_become_what_was_asked_for_or_say_why_not(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    arena_init(&arena, 1 << 16);
    const struct {
        enum field_type type;
        struct value v, wanted;
        const char * not ;
    } cases[] = {
        {FIELD_TEXT, value_int(12), text("12"), NULL},
        {FIELD_TEXT, text("0012"), text("0012"), NULL},
        {FIELD_INTEGER, text("0012"), value_int(12), NULL},
        {FIELD_INTEGER, text("+33"), value_int(33), NULL},
        {FIELD_INTEGER, value_real(3), value_int(3), NULL},
        {FIELD_INTEGER, value_real(3.5), value_null(), "'3.5' is not a whole number"},
        {FIELD_INTEGER, text("3.5"), value_null(), "not a whole number"},
        {FIELD_INTEGER, text("99999999999999999999"), value_null(), "not a whole number"},
        {FIELD_INTEGER, text(""), value_null(), "'' is not a whole number"},
        {FIELD_REAL, text("1e5"), value_real(1e5), NULL},
        {FIELD_REAL, text("2,5"), value_real(2.5), NULL},
        {FIELD_REAL, value_int(2), value_real(2), NULL},
        {FIELD_REAL, text("2.5x"), value_null(), "'2.5x' is not a number"},
        {FIELD_REAL, value_bool(true), value_null(), "'true' is not a number"},
        {FIELD_BOOLEAN, text("Yes"), value_bool(true), NULL},
        {FIELD_BOOLEAN, value_int(0), value_bool(false), NULL},
        {FIELD_BOOLEAN, text("maybe"), value_null(), "'maybe' is not a truth value"},
        {FIELD_BOOLEAN, value_int(2), value_null(), "'2' is not a truth value"},
        {FIELD_DATE, text("2026-11-22"), text("2026-11-22"), NULL},
        {FIELD_DATE, text("22/11/2026"), value_null(), "'22/11/2026' is not a date"},
        {FIELD_DATETIME, text("2026-11-22T10:00:00Z"), text("2026-11-22T10:00:00Z"), NULL},
        {FIELD_DATETIME, text("2026-11-22"), value_null(), "is not a time"},
        {FIELD_REAL, value_null(), value_null(), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value v = cases[i].v;
        if (cases[i].not )
            assert_fails(field_types_convert(cases[i].type, LOOSE_COMMA, &arena, &v, &err),
                         BAD_DATA, cases[i].not );
        else
            assert_ok(field_types_convert(cases[i].type, LOOSE_COMMA, &arena, &v, &err));
        if (!cases[i].not &&!value_eq(&v, &cases[i].wanted))
            fail_msg("case %zu", i);
    }
    arena_clear(&arena);
}

static void what_cannot_be_a_type_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct field_set *s = NULL;
    size_t index = 0;
    enum field_type type;
    assert_ok(field_set_new(false, &s, &err));
    assert_fails(field_types_force("a", s, &err), BAD_ARG, "'a' is not FIELD=TYPE");
    assert_fails(field_types_force("=text", s, &err), BAD_ARG, "'=text' is not FIELD=TYPE");
    assert_fails(field_types_force("a=text,b=number", s, &err), BAD_ARG, "'number' is not a type");
    assert_fails(field_types_force("a=json", s, &err), BAD_ARG, "'json' is not a type");
    assert_ok(field_types_force("x=y=date", s, &err));
    assert_ok(field_set_index(s, span_of("x=y"), &index, &err));
    assert_true(field_set_is_forced(s, index, &type) && type == FIELD_DATE);
    assert_fails(field_set_check_forced(s, &err), BAD_ARG, "no field 'a'");
    field_set_free(s);
}

static void a_type_that_is_asked_for_holds_for_every_format(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.field_types = "a=text,b=real";
    assert_imports(k, FC(POINT("", "\"a\":1,\"b\":2") "," POINT("", "\"a\":0.5")));
    assert_layer(k, "a:text, b:real\n"
                    "1: \"1\", 2 [Point 1]\n"
                    "2: \"0.5\", null [Point 1]");
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, FC(POINT("", "\"a\":1,\"b\":\"x\"") "," POINT("", "\"a\":2")));
    assert_layer(k, "a:text, b:real\n2: \"2\", null [Point 1]");
    assert_int_equal(k->summary.n_rejected, 1);
    assert_string_equal(k->summary.first_rejects[0].reason, "field 'b': 'x' is not a number");
    k->o.field_types = "c=text";
    assert_import_fails(k, FC(POINT("", "\"a\":1")), BAD_ARG, "the source has no field 'c'");
    k->o.field_types = "a=integer";
    k->o.mode = IMPORT_APPEND;
    assert_import_fails(k, FC(POINT("", "\"a\":1")), CONFLICT,
                        "field 'a' of the layer is of type text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_what_was_asked_for_or_say_why_not),
        cmocka_unit_test(what_cannot_be_a_type_is_named),
        kit_test(a_type_that_is_asked_for_holds_for_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
