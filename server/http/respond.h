/* The one place from which every answer is sent. */
#ifndef SERVER_HTTP_RESPOND_H
#define SERVER_HTTP_RESPOND_H

#include "base/log.h"
#include "server/http/answer.h"
#include "server/http/dispatch.h"

#include <stdbool.h>

struct evhttp_request;

/** One request on a connection and its answer. */
struct exchange {
    struct waiter waiter;           /* first: the dispatch gives this pointer back */
    struct evhttp_request *request; /* NULL when none waits for an answer */
    const struct log *log;
    bool sending; /* answered, not yet all written */
    bool last;    /* close the connection afterwards */
};

/** A respond_function for the waiter of an exchange: common headers, ETag and 304, HEAD, gzip's
 * header, and the body, shared, not copied. */
void exchange_answer(struct waiter *w, struct answer *a);

#endif
