/* Tiles made out of kept ones. What they look like, golden_kept.c shows. */
#include "store/tileset.h"
#include "tests/golden/kept_sketch.h"
#include "tests/golden/mvt_read.h"
#include "tests/unit/store_kit.h"
#include "tiler/kept_zoom.h"

#define END_OF_FEATURES                                                                            \
    {                                                                                              \
        NULL, GEOM_KIND_POINT, 0, NULL, NULL                                                       \
    }
#define END_OF_TILES                                                                               \
    {                                                                                              \
        {0, 0, 0}, NULL, NULL                                                                      \
    }

/* A tile that was made, decoded; all of it in one place. */
struct made {
    struct store *store;
    struct catalog *catalog;
    struct kept_zoomer *zoomer;
    struct arena arena;
    struct kept_report report;
    struct mvt_tile tile;
};

static void keep(struct made *m, const struct kit *kit, const struct kept_sketch *tiles)
{
    struct err err = {0};
    *m = (struct made){.store = kit_open(kit, STORE_CREATE)};
    arena_init(&m->arena, 1 << 26);
    assert_ok(kept_sketch_keep(m->store, "kept", 4096, tiles, &err));
    assert_ok(store_read_catalog(m->store, &m->catalog, &err));
    assert_ok(kept_zoomer_new(&m->zoomer, &err));
}

static void let_go(struct made *m)
{
    kept_zoomer_free(m->zoomer);
    catalog_unref(m->catalog);
    arena_clear(&m->arena);
    store_close(m->store);
}

static enum err_code render(struct made *m, struct tile_address at, struct err *err)
{
    struct buf tile;
    buf_init(&tile, 1 << 24);
    enum err_code rc = kept_zoom_render(
        m->zoomer, m->store, catalog_find(m->catalog, span_of("kept")), at, &tile, &m->report, err);
    if (rc)
        assert_int_equal(tile.len_bytes, 0);
    else
        rc = mvt_read((struct span){(const char *)tile.data, tile.len_bytes}, &m->arena, &m->tile,
                      err);
    buf_clear(&tile);
    return rc;
}

static void make(struct made *m, uint8_t z, uint32_t x, uint32_t y)
{
    struct err err = {0};
    assert_ok(render(m, (struct tile_address){z, x, y}, &err));
}

static void assert_box(const struct mvt_feature *f, double min_x, double min_y, double max_x,
                       double max_y)
{
    const struct bbox b = geom_bbox(&f->geom);
    if (b.min_x != min_x || b.min_y != min_y || b.max_x != max_x || b.max_y != max_y)
        fail_msg("box %g %g %g %g instead of %g %g %g %g", b.min_x, b.min_y, b.max_x, b.max_y,
                 min_x, min_y, max_x, max_y);
}

static const struct kept_feature SQUARE[] = {
    {"areas", GEOM_KIND_POLYGON, 5, "square", "1024 1024, 3072 1024, 3072 3072, 1024 3072"},
    END_OF_FEATURES};
static const struct kept_sketch ONE[] = {{{2, 1, 1}, SQUARE, NULL}, END_OF_TILES};

static void a_square_beyond_the_last_zoom_is_where_it_was(void **state)
{
    struct made m;
    keep(&m, *state, ONE);
    make(&m, 3, 2, 2);
    assert_int_equal(m.tile.layers[0].n_features, 1);
    assert_box(m.tile.layers[0].features, 2048, 2048, 4160, 4160);
    make(&m, 3, 3, 3);
    assert_box(m.tile.layers[0].features, -64, -64, 2048, 2048);
    make(&m, 5, 10, 10); /* the square's corner is this one's corner */
    assert_box(m.tile.layers[0].features, 0, 0, 4160, 4160);
    make(&m, 5, 9, 10); /* nothing but in its buffer */
    assert_box(m.tile.layers[0].features, 4096, 0, 4160, 4160);
    assert_int_equal(m.report.source_zoom, 2);
    make(&m, 5, 8, 10);
    assert_int_equal(m.tile.n_layers, 0);
    make(&m, 24, 6 << 20, 6 << 20);
    assert_box(m.tile.layers[0].features, -64, -64, 4160, 4160);
    let_go(&m);
}

