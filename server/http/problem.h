/* Problem documents (RFC 9457): how errors are told to clients. The HTTP status of each kind of
 * error stands here and nowhere else. */
#ifndef SERVER_HTTP_PROBLEM_H
#define SERVER_HTTP_PROBLEM_H

#include "base/err.h"
#include "server/http/route.h"

#include <stdint.h>

int problem_status(enum err_code code);
/** "Not Found"; "" for a status that is never sent. */
const char *status_phrase(int status);

/**
 * Fill `out` (body empty, its limit set) with the problem: HTML when the request's media is HTML,
 * else application/problem+json; Retry-After with 503, Allow with 405. What a 500 was about is for
 * the log alone: clients get the request's number.
 * Errors   LIMIT, NO_MEMORY
 */
enum err_code problem_write(const struct request *r, int status, const struct err *problem,
                            uint64_t request_number, struct response *out,
                            struct err *err) MUST_USE;

#endif
