#include "importers/crs_placer.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct crs_placer placer;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct fixture f; /* one test at a time */
    f = (struct fixture){0};
    arena_init(&f.arena, 1 << 20);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    crs_placer_clear(&f->placer);
    arena_clear(&f->arena);
    return 0;
}

static void open_placer(struct fixture *f, const char *crs, const char *to_crs)
{
    struct err err = {0};
    const struct crs_placer_setup setup = {.crs = crs, .to_crs = to_crs};
    crs_placer_clear(&f->placer);
    assert_ok(crs_placer_open(&f->placer, &setup, &err));
    assert_ok(crs_placer_settle(&f->placer, true, &err));
}

static struct geom line(double *xy, size_t n_vertices, uint32_t *ring_end)
{
    static uint32_t one = 1;
    static uint8_t kind = GEOM_KIND_LINE;
    *ring_end = (uint32_t)n_vertices;
    return (struct geom){.type = GEOM_LINESTRING,
                         .n_parts = 1,
                         .n_rings = 1,
                         .n_vertices = n_vertices,
                         .xy = xy,
                         .ring_end = ring_end,
                         .part_end = &one,
                         .part_kind = &kind};
}

/* (x, y) in one CRS is there in the other, to 5 cm or as much in degrees. */
static void assert_goes(struct fixture *f, const char *from, const char *to, double x, double y,
                        double wanted_x, double wanted_y)
{
    struct err err = {0};
    struct geom out;
    uint32_t end = 0;
    bool outside = true;
    double xy[] = {x, y};
    open_placer(f, from, to);
    const struct geom in = line(xy, 1, &end);
    assert_ok(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err));
    const double tolerance = f->placer.to.geographic ? 5e-7 : 5e-2;
    if (fabs(out.xy[0] - wanted_x) > tolerance || fabs(out.xy[1] - wanted_y) > tolerance)
        fail_msg("%s to %s: (%.9g, %.9g), not (%.9g, %.9g)", from, to, out.xy[0], out.xy[1],
                 wanted_x, wanted_y);
    assert_false(outside);
    assert_true(xy[0] == x && xy[1] == y); /* the source's own are not touched */
}

static void known_points_are_where_they_should_be_both_ways(void **state)
{
    /* 31370 and 3035: the worked examples of EPSG Guidance Note 7-2, each from the CRS of its own
     * datum (the Belgian one is of another formula, 5 cm away). 2154: its false origin. 3346: on
     * its central meridian, 0.9998 of the meridian's arc of GRS 80. */
    static const struct {
        const char *degrees, *projected;
        double lon, lat, x, y;
    } points[] = {
        {"EPSG:4313", "EPSG:31370", 5 + 48 / 60.0 + 26.533 / 3600, 50 + 40 / 60.0 + 46.461 / 3600,
         251763.20, 153034.13},
        {"EPSG:4258", "EPSG:3035", 5, 50, 3962799.45, 2999718.85},
        {"EPSG:4171", "EPSG:2154", 3, 46.5, 700000, 6600000},
        {"EPSG:4669", "EPSG:3346", 24, 55, 500000, 6096010.867},
        {"CRS84", "EPSG:3857", 180, 0, 20037508.342789, 0},
        {"EPSG:4326", "CRS84", 2.35, 48.85, 2.35, 48.85},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const double lon = points[i].lon, lat = points[i].lat, x = points[i].x, y = points[i].y;
        assert_goes(*state, points[i].degrees, points[i].projected, lon, lat, x, y);
        assert_goes(*state, points[i].projected, points[i].degrees, x, y, lon, lat);
    }
}

static void without_another_crs_nothing_is_copied(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct geom out;
    uint32_t end = 0;
    bool outside = true;
    double xy[] = {700000, 6600000, 700001, 6600000}, z[] = {1, 2};
    open_placer(f, "EPSG:2154", NULL);
    struct geom in = line(xy, 2, &end);
    in.z = z;
    assert_ok(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err));
    assert_ptr_equal(out.xy, xy);
    assert_false(outside);
    open_placer(f, "EPSG:2154", "EPSG:4326");
    assert_ok(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err));
    assert_ptr_not_equal(out.xy, xy);
    assert_ptr_equal(out.z, z); /* heights are nobody's business */
}