static void names_keys_values_and_ids_stay(void **state)
{
    struct made m;
    keep(&m, *state, ONE);
    make(&m, 3, 2, 2);
    const struct mvt_read_layer *l = &m.tile.layers[0];
    assert_string_equal(l->name, "areas");
    assert_true(l->features[0].has_id && l->features[0].id == 5);
    assert_true(l->n_keys == 2 && l->n_values == 2);
    assert_string_equal(l->keys[0], "name");
    assert_true(span_eq(l->values[0].text, "square"));
    assert_true(l->values[1].type == VALUE_INT && l->values[1].integer == 6);
    let_go(&m);
}

/* Where the outlines meet the border between two tiles that lie side by side: at x = 4096 of the
 * western, 0 of the eastern. */
static size_t heights_at(const struct mvt_tile *t, double x, double *out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->layers[0].n_features; i++) {
        const struct geom *g = &t->layers[0].features[i].geom;
        for (size_t v = 1; v < g->n_vertices; v++) {
            const double *a = g->xy + 2 * (v - 1), *b = g->xy + 2 * v;
            if ((a[0] < x) != (b[0] < x))
                out[n++] = a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]);
        }
    }
    return n;
}

static void neighbours_agree_on_what_crosses_their_border(void **state)
{
    /* Slopes that meet the border between whole units, and points of whole ones within the buffers. */
    static const struct kept_feature features[] = {
        {"areas", GEOM_KIND_POLYGON, 1, "a",
         "1000 1000, 3100 1003, 2047 1500, 2049 2001, 900 1777"},
        {"areas", GEOM_KIND_LINE, 2, "b", "1001 2001, 3003 2050, 1500 2099"},
        END_OF_FEATURES};
    static const struct kept_sketch tiles[] = {{{2, 1, 1}, features, NULL}, END_OF_TILES};
    struct made m;
    double west[16], east[16];
    size_t n = 0;
    keep(&m, *state, tiles);
    for (uint32_t row = 2; row < 4; row++) {
        make(&m, 3, 2, row);
        const size_t n_west = heights_at(&m.tile, 4096, west);
        make(&m, 3, 3, row);
        assert_int_equal(heights_at(&m.tile, 0, east), n_west);
        /* Each rounds where it cuts, at its own buffer's end: half a unit, less on the way back. */
        for (size_t i = 0; i < n_west; i++)
            assert_true(west[i] - east[i] < 0.5 && east[i] - west[i] < 0.5);
        n += n_west;
    }
    assert_int_equal(n, 7);
    let_go(&m);
}

static void a_bow_tie_of_somebody_else_becomes_two_triangles(void **state)
{
    static const struct kept_feature features[] = {
        {"areas", GEOM_KIND_POLYGON, 1, "bow", "100 100, 1100 1100, 1100 300, 100 700"},
        END_OF_FEATURES};
    static const struct kept_sketch tiles[] = {{{2, 1, 1}, features, NULL}, END_OF_TILES};
    struct made m;
    keep(&m, *state, tiles);
    make(&m, 3, 2, 2);
    assert_int_equal(m.report.n_repaired, 1);
    assert_int_equal(m.tile.layers[0].features[0].geom.n_parts, 2);
    let_go(&m);
}

static void what_is_missing_within_the_archives_zooms_is_empty(void **state)
{
    static const struct kept_sketch tiles[] = {{{2, 1, 1}, SQUARE, NULL},
                                               {{3, 0, 0}, SQUARE, NULL},
                                               {{5, 0, 0}, SQUARE, NULL},
                                               END_OF_TILES};
    struct made m;
    keep(&m, *state, tiles);
    make(&m, 3, 2, 2);
    assert_int_equal(m.tile.n_layers, 0);
    assert_int_equal(m.report.source_zoom, 3);
    make(&m, 4, 0, 0); /* no tile at all has this zoom: it is made from the one above */
    assert_true(m.tile.n_layers == 1 && m.report.source_zoom == 3);
    let_go(&m);
}

static void a_broken_kept_tile_is_named(void **state)
{
    static const struct kept_sketch tiles[] = {
        {{2, 1, 1}, NULL, "this is no vector tile"}, {{2, 0, 0}, SQUARE, NULL}, END_OF_TILES};
    struct made m;
    struct err err;
    keep(&m, *state, tiles);
    assert_fails(render(&m, (struct tile_address){3, 2, 2}, &err), BAD_DATA,
                 "kept tile 2/1/1 of 'kept': not a vector tile");
    assert_fails(render(&m, (struct tile_address){1, 0, 0}, &err), BAD_DATA, "kept tile 2/1/1");
    make(&m, 3, 1, 1);
    assert_int_equal(m.tile.n_layers, 1);
    let_go(&m);
}

