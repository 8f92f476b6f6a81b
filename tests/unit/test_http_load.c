/* Many clients, slow ones, ones that leave: every limit holds, every request is answered. */
#include "tests/unit/http_toy.h"

#include <errno.h>
#include <signal.h>

#define N_CLIENTS 1000

static void equal_requests_under_way_are_made_once(void **state)
{
    (void)state;
    static struct client clients[N_CLIENTS];
    struct toy toy;
    toy_init(&toy);
    toy.config.max_connections = N_CLIENTS + 10;
    toy_start(&toy);
    struct reply r = {0};
    for (int i = 0; i < N_CLIENTS; i++) {
        clients[i] = client_open(&toy);
        client_get(&clients[i], "/slow", NULL);
    }
    toy_await(&toy.n_begun, 1);
    toy_await_count(&toy, "joined 999 ");
    atomic_store(&toy.release, true);
    for (int i = 0; i < N_CLIENTS; i++) {
        client_read(&clients[i], 0, &r);
        assert_int_equal(r.status, 200);
        assert_string_equal(r.body, "waited /slow");
        client_close(&clients[i]);
    }
    assert_int_equal(atomic_load(&toy.n_begun), 1);
    /* From now on it is kept, until the stamp says that it may have changed. */
    toy_get(&toy, "/slow", NULL, &r);
    assert_int_equal(atomic_load(&toy.n_begun), 1);
    atomic_store(&toy.stamp, 1);
    toy_get(&toy, "/slow", NULL, &r);
    assert_int_equal(atomic_load(&toy.n_begun), 2);
    reply_clear(&r);
    toy_stop(&toy);
}

static void all_who_waited_together_hear_of_the_failure(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.request_ms = 300;
    toy_start(&toy);
    struct client clients[20];
    struct reply r = {0};
    for (int i = 0; i < 20; i++) {
        clients[i] = client_open(&toy);
        client_get(&clients[i], "/slow", NULL);
    }
    for (int i = 0; i < 20; i++) {
        client_read(&clients[i], 0, &r);
        assert_int_equal(r.status, 503);
        client_close(&clients[i]);
    }
    assert_int_equal(atomic_load(&toy.n_begun), 1);
    /* A failure is not kept. */
    atomic_store(&toy.release, true);
    toy_get(&toy, "/slow", NULL, &r);
    assert_int_equal(r.status, 200);
    reply_clear(&r);
    toy_stop(&toy);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.n_workers = 1;
    toy.config.max_queue = 2;
    toy_start(&toy);
    struct client clients[3];
    struct reply r = {0};
    for (int i = 0; i < 3; i++) {
        char target[32];
        snprintf(target, sizeof target, "/wait/%d", i);
        clients[i] = client_open(&toy);
        client_get(&clients[i], target, NULL);
        if (i == 0)
            toy_await(&toy.n_begun, 1);
    }
    toy_await_count(&toy, "queued 2 ");
    toy_get(&toy, "/wait/more", NULL, &r);
    assert_int_equal(r.status, 503);
    assert_string_equal(reply_field(&r, "Retry-After"), "1");
    /* What needs no worker is answered all the same. */
    toy_get(&toy, "/light/a", NULL, &r);
    assert_int_equal(r.status, 200);
    atomic_store(&toy.release, true);
    for (int i = 0; i < 3; i++) {
        client_read(&clients[i], 0, &r);
        assert_int_equal(r.status, 200);
        client_close(&clients[i]);
    }
    reply_clear(&r);
    toy_stop(&toy);
}

static void who_leaves_takes_the_work_along(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.n_workers = 1;
    toy.config.max_queue = 1;
    toy_start(&toy);
    struct client first = client_open(&toy), second = client_open(&toy);
    struct reply r = {0};
    client_get(&first, "/wait/a", NULL);
    toy_await(&toy.n_begun, 1);
    /* One that no worker has begun makes room in the queue. */
    client_get(&second, "/wait/b", NULL);
    toy_await_count(&toy, "queued 1 ");
    client_close(&second);
    toy_await_count(&toy, "queued 0 ");
    second = client_open(&toy);
    client_get(&second, "/wait/c", NULL);
    toy_await_count(&toy, "queued 1 ");
    client_close(&first);
    toy_await(&toy.n_canceled, 1);
    toy_await(&toy.n_begun, 2);
    atomic_store(&toy.release, true);
    client_read(&second, 0, &r);
    assert_string_equal(r.body, "waited /wait/c");
    client_close(&second);
    assert_int_equal(atomic_load(&toy.n_begun), 2);
    reply_clear(&r);
    toy_stop(&toy);
}

