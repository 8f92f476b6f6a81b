#include "server/http/router.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct param_spec A = {.name = "a", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec B = {.name = "b", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec Q = {.name = "q", .place = PARAM_IN_QUERY, .kind = PARAM_TEXT};
static const struct param_spec *const PARAMS[] = {&A, &B, &Q, NULL};

/* In an order that is wrong on purpose. */
static const struct route ROUTES[] = {
    {.pattern = "/c/{a}", .params = PARAMS},
    {.pattern = "/", .params = PARAMS},
    {.pattern = "/c", .params = PARAMS},
    {.pattern = "/c/{a}/items/{b}", .params = PARAMS},
    {.pattern = "/c/special", .params = PARAMS},
    {.pattern = "/xyz/{a}.json", .params = PARAMS},
    {.pattern = "/xyz/{a}.gz", .params = PARAMS},
    {.pattern = "/xyz/{a}.tar.gz", .params = PARAMS},
    {.pattern = "/xyz/{a}/{b}.mvt", .params = PARAMS},
};

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

static struct router *new_router(void)
{
    static const struct route *list[sizeof ROUTES / sizeof *ROUTES + 1];
    for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++)
        list[i] = &ROUTES[i];
    struct router *r = NULL;
    struct err err = {0};
    assert_ok(router_new(list, &r, &err));
    return r;
}

static void paths_find_the_most_literal_route(void **state)
{
    static const struct {
        const char *path, *pattern, *a, *b;
    } CASES[] = {
        {"/", "/", NULL, NULL},
        {"/c", "/c", NULL, NULL},
        {"/%63", "/c", NULL, NULL},
        {"/c/roads", "/c/{a}", "roads", NULL},
        {"/c/special", "/c/special", NULL, NULL},
        {"/c/a%2Fb%20c", "/c/{a}", "a/b c", NULL},
        {"/c/a+b", "/c/{a}", "a+b", NULL},
        {"/c/x/items/7", "/c/{a}/items/{b}", "x", "7"},
        {"/xyz/a,b.json", "/xyz/{a}.json", "a,b", NULL},
        {"/xyz/a.gz", "/xyz/{a}.gz", "a", NULL},
        {"/xyz/a.tar.gz", "/xyz/{a}.tar.gz", "a", NULL},
        {"/xyz/a/1.2.mvt", "/xyz/{a}/{b}.mvt", "a", "1.2"},
    };
    struct err err = {0};
    struct router *r = new_router();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct path path;
        struct match m;
        assert_ok(path_read(CASES[i].path, *state, &path, &err));
        assert_ok(router_find(r, &path, *state, &m, &err));
        assert_string_equal(m.route->pattern, CASES[i].pattern);
        assert_int_equal(m.n_values, (CASES[i].a != NULL) + (CASES[i].b != NULL));
        if (CASES[i].a)
            assert_string_equal(m.values[0].text, CASES[i].a);
        if (CASES[i].b)
            assert_string_equal(m.values[1].text, CASES[i].b);
    }
    router_free(r);
}

static void other_paths_lead_nowhere(void **state)
{
    static const struct {
        const char *path;
        enum err_code code;
    } CASES[] = {
        {"//", NOT_FOUND},         {"/c/", NOT_FOUND},
        {"/C", NOT_FOUND},         {"/c//items/1", NOT_FOUND},
        {"/xyz/.json", NOT_FOUND}, {"/xyz/a", NOT_FOUND},
        {"/c%2Froads", NOT_FOUND}, {"", NOT_FOUND},
        {"c", NOT_FOUND},          {"/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", NOT_FOUND},
        {"/c/..", BAD_ARG},        {"/c/%2e%2E", BAD_ARG},
        {"/./c", BAD_ARG},         {"/c/%", BAD_ARG},
        {"/c/%00", BAD_ARG},       {"/c/%FF", BAD_ARG},
    };
    struct router *r = new_router();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct err err = {0};
        struct path path;
        struct match m;
        enum err_code rc = path_read(CASES[i].path, *state, &path, &err);
        if (!rc)
            rc = router_find(r, &path, *state, &m, &err);
        if (rc != CASES[i].code)
            fail_msg("%s: %s", CASES[i].path, err_name(rc));
    }
    router_free(r);
}

static void bad_patterns_are_refused_at_the_start(void **state)
{
    (void)state;
    static const struct route BAD[] = {
        {.pattern = "c", .params = PARAMS},      {.pattern = "/c//d", .params = PARAMS},
        {.pattern = "/c/{a", .params = PARAMS},  {.pattern = "/c/{z}", .params = PARAMS},
        {.pattern = "/c/{q}", .params = PARAMS}, {.pattern = "/c/{a}"},
        {.pattern = "", .params = PARAMS},       {.pattern = "/c/", .params = PARAMS},
    };
    struct router *r = NULL;
    struct err err;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        const struct route *const list[] = {&BAD[i], NULL};
        assert_fails(router_new(list, &r, &err), INTERNAL, "route '");
    }
    static const struct route TWINS[] = {{.pattern = "/c/{a}", .params = PARAMS},
                                         {.pattern = "/c/{b}", .params = PARAMS}};
    const struct route *const list[] = {&TWINS[0], &TWINS[1], NULL};
    assert_fails(router_new(list, &r, &err), INTERNAL, "the same paths");
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_the_most_literal_route),
        cmocka_unit_test(other_paths_lead_nowhere),
        cmocka_unit_test(bad_patterns_are_refused_at_the_start),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