static void before_the_first_zoom_pieces_of_one_feature_become_one(void **state)
{
    static const struct kept_feature west[] = {
        {"areas", GEOM_KIND_POLYGON, 5, "a", "2000 1000, 4160 1000, 4160 2000, 2000 2000"},
        {"ways", GEOM_KIND_LINE, 6, "b", "100 100, 4160 100"},
        END_OF_FEATURES};
    static const struct kept_feature east[] = {
        {"areas", GEOM_KIND_POLYGON, 5, "a", "-64 1000, 2000 1000, 2000 2000, -64 2000"},
        {"ways", GEOM_KIND_LINE, 6, "other", "-64 100, 4000 100"},
        END_OF_FEATURES};
    static const struct kept_sketch tiles[] = {
        {{3, 2, 2}, west, NULL}, {{3, 3, 2}, east, NULL}, END_OF_TILES};
    struct made m;
    keep(&m, *state, tiles);
    make(&m, 2, 1, 1);
    assert_int_equal(m.tile.layers[0].n_features, 1);
    assert_int_equal(m.tile.layers[0].features[0].geom.n_vertices, 7); /* two on the old border */
    assert_box(m.tile.layers[0].features, 1000, 500, 3048, 1000);
    assert_int_equal(m.tile.layers[1].n_features, 2); /* of other values */
    assert_int_equal(m.report.n_tiles, 2);
    let_go(&m);
}

static void before_the_first_zoom_small_things_are_left_out_and_counted(void **state)
{
    static const struct kept_feature features[] = {
        {"areas", GEOM_KIND_POLYGON, 1, "small", "100 100, 120 100, 120 120, 100 120"},
        {"areas", GEOM_KIND_POLYGON, 2, "large", "200 200, 900 200, 900 900, 200 900"},
        {"areas", GEOM_KIND_LINE, 3, "short", "1000 1000, 1030 1000"},
        {"places", GEOM_KIND_POINT, 4, "first", "1000 1000"},
        {"places", GEOM_KIND_POINT, 5, "next to it", "1001 1001"},
        {"others", GEOM_KIND_POINT, 5, "of another layer", "1001 1001"},
        END_OF_FEATURES};
    static const struct kept_sketch tiles[] = {{{3, 2, 2}, features, NULL}, END_OF_TILES};
    struct made m;
    keep(&m, *state, tiles);
    make(&m, 1, 0, 0);
    assert_int_equal(m.report.n_features, 3);
    assert_int_equal(m.report.n_too_small, 3);
    let_go(&m);
}

static void more_tiles_than_the_limit_are_none_and_are_told(void **state)
{
    enum { N_COLUMNS = 17 };
    static struct kept_sketch tiles[N_COLUMNS * N_COLUMNS + 1];
    for (uint32_t i = 0; i < N_COLUMNS * N_COLUMNS; i++)
        tiles[i] = (struct kept_sketch){{10, 2 + i % N_COLUMNS, 2 + i / N_COLUMNS}, SQUARE, NULL};
    struct made m;
    keep(&m, *state, tiles);
    make(&m, 5, 0, 0);
    assert_int_equal(m.report.n_tiles, 0);
    assert_int_equal(m.report.n_tiles_beyond, N_COLUMNS * N_COLUMNS);
    assert_int_equal(m.tile.n_layers, 0);
    make(&m, 6, 0, 0); /* a quarter of them, and those of the buffer, whose squares lie behind it */
    assert_int_equal(m.report.n_tiles, 15 * 15);
    assert_int_equal(m.report.n_tiles_beyond, 0);
    assert_int_equal(m.tile.layers[0].n_features, 14 * 14);
    make(&m, 1, 0, 0); /* too far below */
    assert_int_equal(m.report.n_tiles_beyond, N_COLUMNS * N_COLUMNS);
    let_go(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)
        TEST(a_square_beyond_the_last_zoom_is_where_it_was),
        TEST(names_keys_values_and_ids_stay),
        TEST(neighbours_agree_on_what_crosses_their_border),
        TEST(a_bow_tie_of_somebody_else_becomes_two_triangles),
        TEST(what_is_missing_within_the_archives_zooms_is_empty),
        TEST(a_broken_kept_tile_is_named),
        TEST(before_the_first_zoom_pieces_of_one_feature_become_one),
        TEST(before_the_first_zoom_small_things_are_left_out_and_counted),
        TEST(more_tiles_than_the_limit_are_none_and_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
