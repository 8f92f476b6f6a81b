/* A tile matrix set's JSON (OGC 17-083r4) becomes a grid. What is not understood is refused: tiles
 * at the wrong place look right until somebody lays them over others. */
#include "base/json_read.h"
#include "base/mem.h"
#include "tiler/tile_grid.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH      16
#define ARENA_BYTES    ((size_t)4 << 20)
#define METRES_A_CELL  0.00028 /* of a standardized display: OGC 17-083r4, 6.1 */
#define WEB_MERCATOR   3857
#define LON_LAT        4326
#define EQUATOR_M      40075016.685578488 /* 2 pi 6378137: the side of Web Mercator's square */
#define MAX_TILE_CELLS 65536

/* Scale denominators are rounded in many files, and not all CRSs have WGS 84's ellipsoid. */
#define SCALE_TOLERANCE 1e-3

/* ---- members ------------------------------------------------------------------------------ */

static enum err_code text_member(struct tile_grid *g, struct json_value object, const char *key,
                                 const char **out, struct err *err)
{
    struct json_value v;
    if (!json_get(object, key, &v))
        return OK;
    if (!json_is(v, JSON_TEXT))
        return err_set(err, BAD_DATA, "'%s' is not a text", key);
    const struct span text = json_text_of(v);
    if (memchr(text.at, '\0', text.len_bytes))
        return err_set(err, BAD_DATA, "'%s' has a NUL in it", key);
    *out = arena_strndup(&g->arena, text.at, text.len_bytes, err);
    return *out ? OK : NO_MEMORY;
}

static enum err_code number_member(struct json_value object, const char *key, double *out,
                                   struct err *err)
{
    struct json_value v;
    if (!json_get(object, key, &v) || !(json_is(v, JSON_INT) || json_is(v, JSON_REAL)))
        return err_set(err, BAD_DATA, "'%s' is missing, or not a number", key);
    *out = json_f64_of(v);
    return OK;
}

static enum err_code size_member(struct json_value object, const char *key, double most,
                                 uint32_t *out, struct err *err)
{
    double number = 0;
    const enum err_code rc = number_member(object, key, &number, err);
    if (rc)
        return rc;
    if (!(number >= 1 && number <= most) || number != floor(number))
        return err_set(err, BAD_DATA, "'%s' is not a whole number from 1 to %.0f", key, most);
    *out = (uint32_t)number;
    return OK;
}

/* An identifier stands in URLs as one segment. */
static bool is_identifier(const char *id)
{
    const size_t n = id ? strlen(id) : 0;
    if (n < 1 || n > LAYER_NAME_MAX_BYTES || id[0] == '.' || id[0] == '-')
        return false;
    for (size_t i = 0; i < n; i++) {
        const char c = id[i];
        const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':';
        if (!ok)
            return false;
    }
    return true;
}

static enum err_code id_member(struct tile_grid *g, struct json_value object, const char **out,
                               struct err *err)
{
    const enum err_code rc = text_member(g, object, "id", out, err);
    if (rc || is_identifier(*out))
        return rc;
    return err_set(err, BAD_DATA,
                   "'id' is missing, or no identifier: letters, digits, '_', '-', '.' and ':', %d "
                   "at most",
                   LAYER_NAME_MAX_BYTES);
}

/* ---- the CRS ------------------------------------------------------------------------------ */

static enum err_code read_crs_uri(struct tile_grid *g, struct json_value root, struct err *err)
{
    struct json_value v;
    if (!json_get(root, "crs", &v))
        return err_set(err, BAD_DATA, "'crs' is missing");
    if (!json_is(v, JSON_OBJECT))
        return text_member(g, root, "crs", &g->crs_uri, err);
    const enum err_code rc = text_member(g, v, "uri", &g->crs_uri, err);
    if (!rc && !g->crs_uri)
        return err_set(err, UNSUPPORTED, "'crs' is written out, not named by a URI");
    return rc;
}

