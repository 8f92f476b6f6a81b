/* Whole tiles where the world ends, and beyond zoom 20. */
#include "tests/golden/mvt_read.h"
#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"
#include "tiler/tiler.h"

#include <stdlib.h>
#include <string.h>

struct bench {
    struct small_store store;
    struct tiler *tiler;
    struct arena arena;
    struct mvt_tile tile;
};

static void begin(struct bench *b)
{
    struct err err = {0};
    *b = (struct bench){0};
    arena_init(&b->arena, 1 << 26);
    assert_ok(small_store_open(&b->store, &err));
    assert_ok(small_store_layer(&b->store, "shapes", 4326, 1 << 20, &err));
    assert_ok(tiler_new(&b->tiler, &err));
}

static void end(struct bench *b)
{
    tiler_free(b->tiler);
    small_store_close(&b->store);
    arena_clear(&b->arena);
}

static void put(struct bench *b, enum geom_type type, const double *xy, size_t n)
{
    struct geom_builder builder;
    struct geom g;
    struct err err = {0};
    geom_builder_init(&builder, 1000);
    geom_build_start(&builder, type);
    geom_build_part(&builder, geom_kind_of(type));
    geom_build_ring(&builder);
    for (size_t i = 0; i < n; i++)
        geom_build_vertex(&builder, xy[2 * i], xy[2 * i + 1]);
    assert_ok(geom_build_end(&builder, &g, &err));
    assert_ok(small_store_put(&b->store, &g, "a", &err));
    geom_builder_clear(&builder);
}

static void make(struct bench *b, uint8_t z, uint32_t x, uint32_t y)
{
    struct err err = {0};
    struct buf tile;
    const struct layer *layer = small_store_find(&b->store, "shapes");
    const struct tile_request r = {{z, x, y}, &layer, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    buf_init(&tile, 1 << 20);
    assert_ok(tiler_render(b->tiler, b->store.store, &r, &tile, NULL, &err));
    assert_ok(mvt_read((struct span){(const char *)tile.data, tile.len_bytes}, &b->arena, &b->tile,
                       &err));
    buf_clear(&tile);
}

static void assert_text(const struct bench *b, const char *wanted)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    mvt_put_text(&text, &b->tile);
    assert_string_equal(buf_text(&text), wanted);
    buf_clear(&text);
}

static void tiles_at_both_ends_of_the_world_share_what_crosses_180(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    const double area[] = {174.375, 0, 185.625, 0, 185.625, -5, 174.375, -5, 174.375, 0};
    const double line[] = {174.375, -1, 185.625, -3};
    begin(&b);
    put(&b, GEOM_POLYGON, area, 5);
    put(&b, GEOM_LINESTRING, line, 2);
    assert_ok(small_store_commit(&b.store, &err));
    make(&b, 5, 31, 16);
    assert_text(&b, "layer shapes, version 2, extent 4096\n"
                    "  MultiPolygon 1\n    outer 2048,0 4096,0 4096,1823 2048,1823\n"
                    "    name = \"a\"\n"
                    "  MultiLineString 2\n    2048,364 4096,728\n"
                    "    name = \"a\"\n");
    make(&b, 5, 0, 16);
    assert_text(&b, "layer shapes, version 2, extent 4096\n"
                    "  MultiPolygon 1\n    outer 0,0 2048,0 2048,1823 0,1823\n"
                    "    name = \"a\"\n"
                    "  MultiLineString 2\n    0,728 2048,1093\n"
                    "    name = \"a\"\n");
    make(&b, 0, 0, 0);
    assert_int_equal(b.tile.layers[0].features[0].geom.n_parts, 2);
    end(&b);
}

static void antarctica_reaches_the_lower_edge_of_the_map_and_no_further(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    const double land[] = {-180, -78, 0, -70, 180, -78, 180, -90, -180, -90, -180, -78};
    begin(&b);
    put(&b, GEOM_POLYGON, land, 6);
    assert_ok(small_store_commit(&b.store, &err));
    for (uint8_t z = 0; z <= 24; z++) {
        const uint32_t last = (UINT32_C(1) << z) - 1;
        const uint32_t columns[] = {0, last / 2, last};
        for (size_t i = 0; i < 3; i++) {
            make(&b, z, columns[i], last);
            assert_int_equal(b.tile.n_layers, 1);
            const struct bbox box = geom_bbox(&b.tile.layers[0].features[0].geom);
            /* The last grid unit is all that may lack: 16 tile units of zoom 24. */
            assert_true(box.max_y <= 4096 && box.max_y >= 4096 - (z > 20 ? 1 << (z - 20) : 1));
            assert_true(box.min_x <= 0 && box.max_x >= 4096 - (z > 20 ? 1 << (z - 20) : 1));
        }
    }
    end(&b);
}

/* A parcel of 60 m, off the grid's lines. */
static const double PARCEL[] = {2.3330001,  48.8660002, 2.3338003,  48.8661004, 2.3337005,
                                48.8664006, 2.3333007,  48.8663008, 2.3330001,  48.8660002};

static void beyond_zoom_20_tiles_are_exact_enlargements(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    uint32_t x_gu, y_gu;
    begin(&b);
    put(&b, GEOM_POLYGON, PARCEL, 5);
    put(&b, GEOM_LINESTRING, PARCEL, 4);
    assert_ok(small_store_commit(&b.store, &err));
    /* Each corner of the parcel lies on a tile of its own at the highest zoom. */
    for (size_t corner = 0; corner < 4; corner++) {
        grid_from_degrees(PARCEL[2 * corner], PARCEL[2 * corner + 1], &x_gu, &y_gu);
        for (uint8_t z = 20; z <= TILE_MAX_ZOOM; z++) {
            const uint32_t x = x_gu >> (32 - z), y = y_gu >> (32 - z);
            const int64_t scale = INT64_C(1) << (z - 20);
            const double corner_x = (double)((int64_t)(x_gu - (x << (32 - z))) * scale);
            const double corner_y = (double)((int64_t)(y_gu - (y << (32 - z))) * scale);
            make(&b, z, x, y);
            for (size_t f = 0; f < 2; f++) {
                const struct geom *g = &b.tile.layers[0].features[f].geom;
                size_t n_there = 0;
                for (size_t i = 0; i < g->n_vertices; i++)
                    n_there += g->xy[2 * i] == corner_x && g->xy[2 * i + 1] == corner_y;
                assert_true(n_there > 0);
            }
        }
    }
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_at_both_ends_of_the_world_share_what_crosses_180),
        cmocka_unit_test(antarctica_reaches_the_lower_edge_of_the_map_and_no_further),
        cmocka_unit_test(beyond_zoom_20_tiles_are_exact_enlargements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
