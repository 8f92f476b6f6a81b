/*
 * Real files: what we make of every good and bad one of mapbox/geojsonhint's, and a commune's
 * parcels as the French cadastre publishes them.
 *
 *   test_geojson_files FOLDER_OF_REAL_DATA     ends with 77 where the data is missing, unless in CI
 */
#include "tests/unit/import_kit.h"

/* Taken: how many features; rejected: how many of them; refused: which words say why. */
static const struct {
    const char *path;
    int n_features, n_rejected;
    const char *refused;
} FILES[] = {
    {"good/good-feature-with-id", 1, 0, NULL},
    {"good/good-feature-with-string-id", 1, 0, NULL},
    {"good/good-feature", 1, 0, NULL},
    {"good/good-featurecollection-bbox", 2, 0, NULL},
    {"good/good-featurecollection-bbox3d", 2, 0, NULL},
    {"good/good-featurecollection-extensions", 3, 0, NULL},
    {"good/good-featurecollection", 3, 0, NULL},
    {"good/good-geometrycollection", 1, 0, NULL},
    {"good/good-linestring", 1, 0, NULL},
    {"good/good-multilinestring", 1, 0, NULL},
    {"good/good-multipoint", 1, 0, NULL},
    {"good/good-point-3d", 1, 0, NULL},
    {"good/good-point", 1, 0, NULL},
    {"good/good-polygon", 1, 0, NULL},
    /* Its longitudes go to -259: allowed by the letter of the RFC, but nowhere on a map. */
    {"good/issue82", 0, 0, "is not a longitude and a latitude"},
    {"good/multipolygon", 1, 0, NULL},
    {"good/nullgeometry", 1, 0, NULL},
    {"good/nullproperties", 1, 0, NULL},
    {"bad/bad-duplicate-properties", 0, 0, "not a FeatureCollection"},
    {"bad/bad-featurelist", 0, 0, "lack an array of positions"},
    {"bad/bad-json", 0, 0, "not JSON"},
    {"bad/bad-object-type", 0, 0, "without a GeoJSON type"},
    {"bad/bad-polygon-interiorring-rhr", 1, 0, NULL}, /* the winding is not ours to mend */
    {"bad/bad-polygonloop", 0, 0, "not an array of numbers"},
    {"bad/bad-properties-as-array", 0, 0, "properties are not an object"},
    {"bad/badcoord", 0, 0, "position 1 of the Point is not an array of numbers"},
    {"bad/badcoordtype", 0, 0, "not an array of numbers"},
    {"bad/badfeature", 0, 0, "a feature must be an object"},
    {"bad/badfeatureid", 0, 0, "id is neither text nor a number"},
    {"bad/bbox-4or6elements", 1, 0, NULL}, /* nobody needs a source's bbox */
    {"bad/bbox-contains-string", 1, 0, NULL},
    {"bad/bbox-string", 1, 0, NULL},
    {"bad/different-first-last", 1, 0, NULL}, /* an open ring: closed */
    {"bad/different-first-size", 1, 0, NULL}, /* a height: left out */
    {"bad/excessive_precision_truncated", 1, 0, NULL},
    {"bad/expected_object", 0, 0, "properties are not an object"},
    {"bad/false", 0, 0, "a geometry is not an object"},
    {"bad/feature_changed_semantics", 1, 0, NULL},
    {"bad/featurecollection-obj", 0, 0, "`features` is not an array"},
    {"bad/featurecollection-type-case", 0, 0, "'featurecollection' is not a type of GeoJSON"},
    {"bad/featurecollection", 0, 0, "without `features`"},
    {"bad/featurecollection_changed_semantics", 3, 0, NULL},
    {"bad/geometry_changed_semantics", 1, 0, NULL},
    {"bad/geometrycollection_nested", 1, 0, NULL},
    {"bad/geometrycollection_single", 1, 0, NULL},
    {"bad/multiple_problems", 4, 3, NULL},
    {"bad/multipoint-multidimension", 0, 0, "not an array of numbers"},
    {"bad/multipoint-nondimension", 0, 0, "not an array of numbers"},
    {"bad/nofeaturetype", 0, 0, "'Featre' is not a type of GeoJSON"},
    {"bad/notype", 0, 0, "without a GeoJSON type"},
    {"bad/point-labeled-as-a-multipolygon", 0, 0, "lack an array of rings"},
    {"bad/point-string", 0, 0, "not an array of numbers"},
    {"bad/point-toofew", 0, 0, "less than two numbers"},
    {"bad/point-toomany", 1, 0, NULL},
    {"bad/point", 0, 0, "a Point without coordinates"},
    {"bad/polygon_winding_order", 1, 0, NULL},
    {"bad/rootstring", 0, 0, "the JSON value null, not GeoJSON"},
    {"bad/short-line", 0, 0, "line 1 has 1 positions"},
    {"bad/short-linearring", 0, 0, "ring 1 of polygon 1 has 3 positions"},
    {"bad/short-multilinestring", 0, 0, "line 2 has 1 positions"},
    {"bad/stringcoord", 2, 1, NULL},
    {"bad/unknowntype", 0, 0, "'FooBar' is not a type of GeoJSON"},
};

