/* "/collections": the list of all. */
#include "server/ogc/describe.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct catalog *catalog = world_catalog(r);
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *list = doc_array(d, "collections");
    for (size_t i = 0; i < catalog_n_layers(catalog); i++) {
        struct doc *item = doc_add_object(list);
        const struct layer *layer = catalog_layer(catalog, i);
        if (r->media == MEDIA_HTML) {
            describe_layer_briefly(item, r, layer);
            continue;
        }
        describe_layer(item, r, layer);
        link_media(item, r, "self", json_and_html, layer->title,
                   arena_printf(r->arena, NULL, "/collections/%s", layer->name));
    }
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {.title = "Collections",
                              .intro = catalog_n_layers(catalog)
                                           ? "All that is published here."
                                           : "Nothing is published yet: cassini import FILE "
                                             "--store STORE adds a collection, and it is here "
                                             "without a restart.",
                              .crumbs = crumbs,
                              .map_href = "/map"};
    return doc_respond(d, &page, r, out, err);
}

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "https://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "https://www.opengis.net/spec/ogcapi-common-2/1.0/conf/json",
    "https://www.opengis.net/spec/ogcapi-common-2/1.0/conf/html",
    NULL,
};

const struct route collections_route = {
    .pattern = "/collections",
    .operation_id = "getCollections",
    .tag = "Capabilities",
    .summary = "The collections",
    .description = "All collections with their extents and links.",
    .media = json_and_html,
    .params = no_params,
    .conformance = CLASSES,
    .response_schema =
        "{\"type\":\"object\",\"required\":[\"links\",\"collections\"],\"properties\":{"
        "\"links\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/link\"}},"
        "\"collections\":{\"type\":\"array\",\"items\":"
        "{\"$ref\":\"#/components/schemas/collection\"}}}}",
    .light = true,
    .handle = handle,
};
