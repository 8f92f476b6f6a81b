/* Sources behind a URL, fetched into a file. libcurl stays behind it. */
#ifndef IMPORTERS_FETCH_H
#define IMPORTERS_FETCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct fetch_options {
    uint64_t max_bytes;
    uint32_t timeout_s; /* without a byte */
    /** Fetch only what is not this version any more; NULL: in any case. */
    const char *version;
    void *state;
    /** Told several times a second (n_total 0: not known); returning false cancels. May be NULL. */
    bool (*progress)(void *state, uint64_t n_bytes, uint64_t n_total);
};

#define FETCH_VERSION_BYTES 256

/** A plain value. */
struct fetched {
    bool unchanged; /* it is `version` still, and nothing was written */
    /** What the server calls this version: its ETag, quotes and all, else its Last-Modified; ""
     * when it says neither. */
    char version[FETCH_VERSION_BYTES];
};

/**
 * Fetch an http or https URL. A connection that breaks is taken up where it broke, five times at
 * most; ten redirects are followed, to http and https only; certificates are checked.
 *
 * In       fd: an empty file for reading and writing
 * Errors   words without the URL. NOT_FOUND 404 and 410; LIMIT larger than max_bytes; IO everything
 *          else that servers and networks do; BAD_ARG no good URL; CANCELED; NO_MEMORY
 */
enum err_code fetch_url(const char *url, const struct fetch_options *o, int fd, struct fetched *out,
                        struct err *err) MUST_USE;

#endif
