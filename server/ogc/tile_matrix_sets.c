/* "/tileMatrixSets" and "/tileMatrixSets/{tileMatrixSetId}": in which grids tiles are cut. */
#include "server/ogc/tile_matrix_sets.h"

#include "base/text.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

enum err_code tile_matrix_set_of(const struct request *r, const struct tile_grid **out,
                                 struct err *err)
{
    const char *id = request_text(r, tms_id_param.name);
    const struct tile_grid *grid = grid_set_find(world_of(r)->cut->grids, id);
    if (!grid)
        return err_set(err, NOT_FOUND, "there is no tile matrix set '%s' (see /tileMatrixSets)",
                       id);
    *out = grid;
    return OK;
}

const char *tile_matrix_set_uri(const struct request *r, const struct tile_grid *g)
{
    return g->uri ? g->uri
                  : arena_printf(r->arena, NULL, "%s/tileMatrixSets/%s", r->base_url, g->id);
}

const char *tile_matrix_set_title(const struct tile_grid *g)
{
    return g->title ? g->title : g->id;
}

static void put_head(struct doc *d, const struct request *r, const struct tile_grid *g)
{
    doc_text(d, "id", g->id);
    doc_text(d, "title", g->title);
    doc_text(d, "description", g->description);
    doc_text(d, "uri", tile_matrix_set_uri(r, g));
    doc_text(d, "crs", g->crs_uri);
}

static enum err_code handle_list(const struct request *r, struct response *out, struct err *err)
{
    const struct grid_set *grids = world_of(r)->cut->grids;
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *list = doc_array(d, "tileMatrixSets");
    for (size_t i = 0; i < grids->n_grids; i++) {
        const struct tile_grid *g = grids->grids[i];
        struct doc *item = doc_add_object(list);
        put_head(item, r, g);
        link_media(item, r, "self", json_and_html, tile_matrix_set_title(g),
                   arena_printf(r->arena, NULL, "/tileMatrixSets/%s", g->id));
    }
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {
        .title = "Tile matrix sets", .intro = "In which grids tiles are cut.", .crumbs = crumbs};
    return doc_respond(d, &page, r, out, err);
}

static void put_level(struct doc *array, const struct tile_grid *g, const struct tile_level *l)
{
    struct doc *d = doc_add_object(array);
    doc_text(d, "id", l->id);
    doc_f64(d, "scaleDenominator", l->scale_denominator);
    doc_f64(d, "cellSize", l->cell_size);
    doc_text(d, "cornerOfOrigin", l->from_bottom ? "bottomLeft" : "topLeft");
    struct doc *origin = doc_array(d, "pointOfOrigin");
    doc_add_f64(origin, g->north_first ? l->origin_y : l->origin_x);
    doc_add_f64(origin, g->north_first ? l->origin_x : l->origin_y);
    doc_int(d, "tileWidth", l->tile_px);
    doc_int(d, "tileHeight", l->tile_px);
    doc_int(d, "matrixWidth", l->n_cols);
    doc_int(d, "matrixHeight", l->n_rows);
}

static enum err_code handle_one(const struct request *r, struct response *out, struct err *err)
{
    const struct tile_grid *g = NULL;
    const enum err_code rc = tile_matrix_set_of(r, &g, err);
    if (rc)
        return rc;
    struct doc *d = doc_new(r->arena);
    put_head(d, r, g);
    if (g->axes[0]) {
        struct doc *axes = doc_array(d, "orderedAxes");
        doc_add_text(axes, g->axes[0]);
        doc_add_text(axes, g->axes[1]);
    }
    doc_text(d, "wellKnownScaleSet", g->well_known_scale_set);
    doc_link_self(d, r);
    struct doc *matrices = doc_array(d, "tileMatrices");
    for (size_t i = 0; i < g->n_levels; i++)
        put_level(matrices, g, &g->levels[i]);
    static const char *const crumbs[] = {"Home", "/", "Tile matrix sets", "/tileMatrixSets", NULL};
    const struct page page = {.title = tile_matrix_set_title(g), .crumbs = crumbs};
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
