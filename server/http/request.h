/* From what came over the wire to a request that a handler may trust: target, route, method,
 * parameters and media are checked here, before any work is done. Knows no sockets. */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "server/http/route.h"
#include "server/http/router.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_OPTIONS, METHOD_OTHER };

/** The parts of a message that matter here; lent. Header texts are NULL when absent. */
struct incoming {
    enum method method;
    const char *target; /* of the request line: "/a?b", "http://host/a?b" or "*" */
    const char *host, *accept, *accept_encoding;
};

struct reading {
    int status; /* 0: `request` is to be handled; else what to answer at once: 204 (OPTIONS), 301,
                   or the status of a problem */
    const char *location; /* of 301 */
    struct err err;       /* of a problem */
    bool gzip;            /* the client takes it */
    /* Its texts are never NULL and its media fits a problem when status is not 0; then there may be
     * no route. */
    struct request request;
};

/** What comes of it: a request, or an answer. `base_url` NULL: from the Host header when that is a
 *  plain host[:port], else `own_url`. Memory is the arena's; `base_url` and `own_url` are lent. */
void request_read(const struct router *router, const char *base_url, const char *own_url,
                  const struct incoming *in, struct arena *a, struct reading *out);

#endif