static void who_leaves_takes_nothing_from_others(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct client first = client_open(&toy), second = client_open(&toy);
    struct reply r = {0};
    client_get(&first, "/slow", NULL);
    toy_await(&toy.n_begun, 1);
    client_get(&second, "/slow", NULL);
    toy_await_count(&toy, "joined 1 ");
    client_close(&first);
    toy_await_count(&toy, "connections 1 ");
    assert_int_equal(atomic_load(&toy.n_canceled), 0);
    atomic_store(&toy.release, true);
    client_read(&second, 0, &r);
    assert_int_equal(r.status, 200);
    client_close(&second);
    reply_clear(&r);
    toy_stop(&toy);
}

static void work_ends_at_its_deadline(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.request_ms = 200;
    toy.config.n_workers = 1;
    toy_start(&toy);
    struct client running = client_open(&toy), queued = client_open(&toy);
    struct reply r = {0};
    const int64_t start_us = when_monotonic_us();
    client_get(&running, "/wait/a", NULL);
    client_get(&queued, "/wait/b", NULL);
    client_read(&running, 0, &r);
    assert_int_equal(r.status, 503);
    assert_string_equal(reply_field(&r, "Retry-After"), "1");
    client_read(&queued, 0, &r);
    assert_int_equal(r.status, 503);
    const int64_t took_ms = (when_monotonic_us() - start_us) / 1000;
    assert_true(took_ms >= 195 && took_ms < 5000);
    client_close(&running);
    client_close(&queued);
    reply_clear(&r);
    toy_stop(&toy);
}

static void a_connection_lasts_for_ten_thousand_requests(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct client c = client_open(&toy);
    struct reply r = {0};
    char target[64], wanted[32];
    for (int i = 0; i < 10000; i++) {
        snprintf(wanted, sizeof wanted, "%d", i);
        snprintf(target, sizeof target, i % 2 ? "/echo/%d.txt" : "/light/%d", i);
        client_get(&c, target, NULL);
        client_read(&c, 0, &r);
        assert_string_equal(r.body, wanted);
    }
    client_close(&c);
    reply_clear(&r);
    toy_stop(&toy);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct client c = client_open(&toy);
    struct reply r = {0};
    static char text[65536];
    size_t n = 0;
    for (int i = 0; i < 200; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "GET /%s/%d%s HTTP/1.1\r\nHost: a\r\n\r\n",
                              i % 3 ? "echo" : "light", i, i % 3 ? ".txt" : "");
    client_send(&c, text);
    for (int i = 0; i < 200; i++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%d", i);
        client_read(&c, 0, &r);
        assert_string_equal(r.body, wanted);
    }
    client_close(&c);
    reply_clear(&r);
    toy_stop(&toy);
}

/* Send without waiting for room; how much went. */
static size_t flood(struct client *c, size_t n_bytes)
{
    static char block[65536];
    memset(block, 'a', sizeof block);
    size_t sent = 0;
    for (int tries = 0; sent < n_bytes && tries < 100;) {
        const ssize_t n = send(c->fd, block, sizeof block, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            sent += (size_t)n;
        } else {
            assert_true(errno == EAGAIN);
            usleep(1000);
            tries++;
        }
    }
    return sent;
}

static void a_client_cannot_fill_the_memory_while_it_waits(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.max_body_bytes = 1 << 16;
    toy_start(&toy);
    struct client c = client_open(&toy);
    struct reply r = {0};
    client_get(&c, "/wait/a", NULL);
    toy_await(&toy.n_begun, 1);
    /* The kernel's buffers of both sides take some megabytes, the server next to nothing. */
    const size_t wanted = (size_t)256 << 20;
    assert_true(flood(&c, wanted) < wanted);
    atomic_store(&toy.release, true);
    client_read(&c, 0, &r);
    assert_int_equal(r.status, 200);
    client_close(&c);
    reply_clear(&r);
    toy_stop(&toy);
}

