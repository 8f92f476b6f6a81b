#include "base/crs.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static struct crs *crs;

static int open_crs(void **state)
{
    (void)state;
    return crs_new(&crs, NULL);
}

static int close_crs(void **state)
{
    (void)state;
    crs_free(crs);
    crs_free(NULL);
    return 0;
}

static void every_way_to_name_a_crs_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t epsg;
    } CASES[] = {
        {"EPSG:2154", 2154},
        {"epsg:2154", 2154},
        {"2154", 2154},
        {"CRS84", 4326},
        {"OGC:CRS84", 4326},
        {"ogc:crs84", 4326},
        {CRS84_URI, 4326},
        {"http://www.opengis.net/def/crs/OGC/0/CRS84", 4326},
        {"http://www.opengis.net/def/crs/EPSG/0/3857", 3857},
        {"https://www.opengis.net/def/crs/EPSG/9.9.1/4326", 4326},
        {"urn:ogc:def:crs:OGC:1.3:CRS84", 4326},
        {"urn:ogc:def:crs:OGC::CRS84", 4326},
        {"urn:ogc:def:crs:EPSG::25832", 25832},
        {"urn:ogc:def:crs:EPSG:6.9:25832", 25832},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int32_t epsg = 0;
        assert_ok(crs_parse(crs, CASES[i].text, &epsg, &err));
        assert_int_equal(epsg, CASES[i].epsg);
    }
}

static void what_names_no_crs_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",           "EPSG",
                                      "EPSG:",      "EPSG:x",
                                      "ESRI:2154",  "Lambert",
                                      "EPSG:2154x", "EPSG:0:2154:1",
                                      "-2154",      "EPSG:+2154",
                                      "OGC:2154",   "EPSG:CRS84",
                                      "EPSG:-1",    "http://example.org/def/crs/EPSG/0/2154",
                                      " EPSG:2154"};
    struct err err = {0};
    int32_t epsg = 77;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_fails(crs_parse(crs, BAD[i], &epsg, &err), BAD_ARG, BAD[i]);
    assert_fails(crs_parse(crs, "EPSG:999999", &epsg, &err), NOT_FOUND, "EPSG:999999");
    assert_fails(crs_parse(crs, "EPSG:7030", &epsg, &err), NOT_FOUND, "7030"); /* an ellipsoid */
    assert_fails(crs_parse(crs, "EPSG:99999999999", &epsg, &err), NOT_FOUND, "99999999999");
    assert_fails(crs_parse(crs, "EPSG:99999999999999999999999", &epsg, &err), NOT_FOUND, "9999");
    assert_int_equal(epsg, 77);
}

static void a_crs_is_described(void **state)
{
    (void)state;
    struct err err = {0};
    struct crs_info info;
    assert_ok(crs_describe(crs, 2154, &info, &err));
    assert_string_equal(info.name, "RGF93 v1 / Lambert-93");
    assert_true(info.epsg == 2154 && !info.geographic && !info.north_first);
    assert_true(info.area_deg.min_x > -15 && info.area_deg.max_x < 15 && info.area_deg.min_y > 40 &&
                info.area_deg.max_y < 55);
    assert_ok(crs_describe(crs, 4326, &info, &err));
    assert_true(info.geographic && info.north_first && info.area_deg.min_x == -180);
    static const struct {
        int32_t epsg;
        bool north_first;
    } AXES[] = {{3857, false}, {25832, false}, {2193, true},  {31467, true}, {3035, true},
                {32661, true}, {5041, false},  {3031, false}, {7423, true},  {4979, true}};
    for (size_t i = 0; i < sizeof AXES / sizeof *AXES; i++) {
        assert_ok(crs_describe(crs, AXES[i].epsg, &info, &err));
        if (info.north_first != AXES[i].north_first)
            fail_msg("axes of EPSG:%d", (int)AXES[i].epsg);
    }
    assert_ok(crs_describe(crs, 3460, &info, &err)); /* Fiji, across the antimeridian */
    assert_true(info.area_deg.min_x == -180 && info.area_deg.max_x == 180 &&
                info.area_deg.max_y < 0);
    assert_fails(crs_describe(crs, 999999, &info, &err), NOT_FOUND, "999999");
}

static void uris_are_written(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    crs_put_uri(&b, 2154);
    assert_string_equal(buf_text(&b), "http://www.opengis.net/def/crs/EPSG/0/2154");
    buf_reset(&b);
    crs_put_uri(&b, 4326);
    assert_string_equal(buf_text(&b), CRS84_URI);
    buf_clear(&b);
}

