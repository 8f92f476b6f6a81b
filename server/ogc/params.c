#include "server/ogc/params.h"

#include "base/when.h"

#include <stdbool.h>

const enum media json_and_html[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
const struct param_spec *const no_params[] = {NULL};
const struct param_spec *const collection_params[] = {&collection_id_param, NULL};

const struct param_spec collection_id_param = {
    .name = "collectionId",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "The id of a collection, as /collections lists it.",
};

const struct param_spec feature_id_param = {
    .name = "featureId",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "The id of a feature.",
};

const struct param_spec limit_param = {
    .name = "limit",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_INTEGER,
    .description = "How many features a page holds at most. More than the maximum is taken as the "
                   "maximum.",
    .minimum = 1,
    .maximum = FEATURES_MAX_LIMIT,
    .clamp = true,
    .has_default = true,
    .default_integer = FEATURES_DEFAULT_LIMIT,
};

/* Positions in the list are west, south, [bottom,] east, north[, top]. */
static enum err_code check_bbox(const struct param *p, struct err *err)
{
    if (p->n_items == 5)
        return err_set(err, BAD_ARG, "bbox is '%s': it has 5 numbers, not 4 or 6", p->text);
    const size_t half = p->n_items / 2;
    const double west = p->numbers[0], south = p->numbers[1];
    const double east = p->numbers[half], north = p->numbers[half + 1];
    if (west < -180 || west > 180 || east < -180 || east > 180)
        return err_set(err, BAD_ARG, "bbox is '%s': a longitude is not within -180 to 180",
                       p->text);
    if (south < -90 || north > 90 || south > north)
        return err_set(err, BAD_ARG, "bbox is '%s': latitudes do not rise within -90 to 90",
                       p->text);
    if (half == 3 && p->numbers[2] > p->numbers[5])
        return err_set(err, BAD_ARG, "bbox is '%s': the heights do not rise", p->text);
    return OK;
}

const struct param_spec bbox_param = {
    .name = "bbox",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_NUMBER_LIST,
    .description = "Only features that meet this box, and features without geometry: west, south, "
                   "east, north in degrees (CRS84), or with heights as third and sixth number. "
                   "West greater than east crosses the antimeridian.",
    .min_items = 4,
    .max_items = 6,
    .schema_json = "{\"type\":\"array\",\"oneOf\":[{\"minItems\":4,\"maxItems\":4},"
                   "{\"minItems\":6,\"maxItems\":6}],\"minItems\":4,\"maxItems\":6,"
                   "\"items\":{\"type\":\"number\"}}",
    .check = check_bbox,
};

static enum err_code check_datetime(const struct param *p, struct err *err)
{
    struct when_interval when;
    if (when_parse_interval(p->text, &when, err))
        return err_add(err, "datetime");
    return OK;
}

const struct param_spec datetime_param = {
    .name = "datetime",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_TEXT,
    .description = "Only features of this time, and features without one: an RFC 3339 date-time "
                   "or a date, or two of them separated by a slash, of which one may be open "
                   "(\"..\" or nothing).",
    .check = check_datetime,
};

const struct param_spec after_param = {
    .name = "after",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_TEXT,
    .description = "Where a page goes on: taken from a `next` link, not to be made up.",
};

const struct param_spec tms_id_param = {
    .name = "tileMatrixSetId",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "The id of a tile matrix set, as /tileMatrixSets lists it.",
};

/* Tile addresses are checked as a whole, by the handlers: any whole number gets as far as there,
 * for what does not exist is not found (404), which is no error of the request (400). */
#define ZOOM_SCHEMA  "{\"type\":\"integer\",\"minimum\":0,\"maximum\":24}"
#define INDEX_SCHEMA "{\"type\":\"integer\",\"minimum\":0}"

const struct param_spec tile_matrix_param = {
    .name = "tileMatrix",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "The id of a tile matrix of the set: of WebMercatorQuad the zoom, 0 to 24.",
};

const struct param_spec tile_row_param = {
    .name = "tileRow",
    .place = PARAM_IN_PATH,
    .kind = PARAM_INTEGER,
    .description =
        "The row of the tile, counted from the corner of origin: from the north, in most "
        "sets.",
    .schema_json = INDEX_SCHEMA,
};

const struct param_spec tile_col_param = {
    .name = "tileCol",
    .place = PARAM_IN_PATH,
    .kind = PARAM_INTEGER,
    .description = "The column of the tile, counted from the west.",
    .schema_json = INDEX_SCHEMA,
};

const struct param_spec collections_param = {
    .name = "collections",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_TEXT_LIST,
    .description = "The collections that are drawn, in this order; all when not given.",
};

const struct param_spec layers_param = {
    .name = "layers",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT_LIST,
    .description = "The collections that are drawn, separated by commas.",
};

const struct param_spec zoom_param = {
    .name = "z",
    .place = PARAM_IN_PATH,
    .kind = PARAM_INTEGER,
    .description = "The zoom, 0 to 24.",
    .schema_json = ZOOM_SCHEMA,
};

const struct param_spec x_param = {
    .name = "x",
    .place = PARAM_IN_PATH,
    .kind = PARAM_INTEGER,
    .description = "The column of the tile, counted from the west.",
    .schema_json = INDEX_SCHEMA,
};

const struct param_spec y_param = {
    .name = "y",
    .place = PARAM_IN_PATH,
    .kind = PARAM_INTEGER,
    .description = "The row of the tile, counted from the north.",
    .schema_json = INDEX_SCHEMA,
};

const struct param_spec style_id_param = {
    .name = "styleId",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "The id of a style, as /styles lists it.",
};
