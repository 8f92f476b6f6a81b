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
static const struct param_spec *const PARAMS[] = {&ID, &LIMIT_SPEC, NULL};
static const struct route ROUTE = {.pattern = "/c/{id}", .media = DOCS, .params = PARAMS};
static const struct route HOME = {.pattern = "/", .media = DOCS};
static const struct route *const ROUTES[] = {&ROUTE, &HOME, NULL};

struct fixture {
    struct router *router;
    struct arena arena;
};

static int start(void **state)
{
    static struct fixture f;
    struct err err = {0};
    assert_ok(router_new(ROUTES, &f.router, &err));
    arena_init(&f.arena, 1 << 20);
    *state = &f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    router_free(f->router);
    arena_clear(&f->arena);
    return 0;
}

static struct reading read_request(struct fixture *f, struct incoming in)
{
    struct reading r;
    request_read(f->router, NULL, "http://own:1", &in, &f->arena, &r);
    return r;
}

static void a_good_request_is_complete(void **state)
{
    struct reading r = read_request(*state, (struct incoming){.target = "/c/a%20b?limit=7&f=html",
                                                              .host = "maps.example",
                                                              .accept_encoding = "gzip"});
    assert_int_equal(r.status, 0);
    assert_true(r.gzip);
    assert_ptr_equal(r.request.route, &ROUTE);
    assert_int_equal(r.request.media, MEDIA_HTML);
    assert_string_equal(r.request.base_url, "http://maps.example");
    assert_string_equal(r.request.path, "/c/a%20b");
    assert_string_equal(r.request.query, "limit=7&f=html");
    assert_int_equal(r.request.n_params, 2);
    assert_string_equal(request_text(&r.request, "id"), "a b");
    assert_int_equal(request_param(&r.request, "limit")->integer, 7);
    assert_null(request_param(&r.request, "other"));
    assert_null(request_text(&r.request, "other"));
}

static void what_is_absent_has_its_default(void **state)
{
    struct reading r = read_request(*state, (struct incoming){.target = "/c/a?"});
    assert_int_equal(r.status, 0);
    assert_string_equal(r.request.query, "");
    assert_string_equal(r.request.base_url, "http://own:1");
    const struct param *limit = request_param(&r.request, "limit");
    assert_int_equal(limit->integer, 10);
    assert_false(limit->given);
    assert_null(limit->text);
}

static void refusals_say_what_is_wrong(void **state)
{
    static const struct {
        struct incoming in;
        int status;
        const char *words;
    } CASES[] = {
        {{.target = "/c/a?limits=1"}, 400, "unknown parameter 'limits'; known here: limit, f"},
        {{.target = "/c/a?id=1"}, 400, "unknown parameter 'id'"},
        {{.target = "/c/a?limit=1&limit=2"}, 400, "'limit' is given more than once"},
        {{.target = "/c/a?limit=0"}, 400, "limit is '0', not a number from 1 to 100"},
        {{.target = "/c/a?f=xml"}, 400, "f is 'xml', not one of json, html"},
        {{.target = "/c/a?f=html&f=json"}, 400, "more than once"},
        {{.target = "/c/a?limit=%zz"}, 400, "%zz"},
        {{.target = "/c/%zz"}, 400, "%zz"},
        {{.target = "/c/a", .accept = "image/png"}, 406, "application/json"},
        {{.target = "/d"}, 404, "nothing at this path"},
        {{.target = "*"}, 404, "not a path"},
        {{.target = "/c/a", .method = METHOD_OTHER}, 405, "GET, HEAD"},
        {{.target = "/d", .method = METHOD_OTHER}, 404, "nothing"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct reading r = read_request(*state, CASES[i].in);
        if (r.status != CASES[i].status || !strstr(r.err.text, CASES[i].words))
            fail_msg("%s: %d %s", CASES[i].in.target, r.status, r.err.text);
        assert_int_equal(r.request.media, MEDIA_PROBLEM);
        assert_non_null(r.request.path);
        assert_non_null(r.request.query);
    }
}

static void problems_are_html_for_those_who_chose_it(void **state)
{
    static const struct incoming HTML[] = {
        {.target = "/d", .accept = "text/html,*/*;q=0.8"},
        {.target = "/d?f=html"},
        {.target = "/c/a?limit=x&f=html", .accept = "application/json"},
        {.target = "/c/a?limit=x", .accept = "text/html"},
        {.target = "/c/a?f=xml", .accept = "text/html"},
        {.target = "/?%zz", .accept = "text/html"},
    };
    for (size_t i = 0; i < sizeof HTML / sizeof *HTML; i++)
        assert_int_equal(read_request(*state, HTML[i]).request.media, MEDIA_HTML);
    const struct reading r =
        read_request(*state, (struct incoming){.target = "/d?f=json", .accept = "text/html"});
    assert_int_equal(r.request.media, MEDIA_PROBLEM);
}

static void a_slash_too_many_redirects_with_the_query(void **state)
{
    struct reading r = read_request(*state, (struct incoming){.target = "/c/a/?limit=3"});
    assert_int_equal(r.status, 301);
    assert_int_equal(r.err.code, OK);
    assert_string_equal(r.location, "http://own:1/c/a?limit=3");
    assert_int_equal(read_request(*state, (struct incoming){.target = "/d/"}).status, 404);
    assert_int_equal(read_request(*state, (struct incoming){.target = "//"}).status, 404);
    assert_int_equal(read_request(*state, (struct incoming){.target = "/c/a//"}).status, 404);
}

static void absolute_targets_bring_their_own_host(void **state)
{
    static const struct {
        const char *target, *base_url, *path;
    } CASES[] = {
        {"http://a.example:81/c/x?limit=1", "http://a.example:81", "/c/x"},
        {"HTTPS://b/", "http://b", "/"},
        {"http://[::1]:80", "http://[::1]:80", "/"},
        {"http://user@a/", "http://own:1", "/"},
        {"http://a:123456/", "http://own:1", "/"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct reading r =
            read_request(*state, (struct incoming){.target = CASES[i].target, .host = "other"});
        assert_int_equal(r.status, 0);
        assert_string_equal(r.request.base_url, CASES[i].base_url);
        assert_string_equal(r.request.path, CASES[i].path);
    }
}

static void a_configured_base_url_wins(void **state)
{
    struct fixture *f = *state;
    struct reading r;
    const struct incoming in = {.target = "http://a/", .host = "b"};
    request_read(f->router, "https://city.example/maps", "http://own:1", &in, &f->arena, &r);
    assert_string_equal(r.request.base_url, "https://city.example/maps");
}

static void without_memory_there_is_still_an_answer(void **state)
{
    struct fixture *f = *state;
    for (size_t limit = 0; limit < 6000; limit += 8) {
        struct arena tiny;
        arena_init(&tiny, limit);
        struct reading r;
        const struct incoming in = {.target = "http://a/c/a/?limit=3", .host = "b"};
        request_read(f->router, NULL, "http://own:1", &in, &tiny, &r);
        assert_true(r.status == 301 || r.err.code == LIMIT);
        assert_non_null(r.request.path);
        assert_non_null(r.request.query);
        assert_non_null(r.request.base_url);
        arena_clear(&tiny);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_request_is_complete),
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(refusals_say_what_is_wrong),
        cmocka_unit_test(problems_are_html_for_those_who_chose_it),
        cmocka_unit_test(a_slash_too_many_redirects_with_the_query),
        cmocka_unit_test(absolute_targets_bring_their_own_host),
        cmocka_unit_test(a_configured_base_url_wins),
        cmocka_unit_test(without_memory_there_is_still_an_answer),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