static void coordinates_are_transformed_east_first(void **state)
{
    (void)state;
    struct err err = {0};
    double xy[] = {3, 46.5, 2.3522, 48.8566};
    size_t n_failed = 77;
    assert_ok(crs_transform(crs, 4326, 2154, xy, 2, &n_failed, &err));
    assert_int_equal(n_failed, 0);
    assert_true(fabs(xy[0] - 700000) < 0.01 && fabs(xy[1] - 6600000) < 0.01);
    assert_true(fabs(xy[2] - 652469) < 1 && fabs(xy[3] - 6862035) < 1);
    assert_ok(crs_transform(crs, 2154, 4326, xy, 2, NULL, &err));
    assert_true(fabs(xy[0] - 3) < 1e-9 && fabs(xy[1] - 46.5) < 1e-9);
    double same[] = {1.25, NAN};
    assert_ok(crs_transform(crs, 999999, 999999, same, 1, &n_failed, &err));
    assert_true(same[0] == 1.25 && n_failed == 0);
    assert_ok(crs_transform(crs, 4326, 3857, NULL, 0, &n_failed, &err));
}

/* More than are kept, each several times and in another order. */
static void a_vertex_has_the_same_image_however_often_it_comes(void **state)
{
    (void)state;
    enum { N_VERTICES = 20000, N_PLACES = 7000 };
    static double many[2 * N_VERTICES];
    struct err err = {0};
    for (size_t i = 0; i < N_VERTICES; i++) {
        const double place = (double)(i * 7919 % N_PLACES);
        many[2 * i] = 900000 + place * 0.25;
        many[2 * i + 1] = 6500000 - place * 0.125;
    }
    assert_ok(crs_transform(crs, 2154, 4326, many, N_VERTICES, NULL, &err));
    for (size_t i = 0; i < N_VERTICES; i += 401) {
        const double place = (double)(i * 7919 % N_PLACES);
        double one[] = {900000 + place * 0.25, 6500000 - place * 0.125};
        struct crs *other = NULL;
        assert_ok(crs_new(&other, &err));
        assert_ok(crs_transform(other, 2154, 4326, one, 1, NULL, &err));
        assert_memory_equal(one, many + 2 * i, sizeof one);
        crs_free(other);
    }
}

static void points_without_an_image_become_nan(void **state)
{
    (void)state;
    struct err err = {0};
    double xy[] = {0, 0, 0, 91, 10, 10, NAN, 5, INFINITY, 0};
    size_t n_failed = 0;
    assert_ok(crs_transform(crs, 4326, 3857, xy, 5, &n_failed, &err));
    assert_int_equal(n_failed, 3);
    assert_true(fabs(xy[0]) < 1e-6 && isnan(xy[2]) && isnan(xy[3]) && isnan(xy[6]) && isnan(xy[8]));
    assert_true(fabs(xy[4] - 1113194.9079) < 0.01);
}

static void transforms_that_are_not_are_told(void **state)
{
    (void)state;
    struct err err = {0};
    double xy[] = {0, 0};
    assert_fails(crs_transform(crs, 4326, 999999, xy, 1, NULL, &err), NOT_FOUND, "999999");
    assert_fails(crs_transform(crs, 999999, 4326, xy, 1, NULL, &err), NOT_FOUND, "999999");
    assert_fails(crs_transform(crs, 4326, 5773, xy, 1, NULL, &err), UNSUPPORTED, "5773");
    assert_fails(crs_transform(crs, 4978, 4326, xy, 1, NULL, &err), UNSUPPORTED, "4978");
    assert_true(xy[0] == 0);
}

static void more_pairs_than_are_kept_still_work(void **state)
{
    (void)state;
    struct err err = {0};
    for (int round = 0; round < 2; round++) {
        for (int32_t zone = 1; zone <= 20; zone++) {
            double xy[] = {zone * 6 - 183.0, 0};
            assert_ok(crs_transform(crs, 4326, 32600 + zone, xy, 1, NULL, &err));
            assert_true(fabs(xy[0] - 500000) < 0.01 && fabs(xy[1]) < 0.01);
        }
    }
}

