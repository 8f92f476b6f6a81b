/* A query string as decoded pairs. */
#ifndef SERVER_HTTP_QUERY_H
#define SERVER_HTTP_QUERY_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct query_pair {
    const char *name, *value; /* decoded, '+' is a blank; "a" without '=' has the value "" */
};

/** More pairs than any route has parameters. */
#define QUERY_PAIRS_MAX 64

/**
 * In       query: without '?'; "", "&&" and the like have no pairs
 * Errors   BAD_ARG a bad escape, %00, not UTF-8, more than QUERY_PAIRS_MAX pairs, a pair without
 *          name; LIMIT, NO_MEMORY
 */
enum err_code query_read(const char *query, struct arena *a, struct query_pair **out_pairs,
                         size_t *n_out, struct err *err) MUST_USE;

/** Decode one piece of a URL into the arena. Errors BAD_ARG (words show the piece), LIMIT,
 * NO_MEMORY */
enum err_code query_decode(const char *at, size_t n_bytes, bool plus_is_space, struct arena *a,
                           const char **out, struct err *err) MUST_USE;

#endif
