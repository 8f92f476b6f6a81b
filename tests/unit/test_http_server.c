/* What clients see of one answer. */
#include "base/gzip.h"
#include "tests/unit/http_toy.h"

static int start(void **state)
{
    static struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    *state = &toy;
    return 0;
}

static int stop(void **state)
{
    toy_stop(*state);
    return 0;
}

static void every_answer_has_the_common_fields(void **state)
{
    static const struct {
        const char *target, *fields;
        int status;
    } CASES[] = {{"/", NULL, 200},
                 {"/blob", NULL, 200},
                 {"/light/a", NULL, 200},
                 {"/none", NULL, 404},
                 {"/?x=1", NULL, 400},
                 {"/", "Accept: image/png\r\n", 406},
                 {"/echo/", NULL, 404},
                 {"/blob/", NULL, 301},
                 {"/fail/IO", NULL, 500},
                 {"/fail/BUSY", NULL, 503},
                 {"/fail/split", NULL, 500},
                 {"/fail/headers", NULL, 500},
                 {"/fail/silently", NULL, 500}};
    struct reply r = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        toy_get(*state, CASES[i].target, CASES[i].fields, &r);
        if (r.status != CASES[i].status)
            fail_msg("%s: %s", CASES[i].target, r.head);
        assert_string_equal(reply_field(&r, "Access-Control-Allow-Origin"), "*");
        assert_string_equal(reply_field(&r, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(reply_field(&r, "Vary"), "Accept, Accept-Encoding");
        assert_non_null(strstr(reply_field(&r, "Access-Control-Expose-Headers"), "Content-Crs"));
        assert_non_null(strstr(reply_field(&r, "Server"), "cassini/"));
        assert_non_null(strstr(reply_field(&r, "Date"), " GMT"));
        assert_non_null(reply_field(&r, "Cache-Control"));
        assert_non_null(reply_field(&r, "Content-Type"));
        assert_null(reply_field(&r, "Set-Cookie"));
        assert_true((reply_field(&r, "ETag") != NULL) == (r.status == 200));
        if (r.status >= 400) {
            assert_string_equal(reply_field(&r, "Content-Type"), "application/problem+json");
            assert_string_equal(reply_field(&r, "Cache-Control"), "no-store");
        }
        assert_null(strstr(r.body, "half an answer"));
    }
    reply_clear(&r);
}

static void head_is_get_without_the_body(void **state)
{
    struct client c = client_open(*state);
    struct reply get = {0}, head = {0};
    static const char *const TARGETS[] = {"/", "/blob", "/none", "/light/x"};
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++) {
        char text[256];
        client_get(&c, TARGETS[i], NULL);
        client_read(&c, 0, &get);
        snprintf(text, sizeof text, "HEAD %s HTTP/1.1\r\nHost: toy.example:80\r\n\r\n", TARGETS[i]);
        client_send(&c, text);
        client_read(&c, 1, &head);
        *strstr(get.head, "Date: ") = *strstr(head.head, "Date: ") = '\0';
        assert_string_equal(get.head, head.head);
        assert_int_equal(c.n_bytes, 0);
    }
    reply_clear(&get);
    reply_clear(&head);
    client_close(&c);
}

static void what_the_client_has_is_not_sent_again(void **state)
{
    struct reply r = {0};
    toy_get(*state, "/blob", NULL, &r);
    assert_string_equal(reply_field(&r, "Cache-Control"), "public, max-age=60");
    char etag[1024], fields[1200];
    snprintf(etag, sizeof etag, "%s", reply_field(&r, "ETag"));
    static const struct {
        const char *before, *after;
    } LISTS[] = {{"", ""}, {"W/", ""}, {"\"other\", ", ""}, {"\"a,b\" ,W/", ", \"c\""}, {"*,", ""}};
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
        snprintf(fields, sizeof fields, "If-None-Match: %s%s%s\r\n", LISTS[i].before, etag,
                 LISTS[i].after);
        toy_get(*state, "/blob", fields, &r);
        assert_int_equal(r.status, 304);
        assert_null(reply_field(&r, "Content-Length"));
        assert_string_equal(reply_field(&r, "ETag"), etag);
        assert_string_equal(reply_field(&r, "Cache-Control"), "public, max-age=60");
    }
    toy_get(*state, "/blob", "If-None-Match: \"other\"\r\n", &r);
    assert_int_equal(r.status, 200);
    toy_get(*state, "/none", "If-None-Match: *\r\n", &r);
    assert_int_equal(r.status, 404);
    reply_clear(&r);
}

