/*
 * Every use of the heap in server/http fails in turn: malloc, calloc and realloc are wrapped at
 * link time (failing_malloc.h). A server starts or says why not; a request gets its answer,
 * another one, or in the last resort none at all (NULL: the connection says 500), but always one.
 */
#include "server/http/dispatch.h"
#include "server/http/document.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

static enum err_code write_document(const struct request *r, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    for (int i = 0; i < 500; i++)
        doc_int(d, "n", i);
    response_header(out, "X-Toy", arena_printf(r->arena, err, "%d", 7));
    return doc_respond(d, &(struct page){.title = "T"}, r, out, err);
}

static const enum media DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
static const struct param_spec BBOX = {
    .name = "bbox", .place = PARAM_IN_QUERY, .kind = PARAM_NUMBER_LIST};
static const struct param_spec ID = {.name = "id", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec *const PARAMS[] = {&ID, &BBOX, NULL};
static const struct route LIGHT = {.pattern = "/light/{id}",
                                   .media = DOCS,
                                   .params = PARAMS,
                                   .handle = write_document,
                                   .light = true,
                                   .cached = true};
static const struct route QUEUED = {.pattern = "/queued/{id}",
                                    .media = DOCS,
                                    .params = PARAMS,
                                    .handle = write_document,
                                    .cached = true};
static const struct route *const ROUTES[] = {&LIGHT, &QUEUED, NULL};
static const struct log QUIET = {LOG_ERROR, -1};

struct counting_waiter {
    struct waiter waiter;
    int n_answers, status;
};

static void count_answer(struct waiter *w, struct answer *a)
{
    struct counting_waiter *c = (struct counting_waiter *)w;
    c->n_answers++;
    c->status = a ? a->status : 0;
}

/* One request with so many allocations; true when it needed no more than these. */
static bool take(const char *target, size_t n, int status_wanted)
{
    const struct http_app app = {.routes = ROUTES};
    const struct http_config config = http_config_default();
    const int64_t n_live_before = n_live;
    struct queue *queue = NULL;
    struct dispatch *d = NULL;
    struct err err = {0};
    struct counting_waiter w = {0};
    assert_ok(queue_new(8, &queue, &err));
    assert_ok(dispatch_new(&config, &app, &QUIET, "http://h", queue, count_answer, &d, &err));
    const struct incoming in = {
        .target = target, .accept = "text/html", .accept_encoding = "gzip", .host = "a.example"};
    n_allowed = n;
    dispatch_take(d, &in, &w.waiter);
    const bool enough = n_allowed > 0;
    n_allowed = SIZE_MAX;
    /* Answered once, or waiting for a worker. */
    assert_int_equal(w.n_answers, w.waiter.job ? 0 : 1);
    if (w.status != 0 && w.status != status_wanted && w.status != 500 && w.status != 400)
        fail_msg("%s: status %d at allocation %zu", target, w.status, n);
    if (enough)
        assert_int_equal(w.status, status_wanted);
    dispatch_leave(d, &w.waiter);
    dispatch_free(d);
    queue_free(queue);
    if (n_live != n_live_before)
        fail_msg("%s: %d allocations stay behind number %zu", target, (int)(n_live - n_live_before),
                 n);
    return enough;
}

static void every_request_is_answered(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int status; /* 0: it waits */
    } CASES[] = {{"/light/a?bbox=1,2,3,4", 200},
                 {"/queued/a?bbox=1,2", 0},
                 {"/light/a/?f=html", 301},
                 {"/none", 404},
                 {"/light/a?b=1", 400}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t n = 0;
        while (!take(CASES[i].target, n, CASES[i].status))
            assert_true(++n < 10000);
        assert_true(n > 0);
    }
}

static void a_server_starts_or_says_why_not(void **state)
{
    (void)state;
    const struct http_app app = {.routes = ROUTES};
    struct http_config config = http_config_default();
    config.port = 0;
    config.n_workers = 1;
    for (size_t n = 0;; n++) {
        struct http_server *s = NULL;
        struct err err = {0};
        const int64_t n_live_before = n_live;
        n_allowed = n;
        const enum err_code rc = http_server_new(&config, &app, &QUIET, &s, &err);
        const bool enough = n_allowed > 0;
        n_allowed = SIZE_MAX;
        if (rc && (rc != NO_MEMORY || err.code != NO_MEMORY))
            fail_msg("failure of number %zu: %s %s", n, err_name(rc), err.text);
        http_server_free(s);
        assert_int_equal(n_live, n_live_before);
        if (enough) {
            assert_int_equal(rc, OK);
            break;
        }
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_is_answered),
        cmocka_unit_test(a_server_starts_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
