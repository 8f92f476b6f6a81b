#include "tests/unit/unit.h"
#include "tiler/grid_set.h"
#include "tiler/tile_frame.h"

#include <math.h>
#include <stdlib.h>

#define N_PLACES 400

static struct crs *crs;
static struct grid_set *grids;
static struct grid_mesh *mesh;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    return crs_new(&crs, &err) || grid_set_new(NULL, &grids, &err) ||
           grid_mesh_new(crs, &mesh, &err);
}

static int tear_down(void **state)
{
    (void)state;
    grid_mesh_free(mesh);
    grid_set_free(grids);
    crs_free(crs);
    return 0;
}

static double between(double min, double max)
{
    return min + (max - min) * (rand() / (double)RAND_MAX);
}

static void places_in(const struct bbox *deg, struct vertex_gu *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        grid_from_degrees(between(deg->min_x, deg->max_x), between(deg->min_y, deg->max_y),
                          &out[i].x, &out[i].y);
}

/* What PROJ says of a place, in tile units of the level, not rounded. */
static void ask_proj(const struct tile_grid *g, const struct tile_level *l, struct vertex_gu at,
                     double *x_tu, double *y_tu)
{
    struct err err = {0};
    double xy[2];
    grid_to_degrees(at.x, at.y, &xy[0], &xy[1]);
    assert_ok(crs_transform(crs, 4326, g->epsg, xy, 1, NULL, &err));
    *x_tu = (xy[0] - l->origin_x) / l->side * TILE_EXTENT_TU;
    *y_tu = (l->origin_y - xy[1]) / l->side * TILE_EXTENT_TU;
}

/* Half a unit is the rounding, an eighth what the mesh may add. */
static void every_place_is_where_proj_puts_it_at_every_level(void **state)
{
    (void)state;
    struct err err = {0};
    srand(1);
    for (size_t i = 0; i < grids->n_grids; i++) {
        const struct tile_grid *g = grids->grids[i];
        for (uint8_t level = 0; level < g->n_levels; level++) {
            struct vertex_gu places[N_PLACES];
            struct vertex_tu mapped[N_PLACES];
            size_t n = 0;
            double worst = 0;
            places_in(&g->area_deg, places, N_PLACES);
            grid_mesh_start(mesh, g, level, TILE_EXTENT_TU);
            assert_ok(grid_mesh_map(mesh, places, N_PLACES, mapped, &n, &err));
            assert_int_equal(n, N_PLACES);
            for (size_t k = 0; k < n; k++) {
                double x, y;
                ask_proj(g, &g->levels[level], places[k], &x, &y);
                worst = fmax(worst, fmax(fabs(mapped[k].x - x), fabs(mapped[k].y - y)));
            }
            if (worst > 0.5 + 0.125)
                fail_msg("%s %s: %.3f tile units off", g->id, g->levels[level].id, worst);
        }
    }
}

static void neighbouring_tiles_agree_whatever_was_asked_before(void **state)
{
    (void)state;
    struct err err = {0};
    const struct tile_grid *g = grid_set_find(grids, "EuropeanETRS89_LAEAQuad");
    for (uint8_t level = 0; level < g->n_levels; level++) {
        const uint32_t half = g->levels[level].n_cols / 2;
        struct vertex_gu places[N_PLACES];
        struct tile_frame west, east;
        struct tile_shape a = {0}, b = {0};
        struct grid_mesh *other = NULL;
        if (half == 0)
            continue;
        assert_ok(grid_mesh_new(crs, &other, &err));
        places_in(&(struct bbox){5, 45, 15, 55}, places, N_PLACES);
        assert_ok(tile_frame_of_grid(g, (struct tile_address){level, half - 1, half}, 1000, 64, crs,
                                     mesh, &west, &err));
        assert_ok(tile_frame_of_grid(g, (struct tile_address){level, half, half}, 1000, 64, crs,
                                     other, &east, &err));
        for (size_t k = 0; k < N_PLACES; k++) {
            assert_ok(tile_shape_start(&a, GEOM_KIND_POINT, 1, 1, 1, &err));
            assert_ok(tile_shape_start(&b, GEOM_KIND_POINT, 1, 1, 1, &err));
            /* The other way round in the eastern tile. */
            assert_ok(tile_frame_put(&west, &places[k], 1, &a, &err));
            assert_ok(tile_frame_put(&east, &places[N_PLACES - 1 - k], 1, &b, &err));
            assert_ok(tile_shape_start(&b, GEOM_KIND_POINT, 1, 1, 1, &err));
            assert_ok(tile_frame_put(&east, &places[k], 1, &b, &err));
            assert_true(a.vertices[0].x - 1000 == b.vertices[0].x &&
                        a.vertices[0].y == b.vertices[0].y);
        }
        tile_shape_clear(&a);
        tile_shape_clear(&b);
        grid_mesh_free(other);
    }
}

