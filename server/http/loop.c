#include "server/http/loop.h"

#include "base/mem.h"
#include "base/when.h"
#include "server/http/respond.h"

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* adopt() leans on what evhttp of 2.1 does inside; 2.2 has evhttp_set_newreqcb() for it. */
_Static_assert(LIBEVENT_VERSION_NUMBER >> 16 == 0x0201, "written for libevent 2.1");

/* A tile in one system call; libevent's own 16 KB would take two. */
#define MAX_WRITE_BYTES ((size_t)256 << 10)

struct connection {
    struct loop *loop;
    struct connection *next; /* while fresh */
    struct bufferevent *bytes;
    struct evhttp_connection *http;
    int fd;
    int64_t since_us; /* accepted, or the last answer was sent: waits for a request since */
    struct exchange exchange;
};

struct loop {
    const struct http_config *config;
    const struct http_app *app;
    const struct log *log;
    struct dispatch *dispatch;
    struct queue *queue;
    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *listener;
    struct event *woken, *expiry, *second, *fresh_come, *interrupt, *terminate, *drain;
    struct connection *fresh; /* accepted, not yet known to be an evhttp_connection */
    struct connection **by_fd;
    size_t n_fds;
    uint64_t n_connections;
    bool stopping;
    int64_t stop_us; /* not longer than this */
    atomic_bool stop_wanted;
};

static bool is_idle(const struct connection *c)
{
    return !c->exchange.request && !c->exchange.sending;
}

/* The kernel's backlog holds whoever comes while there are as many connections as allowed. */
static void accept_if_room(struct loop *l)
{
    if (l->stopping)
        return;
    if (l->n_connections < l->config->max_connections)
        evconnlistener_enable(l->listener);
    else
        evconnlistener_disable(l->listener);
}

static void forget(struct connection *c)
{
    struct loop *l = c->loop;
    l->n_connections--;
    accept_if_room(l);
    mem_free(c);
}

/* evhttp is about to free the connection, whyever. */
static void on_close(struct evhttp_connection *http, void *arg)
{
    (void)http;
    struct connection *c = arg;
    dispatch_leave(c->loop->dispatch, &c->exchange.waiter);
    c->loop->by_fd[c->fd] = NULL;
    forget(c);
}

/* evhttp makes its connection around this. */
static struct bufferevent *on_accept(struct event_base *base, void *arg)
{
    struct loop *l = arg;
    struct connection *c = mem_new(1, sizeof *c);
    struct bufferevent *bytes = c ? bufferevent_socket_new(base, -1, 0) : NULL;
    if (!bytes) {
        mem_free(c);
        return NULL;
    }
    /* evhttp goes on reading while it answers: no client may fill the memory with requests. */
    const uint64_t most = l->config->max_header_bytes > l->config->max_body_bytes
                              ? l->config->max_header_bytes
                              : l->config->max_body_bytes;
    bufferevent_setwatermark(bytes, EV_READ, 0, (size_t)most + 4096);
    bufferevent_set_max_single_write(bytes, MAX_WRITE_BYTES);
    bufferevent_incref(bytes);
    *c = (struct connection){.loop = l, .next = l->fresh, .bytes = bytes};
    c->exchange.log = l->log;
    l->fresh = c;
    l->n_connections++;
    accept_if_room(l);
    event_active(l->fresh_come, EV_TIMEOUT, 0);
    return bytes;
}

/*
 * A new connection gets its close callback before it sends anything, so that silent ones are
 * counted and slow ones noticed too. evhttp 2.1 has no call for that; but what it set as its
 * bufferevent's argument is the connection (nothing, when it could not be made).
 */
static void adopt(struct connection *c)
{
    struct loop *l = c->loop;
    void *http = NULL;
    bufferevent_getcb(c->bytes, NULL, NULL, NULL, &http);
    c->fd = bufferevent_getfd(c->bytes);
    c->since_us = when_monotonic_us();
    bufferevent_decref(c->bytes);
    if (!http) {
        forget(c);
        return;
    }
    c->http = http;
    const size_t n = l->n_fds;
    if ((size_t)c->fd >= n &&
        mem_grow((void **)&l->by_fd, &l->n_fds, (size_t)c->fd + 1, sizeof *l->by_fd, NULL)) {
        evhttp_connection_free(c->http);
        forget(c);
        return;
    }
    memset(l->by_fd + n, 0, (l->n_fds - n) * sizeof *l->by_fd);
    l->by_fd[c->fd] = c;
    evhttp_connection_set_closecb(c->http, on_close, c);
}

