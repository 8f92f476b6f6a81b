#include "server/http/request.h"

#include "server/http/field.h"
#include "server/http/problem.h"
#include "server/http/query.h"

#include <string.h>

const struct param *request_param(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->n_params; i++) {
        if (text_eq(r->params[i].spec->name, name))
            return &r->params[i];
    }
    return NULL;
}

const char *request_text(const struct request *r, const char *name)
{
    const struct param *p = request_param(r, name);
    return p ? p->text : NULL;
}

/* What is put together while reading. */
struct reader {
    const struct incoming *in;
    struct arena *arena;
    struct err *err;
    const char *authority; /* of the target's absolute form; NULL without */
    struct query_pair *pairs;
    size_t n_pairs;
    const char *f;
    struct match match;
};

/* host[:port] of RFC 3986 without user, escapes and anything that could end up in a page as more
 * than a name. */
static bool is_host(const char *text)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t n = 0;
    if (text[0] == '[') {
        n = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        if (n < 3 || text[n] != ']')
            return false;
        n++;
    } else {
        while (text[n] && (strchr(LETTERS, text[n]) || strchr("-._", text[n])))
            n++;
        if (n == 0)
            return false;
    }
    if (n > 255)
        return false;
    if (text[n] == '\0')
        return true;
    const size_t n_digits = text[n] == ':' ? strspn(text + n + 1, "0123456789") : 0;
    return n_digits > 0 && n_digits <= 5 && text[n + 1 + n_digits] == '\0';
}

/* Cut the target into authority, path and query. */
static enum err_code read_target(struct reader *r, struct request *out)
{
    const char *at = r->in->target;
    const size_t n_scheme = strncasecmp(at, "http://", 7) == 0    ? 7
                            : strncasecmp(at, "https://", 8) == 0 ? 8
                                                                  : 0;
    if (n_scheme) {
        at += n_scheme;
        const size_t n = strcspn(at, "/?#");
        r->authority = arena_strndup(r->arena, at, n, r->err);
        if (!r->authority)
            return r->err->code;
        at += n;
    }
    const size_t n_path = strcspn(at, "?#");
    if (n_path)
        out->path = arena_strndup(r->arena, at, n_path, r->err);
    at += n_path;
    if (*at == '?')
        out->query = arena_strndup(r->arena, at + 1, strcspn(at + 1, "#"), r->err);
    if (!out->path || !out->query)
        return r->err->code;
    return OK;
}

static enum err_code choose_base_url(struct reader *r, const char *own_url, struct request *out)
{
    const char *host = r->authority ? r->authority : r->in->host;
    out->base_url =
        host && is_host(host) ? arena_printf(r->arena, r->err, "http://%s", host) : own_url;
    return out->base_url ? OK : r->err->code;
}

/* "/collections/" was meant for "/collections": say so instead of "not found". */
static enum err_code find_without_slash(struct reader *r, const struct router *router,
                                        struct path *path, struct reading *out)
{
    if (path->n_segments == 0 || *path->segments[path->n_segments - 1])
        return r->err->code;
    path->n_segments--;
    struct err without = {0};
    if (router_find(router, path, r->arena, &r->match, &without)) {
        if (without.code != NOT_FOUND)
            *r->err = without;
        return r->err->code;
    }
    const struct request *q = &out->request;
    out->location = arena_printf(r->arena, r->err, "%s%.*s%s%s", q->base_url,
                                 (int)strlen(q->path) - 1, q->path, *q->query ? "?" : "", q->query);
    if (!out->location)
        return r->err->code;
    out->status = 301;
    *r->err = (struct err){0};
    return OK;
}

static enum err_code find_route(struct reader *r, const struct router *router, struct reading *out)
{
    struct path path;
    enum err_code rc = path_read(out->request.path, r->arena, &path, r->err);
    if (rc)
        return rc;
    rc = router_find(router, &path, r->arena, &r->match, r->err);
    if (rc == NOT_FOUND)
        rc = find_without_slash(r, router, &path, out);
    if (!rc)
        out->request.route = r->match.route;
    return rc;
}

/* The value of each parameter: from the path, or from the query, where it may stand once. */
static enum err_code read_params(struct reader *r, struct request *out)
{
    const struct param_spec *const *specs = out->route->params;
    size_t n = 0;
    while (specs && specs[n])
        n++;
    struct param *params = arena_new(r->arena, n, sizeof *params, r->err);
    if (!params)
        return r->err->code;
    for (size_t i = 0; i < n; i++) {
        const struct param_spec *spec = specs[i];
        const char *text = NULL;
        for (size_t k = 0; spec->place == PARAM_IN_PATH && k < r->match.n_values; k++) {
            const struct path_value *v = &r->match.values[k];
            if (span_eq((struct span){v->name, v->n_name_bytes}, spec->name))
                text = v->text;
        }
        for (size_t k = 0; spec->place == PARAM_IN_QUERY && k < r->n_pairs; k++) {
            if (text_eq(r->pairs[k].name, spec->name))
                text = r->pairs[k].value;
        }
        params[i] = (struct param){.spec = spec, .integer = spec->default_integer};
        if (text) {
            const enum err_code rc = param_parse(spec, text, r->arena, &params[i], r->err);
            if (rc)
                return rc;
        }
    }
    out->params = params;
    out->n_params = n;
    return OK;
}