/* Names of axes that can mean one direction only: X and Y cannot, for in some CRSs X is north. */
static bool axis_is(const char *name, bool north)
{
    static const char *const NORTH[] = {"N", "Lat", "Latitude", "Northing", NULL};
    static const char *const EAST[] = {"E", "Lon", "Long", "Longitude", "Easting", NULL};
    for (const char *const *at = north ? NORTH : EAST; *at; at++)
        if (text_eq_ignoring_case(name, *at))
            return true;
    return false;
}

static enum err_code read_axes(struct tile_grid *g, struct json_value root, struct err *err)
{
    struct json_value v, item;
    struct span key;
    size_t n = 0;
    if (!json_get(root, "orderedAxes", &v))
        return OK;
    for (struct json_walk w = json_walk(v); json_next(&w, &key, &item); n++) {
        const struct span name = json_text_of(item);
        if (n == 2 || name.len_bytes == 0)
            break;
        g->axes[n] = arena_strndup(&g->arena, name.at, name.len_bytes, err);
        if (!g->axes[n])
            return NO_MEMORY;
    }
    if (n != 2 || json_count(v) != 2 || !json_is(v, JSON_ARRAY))
        return err_set(err, BAD_DATA, "'orderedAxes' does not name two axes");
    if (axis_is(g->axes[0], !g->north_first) || axis_is(g->axes[1], g->north_first))
        return err_set(err, BAD_DATA, "'orderedAxes' are %s, %s, but the axes of %s are %s",
                       g->axes[0], g->axes[1], g->crs_uri,
                       g->north_first ? "north, east" : "east, north");
    return OK;
}

static enum err_code read_crs(struct tile_grid *g, struct json_value root, struct crs *crs,
                              double *out_unit_m, struct err *err)
{
    struct crs_info info;
    enum err_code rc = read_crs_uri(g, root, err);
    if (rc)
        return rc;
    rc = crs_parse(crs, g->crs_uri, &g->epsg, err);
    if (!rc)
        rc = crs_describe(crs, g->epsg, &info, err);
    if (rc)
        return err_add(err, "'crs'");
    /* CRS84 is EPSG:4326 in all but the order of its axes. */
    g->north_first = info.north_first && !text_ends_with(g->crs_uri, "CRS84");
    const struct bbox world = {-180, -90, 180, 90};
    g->area_deg = bbox_is_empty(&info.area_deg) ? world : info.area_deg;
    *out_unit_m = info.unit_m;
    return OK;
}

/* ---- levels ------------------------------------------------------------------------------- */

static enum err_code read_corner(struct tile_grid *g, struct json_value v, struct tile_level *l,
                                 struct err *err)
{
    const char *corner = NULL;
    struct json_value origin;
    double xy[2] = {0, 0};
    size_t n = 0;
    const enum err_code rc = text_member(g, v, "cornerOfOrigin", &corner, err);
    if (rc)
        return rc;
    if (corner && !text_eq(corner, "topLeft") && !text_eq(corner, "bottomLeft"))
        return err_set(err, BAD_DATA, "'cornerOfOrigin' is '%.40s', not topLeft or bottomLeft",
                       corner);
    l->from_bottom = text_eq(corner, "bottomLeft");
    if (!json_get(v, "pointOfOrigin", &origin) || !json_numbers(origin, xy, 2, &n) || n != 2)
        return err_set(err, BAD_DATA, "'pointOfOrigin' is missing, or not two numbers");
    l->origin_x = xy[g->north_first];
    l->origin_y = xy[!g->north_first];
    return OK;
}

static enum err_code check_scale(const struct tile_level *l, double unit_m, struct err *err)
{
    const double scale = l->cell_size * unit_m / METRES_A_CELL;
    if (!(l->cell_size > 0) || !(l->scale_denominator > 0))
        return err_set(err, BAD_DATA, "'cellSize' and 'scaleDenominator' must be above 0");
    if (fabs(scale / l->scale_denominator - 1) <= SCALE_TOLERANCE)
        return OK;
    return err_set(err, BAD_DATA,
                   "'scaleDenominator' is %.10g, but that of 'cellSize' %.10g in this CRS is %.10g",
                   l->scale_denominator, l->cell_size, scale);
}

