/* ".../tiles/{tileMatrixSetId}": one tileset, of a collection or of several. */
#include "server/ogc/tileset.h"

#include "base/crs.h"
#include "base/text.h"
#include "server/ogc/describe.h"
#include "server/ogc/kept_layers.h"
#include "server/ogc/kept_tile.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/schema.h"
#include "server/ogc/tile_limits.h"
#include "server/ogc/tile_matrix_sets.h"
#include "server/ogc/tilejson.h"
#include "server/ogc/world.h"
#include "store/tileset.h"
#include "tiler/tile_attributes.h"

static bool is_map(const struct tileset *t)
{
    return t->n_layers == 1 && layer_has_images(t->layers[0]);
}

static enum media media_of(const struct tileset *t)
{
    return is_map(t) ? kept_tile_media(t->layers[0]) : MEDIA_MVT;
}

void tileset_describe(struct doc *d, const struct request *r, const struct tileset *t)
{
    const struct tile_cover cover = tile_cover_of(t->layers, t->n_layers);
    const char *path = t->path ? t->path : "";
    doc_text(d, "title", t->title);
    doc_text(d, "dataType", is_map(t) ? "map" : "vector");
    doc_text(d, "crs", TMS_CRS);
    doc_text(d, "tileMatrixSetId", TMS_ID);
    doc_text(d, "tileMatrixSetURI", TMS_URI);
    link_to(d, r, REL_TILING_SCHEME, MEDIA_JSON, TMS_TITLE, "/tileMatrixSets/" TMS_ID "?f=json");
    link_template(d, r, "item", media_of(t), "Tiles", "%s/{tileMatrix}/{tileRow}/{tileCol}?f=%s%s",
                  path, media_f(media_of(t)), t->query);
    if (t->n_layers == 1)
        link_to(d, r, REL_GEODATA, MEDIA_JSON, t->layers[0]->title, "/collections/%s?f=json",
                t->layers[0]->name);
    else
        link_to(d, r, REL_DATASET, MEDIA_JSON, world_of(r)->title, "/?f=json");
    tile_limits_put(d, r, &cover);
}

static void put_point(struct doc *d, const char *key, double lon_deg, double lat_deg)
{
    struct doc *point = doc_array(d, key);
    doc_add_f64(point, lon_deg);
    doc_add_f64(point, lat_deg);
}

static void put_place(struct doc *d, const struct request *r, const struct tile_cover *cover)
{
    if (bbox_is_empty(&cover->bbox_deg))
        return;
    const struct bbox *b = &cover->bbox_deg;
    struct doc *box = doc_object(d, "boundingBox");
    put_point(box, "lowerLeft", b->min_x, b->min_y);
    put_point(box, "upperRight", b->max_x, b->max_y);
    doc_text(box, "crs", CRS84_URI);
    struct doc *center = doc_object(d, "centerPoint");
    put_point(center, "coordinates", (b->min_x + b->max_x) / 2, (b->min_y + b->max_y) / 2);
    doc_text(center, "crs", CRS84_URI);
    doc_text(center, "tileMatrix", arena_printf(r->arena, NULL, "%d", cover->min_zoom));
}

/* The properties of a layer on the tiles, while they are told. */
struct properties {
    struct doc *schemas;
    const struct request *r;
    const struct layer *layer;
};

static void put_property(void *state, const char *name, enum field_type type,
                         const struct field *field)
{
    const struct properties *p = state;
    if (field)
        schema_put_field(p->schemas, p->layer, (size_t)(field - p->layer->fields));
    else
        schema_put_attribute(p->schemas, arena_strdup(p->r->arena, name, NULL), type);
}

/* `suffix`: "" or LABEL_LAYER_SUFFIX. Returns where its properties go. */
static struct properties put_layer(struct doc *array, const struct request *r,
                                   const struct layer *layer, const char *suffix, int dimension)
{
    struct doc *d = doc_add_object(array);
    doc_text(d, "id", arena_printf(r->arena, NULL, "%s%s", layer->name, suffix));
    doc_text(d, "title", layer->title);
    doc_text(d, "description", layer->description);
    doc_text(d, "dataType", "vector");
    if (dimension >= 0)
        doc_int(d, "geometryDimension", dimension);
    doc_text(d, "minTileMatrix", arena_printf(r->arena, NULL, "%d", layer->min_zoom));
    doc_text(d, "maxTileMatrix", arena_printf(r->arena, NULL, "%d", TILE_MAX_ZOOM));
    describe_time(d, r, "updated", layer->updated_us);
    struct doc *schema = doc_object(d, "propertiesSchema");
    doc_text(schema, "type", "object");
    struct doc *schemas = doc_object(schema, "properties");
    link_to(d, r, REL_GEODATA, MEDIA_JSON, layer->title, "/collections/%s?f=json", layer->name);
    return (struct properties){schemas, r, layer};
}

