/* Words, names and ends of layers. */
#include "store/layer_edit.h"
#include "tests/unit/store_kit.h"

static const struct layer_words NOTHING = {.min_zoom = -1};

/* What the command prints for the store is this. */
static void check_prints(const struct kit *k, const char *command, const char *wanted)
{
    char out[4096];
    if (!kit_run(k, command, out, sizeof out))
        skip();
    assert_string_equal(out, wanted);
}

static void words_are_set_kept_and_taken_away(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    const int64_t before = kit_revision(s, "squares");
    struct layer_words words = NOTHING;
    words.title = "It's \"squares\"";
    words.license = "CC0-1.0";
    assert_ok(store_set_layer(s, "squares", &words, NULL, &err));
    words = NOTHING;
    words.license = "";
    words.keywords = "a,b";
    assert_ok(store_set_layer(s, "squares", &words, NULL, &err));
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "squares");
    assert_string_equal(l->title, "It's \"squares\"");
    assert_string_equal(l->keywords, "a,b");
    assert_null(l->license);
    assert_true(l->revision > before && l->whole_revision == l->revision);
    catalog_unref(c);
    words.title = "";
    assert_ok(store_set_layer(s, "squares", &words, NULL, &err));
    c = kit_catalog(s);
    assert_string_equal(kit_layer(c, "squares")->title, "squares");
    catalog_unref(c);
    assert_fails(store_set_layer(s, "circles", &words, NULL, &err), NOT_FOUND,
                 "no layer 'circles'");
    store_close(s);
}

static void a_zoom_that_was_said_outlives_the_features(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    struct layer_words words = NOTHING;
    words.min_zoom = 16;
    assert_ok(store_set_layer(s, "squares", &words, NULL, &err));
    kit_write_squares(s, "squares", 5, true);
    struct catalog *c = kit_catalog(s);
    assert_int_equal(kit_layer(c, "squares")->min_zoom, 16);
    assert_int_equal(kit_layer(c, "squares")->max_zoom, 16);
    catalog_unref(c);
    words.min_zoom = 0;
    assert_ok(store_set_layer(s, "squares", &words, NULL, &err));
    c = kit_catalog(s);
    assert_int_equal(kit_layer(c, "squares")->min_zoom, 10);
    catalog_unref(c);
    store_close(s);
}

static void nothing_of_a_dropped_layer_stays(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    kit_write_squares(s, "others", 10, false);
    assert_ok(store_drop_layer(s, "squares", &err));
    assert_fails(store_drop_layer(s, "squares", &err), NOT_FOUND, "no layer 'squares'");
    struct catalog *c = kit_catalog(s);
    assert_int_equal(catalog_n_layers(c), 1);
    catalog_unref(c);
    store_close(s);
    check_prints(k,
                 "sqlite3 STORE \"SELECT name FROM sqlite_schema WHERE name LIKE '%squares%';"
                 " SELECT f_table_name FROM geometry_columns; SELECT layer FROM cassini_imports;"
                 " SELECT DISTINCT layer FROM cassini_fields; PRAGMA integrity_check\"",
                 "others\nothers\nothers\nok\n");
}

static void a_renamed_layer_is_whole_for_everybody(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "squares", 1000, false);
    const int64_t before = kit_revision(s, "squares");
    assert_ok(store_rename_layer(s, "squares", "Plots-1.b", &err));
    struct catalog *c = kit_catalog(s);
    assert_int_equal(catalog_n_layers(c), 1);
    const struct feature_query one = {.layer = kit_layer(c, "Plots-1.b"), .id = "000999"};
    const struct feature_query box = {
        .layer = one.layer, .boxes = {{KIT_X(10), KIT_Y, KIT_X(20), KIT_Y}}, .n_boxes = 1};
    assert_int_equal(kit_count(s, &one), 1);
    assert_int_equal(kit_count(s, &box), 11);
    assert_true(one.layer->revision > before);
    catalog_unref(c);
    /* It can be replaced and named back, and its name is free again. */
    kit_write_squares(s, "squares", 10, false);
    kit_write_squares(s, "Plots-1.b", 1000, true);
    store_close(s);
    check_prints(k,
                 "spatialite -silent STORE \"SELECT CheckSpatialIndex('plots-1.b', 'geom'),"
                 " rtreecheck('Plots-1.b_drawable_index');"
                 " SELECT row_count FROM geometry_columns_statistics ORDER BY 1;"
                 " INSERT INTO \\\"Plots-1.b\\\"(id, geom) SELECT 'new', geom FROM"
                 " \\\"Plots-1.b\\\" LIMIT 1; SELECT count(*) FROM \\\"idx_Plots-1.b_geom\\\";"
                 " SELECT count(*) FROM cassini_imports WHERE layer='Plots-1.b';"
                 " PRAGMA integrity_check\"",
                 "1|ok\n10\n1000\n1001\n2\nok\n");
}

