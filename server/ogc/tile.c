/* Vector tiles, at their three addresses: of a collection, of several, and as XYZ. */
#include "base/json_write.h"
#include "server/ogc/kept_tile.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/tile_counts.h"
#include "server/ogc/tile_matrix_sets.h"
#include "server/ogc/tileset.h"
#include "server/ogc/world.h"
#include "store/tileset.h"

#include <inttypes.h>

/* The tileset that a tile is asked of. At XYZ addresses it is in no grid: there all zooms of Web
 * Mercator have tiles, and no limits. */
static bool is_web_mercator(const struct tileset *t)
{
    return !t->grid || t->grid->is_web_mercator;
}

/* What is outside of the tileset's limits is not found. */
static enum err_code read_grid_address(const struct request *r, const struct tileset *t,
                                       struct tile_address *out, struct err *err)
{
    const char *level = request_text(r, tile_matrix_param.name);
    const int64_t row = request_param(r, tile_row_param.name)->integer;
    const int64_t col = request_param(r, tile_col_param.name)->integer;
    struct tile_address at = {0};
    if (!tile_grid_find_level(t->grid, level, &at.z))
        return err_set(err, NOT_FOUND, "there is no tile matrix '%s' in %s", level, t->grid->id);
    at.x = (uint32_t)col;
    at.y = (uint32_t)row;
    if (col < 0 || col > UINT32_MAX || row < 0 || row > UINT32_MAX || !tile_grid_has(t->grid, at) ||
        !tile_cover_has(&t->cover, at))
        return err_set(err, NOT_FOUND,
                       "tile matrix %s, row %" PRId64 ", column %" PRId64
                       " is outside of the limits of this tileset (tileMatrixSetLimits)",
                       level, row, col);
    *out = at;
    return OK;
}

static enum err_code read_address(const struct request *r, const struct tileset *t,
                                  struct tile_address *out, struct err *err)
{
    if (t->grid)
        return read_grid_address(r, t, out, err);
    const int64_t z = request_param(r, zoom_param.name)->integer;
    const int64_t x = request_param(r, x_param.name)->integer;
    const int64_t y = request_param(r, y_param.name)->integer;
    if (!tile_address_is_ok(z, x, y))
        return err_set(err, NOT_FOUND, "there is no tile %" PRId64 "/%" PRId64 "/%" PRId64, z, x,
                       y);
    *out = (struct tile_address){(uint8_t)z, (uint32_t)x, (uint32_t)y};
    return OK;
}

static enum err_code render(const struct request *r, const struct tileset *t,
                            struct tile_address at, struct response *out, struct err *err)
{
    struct ogc_worker *w = ogc_worker_of(r);
    const struct tile_cut *cut = world_of(r)->cut;
    const struct tile_request tile = {.at = at,
                                      .layers = t->layers,
                                      .n_layers = t->n_layers,
                                      .buffer_tu = cut->buffer_tu,
                                      .extent_tu = cut->extent_tu,
                                      .grid = is_web_mercator(t) ? NULL : t->grid};
    struct tile_report report = {0};
    const enum err_code rc = tiler_render(w->tiler, w->store, &tile, &out->body, &report, err);
    if (rc)
        return ogc_worker_failed(rc, err);
    tile_put_counts(r, &report, out);
    out->is_wide = report.is_coarser;
    out->media = MEDIA_MVT;
    if (r->media == MEDIA_REPORT) {
        out->media = MEDIA_REPORT;
        buf_reset(&out->body);
        struct json_out j = json_out(&out->body);
        tile_report_put_json(&j, &tile, &report);
    }
    return buf_status(&out->body, err);
}

static enum err_code respond(const struct request *r, const struct tileset *t, struct response *out,
                             struct err *err)
{
    struct tile_address at;
    const enum err_code rc = read_address(r, t, &at, err);
    if (rc)
        return rc;
    if (t->n_layers > TILE_MAX_LAYERS)
        return err_set(err, BAD_ARG,
                       "%zu collections are more than a tile can hold (%d): choose some of them "
                       "with collections=",
                       t->n_layers, TILE_MAX_LAYERS);
    if (t->n_layers == 1 && t->layers[0]->kept)
        return kept_tile_respond(r, t->layers[0], at, out, err);
    return render(r, t, at, out, err);
}

static enum err_code handle_collection(const struct request *r, struct response *out,
                                       struct err *err)
{
    const struct layer *layer = NULL;
    const struct tile_grid *grid = NULL;
    struct tileset t = {.layers = &layer, .n_layers = 1, .is_chosen = true};
    enum err_code rc = world_path_layer(r, &layer, err);
    if (!rc)
        rc = tile_matrix_set_of(r, &grid, err);
    if (!rc)
        rc = tileset_enter(&t, r, grid, err);
    return rc ? rc : respond(r, &t, out, err);
}

static enum err_code handle_dataset(const struct request *r, struct response *out, struct err *err)
{
    const struct tile_grid *grid = NULL;
    struct tileset t = {.is_chosen = request_text(r, collections_param.name) != NULL};
    enum err_code rc = tile_matrix_set_of(r, &grid, err);
    if (!rc)
        rc = world_layers(r, collections_param.name, &t.layers, &t.n_layers, err);
    if (!rc)
        rc = world_check_vector(t.layers, t.n_layers, err);
    if (!rc)
        rc = tileset_enter(&t, r, grid, err);
    return rc ? rc : respond(r, &t, out, err);
}

