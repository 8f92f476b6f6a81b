#include "tests/unit/unit.h"
#include "tiler/grid_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct crs *crs;
static struct grid_set *shipped;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    return crs_new(&crs, &err) || grid_set_new(NULL, &shipped, &err);
}

static int tear_down(void **state)
{
    (void)state;
    grid_set_free(shipped);
    crs_free(crs);
    return 0;
}

static void the_shipped_grids_are_there_and_web_mercator_comes_first(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int32_t epsg;
        bool north_first;
        size_t n_levels;
        int zoom_of_0, zoom_of_9;
    } WANTED[] = {
        {"WebMercatorQuad", 3857, false, 25, 0, 9},
        {"WorldCRS84Quad", 4326, false, 24, 1, 10},
        {"EuropeanETRS89_LAEAQuad", 3035, true, 16, 2, 11},
        {"LAMB93_10cm", 2154, false, 22, 0, 8},
    };
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        const struct tile_grid *g = grid_set_find(shipped, WANTED[i].id);
        assert_non_null(g);
        assert_int_equal(g->epsg, WANTED[i].epsg);
        assert_int_equal(g->north_first, WANTED[i].north_first);
        assert_int_equal(g->n_levels, WANTED[i].n_levels);
        assert_int_equal(g->levels[0].zoom, WANTED[i].zoom_of_0);
        assert_int_equal(g->levels[9].zoom, WANTED[i].zoom_of_9);
        assert_int_equal(g->is_web_mercator, i == 0);
    }
    assert_string_equal(shipped->grids[0]->id, "WebMercatorQuad");
    assert_null(grid_set_find(shipped, "Nothing"));
}

/* Numbers that need no program: 3 E 46.5 N is x 700000, y 6600000 in Lambert-93 and 10 E 52 N is x
 * 4321000, y 3210000 in EPSG:3035, by the definitions of these CRSs. */
static void a_known_place_lies_in_the_tile_that_arithmetic_says(void **state)
{
    (void)state;
    static const struct {
        const char *grid;
        uint8_t level;
        double lon_deg, lat_deg;
        uint32_t col, row;
    } PLACES[] = {
        {"LAMB93_10cm", 15, 3, 46.5, 427, 3295}, /* 1638.4 m: 427.2 from 0, 3295.9 from 12000000 */
        {"LAMB93_10cm", 10, 3, 46.5, 13, 102},
        {"EuropeanETRS89_LAEAQuad", 5, 10, 52, 16, 16}, /* 140625 m from x 2000000, y 5500000 */
        {"EuropeanETRS89_LAEAQuad", 12, 10, 52, 2112, 2084},
        {"WorldCRS84Quad", 0, 10, 52, 1, 0},
        {"WorldCRS84Quad", 13, 3, 46.5, 8328, 1979},
        {"WebMercatorQuad", 14, 3, 46.5, 8328, 5795},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const struct tile_grid *g = grid_set_find(shipped, PLACES[i].grid);
        double xy[] = {PLACES[i].lon_deg, PLACES[i].lat_deg};
        struct tile_limits l;
        assert_ok(crs_transform(crs, 4326, g->epsg, xy, 1, NULL, &err));
        const struct bbox at = {xy[0], xy[1], xy[0], xy[1]};
        assert_true(tile_grid_limits(g, PLACES[i].level, &at, &l));
        assert_int_equal(l.min_col, PLACES[i].col);
        assert_int_equal(l.max_col, PLACES[i].col);
        assert_int_equal(l.min_row, PLACES[i].row);
        assert_int_equal(l.max_row, PLACES[i].row);
        const struct bbox tile =
            tile_grid_tile(g, (struct tile_address){PLACES[i].level, PLACES[i].col, PLACES[i].row});
        assert_true(tile.min_x <= xy[0] && xy[0] < tile.max_x && tile.min_y <= xy[1] &&
                    xy[1] < tile.max_y);
    }
}

#define LEVEL(members)                                                                             \
    "{\"id\":\"a\",\"cellSize\":100,\"scaleDenominator\":357142.857,\"tileWidth\":256,"            \
    "\"tileHeight\":256,\"matrixWidth\":3,\"matrixHeight\":4," members "}"
#define GRID(members, levels) "{\"id\":\"g\"," members ",\"tileMatrices\":[" levels "]}"
#define ORIGIN                "\"pointOfOrigin\":[1000,2000]"

