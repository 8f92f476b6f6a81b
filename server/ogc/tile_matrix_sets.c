/* "/tileMatrixSets" and "/tileMatrixSets/{tileMatrixSetId}": in which grids tiles are cut. */
#include "server/ogc/tile_matrix_sets.h"

#include "base/text.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "tiler/grid.h"

/* OGC 17-083r4, annex D.1: WebMercatorQuad at tile matrix 0. Each next one halves both. */
#define SCALE_DENOMINATOR_0 559082264.028717
#define CELL_SIZE_0_M       156543.033928041
#define ORIGIN_M            20037508.3427892
#define TILE_PX             256

enum err_code tile_matrix_set_check(const struct request *r, struct err *err)
{
    const char *id = request_text(r, tms_id_param.name);
    if (text_eq(id, TMS_ID))
        return OK;
    return err_set(err, NOT_FOUND, "there is no tile matrix set '%s' here, only %s", id, TMS_ID);
}

static enum err_code handle_list(const struct request *r, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *item = doc_add_object(doc_array(d, "tileMatrixSets"));
    doc_text(item, "id", TMS_ID);
    doc_text(item, "title", TMS_TITLE);
    doc_text(item, "uri", TMS_URI);
    doc_text(item, "crs", TMS_CRS);
    link_media(item, r, "self", json_and_html, TMS_TITLE, "/tileMatrixSets/" TMS_ID);
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {
        .title = "Tile matrix sets", .intro = "In which grids tiles are cut.", .crumbs = crumbs};
    return doc_respond(d, &page, r, out, err);
}

static void put_matrix(struct doc *array, const struct request *r, int zoom)
{
    const double n = (double)(1 << zoom);
    struct doc *m = doc_add_object(array);
    doc_text(m, "id", arena_printf(r->arena, NULL, "%d", zoom));
    doc_f64(m, "scaleDenominator", SCALE_DENOMINATOR_0 / n);
    doc_f64(m, "cellSize", CELL_SIZE_0_M / n);
    doc_text(m, "cornerOfOrigin", "topLeft");
    struct doc *origin = doc_array(m, "pointOfOrigin");
    doc_add_f64(origin, -ORIGIN_M);
    doc_add_f64(origin, ORIGIN_M);
    doc_int(m, "tileWidth", TILE_PX);
    doc_int(m, "tileHeight", TILE_PX);
    doc_int(m, "matrixWidth", 1 << zoom);
    doc_int(m, "matrixHeight", 1 << zoom);
}

static enum err_code handle_one(const struct request *r, struct response *out, struct err *err)
{
    const enum err_code rc = tile_matrix_set_check(r, err);
    if (rc)
        return rc;
    struct doc *d = doc_new(r->arena);
    doc_text(d, "id", TMS_ID);
    doc_text(d, "title", TMS_TITLE);
    doc_text(d, "uri", TMS_URI);
    doc_text(d, "crs", TMS_CRS);
    struct doc *axes = doc_array(d, "orderedAxes");
    doc_add_text(axes, "X");
    doc_add_text(axes, "Y");
    doc_text(d, "wellKnownScaleSet",
             "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible");
    doc_link_self(d, r);
    struct doc *matrices = doc_array(d, "tileMatrices");
    for (int zoom = 0; zoom <= TILE_MAX_ZOOM; zoom++)
        put_matrix(matrices, r, zoom);
    static const char *const crumbs[] = {"Home", "/", "Tile matrix sets", "/tileMatrixSets", NULL};
    const struct page page = {.title = TMS_TITLE, .crumbs = crumbs};
    return doc_respond(d, &page, r, out, err);
}

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    NULL,
};

const struct route tile_matrix_sets_route = {
    .pattern = "/tileMatrixSets",
    .operation_id = "getTileMatrixSetsList",
    .tag = "Tiles",
    .summary = "The tile matrix sets",
    .description = "In which grids tiles are cut.",
    .media = json_and_html,
    .params = no_params,
    .response_schema = "{\"type\":\"object\",\"properties\":{\"tileMatrixSets\":{"
                       "\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}",
    .light = true,
    .handle = handle_list,
};

static const struct param_spec *const PARAMS[] = {&tms_id_param, NULL};

const struct route tile_matrix_set_route = {
    .pattern = "/tileMatrixSets/{tileMatrixSetId}",
    .operation_id = "getTileMatrixSet",
    .tag = "Tiles",
    .summary = "A tile matrix set",
    .description = "The definition of a grid: CRS, scales, origin and sizes (OGC 17-083r4).",
    .media = json_and_html,
    .params = PARAMS,
    .conformance = CLASSES,
    .light = true,
    .handle = handle_one,
};
