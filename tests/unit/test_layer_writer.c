#include "tests/unit/store_kit.h"

static void a_written_layer_is_read_as_it_was_written(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "parcelles", 1000, false);
    store_close(s);

    s = kit_open(*state, STORE_READ);
    struct catalog *catalog = kit_catalog(s);
    assert_int_equal(catalog_n_layers(catalog), 1);
    const struct layer *l = kit_layer(catalog, "parcelles");
    assert_string_equal(l->title, "parcelles");
    assert_null(l->description);
    assert_string_equal(l->id_column, "id");
    assert_int_equal(l->n_fields, KIT_N_FIELDS);
    assert_string_equal(l->fields[2].name, "area");
    assert_string_equal(l->fields[2].column, "area_2");
    assert_int_equal(l->fields[5].type, FIELD_JSON);
    assert_true(l->id_field == 0 && l->time_field == 4 && l->geom_type == GEOM_MULTIPOLYGON);
    assert_true(l->n_features == 1000 && l->n_without_geometry == 0 && l->epsg == 2154);
    assert_true(l->bbox.min_x == KIT_X(0) && l->bbox.max_x == KIT_X(999) + 10);
    assert_true(l->bbox_deg.min_x > 2.2 && l->bbox_deg.max_x < 2.7 && l->bbox_deg.min_y > 48.8 &&
                l->bbox_deg.max_y < 48.9);
    assert_true(l->min_zoom == 10 && l->max_zoom == 14);
    assert_true(l->tile_limit_bytes == 512000 && l->tile_limit_features == 50000);
    assert_true(l->revision == 1 && l->updated_us > 0 && l->has_time_extent);
    assert_true(l->time_start_us == INT64_C(1577836800000000)); /* 2020-01-01 */
    assert_true(l->time_end_us == INT64_C(1580255999999999));   /* the end of 2020-01-28 */

    struct arena a;
    arena_init(&a, 1 << 20);
    const struct feature_query q = {.layer = l, .after_fid = 499};
    struct feature_cursor *c = NULL;
    struct feature f;
    bool more = false;
    assert_ok(store_query_features(s, &q, &c, &err));
    assert_ok(feature_cursor_next(c, &a, &f, &more, &err));
    assert_true(more && f.fid == 500 && span_eq(f.id, "000499"));
    assert_true(f.geom.type == GEOM_MULTIPOLYGON && f.geom.n_parts == 1 && f.geom.n_vertices == 5);
    assert_true(f.geom.xy[0] == KIT_X(499) && f.geom.xy[1] == KIT_Y);
    assert_true(f.values[0].type == VALUE_TEXT && span_eq(f.values[0].text, "000499"));
    assert_true(f.values[1].type == VALUE_REAL && f.values[1].real == 499.5);
    assert_true(f.values[2].type == VALUE_INT && f.values[2].integer == 10000000499);
    assert_true(f.values[3].type == VALUE_BOOL && !f.values[3].boolean);
    assert_true(f.values[4].type == VALUE_TEXT && span_eq(f.values[4].text, "2020-01-24"));
    assert_true(f.values[5].type == VALUE_JSON && span_eq(f.values[5].text, "[1,\"é\"]"));
    feature_cursor_close(c);

    struct import_record *imports = NULL;
    size_t n_imports = 0;
    assert_ok(store_read_imports(s, "parcelles", &a, &imports, &n_imports, &err));
    assert_int_equal(n_imports, 1);
    assert_string_equal(imports[0].source, "squares.json");
    assert_true(imports[0].n_written == 1000 && imports[0].n_rejected == 2);
    assert_ok(store_read_imports(s, "nothing", &a, &imports, &n_imports, &err));
    assert_int_equal(n_imports, 0);
    arena_clear(&a);
    catalog_unref(catalog);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_written_layer_is_read_as_it_was_written, kit_set_up,
                                        kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
