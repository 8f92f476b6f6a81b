/* "/api": the description of all resources, for programs and for people. */
#include "base/text.h"
#include "server/ogc/arena_text.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/openapi.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

#include <string.h>

/* Texts separated by commas. */
static void put_list(struct buf *b, const char *text)
{
    buf_printf(b, "%s%s", b->len_bytes ? ", " : "", text);
}

static void put_operation(struct doc *table, const struct request *r, const struct route *route)
{
    const char *types[MEDIA_END];
    const size_t n_types = openapi_types(route, types);
    struct buf params, formats;
    buf_init(&params, 4096);
    buf_init(&formats, 4096);
    for (const struct param_spec *const *p = route->params; *p; p++)
        if ((*p)->place == PARAM_IN_QUERY)
            put_list(&params, (*p)->name);
    if (openapi_has_f(route))
        put_list(&params, "f");
    for (size_t i = 0; i < n_types; i++)
        put_list(&formats, types[i]);
    struct doc *row = doc_add_object(table);
    doc_text(row, "path", route->pattern);
    doc_text(row, "what", route->description ? route->description : route->summary);
    doc_text(row, "parameters", arena_take_text(r->arena, &params));
    doc_text(row, "formats", arena_take_text(r->arena, &formats));
    /* A path without {names} can be followed as it is. */
    if (!strchr(route->pattern, '{'))
        link_to(row, r, "self", MEDIA_HTML, "Open", "%s", route->pattern);
}

static bool is_first_of_tag(const struct route *const *routes, const struct route *route)
{
    for (; *routes != route; routes++)
        if (!(*routes)->hidden && text_eq((*routes)->tag, route->tag))
            return false;
    return true;
}

static void put_params(struct doc *d, const struct route *const *routes)
{
    struct doc *table = doc_array(d, "Parameters");
    const struct param_spec *seen[64];
    size_t n = 0;
    for (; *routes; routes++) {
        for (const struct param_spec *const *p = (*routes)->params; *p && !(*routes)->hidden; p++) {
            bool is_new = n < sizeof seen / sizeof *seen;
            for (size_t i = 0; i < n; i++)
                is_new = is_new && seen[i] != *p;
            if (!is_new)
                continue;
            seen[n++] = *p;
            struct doc *row = doc_add_object(table);
            doc_text(row, "name", (*p)->name);
            doc_text(row, "in", (*p)->place == PARAM_IN_PATH ? "path" : "query");
            doc_text(row, "what", (*p)->description);
        }
    }
}

/* One table for each tag, in the order in which they come. */
static void describe_for_people(struct doc *d, const struct request *r)
{
    const struct route *const *routes = world_of(r)->routes;
    for (const struct route *const *first = routes; *first; first++) {
        if ((*first)->hidden || !is_first_of_tag(routes, *first))
            continue;
        struct doc *table = doc_array(d, (*first)->tag);
        for (const struct route *const *at = first; *at; at++)
            if (!(*at)->hidden && text_eq((*at)->tag, (*first)->tag))
                put_operation(table, r, *at);
    }
    put_params(d, routes);
    doc_link_self(d, r);
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    if (r->media == MEDIA_HTML)
        describe_for_people(d, r);
    else
        openapi_describe(d, r);
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {.title = "API",
                              .intro = "Every resource of this service. All are read with GET; "
                                       "words in braces are to be filled in.",
                              .crumbs = crumbs};
    return doc_respond(d, &page, r, out, err);
}

static const enum media MEDIA[] = {MEDIA_OPENAPI, MEDIA_HTML, MEDIA_END};

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    NULL,
};

const struct route api_route = {
    .pattern = "/api",
    .operation_id = "getApi",
    .tag = "Capabilities",
    .summary = "API description",
    .description = "This description: OpenAPI 3.0 for programs, a page for people.",
    .media = MEDIA,
    .params = no_params,
    .conformance = CLASSES,
    .light = true,
    .handle = handle,
};