static const char *folder; /* the program's argument */

static const char *path_of(struct kit *k, const char *name, const char *suffix)
{
    struct err err = {0};
    const char *path = arena_printf(&k->arena, &err, "%s/data/%s%s", folder, name, suffix);
    assert_non_null(path);
    return path;
}

static void every_file_of_geojsonhint_has_its_verdict(void **state)
{
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.limits.vertices = 100000;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct err err = {0};
        const struct import_summary *s = &k->summary;
        const char *path = path_of(
            k, arena_printf(&k->arena, &err, "broken/geojsonhint/%s", FILES[i].path), ".geojson");
        const enum err_code rc = kit_import_file(k, path, &err);
        if (FILES[i].refused) {
            if (rc != BAD_DATA || !strstr(err.text, FILES[i].refused))
                fail_msg("%s: %s '%s'", FILES[i].path, err_name(rc), err.text);
        } else if (rc || s->n_read != (uint64_t)FILES[i].n_features ||
                   s->n_rejected != (uint64_t)FILES[i].n_rejected) {
            fail_msg("%s: %s '%s', %d features, %d rejected", FILES[i].path, err_name(rc), err.text,
                     (int)s->n_read, (int)s->n_rejected);
        }
    }
}

static void a_communes_parcels_become_a_layer_without_options(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.layer = NULL;
    const char *path = path_of(k, "cadastre/cadastre-91216-parcelles", ".json.gz");
    assert_ok(kit_import_file(k, path, &err));
    const struct import_summary *s = &k->summary;
    assert_string_equal(s->layer, "parcelles");
    assert_string_equal(s->id_field, "id");
    assert_true(s->n_read == 4241 && s->n_written == 4241 && s->n_rejected == 0);
    struct catalog *catalog = NULL;
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    const struct layer *l = catalog_find(catalog, span_of("parcelles"));
    static const struct {
        const char *name;
        enum field_type type;
    } fields[] = {
        {"id", FIELD_TEXT},         {"commune", FIELD_TEXT}, {"prefixe", FIELD_TEXT},
        {"section", FIELD_TEXT},    {"numero", FIELD_TEXT},  {"contenance", FIELD_INTEGER},
        {"arpente", FIELD_BOOLEAN}, {"created", FIELD_DATE}, {"updated", FIELD_DATE}};
    assert_int_equal(l->n_fields, 9);
    for (size_t i = 0; i < 9; i++) {
        assert_string_equal(l->fields[i].name, fields[i].name);
        assert_int_equal(l->fields[i].type, fields[i].type);
    }
    const struct feature_query all = {.layer = l};
    struct feature_cursor *cursor = NULL;
    int n_without_area = 0;
    bool more = true;
    assert_ok(store_query_features(k->store, &all, &cursor, &err));
    while (more) {
        struct feature f;
        assert_ok(feature_cursor_next(cursor, &k->arena, &f, &more, &err));
        n_without_area += more && f.values[5].type == VALUE_NULL;
    }
    feature_cursor_close(cursor);
    assert_int_equal(n_without_area, 1);
    catalog_unref(catalog);
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
        kit_test(every_file_of_geojsonhint_has_its_verdict),
        kit_test(a_communes_parcels_become_a_layer_without_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
