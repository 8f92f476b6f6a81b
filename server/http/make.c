#include "server/http/make.h"

#include "server/http/problem.h"

static struct response start(uint64_t max_bytes, int status, enum media media)
{
    struct response out = {.status = status, .media = media, .max_age_s = -1};
    buf_init(&out.body, max_bytes);
    return out;
}

/* The body comes compressed, and the client does not take that. */
static enum err_code inflate(const struct maker *m, struct response *out, struct err *err)
{
    struct buf plain;
    buf_init(&plain, m->max_response_bytes);
    const struct span body = {(const char *)out->body.data, out->body.len_bytes};
    enum err_code rc = buf_status(&out->body, err);
    if (!rc)
        rc = gzip_decompress(m->gzip, body, m->max_response_bytes, &plain, err);
    if (!rc) {
        buf_swap(&out->body, &plain);
        out->is_gzip = false;
    }
    buf_clear(&plain);
    return rc;
}

static enum err_code finish(const struct maker *m, struct response *out, bool gzip,
                            struct answer **answer, struct err *err)
{
    const enum err_code rc = out->is_gzip && !gzip ? inflate(m, out, err) : OK;
    return rc ? rc : answer_new(out, gzip ? m->gzip : NULL, answer, err);
}

struct answer *make_problem(const struct maker *m, const struct request *r, int status,
                            const struct err *problem, bool gzip, uint64_t number)
{
    struct response out = start(m->max_response_bytes, status, MEDIA_PROBLEM);
    struct answer *answer = NULL;
    struct err err = {0};
    if (!problem_write(r, status, problem, number, &out, &err) &&
        finish(m, &out, gzip, &answer, &err))
        answer = NULL;
    buf_clear(&out.body);
    return answer;
}

struct answer *make_answer(const struct maker *m, struct request *r, bool gzip, uint64_t number,
                           struct err *err)
{
    struct response out = start(m->max_response_bytes, 200, r->media);
    struct answer *answer = NULL;
    enum err_code rc = r->route->handle(r, &out, err);
    /* Documents leave out a text that there was no memory for: that is told here, once. */
    if (!rc && r->arena->failed)
        rc = err_set(err, NO_MEMORY, "the answer does not fit into the memory of a request");
    if (!rc)
        rc = finish(m, &out, gzip, &answer, err);
    buf_clear(&out.body);
    if (!rc)
        return answer;
    /* A handler that forgot to say what went wrong still failed in some way. */
    if (err->code == OK)
        err_set(err, rc, "%s", err_sentence(rc));
    arena_reset(r->arena);
    return make_problem(m, r, problem_status(err->code), err, gzip, number);
}

static struct answer *make_plain(struct response *out)
{
    struct answer *answer = NULL;
    struct err err = {0};
    if (answer_new(out, NULL, &answer, &err))
        return NULL;
    return answer;
}

struct answer *make_redirect(const char *location)
{
    struct response out = start(0, 301, MEDIA_TEXT);
    response_header(&out, "Location", location);
    return make_plain(&out);
}

struct answer *make_options(void)
{
    struct response out = start(0, 204, MEDIA_TEXT);
    response_header(&out, "Allow", "GET, HEAD, OPTIONS");
    response_header(&out, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    response_header(&out, "Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match");
    response_header(&out, "Access-Control-Max-Age", "86400");
    return make_plain(&out);
}