static void on_fresh(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct loop *l = arg;
    while (l->fresh) {
        struct connection *c = l->fresh;
        l->fresh = c->next;
        adopt(c);
    }
}

/* Out of descriptors, most likely: accepting again at once would only spin. on_second() resumes. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    (void)arg;
    evconnlistener_disable(listener);
}

static void arm_expiry(struct loop *l)
{
    if (evtimer_pending(l->expiry, NULL))
        return;
    const int64_t left_us = dispatch_expire(l->dispatch, when_monotonic_us());
    if (left_us < 0)
        return;
    const struct timeval left = {left_us / 1000000, left_us % 1000000};
    evtimer_add(l->expiry, &left);
}

static void on_expiry(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    arm_expiry(arg);
}

/* While a request is worked on: a client that leaves takes its work with it. */
static void on_event_while_waiting(struct bufferevent *bytes, short what, void *arg)
{
    const struct connection *c = arg;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        evhttp_connection_free(c->http);
    else
        bufferevent_enable(bytes,
                           EV_READ); /* a timeout of silence, and silence is all right here */
}

static void on_sent(struct evhttp_request *request, void *arg)
{
    (void)request;
    struct connection *c = arg;
    c->exchange.sending = false;
    c->since_us = when_monotonic_us();
}

static enum method method_of(struct evhttp_request *request)
{
    switch (evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET:
        return METHOD_GET;
    case EVHTTP_REQ_HEAD:
        return METHOD_HEAD;
    case EVHTTP_REQ_OPTIONS:
        return METHOD_OPTIONS;
    default:
        return METHOD_OTHER;
    }
}

static void on_request(struct evhttp_request *request, void *arg)
{
    struct loop *l = arg;
    struct bufferevent *bytes =
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
    struct connection *c = l->by_fd[bufferevent_getfd(bytes)];
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    const struct incoming in = {
        .method = method_of(request),
        .target = evhttp_request_get_uri(request),
        .host = evhttp_find_header(headers, "Host"),
        .accept = evhttp_find_header(headers, "Accept"),
        .accept_encoding = evhttp_find_header(headers, "Accept-Encoding"),
    };
    c->exchange.request = request;
    c->exchange.last = l->stopping;
    evhttp_request_set_on_complete_cb(request, on_sent, c);
    dispatch_take(l->dispatch, &in, &c->exchange.waiter);
    if (!c->exchange.request)
        return;
    /* evhttp stopped reading, and would end the process on more bytes now: it only has to know
     * when the client goes. exchange_answer() puts evhttp's own callbacks back. */
    bufferevent_setcb(bytes, NULL, NULL, on_event_while_waiting, c);
    bufferevent_enable(bytes, EV_READ);
    arm_expiry(l);
}

/* Close who is idle for longer than that; a request that comes in drops counts as idleness. */
static void close_idle(struct loop *l, int64_t longer_than_us)
{
    const int64_t before_us = when_monotonic_us() - longer_than_us;
    for (size_t i = 0; i < l->n_fds; i++) {
        const struct connection *c = l->by_fd[i];
        if (c && is_idle(c) && c->since_us <= before_us)
            evhttp_connection_free(c->http);
    }
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct loop *l = arg;
    if (l->app->tick)
        l->app->tick(l->app->state);
    close_idle(l, l->config->idle_ms * 1000);
    accept_if_room(l);
}

static void on_drain(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct loop *l = arg;
    close_idle(l, 0);
    if (l->n_connections == 0 || when_monotonic_us() > l->stop_us)
        event_base_loopbreak(l->base);
}

static void begin_stop(struct loop *l)
{
    if (l->stopping)
        return;
    evconnlistener_disable(l->listener);
    l->stopping = true;
    l->stop_us = when_monotonic_us() + (l->config->request_ms + 1000) * 1000;
    for (size_t i = 0; i < l->n_fds; i++) {
        if (l->by_fd[i])
            l->by_fd[i]->exchange.last = true;
    }
    const struct timeval often = {0, 10000};
    event_add(l->drain, &often);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
    (void)what;
    struct loop *l = arg;
    log_line(l->log, LOG_INFO, "%s: stopping", strsignal(number));
    /* Who asks twice does not want to wait. */
    if (l->stopping)
        event_base_loopbreak(l->base);
    begin_stop(l);
}

static void on_woken(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct loop *l = arg;
    dispatch_collect(l->dispatch);
    if (atomic_load(&l->stop_wanted))
        begin_stop(l);
}

