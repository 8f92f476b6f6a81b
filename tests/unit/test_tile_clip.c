#include "importers/tile_clip.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

/* Extent 100, neighbours on both sides. */
static const struct tile_square SQUARE = {100, true, true};
static const struct tile_square LAST = {100, false, false};

struct kit {
    struct geos *geos;
    struct arena arena;
    struct geom_builder b;
};

static int set_up(void **state)
{
    struct err err = {0};
    struct kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    assert_ok(geos_new(&k->geos, &err));
    arena_init(&k->arena, 1 << 20);
    geom_builder_init(&k->b, 1000);
    *state = k;
    return 0;
}

static int tear_down(void **state)
{
    struct kit *k = *state;
    geos_free(k->geos);
    arena_clear(&k->arena);
    geom_builder_clear(&k->b);
    free(k);
    return 0;
}

/* One ring after the other, each a part; NAN ends a ring. */
static struct geom make(struct kit *k, enum geom_type type, const double *xy, size_t n)
{
    struct err err = {0};
    struct geom g;
    bool is_open = false;
    geom_build_start(&k->b, type);
    for (size_t i = 0; i + 1 < n; i += 2) {
        if (!is_open) {
            geom_build_part(&k->b, geom_kind_of(type));
            geom_build_ring(&k->b);
        }
        is_open = !isnan(xy[i]);
        if (is_open)
            geom_build_vertex(&k->b, xy[i], xy[i + 1]);
    }
    assert_ok(geom_build_end(&k->b, &g, &err));
    return g;
}

static struct geom clip(struct kit *k, const struct tile_square *s, struct geom in)
{
    struct err err = {0};
    struct geom out;
    assert_ok(tile_clip(s, &in, k->geos, &k->arena, &out, &err));
    return out;
}

#define MAKE(type, ...)                                                                            \
    make(k, type, (const double[]){__VA_ARGS__},                                                   \
         sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static double area_of(const struct geom *g)
{
    double area = 0;
    for (size_t part = 0, ring = 0; part < g->n_parts; part++) {
        for (size_t first = ring; ring < g->part_end[part]; ring++) {
            const size_t start = ring ? g->ring_end[ring - 1] : 0;
            const double a = fabs(ring_area2(g->xy + 2 * start, g->ring_end[ring] - start)) / 2;
            area += ring == first ? a : -a;
        }
    }
    return area;
}

static void what_is_inside_stays_as_it_is(void **state)
{
    struct kit *k = *state;
    const struct geom g = clip(k, &SQUARE, MAKE(GEOM_LINESTRING, 1, 1, 99, 99, 5, 7));
    assert_int_equal(g.n_vertices, 3);
    assert_int_equal(g.type, GEOM_LINESTRING);
}

static void a_point_on_a_border_is_in_one_tile(void **state)
{
    struct kit *k = *state;
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_POINT, 100, 50)).type, GEOM_NONE);
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_POINT, 0, 50)).type, GEOM_POINT);
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_POINT, 50, -1)).type, GEOM_NONE);
    assert_int_equal(clip(k, &LAST, MAKE(GEOM_POINT, 100, 100)).type, GEOM_POINT);
    const struct geom g =
        clip(k, &SQUARE, MAKE(GEOM_MULTIPOINT, 1, 1, NAN, NAN, 200, 1, NAN, NAN, 2, 2));
    assert_true(g.type == GEOM_MULTIPOINT && g.n_parts == 2);
}

static void a_line_is_cut_where_it_leaves(void **state)
{
    struct kit *k = *state;
    struct geom g = clip(k, &SQUARE, MAKE(GEOM_LINESTRING, -10, 50, 110, 50));
    assert_true(g.type == GEOM_LINESTRING && g.n_vertices == 2);
    assert_true(g.xy[0] == 0 && g.xy[2] == 100);
    g = clip(k, &SQUARE, MAKE(GEOM_LINESTRING, 50, 50, 150, 50, 150, 60, 50, 60));
    assert_true(g.type == GEOM_MULTILINESTRING && g.n_parts == 2);
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_LINESTRING, 110, 0, 120, 90)).type, GEOM_NONE);
    /* Along the border it is the neighbour's, who has it at 0. */
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_LINESTRING, 100, 10, 100, 90)).type, GEOM_NONE);
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_LINESTRING, 0, 10, 0, 90, -5, 95)).type,
                     GEOM_LINESTRING);
    assert_int_equal(clip(k, &LAST, MAKE(GEOM_LINESTRING, 100, 10, 100, 90)).type, GEOM_LINESTRING);
}

static void a_polygon_is_cut_to_what_is_inside(void **state)
{
    struct kit *k = *state;
    struct geom g =
        clip(k, &SQUARE, MAKE(GEOM_POLYGON, -50, -50, 50, -50, 50, 50, -50, 50, -50, -50));
    assert_true(g.type == GEOM_POLYGON && fabs(area_of(&g) - 2500) < 1e-6);
    g = clip(k, &SQUARE, MAKE(GEOM_POLYGON, -50, -50, 150, -50, 150, 150, -50, 150, -50, -50));
    assert_true(g.type == GEOM_POLYGON && fabs(area_of(&g) - 10000) < 1e-6);
    assert_int_equal(clip(k, &SQUARE, MAKE(GEOM_POLYGON, 150, 0, 200, 0, 200, 50, 150, 0)).type,
                     GEOM_NONE);
}

static void a_comb_over_the_border_falls_into_pieces(void **state)
{
    struct kit *k = *state;
    const struct geom g = clip(k, &SQUARE,
                               MAKE(GEOM_POLYGON, 90, 10, 120, 10, 120, 40, 90, 40, 90, 30, 110, 30,
                                    110, 20, 90, 20, 90, 10));
    assert_true(g.type == GEOM_MULTIPOLYGON && g.n_parts == 2);
    assert_true(fabs(area_of(&g) - 200) < 1e-6);
}

static void a_bow_tie_is_made_valid_first(void **state)
{
    struct kit *k = *state;
    const struct geom g =
        clip(k, &SQUARE, MAKE(GEOM_POLYGON, 80, 40, 120, 60, 120, 40, 80, 60, 80, 40));
    assert_true(g.n_parts == 1 && fabs(area_of(&g) - 200) < 1e-6);
}

#define kit_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(what_is_inside_stays_as_it_is),
        kit_test(a_point_on_a_border_is_in_one_tile),
        kit_test(a_line_is_cut_where_it_leaves),
        kit_test(a_polygon_is_cut_to_what_is_inside),
        kit_test(a_comb_over_the_border_falls_into_pieces),
        kit_test(a_bow_tie_is_made_valid_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
