#include "tests/unit/unit.h"
#include "tiler/block_draw.h"
#include "tiler/block_draw_lane.h"
#include "tiler/drawable_codec.h"
#include "tiler/grid.h"
#include "tiler/junction.h"

#include <string.h>

#define N_BLOCKS 3000
#define ZOOM     12
#define N_EDGES  4

/* A square of so many tile units, at a place of its own. */
static struct block_piece square(uint32_t number, struct block_edge edges[N_EDGES])
{
    const uint32_t unit = 1u << (GRID_DETAIL_ZOOM - ZOOM), side = (1 + number % 7) * unit;
    const uint32_t x = number % 50 * 64 * unit, y = number / 50 * 64 * unit;
    const struct vertex_gu v[N_EDGES] = {
        {x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}};
    for (size_t i = 0; i < N_EDGES; i++)
        edges[i] = (struct block_edge){v[i], v[(i + 1) % N_EDGES], NO_JUNCTION, true};
    return (struct block_piece){.zoom = ZOOM,
                                .cell = number,
                                .n_features = 1 + number,
                                .edges = edges,
                                .n_edges = N_EDGES,
                                .somewhere = v[0]};
}

static bool is_same(struct span a, struct span b)
{
    return a.len_bytes == b.len_bytes && memcmp(a.at, b.at, a.len_bytes) == 0;
}

static void blocks_are_drawn_as_without_a_thread_and_in_their_order(void **state)
{
    (void)state;
    const struct layer_drawing *drawing = layer_drawing_of(NULL);
    struct err err = {0};
    struct block_drawer *drawer = NULL;
    struct block_draw_lane *lane = NULL;
    struct drawable_list alone = {0}, beside = {0};
    assert_ok(block_drawer_new(&drawer, &err));
    assert_ok(block_draw_lane_new(drawing, &lane, &err));
    drawable_list_reset(&alone);
    drawable_list_reset(&beside);
    /* Twice, for what was taken at an end does not come again. */
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < N_BLOCKS; i++) {
            struct block_edge edges[N_EDGES];
            const struct block_piece piece = square(i, edges);
            assert_ok(block_draw(drawer, &piece, drawing, &alone, &err));
            assert_ok(block_draw_lane_put(lane, &piece, &beside, &err));
        }
        assert_ok(block_draw_lane_end(lane, &beside, &err));
    }
    assert_int_equal(alone.n, 2 * N_BLOCKS);
    assert_int_equal(alone.n, beside.n);
    for (size_t i = 0; i < alone.n; i++) {
        const struct listed_drawable a = drawable_list_at(&alone, i);
        const struct listed_drawable b = drawable_list_at(&beside, i);
        assert_true(a.d.fid == (int64_t)(i % N_BLOCKS) && a.d.fid == b.d.fid);
        assert_true(a.min_zoom == b.min_zoom && a.d.n_features == b.d.n_features);
        assert_true(memcmp(&a.d.box, &b.d.box, sizeof a.d.box) == 0);
        assert_true(is_same(a.d.geometry, b.d.geometry) && is_same(a.d.values, b.d.values));
    }
    drawable_list_clear(&alone);
    drawable_list_clear(&beside);
    block_draw_lane_free(lane);
    block_draw_lane_free(NULL);
    block_drawer_free(drawer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_drawn_as_without_a_thread_and_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
