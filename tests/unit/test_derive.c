#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"

#include "base/hilbert.h"
#include "tiler/chunk_read.h"
#include "tiler/drawable_codec.h"
#include "tiler/grid.h"

#include <math.h>
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

/* All drawables of a zoom, one after the other. */
struct drawn {
    struct chunk_cursor *cursor;
    struct chunk_reader reader;
    struct chunk chunk;
    bool has_chunk;
    struct drawable d;
};

static struct drawn all_drawables(struct small_store *s, const char *layer, uint8_t zoom)
{
    struct err err = {0};
    struct drawn all = {0};
    const struct chunk_query q = {
        .layer = small_store_find(s, layer), .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = zoom};
    assert_non_null(q.layer);
    assert_ok(store_query_chunks(s->store, &q, &all.cursor, &err));
    return all;
}

static bool next(struct drawn *all)
{
    struct err err = {0};
    bool more = false;
    for (;;) {
        if (all->has_chunk)
            assert_ok(chunk_reader_next(&all->reader, &all->d, &more, &err));
        if (more)
            return true;
        assert_ok(chunk_cursor_next(all->cursor, &all->chunk, &more, &err));
        all->has_chunk = more;
        if (!more)
            return false;
        assert_ok(chunk_reader_start(&all->reader, &all->chunk, &err));
        more = false;
    }
}

static void end(struct drawn *all)
{
    chunk_cursor_close(all->cursor);
    chunk_reader_clear(&all->reader);
}

