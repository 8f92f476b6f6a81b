#include "tests/unit/import_kit.h"

static struct source_info look(struct kit *k, const char *text, uint64_t n_max)
{
    struct err err = {0};
    struct source_info info;
    write_source(KIT_SOURCE, span_of(text));
    assert_ok(kit_info(k, KIT_SOURCE, n_max, &info, &err));
    return info;
}

static void info_tells_what_an_import_would_find(void **state)
{
    struct kit *k = *state;
    k->o.layer = NULL;
    const struct source_info i = look(
        k,
        FC(POINT("", "\"id\":\"a\",\"n\":1,\"day\":\"2020-01-31\"") "," POINT(
            "",
            "\"id\":\"b\",\"n\":null") ",{\"type\":\"Feature\",\"geometry\":null,\"properties\":"
                                       "{\"id\":\"c\",\"n\":2}},{}"),
        0);
    assert_string_equal(i.importer, "geojson");
    assert_string_equal(i.layer, "test_import");
    assert_true(i.geom_type == GEOM_POINT && i.epsg == 4326 && i.complete);
    assert_true(i.n_features == 4 && i.n_rejected == 1 && i.n_without_geometry == 1);
    assert_true(i.bbox.min_x == 2 && i.bbox.max_y == 48);
    assert_string_equal(i.id_field, "id");
    assert_string_equal(i.time_field, "day");
    assert_int_equal(i.n_fields, 3);
    assert_string_equal(i.fields[1].name, "n");
    assert_true(i.fields[1].type == FIELD_INTEGER && i.fields[1].n_null == 1);
    assert_string_equal(i.fields[1].examples, "1, 2");
    assert_int_equal(i.fields[2].n_null, 2);
    assert_layer(k, "");
}

static void info_of_a_sample_says_that_it_is_one(void **state)
{
    struct kit *k = *state;
    struct source_info i = look(k, FC(POINT("", "\"n\":1") "," POINT("", "\"n\":2")), 1);
    assert_true(i.n_features == 1 && !i.complete);
    assert_string_equal(i.fields[0].examples, "1");
    i = look(k, FC(POINT("", "\"n\":1") "," POINT("", "\"n\":2")), 2);
    assert_true(i.n_features == 2 && i.complete);
}

static void an_id_member_is_told_as_the_field_that_it_becomes(void **state)
{
    struct kit *k = *state;
    struct source_info i = look(
        k, FC(POINT("\"id\":\"way/1\",", "\"n\":1") "," POINT("\"id\":\"way/2\",", "\"n\":2")), 0);
    assert_string_equal(i.id_field, "id");
    assert_string_equal(i.fields[1].examples, "way/1, way/2");
    assert_int_equal(i.fields[1].n_null, 0);
    i = look(k, FC(POINT("\"id\":\"way/1\",", "\"n\":1") "," POINT("", "\"n\":2")), 0);
    assert_null(i.id_field);
    assert_string_equal(i.fields[1].examples, "way/1");
    assert_int_equal(i.fields[1].n_null, 1);
    k->o.id_field = "id";
    i = look(k, FC(""), 0);
    assert_int_equal(i.fields[0].n_null, 0);
}

static void invalid_polygons_are_counted(void **state)
{
    struct kit *k = *state;
    const struct source_info i =
        look(k, FC("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"), 0);
    assert_int_equal(i.n_invalid, 1);
}

static void what_cannot_be_read_is_refused_as_by_an_import(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct source_info i;
    write_source(KIT_SOURCE, span_of("[]"));
    assert_fails(kit_info(k, KIT_SOURCE, 0, &i, &err), BAD_DATA, "this is a JSON array");
    assert_fails(kit_info(k, "nowhere.geojson", 0, &i, &err), NOT_FOUND, "nowhere.geojson: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(info_tells_what_an_import_would_find),
        kit_test(info_of_a_sample_says_that_it_is_one),
        kit_test(an_id_member_is_told_as_the_field_that_it_becomes),
        kit_test(invalid_polygons_are_counted),
        kit_test(what_cannot_be_read_is_refused_as_by_an_import),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
