/* ".../tiles/{tileMatrixSetId}": one tileset, of a collection or of several. */
#include "server/ogc/tileset.h"

#include "base/crs.h"
#include "base/text.h"
#include "server/ogc/describe.h"
#include "server/ogc/kept_layers.h"
#include "server/ogc/kept_tile.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/schema.h"
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

/* Tiles that are kept are tiles of Web Mercator. */
static enum err_code choose_made(struct tileset *t, const struct request *r, struct err *err)
{
    const struct layer **made = arena_new(r->arena, t->n_layers, sizeof *made, err);
    if (!made)
        return err_add(err, "layers");
    size_t n = 0;
    for (size_t i = 0; i < t->n_layers; i++) {
        if (!t->layers[i]->kept)
            made[n++] = t->layers[i];
        else if (t->is_chosen)
            return err_set(
                err, NOT_FOUND,
                "collection '%s' holds ready-made tiles, which are in Web Mercator alone",
                t->layers[i]->name);
    }
    t->layers = made;
    t->n_layers = n;
    return OK;
}

enum err_code tileset_enter(struct tileset *t, const struct request *r,
                            const struct tile_grid *grid, struct err *err)
{
    enum err_code rc = grid->is_web_mercator ? OK : choose_made(t, r, err);
    if (!rc)
        rc = tile_cover_in(grid, ogc_worker_of(r)->crs, t->layers, t->n_layers, &t->cover, err);
    if (rc)
        return rc;
    if (!grid->is_web_mercator && tile_cover_first(&t->cover) < 0)
        return err_set(err, NOT_FOUND,
                       "there are no tiles in %s: nothing lies where it may be used", grid->id);
    t->grid = grid;
    return OK;
}

const char *tileset_path(const struct tileset *t, const struct request *r)
{
    return arena_printf(r->arena, NULL, "%s/%s", t->list_path ? t->list_path : "", t->grid->id);
}

void tileset_describe(struct doc *d, const struct request *r, const struct tileset *t)
{
    const char *path = tileset_path(t, r);
    doc_text(d, "title", t->title);
    doc_text(d, "dataType", is_map(t) ? "map" : "vector");
    doc_text(d, "crs", t->grid->crs_uri);
    doc_text(d, "tileMatrixSetId", t->grid->id);
    doc_text(d, "tileMatrixSetURI", tile_matrix_set_uri(r, t->grid));
    link_to(d, r, REL_TILING_SCHEME, MEDIA_JSON, tile_matrix_set_title(t->grid),
            "/tileMatrixSets/%s?f=json", t->grid->id);
    link_template(d, r, "item", media_of(t), "Tiles", "%s/{tileMatrix}/{tileRow}/{tileCol}?f=%s%s",
                  path ? path : "", media_f(media_of(t)), t->query);
    if (t->n_layers == 1)
        link_to(d, r, REL_GEODATA, MEDIA_JSON, t->layers[0]->title, "/collections/%s?f=json",
                t->layers[0]->name);
    else
        link_to(d, r, REL_DATASET, MEDIA_JSON, world_of(r)->title, "/?f=json");
    tile_limits_put(d, r, &t->cover);
}

static void put_point(struct doc *d, const char *key, double lon_deg, double lat_deg)
{
    struct doc *point = doc_array(d, key);
    doc_add_f64(point, lon_deg);
    doc_add_f64(point, lat_deg);
}

static void put_place(struct doc *d, const struct tileset *t)
{
    const struct tile_cover *cover = &t->cover;
    const int first = tile_cover_first(cover);
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
    doc_text(center, "tileMatrix", first < 0 ? NULL : t->grid->levels[first].id);
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
                                   const struct tile_grid *grid, const struct layer *layer,
                                   const char *suffix, int dimension)
{
    size_t first = 0;
    while (first + 1 < grid->n_levels && grid->levels[first].zoom < layer->min_zoom)
        first++;
    struct doc *d = doc_add_object(array);
    doc_text(d, "id", arena_printf(r->arena, NULL, "%s%s", layer->name, suffix));
    doc_text(d, "title", layer->title);
    doc_text(d, "description", layer->description);
    doc_text(d, "dataType", "vector");
    if (dimension >= 0)
        doc_int(d, "geometryDimension", dimension);
    doc_text(d, "minTileMatrix", grid->levels[first].id);
    doc_text(d, "maxTileMatrix", grid->levels[grid->n_levels - 1].id);
    describe_time(d, r, "updated", layer->updated_us);
    struct doc *schema = doc_object(d, "propertiesSchema");
    doc_text(schema, "type", "object");
    struct doc *schemas = doc_object(schema, "properties");
    link_to(d, r, REL_GEODATA, MEDIA_JSON, layer->title, "/collections/%s?f=json", layer->name);
    return (struct properties){schemas, r, layer};
}

/* The layer, and its label points. */
static void put_made(struct doc *array, const struct request *r, const struct tile_grid *grid,
                     const struct layer *layer)
{
    struct properties p = put_layer(array, r, grid, layer, "", layer_dimension(layer));
    if (tile_attributes_walk(layer, put_property, &p, NULL))
        r->arena->failed = true;
    if (!layer_has_labels(layer))
        return;
    p = put_layer(array, r, grid, layer, LABEL_LAYER_SUFFIX, 0);
    label_attributes_walk(layer, put_property, &p);
}

/* Only of Web Mercator there is TileJSON. */
static void link_self(struct doc *d, const struct request *r, const struct tile_grid *grid)
{
    struct request in_grid = *r;
    struct route route = *r->route;
    if (!grid->is_web_mercator)
        route.media = json_and_html;
    in_grid.route = &route;
    doc_link_self(d, &in_grid);
}

static enum err_code respond(const struct request *r, struct tileset *t, const struct page *page,
                             struct response *out, struct err *err)
{
    const struct tile_grid *grid = NULL;
    enum err_code rc = tile_matrix_set_of(r, &grid, err);
    if (!rc)
        rc = tileset_enter(t, r, grid, err);
    if (rc)
        return rc;
    if (r->media == MEDIA_TILEJSON && !grid->is_web_mercator)
        return err_set(err, BAD_ARG, "TileJSON can only tell of Web Mercator, not of %s", grid->id);
    if (r->media == MEDIA_TILEJSON)
        return tilejson_respond(r, t->layers, t->n_layers, out, err);
    struct doc *d = doc_new(r->arena);
    tileset_describe(d, r, t);
    link_self(d, r, grid);
    put_place(d, t);
    struct doc *layers = t->n_layers && !is_map(t) ? doc_array(d, "layers") : NULL;
    for (size_t i = 0; i < t->n_layers; i++) {
        if (t->layers[i]->kept)
            kept_layers_put_tileset(layers, r, t->layers[i], t->n_layers == 1);
        else
            put_made(layers, r, grid, t->layers[i]);
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
    struct tileset t = {.layers = &layer,
                        .n_layers = 1,
                        .title = layer->title,
                        .list_path =
                            arena_printf(r->arena, err, "/collections/%s/tiles", layer->name),
                        .query = "",
                        .is_chosen = true};
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
    struct tileset t = {.title = world_of(r)->title, .list_path = "/tiles", .query = ""};
    enum err_code rc = world_layers(r, collections_param.name, &t.layers, &t.n_layers, err);
    if (!rc)
        rc = world_check_vector(t.layers, t.n_layers, err);
    if (rc)
        return rc;
    const char *chosen = request_text(r, collections_param.name);
    t.is_chosen = chosen != NULL;
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
    .cached = true,
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
    .cached = true,
    .handle = handle_dataset,
};