static void bodies_are_compressed_for_those_who_want_it(void **state)
{
    struct reply plain = {0}, packed = {0};
    struct err err = {0};
    struct gzip *g = NULL;
    struct buf b;
    buf_init(&b, 1 << 20);
    assert_ok(gzip_new(6, &g, &err));
    toy_get(*state, "/blob", "Accept-Encoding: gzip;q=0, identity\r\n", &plain);
    assert_null(reply_field(&plain, "Content-Encoding"));
    assert_int_equal(plain.n_bytes, TOY_BLOB_BYTES);
    toy_get(*state, "/blob", "Accept-Encoding: br, gzip;q=0.5\r\n", &packed);
    assert_string_equal(reply_field(&packed, "Content-Encoding"), "gzip");
    assert_true(packed.n_bytes < plain.n_bytes / 2);
    assert_ok(gzip_decompress(g, (struct span){packed.body, packed.n_bytes}, 1 << 20, &b, &err));
    assert_int_equal(b.len_bytes, plain.n_bytes);
    assert_memory_equal(b.data, plain.body, plain.n_bytes);
    char etag[1024];
    snprintf(etag, sizeof etag, "%s", reply_field(&plain, "ETag"));
    assert_string_not_equal(etag, reply_field(&packed, "ETag"));
    /* Not worth it for small ones. */
    toy_get(*state, "/light/a", "Accept-Encoding: gzip\r\n", &packed);
    assert_null(reply_field(&packed, "Content-Encoding"));
    gzip_free(g);
    buf_clear(&b);
    reply_clear(&plain);
    reply_clear(&packed);
}

static void other_methods_are_told_what_is_possible(void **state)
{
    static const char *const METHODS[] = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"};
    struct client c = client_open(*state);
    struct reply r = {0};
    char text[256];
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
        snprintf(text, sizeof text, "%s /blob HTTP/1.1\r\nHost: a\r\n%s", METHODS[i],
                 i < 4 ? "Content-Length: 5\r\n\r\nhello" : "\r\n");
        client_send(&c, text);
        client_read(&c, 0, &r);
        assert_int_equal(r.status, 405);
        assert_string_equal(reply_field(&r, "Allow"), "GET, HEAD, OPTIONS");
    }
    static const char *const TARGETS[] = {"/blob", "*"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof text,
                 "OPTIONS %s HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n"
                 "Access-Control-Request-Method: GET\r\n\r\n",
                 TARGETS[i]);
        client_send(&c, text);
        client_read(&c, 0, &r);
        assert_int_equal(r.status, 204);
        assert_string_equal(reply_field(&r, "Allow"), "GET, HEAD, OPTIONS");
        assert_string_equal(reply_field(&r, "Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
        assert_non_null(reply_field(&r, "Access-Control-Max-Age"));
    }
    client_send(&c, "OPTIONS /none HTTP/1.1\r\nHost: a\r\n\r\n");
    client_read(&c, 0, &r);
    assert_int_equal(r.status, 404);
    reply_clear(&r);
    client_close(&c);
}

static void errors_have_a_face_for_programs_and_one_for_people(void **state)
{
    struct reply r = {0};
    toy_get(*state, "/?limit=7x", NULL, &r);
    assert_non_null(strstr(r.body, "limit is '7x', not a whole number"));
    assert_non_null(strstr(r.body, "\"status\":400"));
    toy_get(*state, "/?limit=7x", "Accept: text/html,application/xml;q=0.9,*/*;q=0.8\r\n", &r);
    assert_string_equal(reply_field(&r, "Content-Type"), "text/html; charset=utf-8");
    assert_non_null(strstr(r.body, "limit is &#39;7x&#39;"));
    toy_get(*state, "/%3Cscript%3E?f=html", "Accept: application/json\r\n", &r);
    assert_int_equal(r.status, 404);
    assert_string_equal(reply_field(&r, "Content-Type"), "text/html; charset=utf-8");
    assert_null(strstr(r.body, "<script"));
    toy_get(*state, "/fail/IO", NULL, &r);
    assert_null(strstr(r.body, "secret"));
    toy_get(*state, "/fail/BAD_DATA", NULL, &r);
    assert_int_equal(r.status, 500);
    toy_get(*state, "/fail/CONFLICT", NULL, &r);
    assert_int_equal(r.status, 409);
    assert_non_null(strstr(r.body, "secret words of CONFLICT"));
    toy_get(*state, "/fail/BUSY", NULL, &r);
    assert_string_equal(reply_field(&r, "Retry-After"), "1");
    reply_clear(&r);
}

static void a_slash_too_many_is_pointed_out(void **state)
{
    struct reply r = {0};
    toy_get(*state, "/echo/a%2Fb.txt/?f=text", NULL, &r);
    assert_int_equal(r.status, 301);
    assert_string_equal(reply_field(&r, "Location"), "http://toy.example:80/echo/a%2Fb.txt?f=text");
    toy_get(*state, "//evil.example/", NULL, &r);
    assert_int_equal(r.status, 404);
    toy_get(*state, "/echo/a%2Fb.txt?f=text", NULL, &r);
    assert_string_equal(r.body, "a/b");
    reply_clear(&r);
}

