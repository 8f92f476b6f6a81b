#include "server/http/param.h"
#include "tests/unit/unit.h"

#include <stdint.h>
#include <string.h>

static const char *const CHOICES[] = {"intersects", "within", NULL};

static enum err_code refuse_odd(const struct param *p, struct err *err)
{
    return p->integer % 2 ? err_set(err, BAD_ARG, "%s is odd", p->spec->name) : OK;
}

static const struct param_spec LIMIT_SPEC = {
    .name = "limit", .kind = PARAM_INTEGER, .minimum = 1, .maximum = 1000, .clamp = true};
static const struct param_spec ROW = {
    .name = "row", .kind = PARAM_INTEGER, .minimum = 0, .maximum = 7};
static const struct param_spec ANY = {.name = "any", .kind = PARAM_INTEGER};
static const struct param_spec EVEN = {.name = "even", .kind = PARAM_INTEGER, .check = refuse_odd};
static const struct param_spec CHOICE = {.name = "how", .kind = PARAM_CHOICE, .choices = CHOICES};
static const struct param_spec TEXT = {.name = "q", .kind = PARAM_TEXT};
static const struct param_spec NAMES = {
    .name = "collections", .kind = PARAM_TEXT_LIST, .max_items = 3};
static const struct param_spec BBOX = {
    .name = "bbox", .kind = PARAM_NUMBER_LIST, .min_items = 4, .max_items = 6};

static int start(void **state)
{
    static struct arena a;
    arena_init(&a, 1 << 20);
    *state = &a;
    return 0;
}

static int stop(void **state)
{
    arena_clear(*state);
    return 0;
}

static void whole_numbers_are_read(void **state)
{
    struct err err = {0};
    struct param p;
    assert_ok(param_parse(&LIMIT_SPEC, "7", *state, &p, &err));
    assert_int_equal(p.integer, 7);
    assert_true(p.given);
    assert_string_equal(p.text, "7");
    assert_ptr_equal(p.spec, &LIMIT_SPEC);
    assert_ok(param_parse(&LIMIT_SPEC, "1001", *state, &p, &err));
    assert_int_equal(p.integer, 1000);
    assert_ok(param_parse(&LIMIT_SPEC, "99999999999999999999999", *state, &p, &err));
    assert_int_equal(p.integer, 1000);
    assert_ok(param_parse(&ANY, "-9223372036854775808", *state, &p, &err));
    assert_true(p.integer == INT64_MIN);
    assert_ok(param_parse(&EVEN, "4", *state, &p, &err));
}

static void bad_numbers_are_named(void **state)
{
    struct err err;
    struct param p = {.integer = 42};
    assert_fails(param_parse(&LIMIT_SPEC, "7x", *state, &p, &err), BAD_ARG,
                 "limit is '7x', not a whole number");
    assert_fails(param_parse(&LIMIT_SPEC, "", *state, &p, &err), BAD_ARG, "limit is ''");
    assert_fails(param_parse(&LIMIT_SPEC, "0", *state, &p, &err), BAD_ARG, "from 1 to 1000");
    assert_fails(param_parse(&LIMIT_SPEC, "-99999999999999999999999", *state, &p, &err), BAD_ARG,
                 "from 1 to 1000");
    assert_fails(param_parse(&ROW, "8", *state, &p, &err), BAD_ARG, "row is '8'");
    assert_fails(param_parse(&ANY, "99999999999999999999999", *state, &p, &err), BAD_ARG, "any");
    assert_fails(param_parse(&EVEN, "3", *state, &p, &err), BAD_ARG, "even is odd");
    assert_int_equal(p.integer, 42);
}

static void choices_are_listed_when_missed(void **state)
{
    struct err err = {0};
    struct param p;
    assert_ok(param_parse(&CHOICE, "within", *state, &p, &err));
    assert_int_equal(p.integer, 1);
    assert_fails(param_parse(&CHOICE, "Within", *state, &p, &err), BAD_ARG,
                 "how is 'Within', not one of intersects, within");
}

static void lists_are_split_at_commas(void **state)
{
    struct err err = {0};
    struct param p;
    assert_ok(param_parse(&NAMES, "a,b c,d", *state, &p, &err));
    assert_int_equal(p.n_items, 3);
    assert_string_equal(p.texts[1], "b c");
    assert_string_equal(p.text, "a,b c,d");
    assert_fails(param_parse(&NAMES, "a,b,c,d", *state, &p, &err), BAD_ARG, "more than 3");
    assert_fails(param_parse(&NAMES, "a,,b", *state, &p, &err), BAD_ARG, "an item is empty");
    assert_fails(param_parse(&NAMES, "", *state, &p, &err), BAD_ARG, "an item is empty");
    assert_ok(param_parse(&BBOX, "1,2.5,-3e2,+4", *state, &p, &err));
    assert_int_equal(p.n_items, 4);
    assert_true(p.numbers[2] == -300 && p.numbers[1] == 2.5);
    assert_fails(param_parse(&BBOX, "1,2,3", *state, &p, &err), BAD_ARG, "at least 4");
    assert_fails(param_parse(&BBOX, "1,2,3,nan", *state, &p, &err), BAD_ARG,
                 "'nan' is not a number");
}

static void text_is_taken_as_it_is(void **state)
{
    struct err err = {0};
    struct param p;
    assert_ok(param_parse(&TEXT, "", *state, &p, &err));
    assert_true(p.given);
    assert_string_equal(p.text, "");
}

static void too_little_memory_is_told(void **state)
{
    (void)state;
    struct arena tiny;
    arena_init(&tiny, 1);
    struct err err;
    struct param p;
    assert_fails(param_parse(&NAMES, "a,b", &tiny, &p, &err), LIMIT, "");
    arena_clear(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(bad_numbers_are_named),
        cmocka_unit_test(choices_are_listed_when_missed),
        cmocka_unit_test(lists_are_split_at_commas),
        cmocka_unit_test(text_is_taken_as_it_is),
        cmocka_unit_test(too_little_memory_is_told),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
