/*
 * Memory fails at every place in turn: each allocation of the heap (malloc, calloc and realloc are
 * wrapped at link time, failing_malloc.h), and each byte of a request's arena. A resource answers
 * as it always does or says that it cannot: never a part of the answer.
 */
#include "server/http/request.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/world.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/store_kit.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

#define ARENA_BYTES ((size_t)4 << 20)
#define BODY_BYTES  ((size_t)4 << 20)
#define STEP_BYTES  ((size_t)97) /* of the arena's limit: no multiple of its alignment */
#define N_STEPS     20000

struct server {
    struct router *router;
    struct ogc_worker *worker;
    struct world *world;
    struct grid_set *grids;
    struct tile_cut cut;
    struct buf whole; /* the answer to the present target when nothing fails */
};

static void start(struct server *s, const struct kit *k)
{
    struct err err = {0};
    struct catalog *catalog = NULL;
    struct store *store = kit_open(k, STORE_CREATE);
    kit_write_squares(store, "a", 20, false);
    store_close(store);
    assert_ok(router_new(ogc_routes, &s->router, &err));
    assert_ok(ogc_worker_new(k->path, &s->worker, &err));
    assert_ok(store_read_catalog(s->worker->store, &catalog, &err));
    assert_ok(grid_set_new(NULL, &s->grids, &err));
    s->cut = (struct tile_cut){s->grids, TILE_EXTENT_TU, TILE_BUFFER_TU};
    assert_ok(world_new(catalog, "T", NULL, ogc_routes, &s->cut, &s->world, &err));
    buf_init(&s->whole, BODY_BYTES);
}

static void stop(struct server *s)
{
    buf_clear(&s->whole);
    world_unref(s->world);
    grid_set_free(s->grids);
    ogc_worker_free(s->worker);
    router_free(s->router);
}

/* Answers may differ in the digits of a time, in nothing else. */
static bool is_same(const struct buf *a, const struct buf *b)
{
    if (a->len_bytes != b->len_bytes)
        return false;
    size_t n_different = 0;
    for (size_t i = 0; i < a->len_bytes; i++)
        n_different += a->data[i] != b->data[i];
    return n_different <= 12;
}

/* One request of which `n` allocations succeed; whether it succeeded. */
static bool ask(struct server *s, const char *target, size_t n, size_t arena_bytes,
                struct buf *body)
{
    struct arena arena;
    struct reading reading;
    struct err err = {0};
    const struct incoming in = {.target = target, .host = "h"};
    arena_init(&arena, ARENA_BYTES);
    request_read(s->router, NULL, "http://h", &in, &arena, &reading);
    if (reading.status)
        fail_msg("%s: %d %s", target, reading.status, reading.err.text);
    struct arena small;
    arena_init(&small, arena_bytes);
    struct request *r = &reading.request;
    struct response out = {.status = 200, .media = r->media, .max_age_s = -1};
    buf_init(&out.body, BODY_BYTES);
    r->arena = &small;
    r->worker = s->worker;
    r->snapshot = s->world;
    n_allowed = n;
    enum err_code rc = r->route->handle(r, &out, &err);
    n_allowed = SIZE_MAX;
    if (!rc && small.failed) /* as server/http/make.c does */
        rc = NO_MEMORY;
    if (rc && rc != NO_MEMORY && rc != LIMIT)
        fail_msg("%s: %s '%s' with %zu allocations, %zu bytes", target, err_name(rc), err.text, n,
                 arena_bytes);
    buf_swap(&out.body, body);
    buf_clear(&out.body);
    arena_clear(&small);
    arena_clear(&arena);
    return rc == OK;
}

static void check_same(struct server *s, const char *target, const struct buf *body, size_t at)
{
    if (!is_same(body, &s->whole))
        fail_msg("%s: another answer where memory fails at %zu: %.*s", target, at,
                 (int)body->len_bytes, (const char *)body->data);
}

static void fail_everywhere(struct server *s, const char *target)
{
    struct buf body;
    buf_init(&body, BODY_BYTES);
    assert_true(ask(s, target, SIZE_MAX, ARENA_BYTES, &s->whole));
    /* Where a handler can do without an allocation it goes on: the loop ends when none fails. */
    size_t n = 0;
    for (size_t n_good = 0; n_good < 100; n++) {
        assert_true(n < N_STEPS);
        n_good = ask(s, target, n, ARENA_BYTES, &body) ? n_good + 1 : 0;
        if (n_good)
            check_same(s, target, &body, n);
    }
    for (size_t i = 0; !ask(s, target, SIZE_MAX, i * STEP_BYTES, &body); i++)
        assert_true(i < N_STEPS);
    check_same(s, target, &body, 0);
    buf_clear(&body);
}

static void every_resource_answers_as_a_whole_or_not_at_all(void **state)
{
    static const char *const TARGETS[] = {
        "/",
        "/?f=html",
        "/api",
        "/api?f=html",
        "/conformance",
        "/collections",
        "/collections?f=html",
        "/collections/a",
        "/collections/a?f=html",
        "/collections/a/schema",
        "/collections/a/items?limit=7",
        "/collections/a/items?limit=7&bbox=0,0,2.5,60&datetime=2020-01-01/..",
        "/collections/a/items?limit=7&f=html",
        "/collections/a/items/000007",
        "/collections/a/items/000007?f=html",
        "/collections/a/tiles",
        "/collections/a/tiles/WebMercatorQuad",
        "/tiles/WebMercatorQuad?collections=a&f=tilejson",
        "/tileMatrixSets",
        "/tileMatrixSets/WorldCRS84Quad",
        "/collections/a/tiles/LAMB93_10cm",
        "/collections/a/tiles/LAMB93_10cm/15/3137/396",
        "/tileMatrixSets/WebMercatorQuad",
        "/xyz/a.json",
        "/xyz/a/14/8293/5636.mvt",
        "/styles",
        "/styles/default",
    };
    struct server s = {0};
    start(&s, *state);
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++)
        fail_everywhere(&s, TARGETS[i]);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_resource_answers_as_a_whole_or_not_at_all, kit_set_up,
                                        kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