static void requests_that_come_in_drops_are_cut_off(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.idle_ms = 1000;
    toy_start(&toy);
    struct client silent = client_open(&toy), slow = client_open(&toy);
    const int64_t start_us = when_monotonic_us();
    client_send(&slow, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    while (send(slow.fd, "a", 1, MSG_NOSIGNAL) == 1) {
        usleep(50000);
        assert_true(when_monotonic_us() - start_us < 8000000);
    }
    assert_true(client_is_closed(&silent));
    client_close(&slow);
    client_close(&silent);
    toy_stop(&toy);
}

static void headers_have_a_limit(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    static char long_text[40000];
    memset(long_text, 'a', sizeof long_text - 1);
    static const char *const STARTS[] = {"GET / HTTP/1.1\r\nX: ", "GET /"};
    for (size_t i = 0; i < 2; i++) {
        struct client c = client_open(&toy);
        client_send(&c, STARTS[i]);
        client_send(&c, long_text);
        struct reply r = {0};
        int status = 0;
        while (!c.n_bytes && client_more(&c))
            ;
        assert_int_equal(sscanf(c.data, "HTTP/%*d.%*d %d", &status), 1);
        assert_true(status >= 400 && status < 500);
        reply_clear(&r);
        client_close(&c);
    }
    toy_stop(&toy);
}

static void only_so_many_connections_are_taken(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.max_connections = 2;
    toy_start(&toy);
    struct client a = client_open(&toy), b = client_open(&toy), c = client_open(&toy);
    struct reply r = {0};
    client_get(&c, "/light/c", NULL);
    const struct timeval moment = {0, 300000};
    setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    assert_false(client_more(&c));
    client_close(&a);
    client_read(&c, 0, &r);
    assert_string_equal(r.body, "c");
    client_close(&b);
    client_close(&c);
    reply_clear(&r);
    toy_stop(&toy);
}

static void stopping_lets_started_requests_end(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct client busy = client_open(&toy), idle = client_open(&toy);
    struct reply r = {0};
    client_get(&idle, "/light/a", NULL);
    client_read(&idle, 0, &r);
    client_get(&busy, "/wait/a", NULL);
    toy_await(&toy.n_begun, 1);
    kill(getpid(), SIGTERM);
    assert_true(client_is_closed(&idle));
    usleep(50000);
    atomic_store(&toy.release, true);
    client_read(&busy, 0, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_field(&r, "Connection"), "close");
    assert_true(client_is_closed(&busy));
    toy_join(&toy);
    client_close(&busy);
    client_close(&idle);
    reply_clear(&r);
}

static void stopping_waits_no_longer_than_a_request_may_take(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy.config.request_ms = 300;
    toy_start(&toy);
    struct client c = client_open(&toy);
    struct reply r = {0};
    client_get(&c, "/wait/a", NULL);
    toy_await(&toy.n_begun, 1);
    http_server_stop(toy.server);
    client_read(&c, 0, &r);
    assert_int_equal(r.status, 503);
    toy_join(&toy);
    client_close(&c);
    reply_clear(&r);
}

static void a_port_in_use_is_named(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct http_config config = toy.config;
    config.port = http_server_port(toy.server);
    const struct log quiet = {LOG_ERROR, -1};
    struct http_server *other = NULL;
    struct err err = {0};
    char words[64];
    snprintf(words, sizeof words, "127.0.0.1:%u is already in use", config.port);
    assert_fails(http_server_new(&config, &toy.app, &quiet, &other, &err), IO, words);
    config.address = "localhost";
    assert_fails(http_server_new(&config, &toy.app, &quiet, &other, &err), BAD_ARG, "localhost");
    config.address = "[::1]";
    config.port = 0;
    assert_ok(http_server_new(&config, &toy.app, &quiet, &other, &err));
    assert_true(http_server_port(other) != 0);
    http_server_free(other);
    toy_stop(&toy);
}

static enum err_code refuse_worker(void *state, void **out, struct err *err)
{
    (void)state;
    (void)out;
    return err_set(err, NOT_FOUND, "no store for a worker");
}

static void a_worker_that_cannot_start_stops_the_server(void **state)
{
    (void)state;
    struct toy toy;
    toy_init(&toy);
    toy_start(&toy);
    struct http_app app = toy.app;
    app.worker_new = refuse_worker;
    const struct log quiet = {LOG_ERROR, -1};
    struct http_server *other = NULL;
    struct err err = {0};
    assert_fails(http_server_new(&toy.config, &app, &quiet, &other, &err), NOT_FOUND, "no store");
    assert_null(other);
    toy_stop(&toy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_requests_under_way_are_made_once),
        cmocka_unit_test(all_who_waited_together_hear_of_the_failure),
        cmocka_unit_test(a_full_queue_says_so),
        cmocka_unit_test(who_leaves_takes_the_work_along),
        cmocka_unit_test(who_leaves_takes_nothing_from_others),
        cmocka_unit_test(work_ends_at_its_deadline),
        cmocka_unit_test(a_connection_lasts_for_ten_thousand_requests),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_client_cannot_fill_the_memory_while_it_waits),
        cmocka_unit_test(requests_that_come_in_drops_are_cut_off),
        cmocka_unit_test(headers_have_a_limit),
        cmocka_unit_test(only_so_many_connections_are_taken),
        cmocka_unit_test(stopping_lets_started_requests_end),
        cmocka_unit_test(stopping_waits_no_longer_than_a_request_may_take),
        cmocka_unit_test(a_port_in_use_is_named),
        cmocka_unit_test(a_worker_that_cannot_start_stops_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
