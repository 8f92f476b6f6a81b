/*
 * Golden tiles: small shapes through the painter, decoded, compared as text with
 * tests/golden/tiles/NAME.txt. With CASSINI_BLESS set, the files are written anew (tests/bless).
 *
 *   golden_tiles FOLDER
 */
#include "base/geos.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/mvt_read.h"
#include "tests/golden/sketch.h"
#include "tiler/grid_set.h"

#include <stdio.h>
#include <stdlib.h>

struct shape_text {
    enum geom_kind kind;
    const char *id, *text;
};

struct golden {
    const char *name, *why;
    struct tile_address drawn_in; /* the shapes' tile units are this tile's */
    struct tile_address at;       /* the tile that is made */
    const char *grid;             /* its tile matrix set; NULL: Web Mercator */
    uint32_t extent_tu;           /* its width */
    struct shape_text shapes[4];
};

#define PARIS_14                                                                                   \
    {                                                                                              \
        14, 8299, 5635                                                                             \
    }
#define EAST_14                                                                                    \
    {                                                                                              \
        14, 8300, 5635                                                                             \
    }

/* 3 E 46.5 N is x 700000 y 6600000 in Lambert-93, by that CRS's definition, and x 3784008.33 y
 * 2623851.54 in EPSG:3035, as gdaltransform says. */
#define MIDDLE_14                                                                                  \
    {                                                                                              \
        14, 8328, 5795                                                                             \
    }
#define AROUND_MIDDLE                                                                              \
    {                                                                                              \
        {GEOM_KIND_POINT, "1", "2184.5333 3660.6144"},                                             \
            {GEOM_KIND_POLYGON, "2", "2000 3500, 2400 3500, 2400 3900, 2000 3900"},                \
        {                                                                                          \
            GEOM_KIND_LINE, "3", "1000 3600, 5000 3600"                                            \
        }                                                                                          \
    }