static void links_follow_only_a_host_that_is_one(void **state)
{
    struct toy *toy = *state;
    struct client c = client_open(toy);
    struct reply r = {0};
    char own[64], text[256];
    snprintf(own, sizeof own, "\"http://127.0.0.1:%u/\"", http_server_port(toy->server));
    static const char *const HOSTS[] = {"a\" onload=", "a/b", "user@a", "a:b", "<a>", ""};
    for (size_t i = 0; i < sizeof HOSTS / sizeof *HOSTS; i++) {
        snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-Host: c\r\n\r\n",
                 HOSTS[i]);
        client_send(&c, text);
        client_read(&c, 0, &r);
        assert_int_equal(r.status, 200);
        assert_non_null(strstr(r.body, own));
    }
    client_send(&c, "GET / HTTP/1.1\r\nHost: maps.example\r\n\r\n");
    client_read(&c, 0, &r);
    assert_non_null(strstr(r.body, "\"http://maps.example/\""));
    client_send(&c, "GET http://[::1]:99/?limit=3 HTTP/1.1\r\nHost: other\r\n\r\n");
    client_read(&c, 0, &r);
    assert_non_null(strstr(r.body, "\"http://[::1]:99/?limit=3\""));
    reply_clear(&r);
    client_close(&c);
}

static void old_clients_are_served_too(void **state)
{
    struct client c = client_open(*state);
    struct reply r = {0};
    client_send(&c, "GET /echo/a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    client_read(&c, 0, &r);
    assert_string_equal(r.body, "a");
    assert_string_equal(reply_field(&r, "Connection"), "keep-alive");
    client_send(&c, "GET /echo/b.txt HTTP/1.0\r\n\r\n");
    client_read(&c, 0, &r);
    assert_string_equal(r.body, "b");
    assert_true(client_is_closed(&c));
    client_close(&c);
    c = client_open(*state);
    client_send(&c, "GET /echo/c.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    client_read(&c, 0, &r);
    assert_string_equal(r.body, "c");
    assert_true(client_is_closed(&c));
    reply_clear(&r);
    client_close(&c);
}

static void who_has_said_all_still_gets_the_answer(void **state)
{
    static const char *const TARGETS[] = {"/light/a", "/blob", "/none"};
    struct reply r = {0};
    toy_get(*state, "/blob", NULL, &r);
    for (int i = 0; i < 60; i++) {
        struct client c = client_open(*state);
        client_get(&c, TARGETS[i % 3], NULL);
        shutdown(c.fd, SHUT_WR);
        client_read(&c, 0, &r);
        assert_int_equal(r.status, i % 3 == 2 ? 404 : 200);
        assert_true(client_is_closed(&c));
        client_close(&c);
    }
    reply_clear(&r);
}

/* Not HTTP, or not what a server is asked: an answer or a closed connection, never a crash. */
static void nonsense_does_no_harm(void **state)
{
    static const char *const NONSENSE[] = {"\r\n\r\n",
                                           "GET\r\n\r\n",
                                           "GET / HTTP/9.9\r\n\r\n",
                                           "GET  / HTTP/1.1\r\n\r\n",
                                           "CONNECT a:1 HTTP/1.1\r\n\r\n",
                                           "CONNECT / HTTP/1.1\r\n\r\n",
                                           "GET http:// HTTP/1.1\r\n\r\n",
                                           "GET ? HTTP/1.1\r\n\r\n",
                                           "GET a HTTP/1.1\r\n\r\n",
                                           "GET * HTTP/1.1\r\n\r\n",
                                           "GET / HTTP/1.1\r\nbroken\r\n\r\n",
                                           "GET / HTTP/1.1\r\n: a\r\n\r\n",
                                           "GET /%00 HTTP/1.1\r\n\r\n",
                                           "GET /%zz HTTP/1.1\r\n\r\n",
                                           "GET /../../etc/passwd HTTP/1.1\r\n\r\n",
                                           "GET /wait/%2e%2e HTTP/1.1\r\n\r\n",
                                           "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                                           "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
                                           "GET / HTTP/1.1\r\nExpect: a\r\n\r\n",
                                           "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n"};
    for (size_t i = 0; i < sizeof NONSENSE / sizeof *NONSENSE; i++) {
        struct client c = client_open(*state);
        client_send(&c, NONSENSE[i]);
        shutdown(c.fd, SHUT_WR);
        while (client_more(&c))
            ;
        if (c.n_bytes && strncmp(c.data, "HTTP/", 5) != 0)
            fail_msg("%s", c.data);
        client_close(&c);
    }
    struct reply r = {0};
    toy_get(*state, "/echo/alive.txt", NULL, &r);
    assert_string_equal(r.body, "alive");
    reply_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_the_common_fields),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(what_the_client_has_is_not_sent_again),
        cmocka_unit_test(bodies_are_compressed_for_those_who_want_it),
        cmocka_unit_test(other_methods_are_told_what_is_possible),
        cmocka_unit_test(errors_have_a_face_for_programs_and_one_for_people),
        cmocka_unit_test(a_slash_too_many_is_pointed_out),
        cmocka_unit_test(links_follow_only_a_host_that_is_one),
        cmocka_unit_test(old_clients_are_served_too),
        cmocka_unit_test(who_has_said_all_still_gets_the_answer),
        cmocka_unit_test(nonsense_does_no_harm),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
