/* Which tiles an export looks at. */
#include "base/tile_number.h"
#include "exporters/tile_plan.h"
#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"
#include "tiler/tiler.h"

#include <string.h>

struct world {
    struct small_store store;
    const struct layer *layers[2];
};

/* Two boxes far from each other, and a point. */
static int set_up(void **state)
{
    static struct world w;
    struct err err = {0};
    if (small_store_open(&w.store, &err) ||
        small_store_layer(&w.store, "boxes", 4326, 1 << 20, &err) ||
        small_store_put_box(&w.store, 2, 48, 2.01, 48.01, &err) ||
        small_store_put_box(&w.store, -70, -30, -69.99, -29.99, &err) ||
        small_store_commit(&w.store, &err) ||
        small_store_layer(&w.store, "points", 4326, 1 << 20, &err) ||
        small_store_put_point(&w.store, 100, 10, &err) || small_store_commit(&w.store, &err))
        return -1;
    w.layers[0] = small_store_find(&w.store, "boxes");
    w.layers[1] = small_store_find(&w.store, "points");
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    small_store_close(&w->store);
    return 0;
}

static struct tile_wish wish_of(const struct world *w, size_t n_layers, int min_zoom, int max_zoom)
{
    return (struct tile_wish){
        .layers = w->layers, .n_layers = n_layers, .min_zoom = min_zoom, .max_zoom = max_zoom};
}

static bool has(const struct tile_plan *p, uint64_t number)
{
    for (size_t i = 0; i < p->n; i++) {
        if (number >= p->ranges[i].first && number < p->ranges[i].first + p->ranges[i].n)
            return true;
    }
    return false;
}

/* Every tile that is not empty, of all there are. */
static void no_tile_with_something_on_it_is_missed(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct tile_plan p = {0};
    struct tiler *t = NULL;
    struct buf tile;
    uint64_t n_full = 0;
    buf_init(&tile, 1 << 20);
    const struct tile_wish wish = wish_of(w, 2, 0, 8);
    assert_ok(tile_plan_make(w->store.store, &wish, &p, &err));
    assert_ok(tiler_new(&t, &err));
    for (uint64_t n = 0; n < tile_number_first(9); n++) {
        const struct tile_place at = tile_number_place(n);
        const struct tile_request r = {
            {(uint8_t)at.z, at.x, at.y}, w->layers, 2, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
        buf_reset(&tile);
        assert_ok(tiler_render(t, w->store.store, &r, &tile, NULL, &err));
        n_full += tile.len_bytes > 0;
        if (tile.len_bytes && !has(&p, n))
            fail_msg("tile %d/%u/%u is missed", at.z, at.x, at.y);
    }
    assert_true(n_full > 0 && p.n_tiles >= n_full);
    tiler_free(t);
    buf_clear(&tile);
    tile_plan_clear(&p);
}

/* Of 4^20 tiles. */
static void empty_squares_are_left_from_the_top(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct tile_plan p = {0};
    const struct tile_wish wish = wish_of(w, 2, 20, 20);
    assert_ok(tile_plan_make(w->store.store, &wish, &p, &err));
    /* A point has four tiles at most; a box of 0.01 degrees is 30 tiles wide. */
    assert_true(p.n_tiles > 1000 && p.n_tiles < 4500);
    for (size_t i = 1; i < p.n; i++)
        assert_true(p.ranges[i].first > p.ranges[i - 1].first + p.ranges[i - 1].n);
    tile_plan_clear(&p);
}

static void a_box_leaves_only_tiles_that_meet_it(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct tile_plan p = {0};
    struct grid_box within[2];
    uint64_t n_skipped = 0, number = 0;
    grid_from_degrees(0, 50, &within[0].min_x, &within[0].min_y);
    grid_from_degrees(10, 40, &within[0].max_x, &within[0].max_y);
    struct tile_wish wish = wish_of(w, 2, 12, 12);
    wish.within = within;
    wish.n_within = 1;
    assert_ok(tile_plan_make(w->store.store, &wish, &p, &err));
    struct tile_plan_walk walk = tile_plan_from(&p, 0, &n_skipped);
    for (uint64_t n = 0; n < p.n_tiles; n++) {
        assert_true(tile_plan_next(&walk, &number));
        const struct tile_place at = tile_number_place(number);
        const struct bbox b = tile_bbox_deg((struct tile_address){12, at.x, at.y});
        assert_true(b.min_x > 1 && b.max_x < 3 && b.min_y > 47 && b.max_y < 49);
    }
    assert_false(tile_plan_next(&walk, &number));
    tile_plan_clear(&p);
    /* A box that ends where a tile begins does not want that tile. */
    within[0] = (struct grid_box){0, 0, (1u << 31) - 1, (1u << 31) - 1};
    wish = (struct tile_wish){.layers = w->layers,
                              .n_layers = 2,
                              .min_zoom = 1,
                              .max_zoom = 1,
                              .within = within,
                              .n_within = 1};
    assert_ok(tile_plan_make(w->store.store, &wish, &p, &err));
    assert_int_equal(p.n_tiles, 1); /* the one before it, whose buffer they reach */
    walk = tile_plan_from(&p, 0, &n_skipped);
    assert_true(tile_plan_next(&walk, &number));
    const struct tile_place before = tile_number_place(number);
    assert_true(before.x == 0 && before.y == 0);
    tile_plan_clear(&p);
}

static void a_walk_begins_where_it_is_told(void **state)
{
    (void)state;
    struct tile_range ranges[] = {{10, 3}, {20, 1}, {30, 5}};
    const struct tile_plan p = {.ranges = ranges, .n = 3, .n_tiles = 9};
    static const struct {
        uint64_t from, first, n_skipped;
    } CASES[] = {{0, 10, 0}, {12, 12, 2}, {13, 20, 3}, {20, 20, 3}, {21, 30, 4}, {34, 34, 8}};
    uint64_t number = 0, n_skipped = 0;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct tile_plan_walk w = tile_plan_from(&p, CASES[i].from, &n_skipped);
        assert_true(tile_plan_next(&w, &number));
        assert_int_equal(number, CASES[i].first);
        assert_int_equal(n_skipped, CASES[i].n_skipped);
    }
    struct tile_plan_walk w = tile_plan_from(&p, 35, &n_skipped);
    assert_false(tile_plan_next(&w, &number));
    assert_int_equal(n_skipped, 9);
}

static bool ends(void *state, uint64_t n_tiles)
{
    (void)state;
    return n_tiles < 1000;
}

static void planning_can_be_ended(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct tile_plan p = {0};
    struct tile_wish wish = wish_of(w, 1, 22, 22);
    wish.go_on = ends;
    assert_fails(tile_plan_make(w->store.store, &wish, &p, &err), CANCELED, "canceled");
    assert_null(p.ranges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_tile_with_something_on_it_is_missed),
        cmocka_unit_test(empty_squares_are_left_from_the_top),
        cmocka_unit_test(a_box_leaves_only_tiles_that_meet_it),
        cmocka_unit_test(a_walk_begins_where_it_is_told),
        cmocka_unit_test(planning_can_be_ended),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
