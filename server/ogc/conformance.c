/* "/conformance": the classes that the routes bring, gathered from them. */
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

#include "base/text.h"

/* Whether an earlier place of the lists holds this class too. */
static bool was_there(const struct route *const *routes, const struct route *at_route,
                      const char *const *at_class)
{
    for (; *routes; routes++) {
        for (const char *const *c = (*routes)->conformance; c && *c; c++) {
            if (*routes == at_route && c == at_class)
                return false;
            if (text_eq(*c, *at_class))
                return true;
        }
    }
    return false;
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct route *const *routes = world_of(r)->routes;
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *classes = doc_array(d, "conformsTo");
    for (const struct route *const *at = routes; *at; at++)
        for (const char *const *c = (*at)->conformance; c && *c; c++)
            if (!was_there(routes, *at, c))
                doc_add_text(classes, *c);
    const struct page page = {.title = "Conformance",
                              .intro = "The standards that this service holds to."};
    return doc_respond(d, &page, r, out, err);
}

const struct route conformance_route = {
    .pattern = "/conformance",
    .operation_id = "getConformance",
    .tag = "Capabilities",
    .summary = "Conformance classes",
    .description = "The conformance classes of OGC standards that this service holds to.",
    .media = json_and_html,
    .params = no_params,
    .response_schema = "{\"type\":\"object\",\"required\":[\"conformsTo\"],\"properties\":{"
                       "\"conformsTo\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}",
    .light = true,
    .handle = handle,
};
