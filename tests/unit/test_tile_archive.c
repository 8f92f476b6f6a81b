/* Archives of tiles: how they are recognised, where their tiles are, and what is said of them. What
 * whole and broken archives come to is in tests/cli/kept_tiles.py. */
#include "importers/keep_layers.h"
#include "importers/keep_places.h"
#include "importers/registry.h"
#include "tests/unit/import_kit.h"

#include <math.h>

static const char *importer_of(const char *path, struct span head)
{
    struct err err = {0};
    struct input in = {0};
    const struct bundle_limits limits = {.files = 1, .inflation = 200, .scratch = "."};
    const struct reader_options o = {0};
    write_source(path, head);
    assert_ok(bundle_open(path, &limits, &in.bundle, &err));
    const enum err_code rc = registry_choose(&in, &o, head, &in.importer, &err);
    bundle_close(in.bundle);
    (void)remove(path);
    return rc ? "none" : in.importer->name;
}

static void archives_are_recognised_by_content_and_name(void **state)
{
    (void)state;
    char sqlite[200] = "SQLite format 3";
    assert_string_equal(importer_of("tiles.mbtiles", (struct span){sqlite, sizeof sqlite}),
                        "mbtiles");
    memcpy(sqlite + 68, "MPBX", 4);
    assert_string_equal(importer_of("tiles.db", (struct span){sqlite, sizeof sqlite}), "mbtiles");
    assert_string_equal(importer_of("tiles.bin", span_of("PMTiles\3")), "pmtiles");
    assert_string_equal(importer_of("tiles.pmtiles", span_of("anything")), "pmtiles");
}

static void an_archives_box_is_believed_where_it_meets_its_tiles(void **state)
{
    (void)state;
    struct keep_places p = {0};
    const char *why = NULL;
    int min_zoom = 0, max_zoom = 0;
    assert_false(keep_places_zooms(&p, &min_zoom, &max_zoom));
    keep_places_add(&p, (struct tile_place){0, 0, 0});
    keep_places_add(&p, (struct tile_place){2, 3, 1});
    assert_true(keep_places_zooms(&p, &min_zoom, &max_zoom) && min_zoom == 0 && max_zoom == 2);
    struct archive_face face = {.has_bounds = true, .bounds_deg = {100, 10, 110, 20}};
    assert_true(keep_places_choose_bbox(&p, &face, &why).min_x == 100);
    assert_null(why);
    face.bounds_deg = (struct bbox){-10, 10, 0, 20};
    const struct bbox b = keep_places_choose_bbox(&p, &face, &why);
    assert_non_null(why);
    assert_true(b.min_x == 90 && b.max_x == 180 && b.min_y == 0);
    assert_true(fabs(b.max_y - 66.51326) < 1e-5);
    face.bounds_deg = (struct bbox){NAN, 0, 1, 1};
    assert_true(keep_places_choose_bbox(&p, &face, &why).min_x == 90);
    assert_non_null(why);
}

static void layers_that_nobody_told_of_are_added(void **state)
{
    (void)state;
    struct arena a;
    struct err err = {0};
    struct keep_layers l = {.names = {"roads", "a \"b\""}, .n = 2};
    const char *json = NULL;
    size_t n_added = 0;
    arena_init(&a, 1 << 20);
    assert_ok(keep_layers_json(&l, NULL, 1, 9, &a, &json, &n_added, &err));
    assert_int_equal(n_added, 2);
    assert_string_equal(json, "[{\"id\":\"roads\",\"fields\":{},\"minzoom\":1,\"maxzoom\":9},"
                              "{\"id\":\"a \\\"b\\\"\",\"fields\":{},\"minzoom\":1,"
                              "\"maxzoom\":9}]");
    assert_ok(keep_layers_json(&l, "[{\"id\":\"roads\",\"fields\":{\"n\":\"Number\"}},7,{}]", 1, 9,
                               &a, &json, &n_added, &err));
    assert_int_equal(n_added, 1);
    assert_non_null(strstr(json, "[{\"id\":\"roads\",\"fields\":{\"n\":\"Number\"}},{\"id\":\"a"));
    assert_ok(keep_layers_json(&l, "[{\"id\":\"roads\"}]", 1, 9, &a, &json, &n_added, &err));
    assert_non_null(strstr(json, "[{\"id\":\"roads\",\"fields\":{}"));
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(archives_are_recognised_by_content_and_name),
        cmocka_unit_test(an_archives_box_is_believed_where_it_meets_its_tiles),
        cmocka_unit_test(layers_that_nobody_told_of_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