static enum err_code start_events(struct loop *l, struct err *err)
{
    const short persist = EV_PERSIST;
    l->woken = event_new(l->base, queue_fd(l->queue), EV_READ | persist, on_woken, l);
    l->expiry = evtimer_new(l->base, on_expiry, l);
    l->second = event_new(l->base, -1, persist, on_second, l);
    l->fresh_come = evtimer_new(l->base, on_fresh, l);
    l->interrupt = evsignal_new(l->base, SIGINT, on_signal, l);
    l->terminate = evsignal_new(l->base, SIGTERM, on_signal, l);
    l->drain = event_new(l->base, -1, persist, on_drain, l);
    if (!l->woken || !l->expiry || !l->second || !l->fresh_come || !l->interrupt || !l->terminate ||
        !l->drain)
        return err_no_memory(err, sizeof *l);
    const struct timeval second = {1, 0};
    if (event_add(l->woken, NULL) || event_add(l->second, &second))
        return err_set(err, IO, "the loop could not start");
    return OK;
}

static enum err_code start_http(struct loop *l, int fd, struct err *err)
{
    const struct http_config *config = l->config;
    l->listener = evconnlistener_new(l->base, NULL, NULL,
                                     LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_CLOSE_ON_FREE, 0, fd);
    if (!l->listener) {
        close(fd);
        return err_no_memory(err, sizeof *l);
    }
    l->http = evhttp_new(l->base);
    if (!l->http || !evhttp_bind_listener(l->http, l->listener)) {
        evconnlistener_free(l->listener);
        return err_no_memory(err, sizeof *l);
    }
    evconnlistener_set_error_cb(l->listener, on_accept_error);
    const struct timeval idle = {config->idle_ms / 1000, config->idle_ms % 1000 * 1000};
    evhttp_set_timeout_tv(l->http, &idle);
    evhttp_set_max_headers_size(l->http, (ev_ssize_t)config->max_header_bytes);
    evhttp_set_max_body_size(l->http, (ev_ssize_t)config->max_body_bytes);
    evhttp_set_allowed_methods(l->http, UINT16_MAX); /* refused by us, with what is allowed */
    evhttp_set_default_content_type(l->http, NULL);
    evhttp_set_bevcb(l->http, on_accept, l);
    evhttp_set_gencb(l->http, on_request, l);
    return OK;
}

/* evhttp stops and starts reading at every request: with a changelist that costs no system call. */
static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;
    if (config && event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
        base = event_base_new_with_config(config);
    if (config)
        event_config_free(config);
    return base;
}

enum err_code loop_new(const struct http_config *config, const struct http_app *app,
                       const struct log *log, struct dispatch *dispatch, struct queue *queue,
                       int fd, struct loop **out, struct err *err)
{
    struct loop *l = mem_new(1, sizeof *l);
    struct event_base *base = l ? new_base() : NULL;
    if (!base) {
        close(fd);
        mem_free(l);
        return err_no_memory(err, sizeof *l);
    }
    *l = (struct loop){.config = config,
                       .app = app,
                       .log = log,
                       .dispatch = dispatch,
                       .queue = queue,
                       .base = base};
    atomic_init(&l->stop_wanted, false);
    enum err_code rc = start_http(l, fd, err);
    if (!rc)
        rc = start_events(l, err);
    if (rc)
        loop_free(l);
    else
        *out = l;
    return rc;
}

enum err_code loop_run(struct loop *l, struct err *err)
{
    /* Writing to a client that is gone must be an error of write(), not the end of the process. */
    sigset_t pipe, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    event_add(l->interrupt, NULL);
    event_add(l->terminate, NULL);
    const int failed = event_base_dispatch(l->base);
    event_del(l->interrupt);
    event_del(l->terminate);
    if (!sigismember(&before, SIGPIPE)) {
        const struct timespec at_once = {0, 0};
        sigtimedwait(&pipe, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed < 0 ? err_set(err, IO, "the loop failed") : OK;
}

void loop_stop(struct loop *l)
{
    atomic_store(&l->stop_wanted, true);
    queue_wake(l->queue);
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    l->stopping = true; /* accept nothing while connections go */
    on_fresh(-1, 0, l);
    if (l->http)
        evhttp_free(l->http);
    struct event *const events[] = {l->woken,     l->expiry,    l->second, l->fresh_come,
                                    l->interrupt, l->terminate, l->drain};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (events[i])
            event_free(events[i]);
    }
    event_base_free(l->base);
    mem_free(l->by_fd);
    mem_free(l);
}

uint64_t loop_connections(const struct loop *l)
{
    return l->n_connections;
}
