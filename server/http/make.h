/* From a checked request to its answer, whatever happens: the handler's response, or a problem. */
#ifndef SERVER_HTTP_MAKE_H
#define SERVER_HTTP_MAKE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/gzip.h"
#include "server/http/answer.h"
#include "server/http/route.h"

#include <stdbool.h>
#include <stdint.h>

/** What one thread needs to make answers. */
struct maker {
    struct gzip *gzip;
    uint64_t max_response_bytes;
};

/**
 * Run the request's handler.
 * In       r: its arena holds what the handler makes, nothing of r itself
 * Out      err: OK, or what the answer, then a problem, is about
 * Returns  NULL only when there is no memory even for a problem
 */
struct answer *make_answer(const struct maker *m, struct request *r, bool gzip, uint64_t number,
                           struct err *err);

/** The answer of a request that comes to no handler. NULL as above. */
struct answer *make_problem(const struct maker *m, const struct request *r, int status,
                            const struct err *problem, bool gzip, uint64_t number);

/** 301 to `location`, or without one 204 with what is allowed. NULL as above. */
struct answer *make_redirect(const char *location);
struct answer *make_options(void);

#endif
