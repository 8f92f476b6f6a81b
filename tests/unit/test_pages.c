#include "server/http/request.h"
#include "server/pages/page_files.h"
#include "server/pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE_URL    "https://maps.example.org/city"
#define LIMIT_BYTES (4 << 20)

/* One request of a test: what came of it, until end(). */
struct visit {
    struct arena arena;
    struct router *router;
    struct reading reading;
    struct response response;
};

static void visit(struct visit *v, const char *target)
{
    struct err err = {0};
    const struct incoming in = {.method = METHOD_GET, .target = target, .host = "localhost"};
    *v = (struct visit){.response = {.status = 200, .max_age_s = -1}};
    arena_init(&v->arena, LIMIT_BYTES);
    assert_int_equal(router_new(page_routes, &v->router, &err), OK);
    request_read(v->router, BASE_URL, "http://127.0.0.1", &in, &v->arena, &v->reading);
    if (v->reading.status)
        return;
    const struct request *r = &v->reading.request;
    buf_init(&v->response.body, LIMIT_BYTES);
    v->response.media = r->media;
    if (r->route->handle(r, &v->response, &v->reading.err))
        v->reading.status = v->reading.err.code == NOT_FOUND ? 404 : 500;
}

static void end(struct visit *v)
{
    buf_clear(&v->response.body);
    router_free(v->router);
    arena_clear(&v->arena);
}

static const char *header_of(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->response.n_headers; i++) {
        if (text_eq(v->response.headers[i].name, name))
            return v->response.headers[i].value;
    }
    return NULL;
}

static void the_map_page_lets_in_nothing_but_this_server(void **state)
{
    (void)state;
    struct visit v;
    visit(&v, "/map");
    assert_int_equal(v.reading.status, 0);
    assert_int_equal(v.response.media, MEDIA_HTML);
    const char *policy = header_of(&v, "Content-Security-Policy");
    assert_non_null(strstr(policy, "default-src 'none'"));
    assert_non_null(strstr(policy, "connect-src 'self' " BASE_URL ";"));
    const char *html = buf_text(&v.response.body);
    assert_null(strstr(html, "<script>"));
    assert_null(strstr(html, "<style"));
    assert_null(strstr(html, "style=\""));
    assert_null(strstr(html, "//")); /* no address of another host */
    end(&v);
}

/* Each `before`NAME" of a text is a file that /map/NAME answers. */
static size_t check_references(const char *text, const char *before)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, before)); n++) {
        at += strlen(before);
        char target[128];
        snprintf(target, sizeof target, "/map/%.*s", (int)strcspn(at, "\""), at);
        struct visit v;
        visit(&v, target);
        if (v.reading.status)
            fail_msg("%s: %d %s", target, v.reading.status, v.reading.err.text);
        end(&v);
    }
    return n;
}

static void every_file_that_the_page_names_is_there(void **state)
{
    (void)state;
    size_t n =
        check_references((const char *)embedded_find(page_files, "map.html")->bytes, "=\"map/");
    for (const struct embedded_file *f = page_files; f->path; f++) {
        if (text_ends_with(f->path, ".js"))
            n += check_references((const char *)f->bytes, "from \"./");
    }
    assert_true(n >= 10);
}

static void files_have_their_media_type(void **state)
{
    (void)state;
    const struct {
        const char *target;
        enum media media;
    } cases[] = {{"/map/app.js", MEDIA_JAVASCRIPT},
                 {"/map/maplibre-gl.mjs", MEDIA_JAVASCRIPT},
                 {"/map/map.css", MEDIA_CSS},
                 {"/map/icon.svg", MEDIA_SVG}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct visit v;
        visit(&v, cases[i].target);
        assert_int_equal(v.reading.status, 0);
        assert_int_equal(v.response.media, cases[i].media);
        assert_true(v.response.body.len_bytes > 0);
        end(&v);
    }
}

static void an_address_with_a_version_may_be_kept(void **state)
{
    (void)state;
    struct visit v;
    visit(&v, "/map/maplibre-gl-worker.mjs?v=6.17.0");
    assert_int_equal(v.reading.status, 0);
    assert_true(v.response.max_age_s > 0);
    end(&v);
    visit(&v, "/map/maplibre-gl-worker.mjs");
    assert_int_equal(v.response.max_age_s, -1);
    end(&v);
}

static void an_unknown_file_is_not_found(void **state)
{
    (void)state;
    const char *const targets[] = {"/map/nothing.js", "/map/..%2fmap.c", "/map/App.js"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct visit v;
        visit(&v, targets[i]);
        assert_true(v.reading.status == 404 || v.reading.status == 400);
        end(&v);
    }
}

static void glyphs_come_from_the_first_font_that_is_known(void **state)
{
    (void)state;
    const struct {
        const char *target, *font;
    } cases[] = {
        {"/fonts/Open%20Sans%20Italic/0-255.pbf", "Open Sans Italic"},
        {"/fonts/Noto%20Sans%20Bold,Open%20Sans%20SemiBold/0-255.pbf", "Open Sans SemiBold"},
        {"/fonts/Comic/0-255.pbf", "Open Sans Regular"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct visit v;
        visit(&v, cases[i].target);
        assert_int_equal(v.reading.status, 0);
        assert_int_equal(v.response.media, MEDIA_GLYPHS);
        assert_true(v.response.body.len_bytes > 50000);
        /* glyphs { stacks { name */
        const uint8_t *bytes = v.response.body.data;
        const size_t name_at = 1 + 3 + 2;
        assert_int_equal(bytes[0], 1 << 3 | 2);
        assert_int_equal(bytes[name_at - 1], strlen(cases[i].font));
        assert_memory_equal(bytes + name_at, cases[i].font, strlen(cases[i].font));
        end(&v);
    }
}

static void a_range_without_glyphs_is_empty(void **state)
{
    (void)state;
    struct visit v;
    visit(&v, "/fonts/Open%20Sans%20Regular/19968-20223.pbf");
    assert_int_equal(v.reading.status, 0);
    assert_int_equal(v.response.body.len_bytes, 0);
    end(&v);
}

static void a_range_is_256_characters_from_a_multiple_of_256(void **state)
{
    (void)state;
    const char *const bad[] = {"0-256",   "1-256",  "0",       "-",
                               "-0-255",  "0-255x", "256-255", "1114112-1114367",
                               "0x0-255", "0-",     "0--255",  "99999999999999999999-0"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char target[96];
        snprintf(target, sizeof target, "/fonts/Open%%20Sans%%20Regular/%s.pbf", bad[i]);
        struct visit v;
        visit(&v, target);
        if (v.reading.status != 400)
            fail_msg("%s: %d", target, v.reading.status);
        end(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_page_lets_in_nothing_but_this_server),
        cmocka_unit_test(every_file_that_the_page_names_is_there),
        cmocka_unit_test(files_have_their_media_type),
        cmocka_unit_test(an_address_with_a_version_may_be_kept),
        cmocka_unit_test(an_unknown_file_is_not_found),
        cmocka_unit_test(glyphs_come_from_the_first_font_that_is_known),
        cmocka_unit_test(a_range_without_glyphs_is_empty),
        cmocka_unit_test(a_range_is_256_characters_from_a_multiple_of_256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
