#include "server/http/respond.h"

#include "base/when.h"
#include "server/http/field.h"
#include "server/http/problem.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdio.h>
#include <sys/socket.h>

/* Collects headers; what fails is told once. */
struct sender {
    struct evhttp_request *request;
    bool failed;
};

static void put(struct sender *s, const char *name, const char *value)
{
    s->failed |= evhttp_add_header(evhttp_request_get_output_headers(s->request), name, value) != 0;
}

static void put_common(struct sender *s)
{
    struct buf date;
    buf_init(&date, 64);
    when_put_http(&date, when_now_us());
    put(s, "Date", buf_text(&date));
    buf_clear(&date);
    put(s, "Server", "cassini/" CASSINI_VERSION);
    put(s, "Vary", "Accept, Accept-Encoding");
    put(s, "X-Content-Type-Options", "nosniff");
    put(s, "Access-Control-Allow-Origin", "*");
    /* '*' is for all of our own; the names are for clients that do not know it. */
    put(s, "Access-Control-Expose-Headers", "Content-Crs, ETag, Link, *");
}

static void put_cache_control(struct sender *s, const struct answer *a)
{
    char text[48] = "no-cache";
    if (a->status >= 400)
        snprintf(text, sizeof text, "no-store");
    else if (a->max_age_s >= 0)
        snprintf(text, sizeof text, "public, max-age=%d", a->max_age_s);
    put(s, "Cache-Control", text);
}

static void unref_blob(const void *bytes, size_t n_bytes, void *blob)
{
    (void)bytes;
    (void)n_bytes;
    blob_unref(blob);
}

static void put_body(struct sender *s, const struct answer *a, bool with_bytes)
{
    const size_t n = blob_len_bytes(a->body);
    char length[24];
    snprintf(length, sizeof length, "%zu", n);
    put(s, "Content-Type", media_type(a->media));
    put(s, "Content-Length", length);
    if (a->gzip)
        put(s, "Content-Encoding", "gzip");
    if (!with_bytes || n == 0)
        return;
    struct blob *body = blob_ref(a->body);
    if (evbuffer_add_reference(evhttp_request_get_output_buffer(s->request), blob_bytes(body), n,
                               unref_blob, body)) {
        blob_unref(body);
        s->failed = true;
    }
}

static int put_answer(struct sender *s, const struct answer *a, const char *cache_status)
{
    const struct evkeyvalq *in = evhttp_request_get_input_headers(s->request);
    const bool is_head = evhttp_request_get_command(s->request) == EVHTTP_REQ_HEAD;
    int status = a->status;
    if (*a->etag) {
        put(s, "ETag", a->etag);
        if (field_names_etag(evhttp_find_header(in, "If-None-Match"), a->etag))
            status = 304;
    }
    put_cache_control(s, a);
    if (cache_status)
        put(s, "Cache-Status", cache_status);
    for (size_t i = 0; i < a->n_headers; i++)
        put(s, a->headers[i].name, a->headers[i].value);
    if (status != 204 && status != 304)
        put_body(s, a, !is_head);
    return status;
}

static void log_exchange(const struct exchange *x, int status, const struct answer *a)
{
    const enum evhttp_cmd_type command = evhttp_request_get_command(x->request);
    log_line(x->log, LOG_DEBUG, "request %llu: %s%s: %d, %zu bytes",
             (unsigned long long)x->waiter.number,
             command == EVHTTP_REQ_GET    ? "GET "
             : command == EVHTTP_REQ_HEAD ? "HEAD "
                                          : "",
             evhttp_request_get_uri(x->request), status, a ? blob_len_bytes(a->body) : 0);
}

void exchange_answer(struct waiter *w, struct answer *a)
{
    struct exchange *x = (struct exchange *)w;
    struct sender s = {.request = x->request};
    struct bufferevent *bytes =
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(x->request));
    int status = 500;
    put_common(&s);
    if (a)
        status = put_answer(&s, a, w->cache_status);
    else
        put(&s, "Content-Length", "0");
    if (x->last)
        put(&s, "Connection", "close");
    log_exchange(x, status, a);
    /* Without memory for all of it, no half answer may look like a whole one. */
    if (s.failed)
        shutdown(bufferevent_getfd(bytes), SHUT_RDWR);
    x->request = NULL;
    x->sending = true;
    evhttp_send_reply(s.request, status, status_phrase(status), NULL);
    /* evhttp would read on, and drop the answer of a client that has only closed its own side. It
     * reads again when all is written. */
    bufferevent_disable(bytes, EV_READ);
}
