/* "/": where everything is. */
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct world *w = world_of(r);
    const size_t n = catalog_n_layers(w->catalog);
    const char *description =
        w->description ? w->description
                       : arena_printf(r->arena, err, "%zu %s, as features and as vector tiles.", n,
                                      n == 1 ? "collection" : "collections");
    struct doc *d = doc_new(r->arena);
    doc_text(d, "title", w->title);
    doc_text(d, "description", description);
    doc_link_self(d, r);
    link_to(d, r, "preview", MEDIA_HTML, "Map", "/map");
    link_media(d, r, "data", json_and_html, "Collections", "/collections");
    link_to(d, r, "service-desc", MEDIA_OPENAPI, "API definition", "/api?f=json");
    link_to(d, r, "service-doc", MEDIA_HTML, "API documentation", "/api?f=html");
    link_media(d, r, "conformance", json_and_html, "Conformance", "/conformance");
    link_media(d, r, REL_TILESETS_VECTOR, json_and_html, "Vector tiles of all collections",
               "/tiles");
    link_media(d, r, REL_TILING_SCHEMES, json_and_html, "Tile matrix sets", "/tileMatrixSets");
    link_media(d, r, REL_STYLES, json_and_html, "Styles", "/styles");
    const struct page page = {
        .title = w->title, .intro = description, .map_href = n > 0 ? "/map" : NULL};
    return doc_respond(d, &page, r, out, err);
}

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    NULL,
};

const struct route landing_route = {
    .pattern = "/",
    .operation_id = "getLandingPage",
    .tag = "Capabilities",
    .summary = "Landing page",
    .description = "Where everything is: links to the collections, the tiles, the styles, the map "
                   "and this API's description.",
    .media = json_and_html,
    .params = no_params,
    .conformance = CLASSES,
    .response_schema = "{\"type\":\"object\",\"required\":[\"links\"],\"properties\":{"
                       "\"title\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},"
                       "\"links\":{\"type\":\"array\",\"items\":"
                       "{\"$ref\":\"#/components/schemas/link\"}}}}",
    .light = true,
    .handle = handle,
};
