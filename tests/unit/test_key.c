#include "server/http/key.h"
#include "server/http/request.h"
#include "tests/unit/unit.h"

#include <string.h>

static const enum media DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
static const struct param_spec ID = {.name = "id", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec LIMIT_SPEC = {.name = "limit",
                                             .place = PARAM_IN_QUERY,
                                             .kind = PARAM_INTEGER,
                                             .minimum = 1,
                                             .maximum = 100,
                                             .clamp = true,
                                             .has_default = true,
                                             .default_integer = 10};
static const struct param_spec BBOX = {
    .name = "bbox", .place = PARAM_IN_QUERY, .kind = PARAM_NUMBER_LIST};
static const struct param_spec NAMES = {
    .name = "names", .place = PARAM_IN_QUERY, .kind = PARAM_TEXT_LIST};
static const struct param_spec TEXT = {.name = "q", .place = PARAM_IN_QUERY, .kind = PARAM_TEXT};
static const struct param_spec *const PARAMS[] = {&ID, &LIMIT_SPEC, &BBOX, &NAMES, &TEXT, NULL};
static const struct route ROUTE = {.pattern = "/c/{id}", .media = DOCS, .params = PARAMS};
static const struct route OTHER = {.pattern = "/d/{id}", .media = DOCS, .params = PARAMS};
static const struct route *const ROUTES[] = {&ROUTE, &OTHER, NULL};

struct key_of {
    struct buf b;
    struct arena arena;
};

static struct key_of make(const char *target, const char *accept)
{
    struct key_of k;
    struct router *router = NULL;
    struct err err = {0};
    struct reading r;
    const struct incoming in = {.target = target, .accept = accept};
    assert_ok(router_new(ROUTES, &router, &err));
    arena_init(&k.arena, 1 << 20);
    buf_init(&k.b, 1 << 16);
    request_read(router, NULL, "http://a", &in, &k.arena, &r);
    assert_int_equal(r.status, 0);
    key_put(&k.b, &r.request, r.gzip);
    assert_ok(buf_status(&k.b, &err));
    router_free(router);
    return k;
}

static int is_same(struct key_of a, struct key_of b)
{
    const int same =
        a.b.len_bytes == b.b.len_bytes && memcmp(a.b.data, b.b.data, a.b.len_bytes) == 0;
    buf_clear(&a.b);
    buf_clear(&b.b);
    arena_clear(&a.arena);
    arena_clear(&b.arena);
    return same;
}

static void equal_requests_have_equal_keys(void **state)
{
    (void)state;
    static const char *const SAME[][2] = {
        {"/c/a?limit=3&q=x&names=a,b", "/c/a?names=a,b&&q=x&limit=3"},
        {"/c/a", "/c/%61?"},
        {"/c/a?limit=10", "/c/a"},
        {"/c/a?limit=100", "/c/a?limit=5000"},
        {"/c/a?limit=07", "/c/a?limit=7"},
        {"/c/a?bbox=1,2,3,4", "/c/a?bbox=1.0,2,3e0,4"},
        {"/c/a?q=a+b", "/c/a?q=a%20b"},
        {"/c/a?f=json", "/c/a"},
    };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        if (!is_same(make(SAME[i][0], NULL), make(SAME[i][1], NULL)))
            fail_msg("%s %s", SAME[i][0], SAME[i][1]);
    }
    assert_true(is_same(make("/c/a?f=html", NULL), make("/c/a", "text/html")));
}

static void different_requests_have_different_keys(void **state)
{
    (void)state;
    static const char *const OTHERS[][2] = {
        {"/c/a", "/c/b"},
        {"/c/a", "/d/a"},
        {"/c/a?limit=3", "/c/a?limit=4"},
        {"/c/a?q=", "/c/a"},
        {"/c/a?q=x", "/c/a?names=x"},
        {"/c/a?names=a,b", "/c/a?names=b,a"},
        {"/c/a?bbox=1,2", "/c/a?bbox=2,1"},
        {"/c/a?f=html", "/c/a"},
        {"http://b/c/a", "/c/a"},
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        if (is_same(make(OTHERS[i][0], NULL), make(OTHERS[i][1], NULL)))
            fail_msg("%s %s", OTHERS[i][0], OTHERS[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_requests_have_equal_keys),
        cmocka_unit_test(different_requests_have_different_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