static void triggers_of_a_renamed_layer_keep_its_index(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    assert_ok(store_rename_layer(s, "squares", "plots", &err));
    store_close(s);
    check_prints(k,
                 "spatialite -silent STORE \"INSERT INTO plots(id, geom) SELECT 'new', geom FROM"
                 " plots LIMIT 1; DELETE FROM plots WHERE fid=3; UPDATE plots SET geom=NULL WHERE"
                 " fid=4; SELECT CheckSpatialIndex('plots', 'geom'), count(*) FROM idx_plots_geom;"
                 " SELECT name FROM sqlite_schema WHERE name LIKE '%squares%'\"",
                 "1|9\n");
}

static void a_name_that_is_taken_is_refused(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    kit_write_squares(s, "others", 10, false);
    const struct {
        const char *from, *to;
        enum err_code code;
        const char *words;
    } cases[] = {
        {"squares", "others", CONFLICT, "layer 'others' exists already"},
        {"squares", "squares", CONFLICT, "layer 'squares' exists already"},
        {"squares", "Others", CONFLICT, "differs from layer 'others' only in case"},
        {"squares", "Squares", CONFLICT, "differs from layer 'squares' only in case"},
        {"squares", "a b", BAD_ARG, "cannot be called 'a b'"},
        {"squares", "cassini_x", BAD_ARG, "cannot be called 'cassini_x'"},
        {"squares", "idx_others_geom", BAD_ARG, "cannot be called"},
        {"circles", "rounds", NOT_FOUND, "no layer 'circles'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(store_rename_layer(s, cases[i].from, cases[i].to, &err), cases[i].code,
                     cases[i].words);
    struct catalog *c = kit_catalog(s);
    const struct feature_query all = {.layer = kit_layer(c, "squares")};
    assert_int_equal(kit_count(s, &all), 10);
    catalog_unref(c);
    store_close(s);
}

static void a_reader_changes_nothing(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "squares", 10, false);
    store_close(s);
    s = kit_open(*state, STORE_READ);
    assert_fails(store_drop_layer(s, "squares", &err), BAD_ARG, "opened for reading");
    store_close(s);
}

/* SpatiaLite's own statements are interrupted, too, and it tells of them as of any failure. */
static void a_drop_can_be_canceled_and_has_not_been(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    const atomic_bool cancel = true;
    kit_write_squares(s, "squares", 20000, false);
    store_set_interrupt(s, &cancel, 0);
    assert_fails(store_drop_layer(s, "squares", &err), CANCELED, "canceled");
    store_set_interrupt(s, NULL, 0);
    struct catalog *c = kit_catalog(s);
    assert_int_equal(kit_layer(c, "squares")->n_features, 20000);
    catalog_unref(c);
    assert_ok(store_drop_layer(s, "squares", &err));
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_set_kept_and_taken_away, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(a_zoom_that_was_said_outlives_the_features, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(nothing_of_a_dropped_layer_stays, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(a_renamed_layer_is_whole_for_everybody, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(triggers_of_a_renamed_layer_keep_its_index, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_is_taken_is_refused, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(a_reader_changes_nothing, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(a_drop_can_be_canceled_and_has_not_been, kit_set_up,
                                        kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