static enum err_code read_text(const char *json, struct tile_grid **out, struct err *err)
{
    return tile_grid_read(span_of(json), crs, out, err);
}

static void a_grid_from_the_bottom_counts_rows_northwards(void **state)
{
    (void)state;
    struct err err = {0};
    struct tile_grid *g = NULL;
    struct tile_limits l;
    assert_ok(
        read_text(GRID("\"crs\":\"EPSG:2154\"", LEVEL("\"cornerOfOrigin\":\"bottomLeft\"," ORIGIN)),
                  &g, &err));
    const struct bbox tile = tile_grid_tile(g, (struct tile_address){0, 2, 1});
    assert_true(tile.min_x == 1000 + 2 * 25600 && tile.min_y == 2000 + 25600 &&
                tile.max_y == 2000 + 2 * 25600);
    assert_true(tile_grid_limits(g, 0, &(struct bbox){2000, 3000, 2000, 30000}, &l));
    assert_true(l.min_row == 0 && l.max_row == 1 && l.min_col == 0 && l.max_col == 0);
    assert_false(tile_grid_limits(g, 0, &(struct bbox){2000, 0, 2000, 1999}, &l));
    assert_true(tile_grid_has(g, (struct tile_address){0, 2, 3}));
    assert_false(tile_grid_has(g, (struct tile_address){0, 3, 3}));
    assert_false(tile_grid_has(g, (struct tile_address){0, 2, 4}));
    assert_false(tile_grid_has(g, (struct tile_address){1, 0, 0}));
    tile_grid_free(g);
}

/* EPSG:31467 calls its northing X: only the CRS itself knows. */
static void the_point_of_origin_is_in_the_order_of_the_crs(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        double x, y;
    } GRIDS[] = {
        {GRID("\"crs\":\"EPSG:2154\",\"orderedAxes\":[\"E\",\"N\"]", LEVEL(ORIGIN)), 1000, 2000},
        {GRID("\"crs\":\"EPSG:3035\",\"orderedAxes\":[\"Y\",\"X\"]", LEVEL(ORIGIN)), 2000, 1000},
        {GRID("\"crs\":\"EPSG:31467\",\"orderedAxes\":[\"X\",\"Y\"]", LEVEL(ORIGIN)), 2000, 1000},
        {GRID("\"crs\":{\"uri\":\"http://www.opengis.net/def/crs/EPSG/0/2193\"}", LEVEL(ORIGIN)),
         2000, 1000},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof GRIDS / sizeof *GRIDS; i++) {
        struct tile_grid *g = NULL;
        assert_ok(read_text(GRIDS[i].json, &g, &err));
        assert_true(g->levels[0].origin_x == GRIDS[i].x && g->levels[0].origin_y == GRIDS[i].y);
        tile_grid_free(g);
    }
}

