#include "tests/golden/mvt_read.h"
#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"
#include "tiler/tiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A square of 60 by 60 plots of one ten-thousandth of a degree, and a row of large ones over their
 * middle. */
#define N_PLOTS 3600
#define N_LARGE 10

struct tile_test {
    struct small_store store;
    struct tiler *tiler;
    struct buf tile;
    struct arena arena;
};

static int setup(void **state)
{
    struct err err = {0};
    struct tile_test *t = calloc(1, sizeof *t);
    assert_non_null(t);
    *state = t;
    buf_init(&t->tile, 1 << 24);
    arena_init(&t->arena, 1 << 28);
    assert_ok(tiler_new(&t->tiler, &err));
    assert_ok(small_store_open(&t->store, &err));
    assert_ok(small_store_layer(&t->store, "plots", 4326, 1 << 20, &err));
    for (int i = 0; i < N_PLOTS; i++) {
        const double x = 2 + i % 60 * 0.0001, y = 48 + i / 60 * 0.0001;
        assert_ok(small_store_put_box(&t->store, x, y, x + 0.0001, y + 0.0001, &err));
    }
    for (int i = 0; i < N_LARGE; i++)
        assert_ok(small_store_put_box(&t->store, 2 + i * 0.0006, 48.0027, 2.0006 + i * 0.0006,
                                      48.0033, &err));
    assert_ok(small_store_commit(&t->store, &err));
    assert_ok(small_store_layer(&t->store, "trees", 4326, 1 << 20, &err));
    for (int i = 0; i < 100; i++)
        assert_ok(small_store_put_point(&t->store, 2 + i * 0.00003, 48.001, &err));
    assert_ok(small_store_commit(&t->store, &err));
    return 0;
}

static int teardown(void **state)
{
    struct tile_test *t = *state;
    small_store_close(&t->store);
    tiler_free(t->tiler);
    buf_clear(&t->tile);
    arena_clear(&t->arena);
    free(t);
    return 0;
}

/* The tile of a zoom that holds the middle of the plots. */
static struct tile_address middle_at(uint8_t z)
{
    uint32_t x, y;
    grid_from_degrees(2.003, 48.003, &x, &y);
    return (struct tile_address){z, z ? x >> (GRID_BITS - z) : 0, z ? y >> (GRID_BITS - z) : 0};
}

