/* ".../tiles": the list of tilesets, of a collection or of all. */
#include "server/ogc/describe.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/tileset.h"
#include "server/ogc/world.h"

/* One for each grid in which there are tiles. */
static enum err_code respond(const struct request *r, struct tileset *t, const struct page *page,
                             struct response *out, struct err *err)
{
    static const enum media tilejson[] = {MEDIA_TILEJSON, MEDIA_END};
    const struct grid_set *grids = world_of(r)->cut->grids;
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *list = doc_array(d, "tilesets");
    for (size_t i = 0; i < grids->n_grids; i++) {
        struct tileset here = *t;
        struct err why = {0};
        const enum err_code rc = tileset_enter(&here, r, grids->grids[i], &why);
        if (rc == NOT_FOUND)
            continue;
        if (rc)
            return err_set(err, rc, "%s", why.text);
        struct doc *item = doc_add_object(list);
        link_media(item, r, "self", json_and_html, t->title, tileset_path(&here, r));
        if (here.grid->is_web_mercator)
            link_media(item, r, "alternate", tilejson, "TileJSON", tileset_path(&here, r));
        tileset_describe(item, r, &here);
    }
    return doc_respond(d, page, r, out, err);
}

static enum err_code handle_collection(const struct request *r, struct response *out,
                                       struct err *err)
{
    return tileset_of_collection(r, respond, out, err);
}

static enum err_code handle_dataset(const struct request *r, struct response *out, struct err *err)
{
    struct tileset t = {.title = world_of(r)->title, .list_path = "/tiles", .query = ""};
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
    .cached = true,
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
    .cached = true,
    .handle = handle_dataset,
};