static enum err_code read_level(struct tile_grid *g, struct json_value v, double unit_m,
                                struct tile_level *l, struct err *err)
{
    uint32_t height_px = 0;
    struct json_value widths;
    enum err_code rc = id_member(g, v, &l->id, err);
    if (!rc && json_get(v, "variableMatrixWidths", &widths))
        rc = err_set(err, UNSUPPORTED, "'variableMatrixWidths' are not supported");
    if (!rc)
        rc = number_member(v, "scaleDenominator", &l->scale_denominator, err);
    if (!rc)
        rc = number_member(v, "cellSize", &l->cell_size, err);
    if (!rc)
        rc = check_scale(l, unit_m, err);
    if (!rc)
        rc = read_corner(g, v, l, err);
    if (!rc)
        rc = size_member(v, "tileWidth", MAX_TILE_CELLS, &l->tile_px, err);
    if (!rc)
        rc = size_member(v, "tileHeight", MAX_TILE_CELLS, &height_px, err);
    if (!rc && height_px != l->tile_px)
        rc = err_set(err, UNSUPPORTED, "tiles of %u x %u cells: only squares are supported",
                     l->tile_px, height_px);
    if (!rc)
        rc = size_member(v, "matrixWidth", INT32_MAX, &l->n_cols, err);
    if (!rc)
        rc = size_member(v, "matrixHeight", INT32_MAX, &l->n_rows, err);
    if (rc)
        return rc;
    l->side = l->cell_size * l->tile_px;
    const double far =
        fmax(fabs(l->origin_x), fabs(l->origin_y)) + fmax(l->n_cols, l->n_rows) * l->side;
    /* Tile units are counted across the whole level, in 53 bits of a double, rounded exactly. */
    if (!(far / l->side * TILE_MAX_EXTENT_TU < 0x1p50))
        return err_set(err, UNSUPPORTED, "the level is more than 2^50 tile units wide");
    return OK;
}

/* Whether the level is that zoom of Web Mercator, to the rounding of its numbers. */
static bool is_zoom(const struct tile_grid *g, const struct tile_level *l, size_t zoom)
{
    const double half_m = EQUATOR_M / 2, close_m = 1e-3;
    const double side_m = zoom <= TILE_MAX_ZOOM ? ldexp(EQUATOR_M, -(int)zoom) : 0;
    return g->epsg == WEB_MERCATOR && zoom <= TILE_MAX_ZOOM && !l->from_bottom &&
           l->n_cols == 1u << zoom && l->n_rows == 1u << zoom &&
           fabs(l->origin_x + half_m) < close_m && fabs(l->origin_y - half_m) < close_m &&
           fabs(l->side / side_m - 1) < 1e-9;
}

/* How many grid units a unit of the CRS is in the middle of its area: the world grid is as large
 * there as it is at that latitude, whichever way one goes, and the CRS nearly so. */
static enum err_code find_density(const struct tile_grid *g, struct crs *crs, double unit_m,
                                  double *out_gu, struct err *err)
{
    const double lat = (g->area_deg.min_y + g->area_deg.max_y) / 2;
    const double limit = MERCATOR_MAX_LAT_DEG - 1, step = 1000 / unit_m;
    double at[6] = {(g->area_deg.min_x + g->area_deg.max_x) / 2, fmin(fmax(lat, -limit), limit)};
    enum err_code rc = crs_transform(crs, LON_LAT, g->epsg, at, 1, NULL, err);
    if (rc)
        return rc;
    at[2] = at[0] + step, at[3] = at[1];
    at[4] = at[0], at[5] = at[1] + step;
    rc = crs_transform(crs, g->epsg, LON_LAT, at, 3, NULL, err);
    if (rc)
        return rc;
    double x[3], y[3];
    for (int i = 0; i < 3; i++)
        grid_place(at[2 * i], at[2 * i + 1], &x[i], &y[i]);
    const double area_gu2 = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
    const double density = sqrt(fabs(area_gu2)) / step;
    if (!(density > 0) || !isfinite(density))
        return err_set(err, UNSUPPORTED, "%s has no scale in the middle of its area of use",
                       g->crs_uri);
    *out_gu = density;
    return OK;
}