static struct tile_layer_report render(struct tile_test *t, const struct layer *layer, uint8_t z,
                                       struct mvt_tile *decoded)
{
    struct err err = {0};
    struct tile_report report;
    const struct tile_request r = {middle_at(z), &layer, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    buf_reset(&t->tile);
    assert_ok(tiler_render(t->tiler, t->store.store, &r, &t->tile, &report, &err));
    assert_ok(mvt_read((struct span){(const char *)t->tile.data, t->tile.len_bytes}, &t->arena,
                       decoded, &err));
    assert_int_equal(report.n_layers, 1);
    return report.layers[0];
}

static void every_plot_is_found_on_zoom_16(void **state)
{
    struct tile_test *t = *state;
    struct err err = {0};
    bool found[N_PLOTS + N_LARGE + 1] = {false};
    const struct layer *layer = small_store_find(&t->store, "plots");
    const struct tile_address at = middle_at(16);
    for (uint32_t i = 0; i < 9; i++) {
        struct mvt_tile decoded;
        struct tile_report report;
        const struct tile_request r = {{16, at.x - 1 + i % 3, at.y - 1 + i / 3},
                                       &layer,
                                       1,
                                       TILE_BUFFER_TU,
                                       TILE_EXTENT_TU,
                                       NULL};
        buf_reset(&t->tile);
        assert_ok(tiler_render(t->tiler, t->store.store, &r, &t->tile, &report, &err));
        assert_int_equal(report.layers[0].n_left_out, 0);
        assert_ok(mvt_read((struct span){(const char *)t->tile.data, t->tile.len_bytes}, &t->arena,
                           &decoded, &err));
        for (size_t k = 0; decoded.n_layers && k < decoded.layers[0].n_features; k++) {
            const uint64_t id = decoded.layers[0].features[k].id;
            assert_in_range(id, 1, N_PLOTS + N_LARGE);
            found[id] = true;
        }
    }
    for (int i = 1; i <= N_PLOTS + N_LARGE; i++)
        assert_true(found[i]);
}

static void several_layers_are_one_tile(void **state)
{
    struct tile_test *t = *state;
    struct err err = {0};
    struct mvt_tile decoded;
    struct tile_report report;
    const struct layer *layers[] = {small_store_find(&t->store, "trees"),
                                    small_store_find(&t->store, "plots")};
    const struct tile_request r = {middle_at(14), layers, 2, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    assert_ok(tiler_render(t->tiler, t->store.store, &r, &t->tile, &report, &err));
    assert_ok(mvt_read((struct span){(const char *)t->tile.data, t->tile.len_bytes}, &t->arena,
                       &decoded, &err));
    assert_int_equal(decoded.n_layers, 2);
    assert_string_equal(decoded.layers[0].name, "trees");
    assert_int_equal(decoded.layers[0].n_features, 100);
    assert_string_equal(decoded.layers[1].name, "plots");
    assert_int_equal(decoded.layers[0].n_features, report.layers[0].n_written);
    assert_int_equal(report.layers[0].n_bytes + report.layers[1].n_bytes, t->tile.len_bytes);
}

static void a_tile_of_nothing_is_empty(void **state)
{
    struct tile_test *t = *state;
    struct err err = {0};
    const struct layer *layer = small_store_find(&t->store, "plots");
    const struct tile_request r = {{14, 0, 0}, &layer, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    assert_ok(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err));
    assert_int_equal(t->tile.len_bytes, 0);
}

static void requests_that_make_no_sense_are_refused(void **state)
{
    struct tile_test *t = *state;
    struct err err = {0};
    const struct layer *twice[] = {small_store_find(&t->store, "plots"),
                                   small_store_find(&t->store, "plots")};
    struct tile_request r = {{3, 8, 0}, twice, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    assert_fails(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err), BAD_ARG,
                 "no tile 3/8/0");
    r = (struct tile_request){{3, 0, 0}, twice, 0, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    assert_fails(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err), BAD_ARG,
                 "1 to 64 layers");
    r = (struct tile_request){{3, 0, 0}, twice, 2, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    assert_fails(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err), BAD_ARG,
                 "named twice");
    r = (struct tile_request){{3, 0, 0}, twice, 1, TILE_BUFFER_TU, 255, NULL};
    assert_fails(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err), BAD_ARG,
                 "256 to 8192 units wide, not 255");
    r = (struct tile_request){{3, 0, 0}, twice, 1, 257, 256, NULL};
    assert_fails(tiler_render(t->tiler, t->store.store, &r, &t->tile, NULL, &err), BAD_ARG,
                 "a buffer of 257 units is wider");
}

/* What the tile shows stands for all that it showed without a budget. */
static void check_stands_for_all(const struct tile_layer_report *some,
                                 const struct tile_layer_report *all)
{
    assert_true(some->drawn_zoom < all->drawn_zoom);
    assert_true(some->n_features >= all->n_features);
    assert_int_equal(some->n_left_out, 0);
}

static void over_the_budget_of_features_those_of_a_coarser_zoom_stand_for_all(void **state)
{
    struct tile_test *t = *state;
    struct mvt_tile decoded;
    struct layer layer = *small_store_find(&t->store, "plots");
    const struct tile_layer_report all = render(t, &layer, 15, &decoded);
    assert_int_equal(all.drawn_zoom, 15);
    assert_true(all.n_written > 1000);
    assert_int_equal(all.n_left_out, 0);
    layer.tile_limit_features = 100;
    const struct tile_layer_report some = render(t, &layer, 15, &decoded);
    assert_true(some.n_written > 0 && some.n_written <= 100);
    check_stands_for_all(&some, &all);
}

static void over_the_budget_of_bytes_too(void **state)
{
    struct tile_test *t = *state;
    struct mvt_tile decoded;
    struct layer layer = *small_store_find(&t->store, "plots");
    const struct tile_layer_report all = render(t, &layer, 15, &decoded);
    layer.tile_limit_bytes = 2000;
    const struct tile_layer_report some = render(t, &layer, 15, &decoded);
    assert_true(some.n_bytes > 100 && some.n_bytes < 2 * layer.tile_limit_bytes);
    check_stands_for_all(&some, &all);
}

/* Points of which each has a long name of its own. */
static void put_named_points(struct tile_test *t, const char *layer, int n)
{
    struct err err = {0};
    assert_ok(small_store_layer(&t->store, layer, 4326, 1 << 20, &err));
    for (int i = 0; i < n; i++) {
        char name[80];
        double xy[] = {2 + i * 0.000003, 48.001};
        uint32_t end[] = {1};
        uint8_t kind[] = {GEOM_KIND_POINT};
        const struct geom g = {GEOM_POINT, 1, 1, 1, xy, end, end, kind, NULL};
        snprintf(name, sizeof name, "the house with the number %d in a very long street", i);
        assert_ok(small_store_put(&t->store, &g, name, &err));
    }
    assert_ok(small_store_commit(&t->store, &err));
}

static void attributes_but_the_id_go_before_any_shape_does(void **state)
{
    struct tile_test *t = *state;
    struct mvt_tile decoded;
    put_named_points(t, "houses", 1500);
    struct layer layer = *small_store_find(&t->store, "houses");
    const struct tile_layer_report all = render(t, &layer, 15, &decoded);
    assert_int_equal(all.n_written, 1500);
    assert_int_equal(all.n_without_attributes, 0);
    assert_int_equal(decoded.layers[0].n_keys, 1);
    layer.tile_limit_bytes = all.n_bytes / 4;
    struct tile_layer_report some = render(t, &layer, 15, &decoded);
    assert_int_equal(some.n_written, 1500);
    assert_int_equal(some.n_without_attributes, 1500);
    assert_int_equal(some.n_left_out, 0);
    assert_int_equal(decoded.layers[0].n_keys, 0);
    /* Where the attribute is the public id, nothing can be saved so. */
    layer.id_field = 0;
    some = render(t, &layer, 15, &decoded);
    check_stands_for_all(&some, &all);
}

static void when_no_zoom_is_coarse_enough_the_rest_is_counted(void **state)
{
    struct tile_test *t = *state;
    struct err err = {0};
    struct mvt_tile decoded;
    assert_ok(small_store_layer(&t->store, "continents", 4326, 1 << 20, &err));
    for (int i = 0; i < 50; i++)
        assert_ok(small_store_put_box(&t->store, -i - 40, -30, i + 40, 50, &err));
    assert_ok(small_store_put_box(&t->store, -179, -80, 179, 80, &err));
    assert_ok(small_store_commit(&t->store, &err));
    struct layer layer = *small_store_find(&t->store, "continents");
    layer.tile_limit_features = 7;
    const struct tile_layer_report some = render(t, &layer, 3, &decoded);
    assert_int_equal(some.n_written, 7);
    assert_int_equal(some.n_left_out, 44);
}

static void the_same_tile_twice_is_the_same_bytes(void **state)
{
    struct tile_test *t = *state;
    struct mvt_tile decoded;
    const struct layer *layer = small_store_find(&t->store, "plots");
    for (uint8_t z = 0; z <= TILE_MAX_ZOOM; z++) {
        render(t, layer, z, &decoded);
        struct buf first;
        buf_init(&first, 1 << 24);
        buf_swap(&first, &t->tile);
        buf_init(&t->tile, 1 << 24);
        render(t, layer, z, &decoded);
        assert_int_equal(first.len_bytes, t->tile.len_bytes);
        if (first.len_bytes)
            assert_memory_equal(first.data, t->tile.data, first.len_bytes);
        buf_clear(&first);
    }
}

#define IN_TILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TILE_TEST(every_plot_is_found_on_zoom_16),
        IN_TILE_TEST(several_layers_are_one_tile),
        IN_TILE_TEST(a_tile_of_nothing_is_empty),
        IN_TILE_TEST(requests_that_make_no_sense_are_refused),
        IN_TILE_TEST(over_the_budget_of_features_those_of_a_coarser_zoom_stand_for_all),
        IN_TILE_TEST(over_the_budget_of_bytes_too),
        IN_TILE_TEST(attributes_but_the_id_go_before_any_shape_does),
        IN_TILE_TEST(when_no_zoom_is_coarse_enough_the_rest_is_counted),
        IN_TILE_TEST(the_same_tile_twice_is_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