/* The layer, and its label points. */
static void put_made(struct doc *array, const struct request *r, const struct layer *layer)
{
    struct properties p = put_layer(array, r, layer, "", layer_dimension(layer));
    if (tile_attributes_walk(layer, put_property, &p, NULL))
        r->arena->failed = true;
    if (!layer_has_labels(layer))
        return;
    p = put_layer(array, r, layer, LABEL_LAYER_SUFFIX, 0);
    label_attributes_walk(layer, put_property, &p);
}

static enum err_code respond(const struct request *r, const struct tileset *t,
                             const struct page *page, struct response *out, struct err *err)
{
    const enum err_code rc = tile_matrix_set_check(r, err);
    if (rc)
        return rc;
    if (r->media == MEDIA_TILEJSON)
        return tilejson_respond(r, t->layers, t->n_layers, out, err);
    const struct tile_cover cover = tile_cover_of(t->layers, t->n_layers);
    struct doc *d = doc_new(r->arena);
    tileset_describe(d, r, t);
    doc_link_self(d, r);
    put_place(d, r, &cover);
    struct doc *layers = t->n_layers && !is_map(t) ? doc_array(d, "layers") : NULL;
    for (size_t i = 0; i < t->n_layers; i++) {
        if (t->layers[i]->kept)
            kept_layers_put_tileset(layers, r, t->layers[i], t->n_layers == 1);
        else
            put_made(layers, r, t->layers[i]);
    }
    doc_add_text(doc_array(d, "mediaTypes"), media_type(media_of(t)));
    return doc_respond(d, page, r, out, err);
}

enum err_code tileset_of_collection(const struct request *r, tileset_respond_fn *write,
                                    struct response *out, struct err *err)
{
    const struct layer *layer = NULL;
    const enum err_code rc = world_path_layer(r, &layer, err);
    if (rc)
        return rc;
    const struct tileset t = {
        &layer, 1, layer->title,
        arena_printf(r->arena, err, "/collections/%s/tiles/" TMS_ID, layer->name), ""};
    const struct page page = {.title = layer_has_images(layer) ? "Map tiles" : "Vector tiles",
                              .intro = layer->title,
                              .crumbs = layer_crumbs(r, layer),
                              .map_href = layer_map_href(r, layer)};
    return write(r, &t, &page, out, err);
}

static enum err_code handle_collection(const struct request *r, struct response *out,
                                       struct err *err)
{
    return tileset_of_collection(r, respond, out, err);
}

static enum err_code handle_dataset(const struct request *r, struct response *out, struct err *err)
{
    struct tileset t = {.title = world_of(r)->title, .path = "/tiles/" TMS_ID, .query = ""};
    enum err_code rc = world_layers(r, collections_param.name, &t.layers, &t.n_layers, err);
    if (!rc)
        rc = world_check_vector(t.layers, t.n_layers, err);
    if (rc)
        return rc;
    const char *chosen = request_text(r, collections_param.name);
    if (chosen)
        t.query = arena_printf(r->arena, err, "&collections=%s", chosen);
    static const char *const crumbs[] = {"Home", "/", "Vector tiles", "/tiles", NULL};
    const struct page page = {.title = "Vector tiles", .crumbs = crumbs, .map_href = "/map"};
    return respond(r, &t, &page, out, err);
}

static const enum media MEDIA[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_TILEJSON, MEDIA_END};

static const struct param_spec *const COLLECTION_PARAMS[] = {&collection_id_param, &tms_id_param,
                                                             NULL};

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    NULL,
};

const struct route collection_tileset_route = {
    .pattern = "/collections/{collectionId}/tiles/{tileMatrixSetId}",
    .operation_id = "cassini.collection.vector.getTileSet",
    .tag = "Tiles",
    .summary = "The tileset of a collection",
    .description = "Where its tiles are, with limits for each zoom. f=tilejson gives TileJSON.",
    .media = MEDIA,
    .params = COLLECTION_PARAMS,
    .conformance = CLASSES,
    .response_schema = "{\"$ref\":\"#/components/schemas/tileset\"}",
    .light = true,
    .handle = handle_collection,
};

static const struct param_spec *const DATASET_PARAMS[] = {&tms_id_param, &collections_param, NULL};

const struct route tileset_route = {
    .pattern = "/tiles/{tileMatrixSetId}",
    .operation_id = "cassini.dataset.vector.getTileSet",
    .tag = "Tiles",
    .summary = "The tileset of all collections",
    .description = "Where the tiles of all collections, or of those chosen, are. f=tilejson gives "
                   "TileJSON.",
    .media = MEDIA,
    .params = DATASET_PARAMS,
    .response_schema = "{\"$ref\":\"#/components/schemas/tileset\"}",
    .light = true,
    .handle = handle_dataset,
};