/* What lies outside is empty here, not missing: maps ask for tiles all around. */
static enum err_code handle_xyz(const struct request *r, struct response *out, struct err *err)
{
    struct tileset t = {0};
    enum err_code rc = world_layers(r, layers_param.name, &t.layers, &t.n_layers, err);
    if (!rc)
        rc = world_check_vector(t.layers, t.n_layers, err);
    return rc ? rc : respond(r, &t, out, err);
}

static enum err_code handle_image(const struct request *r, struct response *out, struct err *err)
{
    struct tileset t = {0};
    enum err_code rc = world_layers(r, layers_param.name, &t.layers, &t.n_layers, err);
    if (!rc && (t.n_layers != 1 || !layer_has_images(t.layers[0])))
        rc =
            err_set(err, NOT_FOUND, "only a single collection of images has tiles at this address");
    return rc ? rc : respond(r, &t, out, err);
}

static const enum media MEDIA[] = {MEDIA_MVT, MEDIA_REPORT, MEDIA_END};
/* Of one collection they may be images. There is one kind, whatever f or Accept would rather have.
 */
static const enum media ALL_MEDIA[] = {MEDIA_MVT,  MEDIA_REPORT, MEDIA_PNG,
                                       MEDIA_JPEG, MEDIA_WEBP,   MEDIA_END};

#define TILE_SCHEMA "{\"type\":\"string\",\"format\":\"binary\"}"

static const struct param_spec *const COLLECTION_PARAMS[] = {&collection_id_param, &tms_id_param,
                                                             &tile_matrix_param,   &tile_row_param,
                                                             &tile_col_param,      NULL};

static const char *const COLLECTION_CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    NULL,
};

const struct route collection_tile_route = {
    .pattern = "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/"
               "{tileCol}",
    .operation_id = "cassini.collection.vector.getTile",
    .tag = "Tiles",
    .summary = "A tile of a collection",
    .description = "Mapbox Vector Tile 2.1; an image where the collection holds ready-made images. "
                   "f=report tells instead what the tile holds, what was left out of it, and why.",
    .media = ALL_MEDIA,
    .params = COLLECTION_PARAMS,
    .conformance = COLLECTION_CLASSES,
    .response_schema = TILE_SCHEMA,
    .cached = true,
    .lasting = true,
    .handle = handle_collection,
};

static const struct param_spec *const DATASET_PARAMS[] = {
    &tms_id_param, &tile_matrix_param, &tile_row_param, &tile_col_param, &collections_param, NULL};

static const char *const DATASET_CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    NULL,
};

const struct route tile_route = {
    .pattern = "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    .operation_id = "cassini.dataset.vector.getTile",
    .tag = "Tiles",
    .summary = "A vector tile of several collections",
    .description = "Mapbox Vector Tile 2.1 with one layer for each collection. f=report tells "
                   "instead what the tile holds, what was left out of it, and why.",
    .media = MEDIA,
    .params = DATASET_PARAMS,
    .conformance = DATASET_CLASSES,
    .response_schema = TILE_SCHEMA,
    .cached = true,
    .lasting = true,
    .handle = handle_dataset,
};

static const struct param_spec *const XYZ_PARAMS[] = {&layers_param, &zoom_param, &x_param,
                                                      &y_param, NULL};

const struct route xyz_tile_route = {
    .pattern = "/xyz/{layers}/{z}/{x}/{y}.mvt",
    .operation_id = "getXyzTile",
    .tag = "Tiles",
    .summary = "A vector tile by zoom, column and row",
    .description = "The same tiles at the addresses that web maps and QGIS are used to. A tile "
                   "without content is empty, not missing.",
    .media = MEDIA,
    .params = XYZ_PARAMS,
    .response_schema = TILE_SCHEMA,
    .cached = true,
    .lasting = true,
    .handle = handle_xyz,
};

/* Images, under the names that people give to such files. Which of them it is, the bytes say. */
#define IMAGE_ROUTE(name, tail, id)                                                                \
    const struct route name = {                                                                    \
        .pattern = "/xyz/{layers}/{z}/{x}/{y}" tail,                                               \
        .operation_id = id,                                                                        \
        .tag = "Tiles",                                                                            \
        .summary = "A map tile by zoom, column and row",                                           \
        .description = "A ready-made image of one collection. Where there is none, nothing is "    \
                       "answered (204).",                                                          \
        .media = IMAGE_MEDIA,                                                                      \
        .params = XYZ_PARAMS,                                                                      \
        .response_schema = TILE_SCHEMA,                                                            \
        .cached = true,                                                                            \
        .lasting = true,                                                                           \
        .handle = handle_image,                                                                    \
    }

static const enum media IMAGE_MEDIA[] = {MEDIA_PNG, MEDIA_JPEG, MEDIA_WEBP, MEDIA_END};

IMAGE_ROUTE(xyz_png_route, ".png", "getXyzPng");
IMAGE_ROUTE(xyz_jpeg_route, ".jpg", "getXyzJpeg");
IMAGE_ROUTE(xyz_webp_route, ".webp", "getXyzWebp");