static const struct golden GOLDENS[] = {
    {"points",
     "points in the tile and in its buffer are kept, others are not",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POINT, "7", "100 200"},
      {GEOM_KIND_POINT, "rue A", "-64 0 | -65 0 | 4160 4160 | 10 20"},
      {GEOM_KIND_POINT, "9", "5000 5000"}}},
    {"lines",
     "a line that leaves the tile and comes back is two pieces",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_LINE, "1", "0 0, 100 50, 200 0"},
      {GEOM_KIND_LINE, "2", "4000 1000, 4300 1000, 4300 2000, 4000 2000"},
      {GEOM_KIND_LINE, "3", "-500 -500, 5000 4900"},
      {GEOM_KIND_LINE, "4", "10 10, 20 20 | 5000 0, 5000 100"}}},
    {"hole",
     "a hole follows its outer ring, wound the other way",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1",
       "100 100, 100 900, 900 900, 900 100; 300 300, 500 300, 500 500, 300 500"}}},
    {"multipolygon",
     "the parts of one feature stay one feature",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "01001000AC0001",
       "0 0, 400 0, 400 400, 0 400 | 1000 1000, 1400 1000, 1400 1400, 1000 1400; 1100 1100, 1200 "
       "1100, 1200 1200"}}},
    {"border_west",
     "a polygon across a border, in the western tile",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "4000 1000, 4400 1200, 4300 1900, 3900 1800"}}},
    {"border_east",
     "the same polygon in the eastern tile",
     PARIS_14,
     EAST_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "4000 1000, 4400 1200, 4300 1900, 3900 1800"}}},
    {"concave",
     "a comb whose teeth lie in the tile and whose back does not: one polygon for each tooth",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1",
       "3000 1000, 5000 1000, 5000 3000, 3000 3000, 3000 2600, 4500 2600, 4500 2200, 3000 2200, "
       "3000 1800, 4500 1800, 4500 1400, 3000 1400"}}},
    {"around",
     "a polygon around the whole tile fills it and its buffer",
     PARIS_14,
     PARIS_14,
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "-9000 -9000, 13000 -9000, 13000 13000, -9000 13000"},
      {GEOM_KIND_POLYGON, "2",
       "-9000 -9000, 13000 -9000, 13000 13000, -9000 13000; -100 -100, 4300 -100, 4300 4300, -100 "
       "4300"}}},
    {"sliver",
     "a parcel thinner than the grid is its smallest square; a hole that thin is none",
     {20, 531136, 360640},
     {16, 33196, 22540},
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "1000 1000, 1003 1000, 1003 1300"},
      {GEOM_KIND_POLYGON, "2", "2000 2000, 2002 2000, 2002 2002, 2000 2002"},
      {GEOM_KIND_POLYGON, "3",
       "3000 3000, 3400 3000, 3400 3400, 3000 3400; 3100 3100, 3102 3100, 3101 3102"}}},
    {"simplified",
     "at a lower zoom only the vertices that matter there are left",
     PARIS_14,
     {10, 518, 352},
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1",
       "0 0, 1000 3, 2000 0, 3000 120, 4000 0, 4003 2000, 4000 4000, 2000 3990, 0 4000, 40 2000"}}},
    {"overzoom",
     "beyond the grid's own zoom a tile unit is a part of a grid unit",
     {20, 531136, 360640},
     {22, 2124546, 1442563},
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "2100 3100, 3000 3200, 2900 4000, 2200 3900"},
      {GEOM_KIND_LINE, "2", "2048 3072, 3071 4095"}}},
    {"rounded",
     "vertices that fall together are one; a ring that becomes a line is dropped",
     {20, 531136, 360640},
     {16, 33196, 22540},
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "160 160, 165 160, 320 160, 320 320, 321 321, 160 320"},
      {GEOM_KIND_POLYGON, "2",
       "800 800, 960 800, 960 960, 800 960 | 1600 1600, 1603 1600, 1603 1800"},
      {GEOM_KIND_LINE, "3", "400 400, 403 400"}}},
    {"touching",
     "a ring that touches itself after rounding is repaired",
     {20, 531136, 360640},
     {16, 33196, 22540},
     NULL,
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "0 0, 640 0, 640 640, 330 640, 322 5, 318 5, 310 640, 0 640"}}},
    {"extent_256",
     "a tile of 256 units: what is thinner than one is its smallest square",
     PARIS_14,
     PARIS_14,
     NULL,
     256,
     {{GEOM_KIND_POLYGON, "1", "4000 1000, 4400 1200, 4300 1900, 3900 1800"},
      {GEOM_KIND_POLYGON, "2", "100 100, 107 100, 107 107, 100 107"}}},
    {"extent_8192",
     "a tile of 8192 units",
     PARIS_14,
     PARIS_14,
     NULL,
     8192,
     {{GEOM_KIND_POLYGON, "1", "4000 1000, 4400 1200, 4300 1900, 3900 1800"},
      {GEOM_KIND_LINE, "2", "1 1, 4095 4095"}}},
    {"grid_lambert93",
     "a place that Lambert-93 is defined by, and what lies around it, in a tile of IGN's grid",
     MIDDLE_14,
     {15, 427, 3295},
     "LAMB93_10cm",
     TILE_EXTENT_TU,
     AROUND_MIDDLE},
    {"grid_laea",
     "the same in the European grid, whose axes are north, east",
     MIDDLE_14,
     {12, 1623, 2617},
     "EuropeanETRS89_LAEAQuad",
     TILE_EXTENT_TU,
     AROUND_MIDDLE},
    {"grid_crs84",
     "the same in degrees: parallels stay straight, all is wider than high",
     MIDDLE_14,
     {13, 8328, 1979},
     "WorldCRS84Quad",
     TILE_EXTENT_TU,
     AROUND_MIDDLE},
    {"grid_long_edge",
     "a box as wide as Europe: its northern and southern edges bend",
     {0, 0, 0},
     {3, 3, 4},
     "EuropeanETRS89_LAEAQuad",
     TILE_EXTENT_TU,
     {{GEOM_KIND_POLYGON, "1", "1800 1350, 2500 1350, 2500 1450, 1800 1450"},
      {GEOM_KIND_LINE, "2", "1800 1400, 2500 1400"}}},
};

static const struct field FIELDS[] = {
    {.name = "name", .column = "name", .type = FIELD_TEXT},
    {.name = "n", .column = "n", .type = FIELD_INTEGER},
    {.name = "height", .column = "height", .type = FIELD_REAL},
    {.name = "listed", .column = "listed", .type = FIELD_BOOLEAN},
    {.name = "more", .column = "more", .type = FIELD_JSON},
};
#define N_FIELDS (sizeof FIELDS / sizeof FIELDS[0])

static void put_report(struct buf *b, const struct tile_layer_report *r)
{
    buf_printf(b,
               "found %llu, written %llu, outside %llu, collapsed %llu, enlarged %llu, repaired "
               "%llu, vertices %llu\n",
               (unsigned long long)r->n_found, (unsigned long long)r->n_written,
               (unsigned long long)r->n_outside, (unsigned long long)r->n_collapsed,
               (unsigned long long)r->n_enlarged, (unsigned long long)r->n_repaired,
               (unsigned long long)r->n_vertices);
}

