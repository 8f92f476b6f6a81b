/* A finished response: what is cached, what several clients may wait for, what is sent. Counted
 * and never changed after it is made; crosses threads. */
#ifndef SERVER_HTTP_ANSWER_H
#define SERVER_HTTP_ANSWER_H

#include "base/blob.h"
#include "base/err.h"
#include "base/gzip.h"
#include "server/http/route.h"

#include <stdbool.h>
#include <stddef.h>

#define ETAG_BYTES 40

struct answer_header {
    const char *name, *value;
};

/** Read by all, written by answer_new() alone. */
struct answer {
    int status;
    int max_age_s; /* as in struct response */
    bool gzip;
    bool is_wide; /* as in struct response */
    enum media media;
    char etag[ETAG_BYTES]; /* with its quotes; "" for all but 200 */
    size_t n_headers;
    const struct answer_header *headers;
    struct blob *body;
    size_t n_bytes; /* of memory, all in all */
};

/** Smaller bodies are not worth compressing (a packet holds about as much). */
#define GZIP_MIN_BYTES 1000

/**
 * Take a response's body, compressing it when `gzip` is not NULL, the media is worth it and the
 * body is neither small nor encoded or compressed already.
 * In/out   r: its body is an empty husk afterwards
 * Errors   INTERNAL too many headers, or one with CR or LF; those of the body's buf
 */
enum err_code answer_new(struct response *r, struct gzip *gzip, struct answer **out,
                         struct err *err) MUST_USE;

/** The one that tells whether the answer is still what it was. */
static inline uint64_t answer_stamp(const struct answer *a, const struct stamps *s)
{
    return a->is_wide ? s->wide : s->narrow;
}

struct answer *answer_ref(struct answer *a);
void answer_unref(struct answer *a); /* accepts NULL */

#endif
