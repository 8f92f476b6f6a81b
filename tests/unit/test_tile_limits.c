#include "server/ogc/tile_limits.h"
#include "store/tileset.h"
#include "tests/unit/unit.h"

static const struct tile_cover WORLD = {
    .min_zoom = 0, .max_zoom = 14, .made_deg = {-180, -90, 180, 90}, .made_min_zoom = 0};
static const struct tile_cover PARIS = {
    .min_zoom = 6, .max_zoom = 14, .made_deg = {2.25, 48.81, 2.42, 48.91}, .made_min_zoom = 6};

static void the_world_is_every_tile_of_every_zoom(void **state)
{
    (void)state;
    for (int zoom = 0; zoom <= TILE_MAX_ZOOM; zoom++) {
        struct tile_limits l;
        assert_true(tile_limits_at(&WORLD, zoom, &l));
        const uint32_t last = (uint32_t)((1u << zoom) - 1);
        assert_true(l.min_row == 0 && l.min_col == 0);
        assert_int_equal(l.max_row, last);
        assert_int_equal(l.max_col, last);
    }
}

static void a_town_has_tight_limits(void **state)
{
    (void)state;
    struct tile_limits l;
    assert_true(tile_limits_at(&PARIS, 10, &l));
    assert_true(l.min_col == 518 && l.max_col == 518 && l.min_row == 352 && l.max_row == 352);
    assert_true(tile_limits_at(&PARIS, 12, &l));
    assert_true(l.min_col == 2073 && l.max_col == 2075 && l.min_row == 1408 && l.max_row == 1409);
    assert_true(tile_cover_has(&PARIS, (struct tile_address){12, 2074, 1408}));
    assert_false(tile_cover_has(&PARIS, (struct tile_address){12, 2076, 1408}));
    assert_false(tile_cover_has(&PARIS, (struct tile_address){12, 2074, 1410}));
}

static void nothing_is_where_nothing_is_drawn(void **state)
{
    (void)state;
    struct tile_limits l;
    assert_false(tile_limits_at(&PARIS, 5, &l));
    assert_false(tile_limits_at(&PARIS, TILE_MAX_ZOOM + 1, &l));
    const struct tile_cover none = tile_cover_of(NULL, 0);
    assert_false(tile_limits_at(&none, 0, &l));
}

static void layers_are_covered_together(void **state)
{
    (void)state;
    const struct layer town = {.bbox_deg = {2, 48, 3, 49}, .min_zoom = 9, .max_zoom = 14};
    const struct layer coast = {.bbox_deg = {-5, 43, 0, 46}, .min_zoom = 4, .max_zoom = 12};
    const struct layer empty = {.bbox_deg = bbox_empty(), .min_zoom = 0, .max_zoom = 14};
    const struct layer *const layers[] = {&town, &empty, &coast};
    const struct tile_cover cover = tile_cover_of(layers, 3);
    assert_true(cover.min_zoom == 4 && cover.max_zoom == 14);
    assert_true(cover.bbox_deg.min_x == -5 && cover.bbox_deg.max_y == 49);
}

/* The archive's zooms 10 to 12; one tile at zoom 11, two by one at zoom 12. */
static const struct kept_zoom ZOOMS[] = {
    {10, 518, 352, 518, 352, 1}, {11, 1037, 704, 1037, 704, 1}, {12, 2074, 1408, 2075, 1408, 2}};
static const struct kept_tiles KEPT = {.format = TILE_MVT, .zooms = ZOOMS, .n_zooms = 3};
static const struct layer ARCHIVE = {
    .bbox_deg = {2.2, 48.8, 2.5, 48.9}, .min_zoom = 10, .max_zoom = 12, .kept = &KEPT};

static void kept_tiles_alone_claim_no_zoom_that_they_lack(void **state)
{
    (void)state;
    struct tile_limits l;
    const struct layer *const layers[] = {&ARCHIVE};
    const struct tile_cover cover = tile_cover_of(layers, 1);
    assert_true(tile_limits_at(&cover, 12, &l));
    assert_true(l.min_col == 2074 && l.max_col == 2075 && l.min_row == 1408 && l.max_row == 1408);
    assert_false(tile_limits_at(&cover, 9, &l));
    assert_false(tile_limits_at(&cover, 13, &l));
}

static void beside_made_layers_kept_tiles_are_there_at_every_zoom(void **state)
{
    (void)state;
    struct tile_limits l;
    const struct layer town = {.bbox_deg = {2.3, 48.8, 2.31, 48.81}, .min_zoom = 8, .max_zoom = 16};
    const struct layer *const layers[] = {&town, &ARCHIVE};
    const struct tile_cover cover = tile_cover_of(layers, 2);
    assert_true(tile_cover_has(&cover, (struct tile_address){14, 4 * 2075 + 3, 4 * 1408 + 3}));
    assert_false(tile_cover_has(&cover, (struct tile_address){14, 4 * 2076, 4 * 1408}));
    assert_true(tile_cover_has(&cover, (struct tile_address){20, 2075 << 8, 1408 << 8}));
    assert_true(tile_limits_at(&cover, 9, &l));
    assert_true(l.min_col == 259 && l.max_col == 259 && l.min_row == 176 && l.max_row == 176);
    assert_false(tile_limits_at(&cover, 7, &l));
}

static void what_reaches_over_180_has_tiles_at_both_ends_of_the_map(void **state)
{
    (void)state;
    const struct layer fiji = {.bbox_deg = {177, -19, 181, -16}, .min_zoom = 0, .max_zoom = 14};
    const struct layer *const layers[] = {&fiji};
    const struct tile_cover cover = tile_cover_of(layers, 1);
    assert_true(tile_cover_has(&cover, (struct tile_address){5, 0, 17}));
    assert_true(tile_cover_has(&cover, (struct tile_address){5, 31, 17}));
    assert_false(tile_cover_has(&cover, (struct tile_address){5, 0, 15}));
    assert_true(cover.bbox_deg.min_x == -180 && cover.bbox_deg.max_x == 180);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_world_is_every_tile_of_every_zoom),
        cmocka_unit_test(a_town_has_tight_limits),
        cmocka_unit_test(nothing_is_where_nothing_is_drawn),
        cmocka_unit_test(layers_are_covered_together),
        cmocka_unit_test(what_reaches_over_180_has_tiles_at_both_ends_of_the_map),
        cmocka_unit_test(kept_tiles_alone_claim_no_zoom_that_they_lack),
        cmocka_unit_test(beside_made_layers_kept_tiles_are_there_at_every_zoom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