/* The frame of a tile, and what it lends. */
struct golden_frame {
    struct grid_set *grids;
    struct crs *crs;
    struct grid_mesh *mesh;
    struct tile_frame frame;
};

static enum err_code find_frame(const struct golden *g, struct golden_frame *f, struct err *err)
{
    f->frame = tile_frame(g->at, g->extent_tu, TILE_BUFFER_TU);
    if (!g->grid)
        return OK;
    enum err_code rc = grid_set_new(NULL, &f->grids, err);
    if (!rc)
        rc = crs_new(&f->crs, err);
    if (!rc)
        rc = grid_mesh_new(f->crs, &f->mesh, err);
    return rc ? rc
              : tile_frame_of_grid(grid_set_find(f->grids, g->grid), g->at, g->extent_tu,
                                   TILE_BUFFER_TU, f->crs, f->mesh, &f->frame, err);
}

static void golden_frame_clear(struct golden_frame *f)
{
    grid_mesh_free(f->mesh);
    crs_free(f->crs);
    grid_set_free(f->grids);
}

static enum err_code paint(const struct golden *g, struct buf *tile, struct tile_layer_report *r,
                           struct err *err)
{
    const struct layer layer = {
        .name = "town", .fields = FIELDS, .n_fields = N_FIELDS, .max_zoom = 16};
    struct painter *painter = NULL;
    struct golden_frame f = {0};
    struct sketch sketch;
    sketch_init(&sketch);
    enum err_code rc = painter_new(&painter, err);
    if (!rc)
        rc = find_frame(g, &f, err);
    if (!rc)
        rc = painter_start(painter, &layer, &f.frame, f.frame.zoom, err);
    for (size_t i = 0; i < 4 && g->shapes[i].text && !rc; i++) {
        /* The first has every type of value, the others what differs and what is missing. */
        const struct value values[N_FIELDS] = {
            value_text(span_of("rue de la Lune")), value_int(i ? -(int64_t)i : 12),
            i % 2 ? value_null() : value_real(7.5), value_bool(i == 0),
            i ? value_null() : value_json(span_of("{\"a\":[1]}"))};
        struct chunk d;
        rc = sketch_draw(&sketch, g->drawn_in, g->shapes[i].kind, g->shapes[i].text,
                         g->shapes[i].id, values, N_FIELDS, &d, err);
        if (!rc)
            rc = painter_add(painter, &d, err);
    }
    if (!rc)
        rc = painter_end(painter, tile, r, err);
    painter_free(painter);
    golden_frame_clear(&f);
    sketch_clear(&sketch);
    return rc;
}

static enum err_code tile_text(const struct golden *g, struct buf *text, struct err *err)
{
    struct buf tile;
    struct arena arena;
    struct mvt_tile decoded;
    struct tile_layer_report report;
    buf_init(&tile, 1 << 20);
    arena_init(&arena, 1 << 24);
    enum err_code rc = paint(g, &tile, &report, err);
    if (!rc)
        rc =
            mvt_read((struct span){(const char *)tile.data, tile.len_bytes}, &arena, &decoded, err);
    if (!rc) {
        buf_printf(text, "%s\ntile %u/%u/%u%s%s\n", g->why, g->at.z, g->at.x, g->at.y,
                   g->grid ? " of " : "", g->grid ? g->grid : "");
        mvt_put_text(text, &decoded);
        put_report(text, &report);
        rc = buf_status(text, err);
    }
    arena_clear(&arena);
    buf_clear(&tile);
    return rc;
}

/* Whether the tile is what its file says. */
static bool check(const struct golden *g, const char *folder, bool bless)
{
    struct err err = {0};
    struct buf got;
    buf_init(&got, 1 << 20);
    bool same = tile_text(g, &got, &err) == OK;
    if (same)
        same = golden_file_check(folder, g->name, &got, bless);
    else
        printf("%s: %s\n", g->name, err.text);
    buf_clear(&got);
    return same;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    const bool bless = getenv("CASSINI_BLESS") != NULL;
    const size_t n = sizeof GOLDENS / sizeof GOLDENS[0];
    size_t n_same = 0;
    for (size_t i = 0; i < n; i++)
        n_same += check(&GOLDENS[i], argv[1], bless);
    printf("%zu of %zu tiles %s\n", n_same, n, bless ? "written" : "are as they should be");
    return n_same != n;
}