/* UTM has no image on the other side of the world, and no polynomial fits near it. */
static void where_no_polynomial_fits_proj_is_asked_and_what_has_no_image_is_left_out(void **state)
{
    (void)state;
    static const char UTM[] =
        "{\"id\":\"utm\",\"crs\":\"EPSG:32631\",\"tileMatrices\":[{\"id\":\"0\",\"cellSize\":"
        "156.25,\"scaleDenominator\":558035.714286,\"tileWidth\":256,\"tileHeight\":256,"
        "\"matrixWidth\":25,\"matrixHeight\":250,\"pointOfOrigin\":[0,10000000]}]}";
    struct err err = {0};
    struct tile_grid *g = NULL;
    struct vertex_gu places[N_PLACES];
    struct vertex_tu mapped[N_PLACES];
    size_t n = 0, n_with_image = 0;
    assert_ok(tile_grid_read(span_of(UTM), crs, &g, &err));
    places_in(&(struct bbox){60, -80, 120, 80}, places, N_PLACES);
    grid_mesh_start(mesh, g, 0, TILE_EXTENT_TU);
    assert_ok(grid_mesh_map(mesh, places, N_PLACES, mapped, &n, &err));
    for (size_t k = 0; k < N_PLACES; k++) {
        double x, y;
        ask_proj(g, &g->levels[0], places[k], &x, &y);
        if (!isfinite(x) || fabs(x) > 0x1p44 || fabs(y) > 0x1p44)
            continue;
        assert_true(fabs(mapped[n_with_image].x - x) <= 0.625);
        assert_true(fabs(mapped[n_with_image].y - y) <= 0.625);
        n_with_image++;
    }
    assert_int_equal(n, n_with_image);
    assert_true(n > 0 && n < N_PLACES);
    grid_mesh_start(mesh, grids->grids[0], 0, TILE_EXTENT_TU);
    tile_grid_free(g);
}

static void a_long_edge_follows_its_curve_and_is_the_same_from_both_ends(void **state)
{
    (void)state;
    struct err err = {0};
    const struct tile_grid *g = grid_set_find(grids, "EuropeanETRS89_LAEAQuad");
    struct vertex_gu ends[2], back[2];
    struct tile_frame frame;
    struct tile_shape a = {0}, b = {0};
    grid_from_degrees(-10, 50, &ends[0].x, &ends[0].y);
    grid_from_degrees(40, 50, &ends[1].x, &ends[1].y);
    back[0] = ends[1];
    back[1] = ends[0];
    assert_ok(tile_frame_of_grid(g, (struct tile_address){0, 0, 0}, TILE_EXTENT_TU, 64, crs, mesh,
                                 &frame, &err));
    assert_ok(tile_shape_start(&a, GEOM_KIND_LINE, 1, 1, 2, &err));
    assert_ok(tile_shape_start(&b, GEOM_KIND_LINE, 1, 1, 2, &err));
    assert_ok(tile_frame_put(&frame, ends, 2, &a, &err));
    assert_ok(tile_frame_put(&frame, back, 2, &b, &err));
    assert_true(a.n_vertices > 10 && a.n_vertices == b.n_vertices);
    for (size_t i = 0; i < a.n_vertices; i++)
        assert_true(vertex_tu_is_same(a.vertices[i], b.vertices[b.n_vertices - 1 - i]));
    /* Between them the parallel of 50 N, which is straight on the world grid, runs within a unit. */
    for (double lon = -9.5; lon < 40; lon += 0.7) {
        struct vertex_gu at;
        double x, y;
        grid_from_degrees(lon, 50, &at.x, &at.y);
        ask_proj(g, &g->levels[0], at, &x, &y);
        size_t i = 1;
        while (i + 1 < a.n_vertices && (double)a.vertices[i].x < x)
            i++;
        const struct vertex_tu from = a.vertices[i - 1], to = a.vertices[i];
        const double share = (x - (double)from.x) / (double)(to.x - from.x);
        assert_true(fabs((double)from.y + share * (double)(to.y - from.y) - y) < 1);
    }
    tile_shape_clear(&a);
    tile_shape_clear(&b);
}

static void a_tile_where_the_crs_has_no_image_is_nowhere(void **state)
{
    (void)state;
    static const char FAR[] =
        "{\"id\":\"far\",\"crs\":\"EPSG:3035\",\"tileMatrices\":[{\"id\":\"0\",\"cellSize\":1000,"
        "\"scaleDenominator\":3571428.57143,\"tileWidth\":256,\"tileHeight\":256,"
        "\"matrixWidth\":1,\"matrixHeight\":1,\"pointOfOrigin\":[90000000,90000000]}]}";
    struct err err = {0};
    struct tile_grid *g = NULL;
    struct tile_frame frame;
    assert_ok(tile_grid_read(span_of(FAR), crs, &g, &err));
    assert_ok(tile_frame_of_grid(g, (struct tile_address){0}, TILE_EXTENT_TU, 64, crs, mesh, &frame,
                                 &err));
    assert_true(frame.is_nowhere);
    grid_mesh_start(mesh, grids->grids[0], 0, TILE_EXTENT_TU);
    tile_grid_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_is_where_proj_puts_it_at_every_level),
        cmocka_unit_test(neighbouring_tiles_agree_whatever_was_asked_before),
        cmocka_unit_test(where_no_polynomial_fits_proj_is_asked_and_what_has_no_image_is_left_out),
        cmocka_unit_test(a_long_edge_follows_its_curve_and_is_the_same_from_both_ends),
        cmocka_unit_test(a_tile_where_the_crs_has_no_image_is_nowhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