static void what_is_not_understood_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum err_code rc;
        const char *words;
    } BAD[] = {
        {"[]", BAD_DATA, "no JSON object"},
        {"{\"id\":\"../x\"}", BAD_DATA, "'id'"},
        {"{\"id\":\"a\\u0000b\"}", BAD_DATA, "'id' has a NUL"},
        {"{\"id\":\"g\"}", BAD_DATA, "'crs' is missing"},
        {GRID("\"crs\":\"nonsense\"", LEVEL(ORIGIN)), BAD_ARG, "nonsense"},
        {GRID("\"crs\":\"EPSG:999999\"", LEVEL(ORIGIN)), NOT_FOUND, "999999"},
        {GRID("\"crs\":\"EPSG:5720\"", LEVEL(ORIGIN)), UNSUPPORTED, "'crs'"},
        {GRID("\"crs\":{\"wkt\":{}}", LEVEL(ORIGIN)), UNSUPPORTED, "not named by a URI"},
        {GRID("\"crs\":\"EPSG:3035\",\"orderedAxes\":[\"E\",\"N\"]", LEVEL(ORIGIN)), BAD_DATA,
         "are north, east"},
        {GRID("\"crs\":\"EPSG:3035\",\"orderedAxes\":[\"E\"]", LEVEL(ORIGIN)), BAD_DATA,
         "two axes"},
        {GRID("\"crs\":\"EPSG:3035\",\"orderedAxes\":{\"a\":\"E\",\"b\":\"N\"}", LEVEL(ORIGIN)),
         BAD_DATA, "two axes"},
        {GRID("\"crs\":\"EPSG:2154\"", ""), BAD_DATA, "'tileMatrices'"},
        {GRID("\"crs\":\"EPSG:2154\"", LEVEL("\"x\":1")), BAD_DATA, "'pointOfOrigin'"},
        {GRID("\"crs\":\"EPSG:2154\"", LEVEL("\"pointOfOrigin\":[1,2,3]")), BAD_DATA,
         "'pointOfOrigin'"},
        {GRID("\"crs\":\"EPSG:2154\"", LEVEL("\"cornerOfOrigin\":\"topRight\"," ORIGIN)), BAD_DATA,
         "'topRight'"},
        {GRID("\"crs\":\"EPSG:2154\"", LEVEL("\"variableMatrixWidths\":[]," ORIGIN)), UNSUPPORTED,
         "tile matrix 1 a: 'variableMatrixWidths'"},
        {GRID("\"crs\":\"EPSG:4326\"", LEVEL(ORIGIN)), BAD_DATA, "'scaleDenominator'"},
        {GRID("\"crs\":\"EPSG:2154\"", LEVEL(ORIGIN) "," LEVEL(ORIGIN)), BAD_DATA, "not finer"},
        {GRID("\"crs\":\"EPSG:2154\"",
              "{\"id\":\"a\",\"cellSize\":28,\"scaleDenominator\":100000,\"tileWidth\":256,"
              "\"tileHeight\":512,\"matrixWidth\":1,\"matrixHeight\":1," ORIGIN "}"),
         UNSUPPORTED, "only squares"},
        {GRID("\"crs\":\"EPSG:2154\"",
              "{\"id\":\"a\",\"cellSize\":28,\"scaleDenominator\":100000,\"tileWidth\":256,"
              "\"tileHeight\":256,\"matrixWidth\":0.5,\"matrixHeight\":1," ORIGIN "}"),
         BAD_DATA, "'matrixWidth'"},
        {GRID("\"crs\":\"EPSG:2154\"",
              "{\"id\":\"a\",\"cellSize\":2.8e-12,\"scaleDenominator\":1e-8,\"tileWidth\":256,"
              "\"tileHeight\":256,\"matrixWidth\":1,\"matrixHeight\":1," ORIGIN "}"),
         UNSUPPORTED, "tile units"},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct tile_grid *g = NULL;
        assert_fails(read_text(BAD[i].json, &g, &err), BAD[i].rc, BAD[i].words);
        assert_null(g);
    }
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void drop_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static void the_grids_of_a_folder_are_read_too(void **state)
{
    (void)state;
    struct err err = {0};
    struct grid_set *set = NULL;
    char folder[] = "gridsXXXXXX";
    assert_non_null(mkdtemp(folder));
    put_file(folder, "mine.json", GRID("\"crs\":\"EPSG:2154\"", LEVEL(ORIGIN)));
    put_file(folder, "readme.txt", "no grid");
    assert_ok(grid_set_new(folder, &set, &err));
    assert_int_equal(set->n_grids, shipped->n_grids + 1);
    assert_non_null(grid_set_find(set, "g"));
    grid_set_free(set);
    put_file(folder, "twin.json", GRID("\"crs\":\"EPSG:2154\"", LEVEL(ORIGIN)));
    assert_fails(grid_set_new(folder, &set, &err), CONFLICT, "twin.json: there is a tile matrix");
    put_file(folder, "twin.json", "{");
    assert_fails(grid_set_new(folder, &set, &err), BAD_DATA, "twin.json: ");
    drop_file(folder, "twin.json");
    drop_file(folder, "mine.json");
    drop_file(folder, "readme.txt");
    assert_int_equal(rmdir(folder), 0);
    assert_fails(grid_set_new(folder, &set, &err), NOT_FOUND, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_grids_are_there_and_web_mercator_comes_first),
        cmocka_unit_test(a_known_place_lies_in_the_tile_that_arithmetic_says),
        cmocka_unit_test(a_grid_from_the_bottom_counts_rows_northwards),
        cmocka_unit_test(the_point_of_origin_is_in_the_order_of_the_crs),
        cmocka_unit_test(what_is_not_understood_is_refused_by_name),
        cmocka_unit_test(the_grids_of_a_folder_are_read_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