static void a_polygon_is_a_drawable_with_its_box_and_zooms(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    assert_ok(small_store_layer(s, "boxes", 4326, MEMORY_BYTES, &err));
    assert_ok(small_store_put_box(s, 2, 48, 3, 49, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawn c = all_drawables(s, "boxes", 30);
    uint32_t x, y;
    assert_true(next(&c));
    assert_int_equal(c.d.fid, 1);
    assert_int_equal(c.d.n_features, 1);
    assert_int_equal(c.chunk.max_zoom, ZOOM_MAX);
    /* A degree is 11.4 of the 4096 units that zoom 0 is wide, and 1.5 as much in height; 16 square
     * pixels are 1024 square units. */
    assert_int_equal(c.chunk.min_zoom, 2);
    grid_from_degrees(2, 49, &x, &y);
    assert_int_equal(c.d.box.min_x, x);
    assert_int_equal(c.d.box.min_y, y);
    grid_from_degrees(3, 48, &x, &y);
    assert_int_equal(c.d.box.max_x, x);
    assert_int_equal(c.d.box.max_y, y);
    assert_false(next(&c));
    end(&c);
}

static void a_feature_in_another_crs_is_drawn_where_it_lies(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    assert_ok(small_store_layer(s, "paris", 2154, MEMORY_BYTES, &err));
    /* Lambert-93 of (2.3522, 48.8566): cs2cs EPSG:4326 EPSG:2154. */
    assert_ok(small_store_put_point(s, 652469.0227, 6862035.2595, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawn c = all_drawables(s, "paris", 30);
    uint32_t x, y;
    assert_true(next(&c));
    grid_from_degrees(2.3522, 48.8566, &x, &y);
    assert_in_range(c.d.box.min_x, x - 1, x + 1);
    assert_in_range(c.d.box.min_y, y - 1, y + 1);
    end(&c);
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
    struct drawn c = all_drawables(s, "mixed", 30);
    int n = 0;
    for (; next(&c); n++)
        assert_int_equal(c.d.fid, 1);
    assert_int_equal(n, 2);
    end(&c);
}

static void a_feature_without_geometry_is_not_drawn(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    const struct geom none = {.type = GEOM_NONE};
    assert_ok(small_store_layer(s, "table", 4326, MEMORY_BYTES, &err));
    assert_ok(small_store_put(s, &none, "nowhere", &err));
    assert_ok(small_store_put_point(s, 0, 0, &err));
    assert_ok(small_store_commit(s, &err));
    struct drawn c = all_drawables(s, "table", 30);
    assert_true(next(&c));
    assert_int_equal(c.d.fid, 2);
    assert_false(next(&c));
    end(&c);
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

static void check_same(struct small_store *s, const char *one, const char *two, uint8_t zoom)
{
    struct drawn a = all_drawables(s, one, zoom), b = all_drawables(s, two, zoom);
    while (next(&a)) {
        assert_true(next(&b));
        assert_int_equal(a.d.fid, b.d.fid);
        assert_int_equal(a.d.n_features, b.d.n_features);
        assert_int_equal(a.chunk.min_zoom, b.chunk.min_zoom);
        assert_memory_equal(&a.d.box, &b.d.box, sizeof a.d.box);
        assert_int_equal(a.d.geometry.len_bytes, b.d.geometry.len_bytes);
        assert_memory_equal(a.d.geometry.at, b.d.geometry.at, a.d.geometry.len_bytes);
        assert_int_equal(a.d.values.len_bytes, b.d.values.len_bytes);
        assert_memory_equal(a.d.values.at, b.d.values.at, a.d.values.len_bytes);
    }
    assert_false(next(&b));
    end(&a);
    end(&b);
}

static void the_same_features_give_the_same_drawables_whatever_the_memory(void **state)
{
    struct small_store *s = *state;
    put_many(s, "one", 64 << 20);
    put_many(s, "two", 1 << 17);
    for (uint8_t zoom = 0; zoom <= 20; zoom++)
        check_same(s, "one", "two", zoom);
}

static void at_every_zoom_all_features_are_drawn_or_stood_for(void **state)
{
    struct small_store *s = *state;
    put_many(s, "many", MEMORY_BYTES);
    for (uint8_t zoom = 0; zoom <= 20; zoom++) {
        struct drawn c = all_drawables(s, "many", zoom);
        uint64_t n_drawables = 0, n_features = 0;
        for (; next(&c); n_drawables++)
            n_features += c.d.n_features;
        assert_int_equal(n_features, 4000);
        assert_true(zoom >= 16 ? n_drawables == 4000 : zoom > 4 || n_drawables < 500);
        end(&c);
    }
}

static void points_that_lie_close_are_a_cluster_until_they_come_apart(void **state)
{
    struct small_store *s = *state;
    struct err err = {0};
    assert_ok(small_store_layer(s, "trees", 4326, MEMORY_BYTES, &err));
    for (int i = 0; i < 10000; i++)
        assert_ok(small_store_put_point(s, 2 + i % 100 * 0.0001, 48 + i / 100 * 0.0001, &err));
    assert_ok(small_store_commit(s, &err));
    uint64_t n_before = 0;
    for (uint8_t zoom = 0; zoom <= 14; zoom++) {
        struct drawn c = all_drawables(s, "trees", zoom);
        uint64_t n = 0, n_features = 0;
        for (; next(&c); n++) {
            n_features += c.d.n_features;
            assert_int_equal(c.d.n_features == 1, c.reader.role == ROLE_FEATURE);
        }
        end(&c);
        assert_int_equal(n_features, 10000);
        assert_true(n >= n_before);
        /* A square of 32 pixels holds one: a zoom 10 tile 256, and this is a thirtieth of it. */
        assert_true(zoom > 10 || n < 30);
        n_before = n;
    }
    assert_int_equal(n_before, 10000);
}

/* Boxes side by side: together a square of 16 x 16 of a hundredth of a degree. */
static void put_field_of_boxes(struct small_store *s, const char *layer)
{
    struct err err = {0};
    assert_ok(small_store_layer(s, layer, 4326, MEMORY_BYTES, &err));
    for (int i = 0; i < 256; i++) {
        const double x = 2 + i % 16 * 0.0001, y = 48 + i / 16 * 0.0001;
        assert_ok(small_store_put_box(s, x, y, x + 0.0001, y + 0.0001, &err));
    }
    assert_ok(small_store_commit(s, &err));
}

static void small_neighbours_are_one_block_without_the_borders_between_them(void **state)
{
    struct small_store *s = *state;
    put_field_of_boxes(s, "field");
    struct drawn c = all_drawables(s, "field", 10);
    uint64_t n_features = 0, n_bytes = 0, n = 0;
    for (; next(&c); n++) {
        assert_int_equal(c.reader.role, ROLE_GROUP);
        n_features += c.d.n_features;
        n_bytes += c.d.geometry.len_bytes;
    }
    end(&c);
    assert_int_equal(n_features, 256);
    /* Four cells at most meet here; an outline of four corners takes some 20 bytes. */
    assert_true(n <= 4 && n_bytes < n * 40);
}

#define ISLAND_RADIUS 0.36 /* of the step from one to the next */

/* Islands of eight corners, with water between them, in a square of so many a side. */
static void put_islands(struct small_store *s, int side, double step_deg)
{
    struct err err = {0};
    uint32_t dice = 1793;
    assert_ok(small_store_layer(s, "islands", 4326, MEMORY_BYTES, &err));
    for (int i = 0; i < side * side; i++) {
        struct geom g;
        geom_build_start(&s->builder, GEOM_POLYGON);
        geom_build_part(&s->builder, GEOM_KIND_POLYGON);
        geom_build_ring(&s->builder);
        dice = dice * 1664525 + 1013904223;
        const double x = i % side + (double)(dice >> 24) / 1024;
        const double y = i / side + (double)(dice >> 16 & 0xff) / 1024;
        for (int k = 0; k <= 8; k++) {
            const double angle = x + y + k % 8 * 0.785398163397448;
            geom_build_vertex(&s->builder, 2 + (x + ISLAND_RADIUS * cos(angle)) * step_deg,
                              1 + (y + ISLAND_RADIUS * sin(angle)) * step_deg);
        }
        assert_ok(geom_build_end(&s->builder, &g, &err));
        assert_ok(small_store_put(s, &g, NULL, &err));
    }
    assert_ok(small_store_commit(s, &err));
}

/* In square degrees, at the equator. */
static double drawn_area(struct small_store *s, const char *layer, uint8_t zoom)
{
    struct err err = {0};
    /* A tile of the zoom at which a tile unit is one of the grid's. */
    const struct tile_address middle = {GRID_DETAIL_ZOOM, 1 << 19, 1 << 19};
    const struct tile_frame frame = tile_frame(middle, TILE_EXTENT_TU, 0);
    const double unit_deg = 360.0 / 4294967296.0;
    struct drawn c = all_drawables(s, layer, zoom);
    struct tile_shape shape = {0};
    double twice = 0;
    while (next(&c)) {
        assert_ok(drawable_get_geometry(c.d.geometry, &c.d.box, zoom, &frame, &shape, &err));
        for (size_t ring = 0; ring < shape.n_rings; ring++) {
            const size_t start = tile_shape_ring_start(&shape, ring), end = shape.ring_end[ring];
            for (size_t i = start; i < end; i++) {
                const struct vertex_tu a = shape.vertices[i];
                const struct vertex_tu b = shape.vertices[i + 1 < end ? i + 1 : start];
                twice += (double)a.x * (double)b.y - (double)a.y * (double)b.x;
            }
        }
    }
    tile_shape_clear(&shape);
    end(&c);
    return fabs(twice) / 2 * unit_deg * unit_deg;
}

static void small_islands_hold_together_what_they_held(void **state)
{
    struct small_store *s = *state;
    const int side = 120;
    const double step_deg = 0.004;
    put_islands(s, side, step_deg);
    const double truth =
        side * side * 2 * sqrt(2.0) * ISLAND_RADIUS * ISLAND_RADIUS * step_deg * step_deg;
    /* At zoom 7 an island is four tile units wide; far below, all hangs on how they are rounded. */
    for (uint8_t zoom = 7; zoom <= 16; zoom++) {
        const double share = drawn_area(s, "islands", zoom) / truth;
        if (fabs(share - 1) > (zoom == 7 ? 0.04 : 0.01))
            fail_msg("%.4f of the area at zoom %u", share, zoom);
    }
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
        IN_STORE(at_every_zoom_all_features_are_drawn_or_stood_for),
        IN_STORE(points_that_lie_close_are_a_cluster_until_they_come_apart),
        IN_STORE(small_islands_hold_together_what_they_held),
        IN_STORE(small_neighbours_are_one_block_without_the_borders_between_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
