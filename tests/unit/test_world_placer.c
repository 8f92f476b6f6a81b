#include "tests/unit/unit.h"
#include "tiler/grid.h"
#include "tiler/world_placer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_PLACES 2000

static struct crs *crs;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    return crs_new(&crs, &err);
}

static int tear_down(void **state)
{
    (void)state;
    crs_free(crs);
    return 0;
}

static double between(double min, double max)
{
    return min + (max - min) * (rand() / (double)RAND_MAX);
}

/* Random places of a CRS's area of use, in its units. */
static void places_of(int32_t epsg, double *xy, size_t n)
{
    struct err err = {0};
    struct crs_info info;
    assert_ok(crs_describe(crs, epsg, &info, &err));
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = between(info.area_deg.min_x, info.area_deg.max_x);
        xy[2 * i + 1] = between(fmax(info.area_deg.min_y, -MERCATOR_MAX_LAT_DEG),
                                fmin(info.area_deg.max_y, MERCATOR_MAX_LAT_DEG));
    }
    assert_ok(crs_transform(crs, 4326, epsg, xy, n, NULL, &err));
}

static void ask_proj(int32_t epsg, double *xy, size_t n)
{
    struct err err = {0};
    assert_ok(crs_transform(crs, epsg, 4326, xy, n, NULL, &err));
    for (size_t i = 0; i < n; i++)
        grid_place(xy[2 * i], xy[2 * i + 1], &xy[2 * i], &xy[2 * i + 1]);
}

/* Metres, feet, degrees; grids that are north first, a datum of its own, the whole world. */
static void every_vertex_is_where_proj_puts_it_to_a_tenth_of_a_grid_unit(void **state)
{
    (void)state;
    static const int32_t EPSG[] = {2154, 3035, 3346, 31370, 4326, 4171, 3857, 27700, 2263, 32631};
    struct err err = {0};
    struct world_placer p;
    static double placed[2 * N_PLACES], asked[2 * N_PLACES];
    srand(1);
    assert_ok(world_placer_init(&p, crs, &err));
    for (size_t k = 0; k < sizeof EPSG / sizeof *EPSG; k++) {
        places_of(EPSG[k], placed, N_PLACES);
        memcpy(asked, placed, sizeof asked);
        assert_ok(world_placer_start(&p, EPSG[k], &err));
        assert_ok(world_place(&p, placed, N_PLACES, &err));
        ask_proj(EPSG[k], asked, N_PLACES);
        for (size_t i = 0; i < 2 * (size_t)N_PLACES; i++)
            if (!(fabs(placed[i] - asked[i]) <= 0.1))
                fail_msg("EPSG:%d: %.3f beside %.3f", (int)EPSG[k], placed[i], asked[i]);
    }
    world_placer_clear(&p);
}

static void a_vertex_is_placed_the_same_whatever_came_before(void **state)
{
    (void)state;
    struct err err = {0};
    struct world_placer p, other;
    static double all[2 * N_PLACES];
    srand(2);
    places_of(2154, all, N_PLACES);
    assert_ok(world_placer_init(&p, crs, &err));
    assert_ok(world_placer_init(&other, crs, &err));
    assert_ok(world_placer_start(&p, 2154, &err));
    assert_ok(world_placer_start(&other, 2154, &err));
    for (size_t i = 0; i < N_PLACES; i++) {
        double *at = all + 2 * (N_PLACES - 1 - i), alone[2] = {at[0], at[1]};
        assert_ok(world_place(&other, alone, 1, &err));
        assert_ok(world_place(&p, at, 1, &err));
        assert_true(at[0] == alone[0] && at[1] == alone[1]);
        assert_ok(world_placer_start(&other, i % 2 ? 3857 : 2154, &err)); /* forgets */
        assert_ok(world_placer_start(&other, 2154, &err));
    }
    world_placer_clear(&p);
    world_placer_clear(&other);
}

/* UTM far from its zone, the poles, and what is no place at all. */
static void where_no_polynomial_fits_proj_is_asked(void **state)
{
    (void)state;
    struct err err = {0};
    struct world_placer p;
    double poles[] = {0, 90, 0, -90, 10, 89.99, 10, 89.99};
    double nowhere[] = {1e300, 0, NAN, 0, 4e6, 2e7}, asked[6];
    memcpy(asked, nowhere, sizeof asked);
    assert_ok(world_placer_init(&p, crs, &err));
    assert_ok(world_placer_start(&p, 4326, &err));
    assert_ok(world_place(&p, poles, 3, &err));
    assert_true(poles[1] == -INFINITY && poles[3] == INFINITY);
    ask_proj(4326, poles + 6, 1);
    assert_true(poles[4] == poles[6] && poles[5] == poles[7]);
    assert_ok(world_placer_start(&p, 32631, &err));
    assert_ok(world_place(&p, nowhere, 3, &err));
    ask_proj(32631, asked, 3);
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs(nowhere[i] - asked[i]) <= 0.1 || (isnan(nowhere[i]) && isnan(asked[i])));
    world_placer_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vertex_is_where_proj_puts_it_to_a_tenth_of_a_grid_unit),
        cmocka_unit_test(a_vertex_is_placed_the_same_whatever_came_before),
        cmocka_unit_test(where_no_polynomial_fits_proj_is_asked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
