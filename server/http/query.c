#include "server/http/query.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum err_code query_decode(const char *at, size_t n_bytes, bool plus_is_space, struct arena *a,
                           const char **out, struct err *err)
{
    struct buf b;
    buf_init(&b, n_bytes);
    enum err_code rc = text_percent_decode((struct span){at, n_bytes}, plus_is_space, &b, err);
    if (rc == BAD_ARG)
        err_add(err, "'%.*s'", n_bytes < 80 ? (int)n_bytes : 80, at);
    if (!rc) {
        const char *copy = arena_strndup(a, buf_text(&b), b.len_bytes, err);
        if (copy)
            *out = copy;
        else
            rc = err ? err->code : NO_MEMORY;
    }
    buf_clear(&b);
    return rc;
}

static enum err_code read_pair(const char *at, size_t n_bytes, struct arena *a,
                               struct query_pair *out, struct err *err)
{
    const char *equals = memchr(at, '=', n_bytes);
    const size_t n_name = equals ? (size_t)(equals - at) : n_bytes;
    if (n_name == 0)
        return err_set(err, BAD_ARG, "the query has a value without a name");
    enum err_code rc = query_decode(at, n_name, true, a, &out->name, err);
    out->value = "";
    if (!rc && equals)
        rc = query_decode(equals + 1, n_bytes - n_name - 1, true, a, &out->value, err);
    return rc;
}

enum err_code query_read(const char *query, struct arena *a, struct query_pair **out_pairs,
                         size_t *n_out, struct err *err)
{
    struct query_pair *pairs = arena_new(a, QUERY_PAIRS_MAX, sizeof *pairs, err);
    if (!pairs)
        return err ? err->code : NO_MEMORY;
    size_t n = 0;
    for (const char *at = query; *at;) {
        const size_t n_bytes = strcspn(at, "&");
        if (n_bytes) {
            if (n == QUERY_PAIRS_MAX)
                return err_set(err, BAD_ARG, "the query has more than %d parameters",
                               QUERY_PAIRS_MAX);
            const enum err_code rc = read_pair(at, n_bytes, a, &pairs[n++], err);
            if (rc)
                return rc;
        }
        at += n_bytes;
        at += *at == '&';
    }
    *out_pairs = pairs;
    *n_out = n;
    return OK;
}
