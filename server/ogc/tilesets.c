/* ".../tiles": the list of tilesets, of a collection or of all. */
#include "server/ogc/describe.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/tile_matrix_sets.h"
#include "server/ogc/tileset.h"
#include "server/ogc/world.h"

static enum err_code respond(const struct request *r, const struct tileset *t,
                             const struct page *page, struct response *out, struct err *err)
{
    static const enum media tilejson[] = {MEDIA_TILEJSON, MEDIA_END};
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *item = doc_add_object(doc_array(d, "tilesets"));
    link_media(item, r, "self", json_and_html, t->title, t->path);
    link_media(item, r, "alternate", tilejson, "TileJSON", t->path);
    tileset_describe(item, r, t);
    return doc_respond(d, page, r, out, err);
}

static enum err_code handle_collection(const struct request *r, struct response *out,
                                       struct err *err)
{
    return tileset_of_collection(r, respond, out, err);
}

static enum err_code handle_dataset(const struct request *r, struct response *out, struct err *err)
{
    struct tileset t = {.title = world_of(r)->title, .path = "/tiles/" TMS_ID, .query = ""};
    const enum err_code rc = world_all_layers(r, &t.layers, &t.n_layers, err);
    if (rc)
        return rc;
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {.title = "Vector tiles", .crumbs = crumbs, .map_href = "/map"};
    return respond(r, &t, &page, out, err);
}

#define LIST_SCHEMA                                                                                \
    "{\"type\":\"object\",\"required\":[\"tilesets\"],\"properties\":{\"tilesets\":{"              \
    "\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/tileset\"}}}}"

static const char *const COLLECTION_CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    NULL,
};

const struct route collection_tilesets_route = {
    .pattern = "/collections/{collectionId}/tiles",
    .operation_id = "cassini.collection.vector.getTileSetsList",
    .tag = "Tiles",
    .summary = "The tilesets of a collection",
    .description = "In which tile matrix sets there are tiles of the collection.",
    .media = json_and_html,
    .params = collection_params,
    .conformance = COLLECTION_CLASSES,
    .response_schema = LIST_SCHEMA,
    .light = true,
    .handle = handle_collection,
};

static const char *const DATASET_CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    NULL,
};

const struct route tilesets_route = {
    .pattern = "/tiles",
    .operation_id = "cassini.dataset.vector.getTileSetsList",
    .tag = "Tiles",
    .summary = "The tilesets of all collections",
    .description = "In which tile matrix sets there are tiles of all collections together.",
    .media = json_and_html,
    .params = no_params,
    .conformance = DATASET_CLASSES,
    .response_schema = LIST_SCHEMA,
    .light = true,
    .handle = handle_dataset,
};
