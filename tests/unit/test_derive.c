#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"

#include "base/hilbert.h"
#include "tiler/grid.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_BYTES (1 << 20)

static int setup(void **state)
{
    struct err err = {0};
    struct small_store *s = calloc(1, sizeof *s);
    assert_non_null(s);
    *state = s;
    assert_ok(small_store_open(s, &err));
    return 0;
}

static int teardown(void **state)
{
    small_store_close(*state);
    free(*state);
    return 0;
}

static struct drawable_cursor *all_drawables(struct small_store *s, const char *layer, uint8_t zoom)
{
    struct err err = {0};
    const struct drawable_query q = {
        .layer = small_store_find(s, layer), .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = zoom};
    struct drawable_cursor *c = NULL;
    assert_non_null(q.layer);
    assert_ok(store_query_drawables(s->store, &q, &c, &err));
    return c;
}

static bool next(struct drawable_cursor *c, struct drawable *out)
{
    struct err err = {0};
    bool more = false;
    assert_ok(drawable_cursor_next(c, out, &more, &err));
    return more;
}

static void a_polygon_is_a_drawable_with_its_box_and_zooms(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    assert_ok(small_store_layer(s, "boxes", 4326, MEMORY_BYTES, &err));
    assert_ok(small_store_put_box(s, 2, 48, 3, 49, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawable_cursor *c = all_drawables(s, "boxes", 30);
    struct drawable d;
    uint32_t x, y;
    assert_true(next(c, &d));
    assert_int_equal(d.fid, 1);
    assert_int_equal(d.n_features, 1);
    assert_int_equal(d.max_zoom, ZOOM_MAX);
    /* A degree is 11.4 of the 4096 units that zoom 0 is wide, and 1.5 as much in height. */
    assert_int_equal(d.min_zoom, 1);
    grid_from_degrees(2, 49, &x, &y);
    assert_int_equal(d.box.min_x, x);
    assert_int_equal(d.box.min_y, y);
    grid_from_degrees(3, 48, &x, &y);
    assert_int_equal(d.box.max_x, x);
    assert_int_equal(d.box.max_y, y);
    assert_false(next(c, &d));
    drawable_cursor_close(c);
}

static void a_feature_in_another_crs_is_drawn_where_it_lies(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    assert_ok(small_store_layer(s, "paris", 2154, MEMORY_BYTES, &err));
    /* Lambert-93 of (2.3522, 48.8566): cs2cs EPSG:4326 EPSG:2154. */
    assert_ok(small_store_put_point(s, 652469.0227, 6862035.2595, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawable_cursor *c = all_drawables(s, "paris", 30);
    struct drawable d;
    uint32_t x, y;
    assert_true(next(c, &d));
    grid_from_degrees(2.3522, 48.8566, &x, &y);
    assert_in_range(d.box.min_x, x - 1, x + 1);
    assert_in_range(d.box.min_y, y - 1, y + 1);
    drawable_cursor_close(c);
}

static void a_collection_is_one_drawable_for_each_kind(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    struct geom g;
    geom_build_start(&s->builder, GEOM_COLLECTION);
    for (int i = 0; i < 2; i++) {
        geom_build_part(&s->builder, GEOM_KIND_POINT);
        geom_build_ring(&s->builder);
        geom_build_vertex(&s->builder, 2 + i, 48);
        geom_build_part(&s->builder, GEOM_KIND_LINE);
        geom_build_ring(&s->builder);
        geom_build_vertex(&s->builder, 2 + i, 48);
        geom_build_vertex(&s->builder, 2 + i, 49);
    }
    assert_ok(geom_build_end(&s->builder, &g, &err));
    assert_ok(small_store_layer(s, "mixed", 4326, MEMORY_BYTES, &err));
    assert_ok(small_store_put(s, &g, "mixed", &err));
    assert_ok(small_store_commit(s, &err));
    struct drawable_cursor *c = all_drawables(s, "mixed", 30);
    struct drawable d;
    int n = 0;
    for (; next(c, &d); n++)
        assert_int_equal(d.fid, 1);
    assert_int_equal(n, 2);
    drawable_cursor_close(c);
}

static void a_feature_without_geometry_is_not_drawn(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    const struct geom none = {.type = GEOM_NONE};
    struct drawable d;
    assert_ok(small_store_layer(s, "table", 4326, MEMORY_BYTES, &err));
    assert_ok(small_store_put(s, &none, "nowhere", &err));
    assert_ok(small_store_put_point(s, 0, 0, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawable_cursor *c = all_drawables(s, "table", 30);
    assert_true(next(c, &d));
    assert_int_equal(d.fid, 2);
    assert_false(next(c, &d));
    drawable_cursor_close(c);
}

/* Boxes and points all over a country, in no order. */
static void put_many(struct small_store *s, const char *layer, size_t memory_bytes)
{
    struct err err = {0};
    uint64_t random = 7;
    assert_ok(small_store_layer(s, layer, 4326, memory_bytes, &err));
    for (int i = 0; i < 4000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const double x = (double)(random >> 40) / (1 << 24) * 8;
        const double y = 44 + (double)(random >> 20 & 0xfffff) / (1 << 20) * 6;
        if (i % 2)
            assert_ok(small_store_put_point(s, x, y, &err));
        else
            assert_ok(small_store_put_box(s, x, y, x + 0.0001 * (i % 100), y + 0.0001, &err));
    }
    assert_ok(small_store_commit(s, &err));
}

static void the_same_features_give_the_same_drawables_whatever_the_memory(void **state)
{
    struct small_store *s = *state;
    put_many(s, "one", 64 << 20);
    put_many(s, "two", 1 << 17);
    struct drawable_cursor *a = all_drawables(s, "one", 30), *b = all_drawables(s, "two", 30);
    struct drawable of_a, of_b;
    int n = 0;
    for (; next(a, &of_a); n++) {
        assert_true(next(b, &of_b));
        assert_int_equal(of_a.fid, of_b.fid);
        assert_int_equal(of_a.min_zoom, of_b.min_zoom);
        assert_memory_equal(&of_a.box, &of_b.box, sizeof of_a.box);
        assert_int_equal(of_a.geometry.len_bytes, of_b.geometry.len_bytes);
        assert_memory_equal(of_a.geometry.at, of_b.geometry.at, of_a.geometry.len_bytes);
        assert_int_equal(of_a.properties.len_bytes, of_b.properties.len_bytes);
        assert_memory_equal(of_a.properties.at, of_b.properties.at, of_a.properties.len_bytes);
    }
    assert_false(next(b, &of_b));
    assert_int_equal(n, 4000);
    drawable_cursor_close(a);
    drawable_cursor_close(b);
}

static void boxes_alone_are_those_of_the_drawables(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    put_many(s, "many", MEMORY_BYTES);
    const struct drawable_query q = {.layer = small_store_find(s, "many"),
                                     .box = {0, 0, UINT32_MAX, UINT32_MAX},
                                     .zoom = 30,
                                     .part = DRAWABLE_BOX};
    struct drawable_cursor *all = all_drawables(s, "many", 30), *boxes = NULL;
    struct drawable d, box;
    assert_ok(store_query_drawables(s->store, &q, &boxes, &err));
    while (next(all, &d)) {
        assert_true(next(boxes, &box));
        assert_memory_equal(&d.box, &box.box, sizeof d.box);
        assert_true(box.geometry.len_bytes == 0 && box.properties.len_bytes == 0);
    }
    assert_false(next(boxes, &box));
    drawable_cursor_close(all);
    drawable_cursor_close(boxes);
}

static void points_are_spaced_evenly_and_all_show_at_zoom_14(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    struct drawable d;
    assert_ok(small_store_layer(s, "trees", 4326, MEMORY_BYTES, &err));
    for (int i = 0; i < 10000; i++)
        assert_ok(small_store_put_point(s, 2 + i % 100 * 0.0001, 48 + i / 100 * 0.0001, &err));
    assert_ok(small_store_commit(s, &err));
    int n_before = 0;
    for (uint8_t zoom = 0; zoom <= 14; zoom++) {
        struct drawable_cursor *c = all_drawables(s, "trees", zoom);
        int n = 0;
        for (; next(c, &d); n++)
            assert_true(d.min_zoom <= zoom);
        drawable_cursor_close(c);
        assert_true(n >= n_before);
        /* A square of 16 pixels holds one: a zoom 9 tile 1,024, and this is a hundredth of it. */
        assert_true(zoom > 9 || n < 30);
        n_before = n;
    }
    assert_int_equal(n_before, 10000);
}

#define IN_STORE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_STORE(a_polygon_is_a_drawable_with_its_box_and_zooms),
        IN_STORE(a_feature_in_another_crs_is_drawn_where_it_lies),
        IN_STORE(a_collection_is_one_drawable_for_each_kind),
        IN_STORE(a_feature_without_geometry_is_not_drawn),
        IN_STORE(the_same_features_give_the_same_drawables_whatever_the_memory),
        IN_STORE(boxes_alone_are_those_of_the_drawables),
        IN_STORE(points_are_spaced_evenly_and_all_show_at_zoom_14),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