static void a_vertex_without_a_place_is_told(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct geom out;
    uint32_t end = 0;
    bool outside = false;
    double xy[] = {0, 0, 10, -90};
    open_placer(f, "CRS84", "EPSG:2154");
    struct geom in = line(xy, 2, &end);
    assert_fails(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err), BAD_DATA,
                 "position 2, (10, -90), has no place in EPSG:2154");
    double turned[] = {200, 10};
    in = line(turned, 1, &end);
    assert_fails(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err), BAD_DATA,
                 "not a longitude and a latitude");
}

static bool is_outside(struct fixture *f, double x, double y)
{
    struct err err = {0};
    struct geom out;
    uint32_t end = 0;
    bool outside = false;
    double xy[] = {x, y, x, y};
    const struct geom in = line(xy, 2, &end);
    assert_ok(crs_placer_run(&f->placer, &in, &f->arena, &out, &outside, &err));
    return outside;
}

static void what_lies_outside_the_area_is_told(void **state)
{
    struct fixture *f = *state;
    open_placer(f, "EPSG:2154", NULL);
    assert_false(is_outside(f, 652469, 6862035)); /* Paris */
    assert_true(is_outside(f, 2.35, 48.85));      /* its degrees */
    assert_true(is_outside(f, 6862035, 652469));  /* its axes the other way round */
    open_placer(f, "EPSG:31370", NULL);
    assert_false(is_outside(f, 251763, 153034));
    assert_true(is_outside(f, 652469, 6862035));
    open_placer(f, "EPSG:4326", NULL); /* the world has no outside */
    assert_false(is_outside(f, 180, -90));
    open_placer(f, "EPSG:4171", NULL);
    assert_true(is_outside(f, 24, 55));
    open_placer(f, "CRS84", "EPSG:2154"); /* the layer's area counts too */
    assert_false(is_outside(f, 2.35, 48.85));
    assert_true(is_outside(f, 24, 55));
}

static void the_crs_must_be_known_where_there_are_places(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    const struct crs_placer_setup none = {0};
    assert_ok(crs_placer_open(&f->placer, &none, &err));
    assert_fails(crs_placer_settle(&f->placer, true, &err), BAD_ARG, "say --crs");
    assert_fails(crs_placer_say(&f->placer, 0, &err), BAD_DATA, "not known: say --crs");
    assert_ok(crs_placer_say(&f->placer, 2154, &err));
    assert_ok(crs_placer_settle(&f->placer, true, &err));
    assert_ok(crs_placer_say(&f->placer, 2154, &err));
    assert_fails(crs_placer_say(&f->placer, 4326, &err), BAD_DATA, "only after its first feature");
    crs_placer_clear(&f->placer);
    assert_ok(crs_placer_open(&f->placer, &none, &err));
    assert_ok(crs_placer_settle(&f->placer, false, &err)); /* a table */
    assert_int_equal(f->placer.to.epsg, 4326);
    crs_placer_clear(&f->placer);
    const struct crs_placer_setup bad = {.crs = "EPSG:2154", .to_crs = "EPSG:99"};
    assert_fails(crs_placer_open(&f->placer, &bad, &err), NOT_FOUND, "EPSG:99");
}

static void an_existing_layer_keeps_its_crs(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    const struct layer lambert = {.name = "parcels", .epsg = 2154};
    struct crs_placer_setup setup = {.default_epsg = 4326, .existing = &lambert};
    assert_ok(crs_placer_open(&f->placer, &setup, &err));
    assert_false(f->placer.to.geographic); /* known before anything is read */
    assert_fails(crs_placer_settle(&f->placer, true, &err), CONFLICT, "say --to-crs EPSG:2154");
    crs_placer_clear(&f->placer);
    setup.to_crs = "EPSG:2154";
    assert_ok(crs_placer_open(&f->placer, &setup, &err));
    assert_ok(crs_placer_settle(&f->placer, true, &err));
    assert_int_equal(f->placer.from.epsg, 4326);
    assert_int_equal(f->placer.to.epsg, 2154);
}

#define PLACER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACER_TEST(known_points_are_where_they_should_be_both_ways),
        PLACER_TEST(without_another_crs_nothing_is_copied),
        PLACER_TEST(a_vertex_without_a_place_is_told),
        PLACER_TEST(what_lies_outside_the_area_is_told),
        PLACER_TEST(the_crs_must_be_known_where_there_are_places),
        PLACER_TEST(an_existing_layer_keeps_its_crs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