static uint8_t zoom_of(const struct tile_level *l, double density_gu)
{
    const double zoom = round(GRID_BITS - log2(l->side * density_gu));
    return (uint8_t)fmin(fmax(zoom, 0), TILE_MAX_ZOOM);
}

static enum err_code check_order(const struct tile_grid *g, size_t i, struct err *err)
{
    uint8_t twin;
    if (i > 0 && !(g->levels[i].cell_size < g->levels[i - 1].cell_size))
        return err_set(err, BAD_DATA, "it is not finer than the one before it");
    if (tile_grid_find_level(g, g->levels[i].id, &twin) && twin != i)
        return err_set(err, BAD_DATA, "there is another of this id");
    return OK;
}

static enum err_code read_levels(struct tile_grid *g, struct json_value root, struct crs *crs,
                                 double unit_m, struct err *err)
{
    struct json_value list, v;
    struct span key;
    if (!json_get(root, "tileMatrices", &list) || !json_is(list, JSON_ARRAY) ||
        json_count(list) == 0)
        return err_set(err, BAD_DATA, "'tileMatrices' is missing, or has no item");
    if (json_count(list) > TILE_GRID_MAX_LEVELS)
        return err_set(err, LIMIT, "more than %d tile matrices", TILE_GRID_MAX_LEVELS);
    g->levels = arena_new(&g->arena, json_count(list), sizeof *g->levels, err);
    if (!g->levels)
        return NO_MEMORY;
    double density_gu = 0;
    enum err_code rc = find_density(g, crs, unit_m, &density_gu, err);
    g->is_web_mercator = true;
    for (struct json_walk w = json_walk(list); !rc && json_next(&w, &key, &v);) {
        const size_t i = g->n_levels;
        struct tile_level *l = &g->levels[g->n_levels++];
        rc = read_level(g, v, unit_m, l, err);
        if (!rc)
            rc = check_order(g, i, err);
        if (rc)
            return err_add(err, "tile matrix %zu%s%s", i + 1, l->id ? " " : "", l->id ? l->id : "");
        l->zoom = zoom_of(l, density_gu);
        g->is_web_mercator = g->is_web_mercator && is_zoom(g, l, i);
    }
    return rc;
}

static enum err_code read_grid(struct tile_grid *g, struct json_value root, struct crs *crs,
                               struct err *err)
{
    double unit_m = 1;
    if (!json_is(root, JSON_OBJECT))
        return err_set(err, BAD_DATA, "it is no JSON object");
    enum err_code rc = id_member(g, root, &g->id, err);
    if (!rc)
        rc = text_member(g, root, "title", &g->title, err);
    if (!rc)
        rc = text_member(g, root, "description", &g->description, err);
    if (!rc)
        rc = text_member(g, root, "uri", &g->uri, err);
    if (!rc)
        rc = text_member(g, root, "wellKnownScaleSet", &g->well_known_scale_set, err);
    if (!rc)
        rc = read_crs(g, root, crs, &unit_m, err);
    if (!rc)
        rc = read_axes(g, root, err);
    return rc ? rc : read_levels(g, root, crs, unit_m, err);
}

enum err_code tile_grid_read(struct span json, struct crs *crs, struct tile_grid **out,
                             struct err *err)
{
    struct json_reader *reader = NULL;
    struct json_value root;
    struct tile_grid *g = mem_new(1, sizeof *g);
    if (!g)
        return err_no_memory(err, sizeof *g);
    arena_init(&g->arena, ARENA_BYTES);
    enum err_code rc = json_reader_new(TILE_GRID_MAX_BYTES, MAX_DEPTH, &reader, err);
    if (!rc)
        rc = json_read(reader, json, &root, err);
    if (!rc)
        rc = read_grid(g, root, crs, err);
    json_reader_free(reader);
    if (rc) {
        tile_grid_free(g);
        return rc;
    }
    *out = g;
    return OK;
}