static bool is_known(const struct route *route, const char *name)
{
    for (const struct param_spec *const *s = route->params; s && *s; s++) {
        if ((*s)->place == PARAM_IN_QUERY && text_eq((*s)->name, name))
            return true;
    }
    return text_eq(name, "f");
}

static enum err_code refuse_unknown(const struct route *route, const char *name, struct err *err)
{
    struct buf known;
    buf_init(&known, 4096);
    for (const struct param_spec *const *s = route->params; s && *s; s++) {
        if ((*s)->place == PARAM_IN_QUERY)
            buf_printf(&known, "%s, ", (*s)->name);
    }
    buf_put_text(&known, "f");
    const enum err_code rc =
        err_set(err, BAD_ARG, "unknown parameter '%.80s'; known here: %s", name, buf_text(&known));
    buf_clear(&known);
    return rc;
}

static enum err_code check_names(struct reader *r, const struct route *route)
{
    for (size_t i = 0; i < r->n_pairs; i++) {
        const char *name = r->pairs[i].name;
        if (!is_known(route, name))
            return refuse_unknown(route, name, r->err);
        for (size_t k = 0; k < i; k++) {
            if (text_eq(r->pairs[k].name, name))
                return err_set(r->err, BAD_ARG, "parameter '%s' is given more than once", name);
        }
    }
    return OK;
}

static enum err_code choose_media(struct reader *r, struct reading *out)
{
    const enum media *offered = out->request.route->media;
    enum media media;
    if (media_choose(offered, r->f, r->in->accept, &media)) {
        out->request.media = media;
        return OK;
    }
    struct buf words;
    buf_init(&words, 4096);
    for (const enum media *m = offered; *m != MEDIA_END; m++)
        buf_printf(&words, "%s%s", m == offered ? "" : ", ", r->f ? media_f(*m) : media_type(*m));
    if (r->f) {
        err_set(r->err, BAD_ARG, "f is '%.80s', not one of %s", r->f, buf_text(&words));
    } else {
        err_set(r->err, BAD_ARG, "nothing that Accept names is offered here; there is %s",
                buf_text(&words));
        out->status = 406;
    }
    buf_clear(&words);
    return r->err->code;
}

/* The face of a problem where the request has not chosen HTML: what f or Accept would choose. */
static enum media problem_media(const struct reader *r)
{
    static const enum media FACES[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
    enum media face = MEDIA_JSON;
    if (!media_choose(FACES, r->f, r->in->accept, &face) && r->f)
        media_choose(FACES, NULL, r->in->accept, &face);
    return face == MEDIA_HTML ? MEDIA_HTML : MEDIA_PROBLEM;
}

static enum err_code read_all(struct reader *r, const struct router *router, const char *base_url,
                              const char *own_url, struct reading *out)
{
    struct request *q = &out->request;
    enum err_code rc = read_target(r, q);
    if (!rc && !base_url)
        rc = choose_base_url(r, own_url, q);
    if (!rc)
        rc = query_read(q->query, r->arena, &r->pairs, &r->n_pairs, r->err);
    if (rc)
        return rc;
    for (size_t i = 0; i < r->n_pairs; i++) {
        if (text_eq(r->pairs[i].name, "f"))
            r->f = r->pairs[i].value;
    }
    if (r->in->method == METHOD_OPTIONS && text_eq(r->in->target, "*")) {
        out->status = 204;
        return OK;
    }
    rc = find_route(r, router, out);
    if (rc || out->status)
        return rc;
    if (r->in->method == METHOD_OPTIONS) {
        out->status = 204;
        return OK;
    }
    if (r->in->method == METHOD_OTHER) {
        out->status = 405;
        return err_set(r->err, UNSUPPORTED, "only GET, HEAD and OPTIONS are possible here");
    }
    rc = check_names(r, q->route);
    if (!rc)
        rc = choose_media(r, out);
    if (!rc)
        rc = read_params(r, q);
    return rc;
}

void request_read(const struct router *router, const char *base_url, const char *own_url,
                  const struct incoming *in, struct arena *a, struct reading *out)
{
    *out = (struct reading){
        .gzip = field_accepts_gzip(in->accept_encoding),
        .request = {.base_url = base_url ? base_url : own_url,
                    .path = "/",
                    .query = "",
                    .media = MEDIA_PROBLEM,
                    .arena = a},
    };
    struct reader r = {.in = in, .arena = a, .err = &out->err};
    const enum err_code rc = read_all(&r, router, base_url, own_url, out);
    if (!rc)
        return;
    if (!out->status)
        out->status = problem_status(rc);
    if (out->request.media != MEDIA_HTML)
        out->request.media = problem_media(&r);
    /* Where the arena was exhausted, a text may be missing. */
    if (!out->request.path)
        out->request.path = "/";
    if (!out->request.query)
        out->request.query = "";
    if (!out->request.base_url)
        out->request.base_url = own_url;
}
