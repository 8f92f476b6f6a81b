/*
 * What happens to a request between arriving and being answered: cache, waiting for the same work
 * of others, queue, deadline. The loop thread's alone; knows no sockets: whoever waits is a
 * struct waiter, and is answered exactly once, through one callback, unless it leaves.
 */
#ifndef SERVER_HTTP_DISPATCH_H
#define SERVER_HTTP_DISPATCH_H

#include "base/err.h"
#include "base/log.h"
#include "server/http/answer.h"
#include "server/http/http_server.h"
#include "server/http/queue.h"
#include "server/http/request.h"

#include <stdint.h>

struct dispatch;

/** To be embedded by the one who waits; zeroed at first, fields are the dispatch's own. */
struct waiter {
    struct job *job; /* NULL: does not wait */
    struct waiter *before, *after;
    uint64_t number;          /* of its request, for the log */
    const char *cache_status; /* RFC 9211: "cassini; hit"; NULL: it is nothing to be cached */
};

/** `a` is lent for the call; NULL: there was no memory for any answer. */
typedef void respond_function(struct waiter *w, struct answer *a);

/** `own_url`: "http://127.0.0.1:8080", for requests without a usable Host. All that is passed must
 * outlive the dispatch. Errors INTERNAL (see router_new()), NO_MEMORY, BAD_ARG a gzip level */
enum err_code dispatch_new(const struct http_config *config, const struct http_app *app,
                           const struct log *log, const char *own_url, struct queue *queue,
                           respond_function *respond, struct dispatch **out,
                           struct err *err) MUST_USE;
/** Everybody who waited has left and no worker runs any more. Accepts NULL. */
void dispatch_free(struct dispatch *d);

/** Answer now, or when the work is done or too late. */
void dispatch_take(struct dispatch *d, const struct incoming *in, struct waiter *w);
/** Take what the workers have done and answer. */
void dispatch_collect(struct dispatch *d);
/** The waiter went away: its work is canceled when nobody else waits for it. */
void dispatch_leave(struct dispatch *d, struct waiter *w);
/** Answer whoever has waited longer than request_ms. Returns the microseconds until somebody will
 *  have, -1 when nobody waits. */
int64_t dispatch_expire(struct dispatch *d, int64_t now_us);

/** All but the connections. */
struct http_counts dispatch_counts(const struct dispatch *d);

#endif
