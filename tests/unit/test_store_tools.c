/* What other programs see in a store: SQLite's and SpatiaLite's shells, and OGR. */
#include "tests/unit/store_kit.h"

static void make_store(const struct kit *k, bool twice)
{
    struct err err = {0};
    struct store *s = kit_open(k, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("Rues-1.b", fields);
    spec.id_field = -1;
    spec.geom_type = GEOM_COLLECTION;
    kit_write_squares(s, "parcelles", 5000, false);
    if (twice)
        kit_write_squares(s, "parcelles", 5000, true);
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    const struct value values[KIT_N_FIELDS] = {value_text(span_of("x"))};
    struct feature f = {.id = span_of("1"), .values = values, .n_values = KIT_N_FIELDS};
    assert_ok(layer_writer_put(w, &f, &err));
    double xy[] = {1, 2};
    uint32_t one[] = {1};
    uint8_t kind[] = {GEOM_KIND_POINT};
    f.id = span_of("2");
    f.geom = (struct geom){GEOM_POINT, 1, 1, 1, xy, one, one, kind, NULL};
    assert_ok(layer_writer_put(w, &f, &err));
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    store_close(s);
}

static void sqlite_finds_both_indexes_whole(void **state)
{
    char out[4096];
    make_store(*state, false);
    if (!kit_run(*state,
                 "sqlite3 STORE \"SELECT rtreecheck('idx_parcelles_geom'),"
                 " rtreecheck('parcelles_drawable_index'), rtreecheck('idx_Rues-1.b_geom'),"
                 " rtreecheck('Rues-1.b_drawable_index'); PRAGMA integrity_check;"
                 " PRAGMA application_id; PRAGMA journal_mode; PRAGMA page_size;"
                 " SELECT count(*) FROM idx_parcelles_geom\"",
                 out, sizeof out))
        skip();
    assert_string_equal(out, "ok|ok|ok|ok\nok\n1129533001\nwal\n4096\n5000\n");
}

static void spatialite_checks_registers_and_keeps_the_index(void **state)
{
    char out[4096];
    make_store(*state, true);
    if (!kit_run(*state,
                 "spatialite -silent STORE \"SELECT CheckSpatialIndex('parcelles', 'geom'),"
                 " CheckSpatialIndex('rues-1.b', 'geom');"
                 " SELECT f_table_name, geometry_type, coord_dimension, srid,"
                 " spatial_index_enabled FROM geometry_columns ORDER BY 1;"
                 " SELECT row_count, extent_min_x, extent_max_y FROM geometry_columns_statistics"
                 " ORDER BY f_table_name;"
                 " SELECT ST_AsText(geom), ST_IsValid(geom), ST_SRID(geom) FROM parcelles LIMIT 1;"
                 " INSERT INTO parcelles(id, geom) SELECT 'new', ST_Translate(geom, 7, 7, 0)"
                 " FROM parcelles WHERE fid=3;"
                 " UPDATE parcelles SET geom=NULL WHERE fid=4; DELETE FROM parcelles WHERE fid=5;"
                 " SELECT CheckSpatialIndex('parcelles', 'geom'), rtreecheck('idx_parcelles_geom'),"
                 " (SELECT count(*) FROM idx_parcelles_geom)\"",
                 out, sizeof out))
        skip();
    assert_string_equal(out, "1|1\n"
                             "parcelles|6|2|2154|1\nrues-1.b|0|2|2154|1\n"
                             "5000|650000.0|6860010.0\n2|1.0|2.0\n"
                             "MULTIPOLYGON(((650000 6860000, 650010 6860000, 650010 6860010, "
                             "650000 6860010, 650000 6860000)))|1|2154\n"
                             "1|ok|4999\n");
}

static void a_replaced_layer_leaves_the_schema_of_a_fresh_one(void **state)
{
    static const char command[] = "sqlite3 STORE \"SELECT type, name, sql FROM sqlite_schema"
                                  " ORDER BY 1, 2; SELECT * FROM geometry_columns ORDER BY 1;"
                                  " SELECT f_table_name FROM geometry_columns_time ORDER BY 1;"
                                  " SELECT f_table_name FROM geometry_columns_auth ORDER BY 1\"";
    static char once[1 << 17], twice[1 << 17];
    const struct kit *k = *state;
    make_store(k, false);
    if (!kit_run(k, command, once, sizeof once))
        skip();
    assert_int_equal(unlink(k->path), 0);
    make_store(k, true);
    assert_true(kit_run(k, command, twice, sizeof twice));
    assert_true(strlen(once) < sizeof once - 1);
    assert_string_equal(once, twice);
}

static void ogr_sees_layers_columns_and_crs(void **state)
{
    static char out[1 << 16];
    static const char *const lines[] = {
        "\nGeometry: Multi Polygon\n",
        "\nFeature Count: 5000\n",
        "\nExtent: (650000.000000, 6860000.000000) - (749990.000000, 6860010.000000)\n",
        "ID[\"EPSG\",2154]",
        "\nFID Column = fid\n",
        "\nGeometry Column = geom\n",
        "\nid: String",
        "\nArea: Real",
        "\narea_2: Integer64",
        "\nbuilt: Integer(Boolean)",
        "\nsince: Date",
        "\ntags: String",
    };
    make_store(*state, false);
    if (!kit_run(*state, "ogrinfo -so STORE parcelles", out, sizeof out))
        skip();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!strstr(out, lines[i]))
            fail_msg("no '%s' in:\n%s", lines[i], out);
    }
    assert_true(kit_run(*state, "ogrinfo -al STORE Rues-1.b", out, sizeof out));
    assert_non_null(strstr(out, "POINT (1 2)"));
    assert_non_null(strstr(out, "feature_id (Integer64) = 2"));
    assert_true(kit_run(*state, "ogrinfo STORE", out, sizeof out));
    assert_non_null(strstr(out, "1: parcelles (Multi Polygon)"));
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(sqlite_finds_both_indexes_whole),
        WITH_KIT(spatialite_checks_registers_and_keeps_the_index),
        WITH_KIT(a_replaced_layer_leaves_the_schema_of_a_fresh_one),
        WITH_KIT(ogr_sees_layers_columns_and_crs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
