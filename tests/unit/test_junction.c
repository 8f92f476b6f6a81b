#include "tests/unit/cell_kit.h"
#include "tiler/edge_match.h"
#include "tiler/junction.h"

#define FAR (UINT64_C(1) << 63)

/* Drawn at every zoom; in one cell of the quadtree, drawn from zoom 9 on. */
static const struct owner LARGE = {FAR, 0, 0}, OTHER_LARGE = {FAR | 1, 0, 0};
static const struct owner SMALL = {1, 0, 9}, OTHER_SMALL = {2, 0, 9};

enum { N = 4 };

static void put_square(struct cell_kit *k, struct owner o, uint32_t x, uint32_t y, uint32_t side)
{
    struct vertex_gu v[N] = {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}};
    cell_kit_put(k, o, v, N);
}

/* From which zoom on the place is a junction: all that have a vertex there say the same. */
static uint8_t junction_at(struct cell_kit *k, uint32_t x, uint32_t y)
{
    struct err err = {0};
    struct edge_matcher matcher = {0};
    struct junction_finder finder = {0};
    int zoom = -1;
    assert_ok(edge_match(&matcher, &k->cell, &err));
    assert_ok(junctions_find(&finder, &k->cell, &err));
    for (size_t i = 0; i < k->cell.n_vertices; i++) {
        if (k->cell.vertices[i].x != x || k->cell.vertices[i].y != y)
            continue;
        assert_true(zoom < 0 || zoom == k->cell.junction_zoom[i]);
        zoom = k->cell.junction_zoom[i];
    }
    assert_true(zoom >= 0);
    edge_matcher_clear(&matcher);
    junction_finder_clear(&finder);
    return (uint8_t)zoom;
}

/* Four squares around a place; where there is no owner there is none. */
static void check_four(struct owner nw, struct owner ne, struct owner se, struct owner sw,
                       uint8_t wanted)
{
    struct cell_kit k;
    cell_kit_init(&k);
    const struct owner owners[] = {nw, ne, se, sw};
    const uint32_t x[] = {1000, 1500, 1500, 1000}, y[] = {1000, 1000, 1500, 1500};
    for (int i = 0; i < 4; i++)
        if (owners[i].min_zoom != OWNER_NONE_ZOOM)
            put_square(&k, owners[i], x[i], y[i], 500);
    assert_int_equal(junction_at(&k, 1500, 1500), wanted);
    cell_kit_clear(&k);
}

static void where_two_polygons_meet_along_an_edge_is_no_junction(void **state)
{
    (void)state;
    struct cell_kit k;
    cell_kit_init(&k);
    struct vertex_gu left[] = {{0, 0}, {500, 0}, {510, 250}, {500, 500}, {0, 500}};
    struct vertex_gu right[] = {{500, 0}, {1000, 0}, {1000, 500}, {500, 500}, {510, 250}};
    cell_kit_put(&k, LARGE, left, 5);
    cell_kit_put(&k, OTHER_LARGE, right, 5);
    assert_int_equal(junction_at(&k, 510, 250), NO_JUNCTION);
    assert_int_equal(junction_at(&k, 1000, 500), NO_JUNCTION);
    assert_int_equal(junction_at(&k, 500, 0), 0); /* the outside is a third */
    cell_kit_clear(&k);
}

static void where_three_meet_is_a_junction_until_two_are_one_block(void **state)
{
    (void)state;
    check_four(owner_none(), SMALL, OTHER_SMALL, owner_none(), 9);
    check_four(owner_none(), SMALL, OTHER_SMALL, LARGE, 0);
    /* What is grouped by tells blocks apart. */
    check_four(owner_none(), SMALL, (struct owner){2, 7, 9}, owner_none(), 0);
}

static void a_corner_of_four_is_a_junction_though_each_sees_the_same_on_both_sides(void **state)
{
    (void)state;
    /* SMALL and OTHER_SMALL are one block that pinches, LARGE sees it left and right. */
    check_four(LARGE, SMALL, OTHER_LARGE, OTHER_SMALL, 0);
    /* LARGE pinches as well. */
    check_four(LARGE, SMALL, LARGE, OTHER_SMALL, 0);
}

static void polygons_that_touch_in_a_corner_meet_there_at_every_zoom(void **state)
{
    (void)state;
    struct cell_kit k;
    cell_kit_init(&k);
    put_square(&k, SMALL, 1000, 1000, 500);
    put_square(&k, OTHER_SMALL, 1500, 1500, 500);
    assert_int_equal(junction_at(&k, 1500, 1500), 0);
    assert_int_equal(junction_at(&k, 1500, 1000), NO_JUNCTION);
    cell_kit_clear(&k);
}

static void within_a_block_nothing_is_a_junction(void **state)
{
    (void)state;
    check_four(SMALL, OTHER_SMALL, SMALL, OTHER_SMALL, 9);
    check_four((struct owner){1, 0, 12}, (struct owner){2, 0, 11}, (struct owner){3, 0, 12},
               (struct owner){4, 0, 12}, 12);
}

static void a_vertex_on_a_neighbours_edge_is_a_junction_for_it_too(void **state)
{
    (void)state;
    struct cell_kit k;
    cell_kit_init(&k);
    put_square(&k, LARGE, 1000, 1000, 1000);
    put_square(&k, SMALL, 2000, 1000, 500);
    put_square(&k, OTHER_SMALL, 2000, 1500, 500);
    assert_int_equal(junction_at(&k, 2000, 1500), 9);
    assert_int_equal(k.cell.ring_end[0], 5);
    cell_kit_clear(&k);
}

static void a_polygon_that_is_there_twice_makes_no_junctions(void **state)
{
    (void)state;
    struct cell_kit k;
    cell_kit_init(&k);
    put_square(&k, LARGE, 1000, 1000, 500);
    put_square(&k, OTHER_LARGE, 1500, 1000, 500);
    put_square(&k, LARGE, 1000, 1000, 500);
    assert_int_equal(junction_at(&k, 1000, 1000), NO_JUNCTION);
    assert_int_equal(junction_at(&k, 1500, 1000), 0);
    cell_kit_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_two_polygons_meet_along_an_edge_is_no_junction),
        cmocka_unit_test(where_three_meet_is_a_junction_until_two_are_one_block),
        cmocka_unit_test(a_corner_of_four_is_a_junction_though_each_sees_the_same_on_both_sides),
        cmocka_unit_test(polygons_that_touch_in_a_corner_meet_there_at_every_zoom),
        cmocka_unit_test(within_a_block_nothing_is_a_junction),
        cmocka_unit_test(a_vertex_on_a_neighbours_edge_is_a_junction_for_it_too),
        cmocka_unit_test(a_polygon_that_is_there_twice_makes_no_junctions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
