#include "base/buf.h"
#include "server/http/query.h"
#include "tests/unit/unit.h"

#include <string.h>

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

static void pairs_are_decoded(void **state)
{
    struct err err = {0};
    struct query_pair *pairs = NULL;
    size_t n = 0;
    assert_ok(query_read("&&a=1&b+c=%C3%A9+%2B&d&e==&%26=%3D&", *state, &pairs, &n, &err));
    static const char *const WANTED[][2] = {
        {"a", "1"}, {"b c", "\xC3\xA9 +"}, {"d", ""}, {"e", "="}, {"&", "="}};
    assert_int_equal(n, sizeof WANTED / sizeof *WANTED);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(pairs[i].name, WANTED[i][0]);
        assert_string_equal(pairs[i].value, WANTED[i][1]);
    }
    assert_ok(query_read("", *state, &pairs, &n, &err));
    assert_int_equal(n, 0);
    assert_ok(query_read("&", *state, &pairs, &n, &err));
    assert_int_equal(n, 0);
}

static void bad_queries_are_refused(void **state)
{
    struct err err;
    struct query_pair *pairs = NULL;
    size_t n = 7;
    static const char *const BAD[] = {"a=%", "a=%4", "a=%zz", "a%00=1", "a=%00", "a=%FF", "=1"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_fails(query_read(BAD[i], *state, &pairs, &n, &err), BAD_ARG, "");
    struct buf many;
    buf_init(&many, 1 << 16);
    for (int i = 0; i <= QUERY_PAIRS_MAX; i++)
        buf_printf(&many, "a%d=1&", i);
    assert_fails(query_read(buf_text(&many), *state, &pairs, &n, &err), BAD_ARG, "more than 64");
    buf_clear(&many);
    assert_int_equal(n, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_decoded),
        cmocka_unit_test(bad_queries_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
