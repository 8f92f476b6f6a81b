/*
 * What a URL means: a route, the request that reached it, the response it makes. The web without
 * maps: handlers get their world through `worker` and `snapshot`, which http carries and never
 * looks into.
 *
 * One const struct route a resource; the list of all of them is server/routes.c. From it come the
 * dispatch, the parameter checks, OPTIONS/405, /conformance and the API document.
 */
#ifndef SERVER_HTTP_ROUTE_H
#define SERVER_HTTP_ROUTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "server/http/media.h"
#include "server/http/param.h"

#include <stdbool.h>
#include <stdint.h>

struct request;
struct response;

struct route {
    /** "/collections/{collectionId}/items"; a {name} takes one segment or, before a literal tail
     *  ("{y}.mvt", "{layers}.json"), the segment up to it. Literal segments win over {names}. */
    const char *pattern;
    const char *operation_id; /* unique in the API document */
    const char *tag;          /* groups operations in the API document */
    const char *summary, *description;
    const enum media *media; /* offered; MEDIA_END closes the list, the first is the default */
    const struct param_spec *const *params; /* path and query, NULL at the end; `f` is added by
                                               itself (documented where media are several) */
    const char *const *conformance; /* classes this resource brings, NULL at the end; may be NULL */
    const char *
        response_schema; /* JSON Schema of the 200 response for the API document; NULL: an object */
    bool hidden;         /* not in the API document: assets, redirects */
    bool cached;         /* the response depends on path, parameters, media and stamps alone */
    bool lasting; /* and not on the base URL, and is worth a place in a file that outlives us */
    bool light;   /* answered on the loop thread at once: must not touch worker nor block (worker is
                   NULL) */
    /** Runs on a worker thread. Fill `out` or return an error: http makes the problem document of
     * it. */
    enum err_code (*handle)(const struct request *r, struct response *out, struct err *err);
};

struct request {
    const struct route *route;
    const struct param *params; /* in the order of route->params */
    size_t n_params;
    enum media media;     /* what was negotiated */
    const char *base_url; /* "http://127.0.0.1:8080", no slash at the end */
    const char *path;     /* as it came, still encoded, without query: "/collections/parcelles" */
    const char *query;    /* as it came, without '?'; "" without */
    struct arena *arena;  /* lives until the response is built */
    void *worker;         /* this thread's: see http_app.worker_new */
    void *snapshot;       /* see http_app.snapshot_ref */
};

/** The parameter of that name; NULL only for a name that the route does not list. */
const struct param *request_param(const struct request *r, const char *name);
/** Its text, or NULL when absent. */
const char *request_text(const struct request *r, const char *name);

/** Numbers of which one or the other changes whenever an answer may change: `narrow` with what such
 * an answer mostly hangs on, `wide` with all that it may hang on. */
struct stamps {
    uint64_t narrow, wide;
};

#define RESPONSE_HEADERS_MAX 12

struct response {
    int status;       /* 200 unless set */
    enum media media; /* the request's unless set */
    struct buf body;  /* limit set by http */
    bool is_gzip;     /* the body is gzip as it is: inflated for who does not take it */
    bool is_wide;     /* it hangs on more than the narrow stamp tells: see http_app.stamps */
    size_t n_headers;
    struct {
        const char *name, *value;
    } headers[RESPONSE_HEADERS_MAX]; /* values in the request's arena; CR and LF are refused when
                                        sent */
    int max_age_s; /* Cache-Control; -1 (the default): no-cache (revalidate by ETag) */
};

/** `name` and `value` are lent until the response is built. A value of NULL (no memory for it) or
 *  more than RESPONSE_HEADERS_MAX make the response fail. */
void response_header(struct response *out, const char *name, const char *value);

#endif
