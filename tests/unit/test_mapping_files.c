/*
 * Real records by the mappings that are shipped: Lithuanian air quality, bike stations of JCDecaux,
 * Things of Hamburg.
 *
 *   test_mapping_files FOLDER_OF_REAL_DATA     ends with 77 where the data is missing, unless in CI
 */
#include "tests/unit/import_kit.h"

static const char *folder; /* the program's argument */

static void import_by(struct kit *k, const char *mapping, const char *name)
{
    struct err err = {0};
    const char *path = arena_printf(&k->arena, &err, "%s/data/%s", folder, name);
    assert_non_null(path);
    k->o.reader.mapping = mapping;
    k->o.reader.limits.join_bytes = 1 << 20;
    assert_ok(kit_import_file(k, path, &err));
    assert_int_equal(k->summary.n_rejected, 0);
    assert_int_equal(k->summary.epsg, 4326);
}

/* The layer's field of that name. */
static struct field field_of(struct kit *k, const char *name)
{
    struct err err = {0};
    struct catalog *catalog = NULL;
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    const struct layer *l = catalog_find(catalog, span_of("layer"));
    const int index = layer_field_index(l, name);
    assert_true(index >= 0);
    struct field f = l->fields[index];
    f.title = arena_strdup(&k->arena, f.title, &err);
    f.unit = arena_strdup(&k->arena, f.unit, &err);
    f.iri = arena_strdup(&k->arena, f.iri, &err);
    catalog_unref(catalog);
    return f;
}

static void lithuanian_stations_keep_their_zeros_and_their_gaps(void **state)
{
    struct kit *k = *state;
    import_by(k, "lithuanian-air-stations", "air-quality/lt_aaa_Station.csv");
    assert_int_equal(k->summary.n_written, 22);
    assert_int_equal(k->summary.n_without_geometry, 5);
    assert_string_equal(k->summary.id_field, "station");
    const char *layer = kit_layer(k);
    assert_non_null(strstr(layer, "\n0033: \"0033\", \"a23fd8f6-f238-4fa8-88d0-ddeb23b60b59\", "
                                  "55.69, 21.179456 [Point 1]"));
    assert_non_null(strstr(layer, "\n0011: \"0011\", \"27cbf611-ff8f-4851-bf66-e87d96303ad8\", "
                                  "null, null [None 0]"));
    assert_string_equal(field_of(k, "latitude").unit, "deg");
    assert_string_equal(field_of(k, "latitude").iri, "http://www.w3.org/2003/01/geo/wgs84_pos#lat");
}

static void lithuanian_means_have_station_quantity_and_unit(void **state)
{
    struct kit *k = *state;
    import_by(k, "lithuanian-air-quality", "air-quality/lt_aaa_Averages_head5.csv");
    assert_int_equal(k->summary.n_notes, 0); /* every join found its record */
    assert_layer(
        k, "station:text, time:datetime, quantity:text, quantity_name:text, value:real, unit:text, "
           "code:text, flag:integer, id:text\n"
           "100013482: \"0053\", \"2012-12-11T13:00:00\", \"NOx\", \"nitrogen oxides\", 8.23, "
           "\"[ppb]\", \"401\", 1, \"100013482\" [Point 1]\n"
           "100013570: \"0053\", \"2012-12-11T20:00:00\", \"PRES\", \"atm. pressure\", 993.06, "
           "\"hPa\", \"906\", 1, \"100013570\" [Point 1]\n"
           "100171317: \"0002\", \"2012-12-12T08:00:00\", \"ETHAN\", \"ethane-FID\", -0.55, "
           "\"[ppb]\", \"5301\", 1, \"100171317\" [Point 1]\n"
           "100185170: \"0053\", \"2012-12-12T08:00:00\", \"PRES\", \"atm. pressure\", 995.97, "
           "\"hPa\", \"906\", 1, \"100185170\" [Point 1]\n"
           "100353357: \"0002\", \"2012-12-13T02:00:00\", \"2MPTA1\", \"2-methylpentane-PID\", 0, "
           "\"[ppb]\", \"7001\", 1, \"100353357\" [Point 1]");
    assert_string_equal(field_of(k, "unit").title, "Unit of the value (UCUM)");
}

static void markers_of_jcdecaux_are_stations(void **state)
{
    struct kit *k = *state;
    import_by(k, "jcdecaux-stations", "bikes-xml/cyclocity_carto_paris.xml");
    assert_int_equal(k->summary.n_written, 1203);
    assert_int_equal(k->summary.n_without_geometry, 0);
    assert_non_null(strstr(kit_layer(k),
                           "\n901: \"901\", \"00901 - STATION MOBILE 1\", \"ALLEE DU BELVEDERE "
                           "PARIS 19 - 0 75000 Paris -\", \"ALLEE DU BELVEDERE PARIS 19 - 0 75000 "
                           "Paris - 75000 PARIS\", true, false"));
    assert_int_equal(field_of(k, "open").type, FIELD_BOOLEAN);
}

static void a_thing_of_hamburg_lies_where_its_feature_says(void **state)
{
    struct kit *k = *state;
    import_by(k, "sensorthings-locations",
              "iot-hamburg/hamburg_things_expand_locations_datastreams.json");
    assert_int_equal(k->summary.n_written, 1);
    assert_int_equal(k->summary.geom_type, GEOM_POLYGON);
    const char *layer = kit_layer(k);
    assert_non_null(strstr(layer, "\n227: \"Hamburg University of Applied Sciences: "
                                  "Energie-Campus\", "));
    assert_non_null(strstr(layer, "[Polygon 16]"));
    assert_int_equal(field_of(k, "properties").type, FIELD_JSON);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    if (access(folder, R_OK)) {
        printf("%s is missing\n", folder);
        return getenv("CI") ? 1 : 77;
    }
    const struct CMUnitTest tests[] = {
        kit_test(lithuanian_stations_keep_their_zeros_and_their_gaps),
        kit_test(lithuanian_means_have_station_quantity_and_unit),
        kit_test(markers_of_jcdecaux_are_stations),
        kit_test(a_thing_of_hamburg_lies_where_its_feature_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
