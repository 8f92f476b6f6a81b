#include "server/http/answer.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* The public part first, so that one pointer is both. */
struct counted_answer {
    struct answer answer;
    atomic_uint n_refs;
    struct answer_header headers[];
};

void response_header(struct response *out, const char *name, const char *value)
{
    /* A value that could not be made must not be sent as if it had not been wanted. */
    if (!value)
        out->body.failed = NO_MEMORY;
    if (out->n_headers < RESPONSE_HEADERS_MAX) {
        out->headers[out->n_headers].name = name;
        out->headers[out->n_headers].value = value;
    }
    out->n_headers++;
}

static enum err_code check_headers(const struct response *r, size_t *out_n_bytes, struct err *err)
{
    if (r->n_headers > RESPONSE_HEADERS_MAX)
        return err_set(err, INTERNAL, "a response with %zu headers, more than %d", r->n_headers,
                       RESPONSE_HEADERS_MAX);
    size_t n_bytes = 0;
    for (size_t i = 0; i < r->n_headers; i++) {
        const char *name = r->headers[i].name, *value = r->headers[i].value;
        if (strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
            return err_set(err, INTERNAL, "header '%s' would break the response", name);
        n_bytes += strlen(name) + strlen(value) + 2;
    }
    *out_n_bytes = n_bytes;
    return OK;
}

static bool has_header(const struct response *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++) {
        if (text_eq_ignoring_case(r->headers[i].name, name))
            return true;
    }
    return false;
}

/* Into `r->body`; `*out_done` is false when it was not worth it. */
static enum err_code compress(struct response *r, struct gzip *gzip, bool *out_done,
                              struct err *err)
{
    if (!gzip || r->is_gzip || r->body.len_bytes < GZIP_MIN_BYTES ||
        !media_is_compressible(r->media) || has_header(r, "Content-Encoding"))
        return OK;
    struct buf smaller;
    buf_init(&smaller, r->body.limit_bytes);
    const struct span body = {(const char *)r->body.data, r->body.len_bytes};
    const enum err_code rc = gzip_compress(gzip, body, &smaller, err);
    if (!rc && smaller.len_bytes < r->body.len_bytes) {
        buf_swap(&r->body, &smaller);
        *out_done = true;
    }
    buf_clear(&smaller);
    return rc;
}

static char *put_copy(char **at, const char *text)
{
    char *copy = *at;
    const size_t n_bytes = strlen(text) + 1;
    memcpy(copy, text, n_bytes);
    *at += n_bytes;
    return copy;
}

enum err_code answer_new(struct response *r, struct gzip *gzip, struct answer **out,
                         struct err *err)
{
    enum err_code rc = buf_status(&r->body, err);
    size_t n_text_bytes = 0;
    bool compressed = false;
    if (!rc)
        rc = check_headers(r, &n_text_bytes, err);
    if (!rc)
        rc = compress(r, gzip, &compressed, err);
    if (rc)
        return rc;
    struct counted_answer *c;
    const size_t n_bytes = sizeof *c + r->n_headers * sizeof *c->headers + n_text_bytes;
    c = mem_new(1, n_bytes);
    if (!c)
        return err_no_memory(err, n_bytes);
    struct answer *a = &c->answer;
    rc = blob_from_buf(&r->body, &a->body, err);
    if (rc) {
        mem_free(c);
        return rc;
    }
    atomic_init(&c->n_refs, 1);
    a->status = r->status;
    a->max_age_s = r->max_age_s;
    a->gzip = compressed || r->is_gzip;
    a->is_wide = r->is_wide;
    a->media = r->media;
    a->n_bytes = n_bytes + blob_len_bytes(a->body);
    if (a->status == 200)
        snprintf(a->etag, sizeof a->etag, "\"%016llx-%zx\"",
                 (unsigned long long)text_hash(blob_bytes(a->body), blob_len_bytes(a->body), 0),
                 blob_len_bytes(a->body));
    char *at = (char *)(c->headers + r->n_headers);
    for (size_t i = 0; i < r->n_headers; i++) {
        c->headers[i].name = put_copy(&at, r->headers[i].name);
        c->headers[i].value = put_copy(&at, r->headers[i].value);
    }
    a->headers = c->headers;
    a->n_headers = r->n_headers;
    *out = a;
    return OK;
}

struct answer *answer_ref(struct answer *a)
{
    struct counted_answer *c = (struct counted_answer *)a;
    atomic_fetch_add_explicit(&c->n_refs, 1, memory_order_relaxed);
    return a;
}

void answer_unref(struct answer *a)
{
    struct counted_answer *c = (struct counted_answer *)a;
    if (!c || atomic_fetch_sub_explicit(&c->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    blob_unref(a->body);
    mem_free(c);
}
