/* A toy application behind a real server, and a client of raw sockets: for the tests of
 * server/http. */
#ifndef TESTS_UNIT_HTTP_TOY_H
#define TESTS_UNIT_HTTP_TOY_H

#include "base/when.h"
#include "server/http/document.h"
#include "server/http/http_server.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct toy {
    struct http_config config;
    struct http_app app;
    struct http_server *server;
    pthread_t thread;
    enum err_code ended;
    atomic_int n_begun, n_canceled, n_blobs, n_snapshots;
    atomic_bool release; /* lets /wait/... and /slow end */
    atomic_int stamp;
};

struct toy_worker {
    struct toy *toy;
    const atomic_bool *cancel;
    int64_t deadline_us;
};

#define TOY_BLOB_BYTES 20000

static const enum media TOY_DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
static const enum media TOY_MVT[] = {MEDIA_MVT, MEDIA_END};
static const enum media TOY_TEXT[] = {MEDIA_TEXT, MEDIA_END};

static inline enum err_code toy_home(const struct request *r, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    doc_text(d, "title", "Toy");
    doc_int(d, "limit", request_param(r, "limit")->integer);
    doc_link_self(d, r);
    return doc_respond(d, &(struct page){.title = "Toy"}, r, out, err);
}

static inline enum err_code toy_blob(const struct request *r, struct response *out, struct err *err)
{
    (void)err;
    struct toy *toy = ((struct toy_worker *)r->worker)->toy;
    atomic_fetch_add(&toy->n_blobs, 1);
    for (int i = 0; i < TOY_BLOB_BYTES; i++)
        buf_put_u8(&out->body, (uint8_t)(i % 251 < 9 ? i >> 3 : 7));
    out->max_age_s = 60;
    return OK;
}

static inline enum err_code toy_wait(const struct request *r, struct response *out, struct err *err)
{
    const struct toy_worker *w = r->worker;
    atomic_fetch_add(&w->toy->n_begun, 1);
    while (!atomic_load(&w->toy->release)) {
        if (atomic_load(w->cancel) || when_monotonic_us() > w->deadline_us) {
            atomic_fetch_add(&w->toy->n_canceled, 1);
            return err_set(err, CANCELED, "told to stop");
        }
        usleep(500);
    }
    buf_printf(&out->body, "waited %s", r->path);
    return OK;
}

static inline enum err_code toy_echo(const struct request *r, struct response *out, struct err *err)
{
    (void)err;
    buf_put_text(&out->body, request_text(r, "id"));
    return OK;
}

static inline enum err_code toy_fail(const struct request *r, struct response *out, struct err *err)
{
    buf_put_text(&out->body, "half an answer");
    const char *kind = request_text(r, "id");
    for (int code = OK + 1; code < ERR_CODES; code++) {
        if (text_eq(kind, err_name((enum err_code)code)))
            return err_set(err, (enum err_code)code, "secret words of %s", kind);
    }
    if (text_eq(kind, "silently"))
        return IO;
    if (text_eq(kind, "split"))
        response_header(out, "X-Toy", "a\r\nSet-Cookie: b=c");
    for (int i = 0; text_eq(kind, "headers") && i < 20; i++)
        response_header(out, "X-Toy", "a");
    return OK;
}

static inline enum err_code toy_counts(const struct request *r, struct response *out,
                                       struct err *err)
{
    (void)err;
    const struct toy *toy = r->snapshot;
    const struct http_counts c = http_server_counts(toy->server);
    buf_printf(&out->body, "queued %llu joined %llu connections %llu ",
               (unsigned long long)c.n_queued, (unsigned long long)c.n_joined,
               (unsigned long long)c.n_connections - 1); /* without the one that asks */
    return OK;
}

static const struct param_spec TOY_LIMIT = {.name = "limit",
                                            .place = PARAM_IN_QUERY,
                                            .kind = PARAM_INTEGER,
                                            .minimum = 1,
                                            .maximum = 100,
                                            .clamp = true,
                                            .has_default = true,
                                            .default_integer = 10};