static void a_box_holds_the_image_of_the_whole_box(void **state)
{
    (void)state;
    struct err err = {0};
    const struct bbox france = {-5, 42, 8, 51};
    struct bbox b;
    assert_ok(crs_transform_bbox(crs, 4326, 2154, &france, &b, &err));
    for (int i = 0; i <= 100; i++) { /* the lower edge bows: its middle is the lowest */
        double xy[] = {-5 + 0.13 * i, 42};
        assert_ok(crs_transform(crs, 4326, 2154, xy, 1, NULL, &err));
        assert_true(xy[1] >= b.min_y - 100 && xy[0] >= b.min_x && xy[0] <= b.max_x);
    }
    assert_ok(crs_transform_bbox(crs, 4326, 4326, &france, &b, &err));
    assert_true(b.min_x == -5 && b.max_y == 51);
    const struct bbox beyond = {-200, -95, 200, 95};
    assert_ok(crs_transform_bbox(crs, 4326, 4326, &beyond, &b, &err));
    assert_true(b.min_x == -180 && b.max_x == 180 && b.min_y == -90 && b.max_y == 90);
}

static void the_world_has_an_image_where_the_target_is_smaller(void **state)
{
    (void)state;
    struct err err = {0};
    const struct bbox world = {-180, -90, 180, 90};
    struct bbox b;
    assert_ok(crs_transform_bbox(crs, 4326, 3857, &world, &b, &err));
    assert_true(fabs(b.min_x + 20037508.34) < 1 && b.max_y > 20037508 && isfinite(b.max_y));
    const struct bbox square = {-20037508.34, -20037508.34, 20037508.34, 20037508.34};
    assert_ok(crs_transform_bbox(crs, 3857, 4326, &square, &b, &err));
    assert_true(b.min_x < -179.99999 && b.max_x > 179.99999 && b.max_y > 85 && b.max_y < 86);
    const struct bbox beyond = {-180, -100, 180, 100};
    assert_ok(crs_transform_bbox(crs, 4326, 2154, &beyond, &b, &err));
    assert_true(b.min_x < 100000 && b.max_x > 1200000 && b.max_y > 7100000);
}

static void a_box_across_the_antimeridian_has_all_longitudes(void **state)
{
    (void)state;
    struct err err = {0};
    double xy[] = {177, -18, -179, -16};
    assert_ok(crs_transform(crs, 4326, 3460, xy, 2, NULL, &err));
    const struct bbox fiji = {xy[0], xy[1], xy[2], xy[3]};
    struct bbox b;
    assert_ok(crs_transform_bbox(crs, 3460, 4326, &fiji, &b, &err));
    assert_true(b.min_x == -180 && b.max_x == 180 && b.min_y < -15 && b.max_y < -15);
}

static void boxes_without_an_image_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const struct bbox empty = bbox_empty(), lost = {INFINITY, 0, INFINITY, 1};
    struct bbox b = {7, 7, 7, 7};
    assert_fails(crs_transform_bbox(crs, 4326, 2154, &empty, &b, &err), BAD_ARG, "empty box");
    assert_fails(crs_transform_bbox(crs, 4326, 2154, &lost, &b, &err), BAD_DATA, "no image");
    assert_fails(crs_transform_bbox(crs, 4326, 999999, &empty, &b, &err), NOT_FOUND, "999999");
    assert_true(b.min_x == 7);
}

static void the_version_is_told(void **state)
{
    (void)state;
    assert_non_null(strchr(crs_proj_version(), '.'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_name_a_crs_is_understood),
        cmocka_unit_test(what_names_no_crs_is_refused),
        cmocka_unit_test(a_crs_is_described),
        cmocka_unit_test(uris_are_written),
        cmocka_unit_test(coordinates_are_transformed_east_first),
        cmocka_unit_test(a_vertex_has_the_same_image_however_often_it_comes),
        cmocka_unit_test(points_without_an_image_become_nan),
        cmocka_unit_test(transforms_that_are_not_are_told),
        cmocka_unit_test(more_pairs_than_are_kept_still_work),
        cmocka_unit_test(a_box_holds_the_image_of_the_whole_box),
        cmocka_unit_test(the_world_has_an_image_where_the_target_is_smaller),
        cmocka_unit_test(a_box_across_the_antimeridian_has_all_longitudes),
        cmocka_unit_test(boxes_without_an_image_are_refused),
        cmocka_unit_test(the_version_is_told),
    };
    return cmocka_run_group_tests(tests, open_crs, close_crs);
}