static const struct param_spec TOY_ID = {.name = "id", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec *const TOY_LIMITS[] = {&TOY_LIMIT, NULL};
static const struct param_spec *const TOY_IDS[] = {&TOY_ID, NULL};
static const struct route TOY_ROUTES[] = {
    {.pattern = "/", .media = TOY_DOCS, .params = TOY_LIMITS, .handle = toy_home},
    {.pattern = "/blob", .media = TOY_MVT, .handle = toy_blob, .cached = true},
    {.pattern = "/slow", .media = TOY_TEXT, .handle = toy_wait, .cached = true},
    {.pattern = "/wait/{id}", .media = TOY_TEXT, .params = TOY_IDS, .handle = toy_wait},
    {.pattern = "/echo/{id}.txt", .media = TOY_TEXT, .params = TOY_IDS, .handle = toy_echo},
    {.pattern = "/light/{id}",
     .media = TOY_TEXT,
     .params = TOY_IDS,
     .handle = toy_echo,
     .light = true},
    {.pattern = "/fail/{id}", .media = TOY_DOCS, .params = TOY_IDS, .handle = toy_fail},
    {.pattern = "/counts", .media = TOY_TEXT, .handle = toy_counts, .light = true},
};

static inline enum err_code toy_worker_new(void *state, void **out, struct err *err)
{
    struct toy_worker *w = calloc(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    w->toy = state;
    *out = w;
    return OK;
}

static inline void toy_worker_begin(void *worker, const atomic_bool *cancel, int64_t deadline_us)
{
    struct toy_worker *w = worker;
    w->cancel = cancel;
    w->deadline_us = deadline_us;
}

static inline void *toy_snapshot_ref(void *state)
{
    struct toy *toy = state;
    atomic_fetch_add(&toy->n_snapshots, 1);
    return toy;
}

static inline void toy_snapshot_unref(void *snapshot)
{
    struct toy *toy = snapshot;
    atomic_fetch_sub(&toy->n_snapshots, 1);
}

static inline struct stamps toy_stamps(void *state, void *snapshot, const struct request *r)
{
    (void)state;
    (void)r;
    struct toy *toy = snapshot;
    const uint64_t stamp = (uint64_t)atomic_load(&toy->stamp);
    return (struct stamps){stamp, stamp};
}

static inline void *toy_thread(void *arg)
{
    struct toy *toy = arg;
    struct err err = {0};
    toy->ended = http_server_run(toy->server, &err);
    return NULL;
}

/* Limits are changed in toy->config between these two. */
static inline void toy_init(struct toy *toy)
{
    *toy = (struct toy){.config = http_config_default()};
    toy->config.port = 0;
    toy->config.n_workers = 2;
}

static inline void toy_start(struct toy *toy)
{
    static const struct route *const ROUTES[] = {&TOY_ROUTES[0], &TOY_ROUTES[1], &TOY_ROUTES[2],
                                                 &TOY_ROUTES[3], &TOY_ROUTES[4], &TOY_ROUTES[5],
                                                 &TOY_ROUTES[6], &TOY_ROUTES[7], NULL};
    toy->app = (struct http_app){.state = toy,
                                 .routes = ROUTES,
                                 .worker_new = toy_worker_new,
                                 .worker_free = free,
                                 .worker_begin = toy_worker_begin,
                                 .snapshot_ref = toy_snapshot_ref,
                                 .snapshot_unref = toy_snapshot_unref,
                                 .stamps = toy_stamps};
    const struct log quiet = {LOG_ERROR, -1};
    struct err err = {0};
    assert_ok(http_server_new(&toy->config, &toy->app, &quiet, &toy->server, &err));
    assert_int_equal(pthread_create(&toy->thread, NULL, toy_thread, toy), 0);
}

/* Waits for the loop's end, whoever asked for it. */
static inline void toy_join(struct toy *toy)
{
    pthread_join(toy->thread, NULL);
    assert_int_equal(toy->ended, OK);
    http_server_free(toy->server);
    assert_int_equal(atomic_load(&toy->n_snapshots), 0);
}

static inline void toy_stop(struct toy *toy)
{
    http_server_stop(toy->server);
    toy_join(toy);
}

/* Until the counter is there; fails after ten seconds. */
static inline void toy_await(atomic_int *counter, int value)
{
    for (int i = 0; i < 10000 && atomic_load(counter) < value; i++)
        usleep(1000);
    assert_int_equal(atomic_load(counter), value);
}

/* A connection, with what was read beyond the last reply. */
struct client {
    int fd;
    char *data;
    size_t n_bytes, room;
};

struct reply {
    int status;
    char head[4096]; /* status line and fields, ended by an empty line */
    char *body;      /* NUL after it */
    size_t n_bytes;
};

static inline struct client client_open(const struct toy *toy)
{
    struct client c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_server_port(toy->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval patience = {20, 0};
    assert_true(c.fd >= 0);
    setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(c.fd, (struct sockaddr *)&to, sizeof to), 0);
    return c;
}

static inline void client_close(struct client *c)
{
    close(c->fd);
    free(c->data);
}

static inline void client_send(struct client *c, const char *text)
{
    for (size_t n = strlen(text); n > 0;) {
        const ssize_t sent = send(c->fd, text, n, MSG_NOSIGNAL);
        assert_true(sent > 0);
        text += sent;
        n -= (size_t)sent;
    }
}

static inline void client_get(struct client *c, const char *target, const char *fields)
{
    char text[4096];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: toy.example:80\r\n%s\r\n", target,
             fields ? fields : "");
    client_send(c, text);
}

/* false at the end of the connection */
static inline int client_more(struct client *c)
{
    if (c->room - c->n_bytes < 65536) {
        c->room = c->room * 2 + 131072;
        c->data = realloc(c->data, c->room);
        assert_non_null(c->data);
    }
    c->data[c->n_bytes] = '\0';
    const ssize_t n = recv(c->fd, c->data + c->n_bytes, 65535, 0);
    if (n <= 0)
        return 0;
    c->n_bytes += (size_t)n;
    c->data[c->n_bytes] = '\0';
    return 1;
}

static inline const char *reply_field(const struct reply *r, const char *name)
{
    static _Thread_local char value[1024];
    char line[128];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = strstr(r->head, line);
    if (!at)
        return NULL;
    at += strlen(line);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

static inline void reply_clear(struct reply *r)
{
    free(r->body);
    *r = (struct reply){0};
}

/* The next reply; one to HEAD has no body whatever its length says. */
static inline void client_read(struct client *c, int is_head, struct reply *out)
{
    const char *end;
    reply_clear(out);
    while (!c->data || !(end = strstr(c->data, "\r\n\r\n"))) {
        if (!client_more(c))
            fail_msg("the connection ended without a reply");
    }
    const size_t n_head = (size_t)(end - c->data) + 4;
    assert_true(n_head < sizeof out->head);
    memcpy(out->head, c->data, n_head);
    assert_int_equal(sscanf(out->head, "HTTP/1.%*d %d", &out->status), 1);
    const char *length = reply_field(out, "Content-Length");
    unsigned n_body = 0;
    if (length && !is_head)
        sscanf(length, "%u", &n_body);
    while (c->n_bytes < n_head + n_body) {
        if (!client_more(c))
            fail_msg("the body ended early");
    }
    out->n_bytes = n_body;
    out->body = calloc(1, n_body + 1);
    assert_non_null(out->body);
    memcpy(out->body, c->data + n_head, n_body);
    c->n_bytes -= n_head + n_body;
    memmove(c->data, c->data + n_head + n_body, c->n_bytes + 1);
}

/* One request on a connection of its own. */
static inline void toy_get(const struct toy *toy, const char *target, const char *fields,
                           struct reply *out)
{
    struct client c = client_open(toy);
    client_get(&c, target, fields);
    client_read(&c, 0, out);
    client_close(&c);
}

/* Until the server counts so many of them ("queued 2 "); fails after ten seconds. */
static inline void toy_await_count(const struct toy *toy, const char *wanted)
{
    struct reply r = {0};
    for (int i = 0; i < 2000; i++) {
        toy_get(toy, "/counts", NULL, &r);
        if (strstr(r.body, wanted))
            break;
        usleep(5000);
    }
    if (!strstr(r.body, wanted))
        fail_msg("'%s' instead of '%s'", r.body, wanted);
    reply_clear(&r);
}

/* Whether the server closes the connection (bytes before are skipped). */
static inline int client_is_closed(struct client *c)
{
    while (client_more(c))
        c->n_bytes = 0;
    return recv(c->fd, c->data, 1, MSG_DONTWAIT) == 0;
}

#endif
