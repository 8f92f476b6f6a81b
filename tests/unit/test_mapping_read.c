#include "tests/unit/unit.h"

#include "importers/mapping.h"

#include <stdio.h>
#include <string.h>

#define LAYER(members) "{\"version\":1,\"format\":\"json\"," members "}"
#define FIELDS         "\"fields\":{\"a\":\"a\"}"
#define FIELD(members) LAYER("\"fields\":{\"a\":{" members "}}")
#define JOIN(members)  LAYER("\"joins\":[{" members "}]," FIELDS)
#define ON             "\"on\":{\"local\":\"a\",\"key\":\"b\"}"

static void a_mapping_is_read_whole(void **state)
{
    static const char TEXT[] =
        LAYER("\"title\":\"T\",\"files\":\"*.json\",\"records\":\"/data/*\",\"next\":\"n\","
              "\"crs\":\"EPSG:2154\",\"id\":\"{net}-{s/"
              "no}!\",\"geometry\":{\"lon\":\"x\",\"lat\":\"s/y\"},"
              "\"joins\":[{\"name\":\"s\",\"file\":\"s.csv\",\"format\":\"csv\","
              "\"on\":{\"local\":\"k\",\"last\":2,\"key\":\"id\"}},"
              "{\"name\":\"t\",\"records\":\"u\",\"on\":{\"local\":\"s/k\",\"key\":\"id\"}}],"
              "\"fields\":{\"a\":\"p/q\",\"b\":{\"from\":\"t/v\",\"type\":\"real\",\"unit\":\"m\","
              "\"iri\":\"urn:x\",\"title\":\"B\",\"values\":{\"1\":2,\"-\":null}},"
              "\"c\":{\"constant\":true}}");
    struct err err = {0};
    struct arena a;
    struct mapping m;
    (void)state;
    arena_init(&a, MAPPING_BYTES);
    assert_ok(mapping_read(span_of(TEXT), &a, &m, &err));
    assert_string_equal(m.files, "*.json");
    assert_int_equal(m.records.n_steps, 2);
    assert_string_equal(m.records.steps[1], "*");
    assert_int_equal(m.geometry, MAPPING_LON_LAT);
    assert_true(m.x.join == -1 && m.y.join == 0);
    assert_int_equal(m.n_id_parts, 3);
    assert_true(m.id[1].place.join == 0 && span_eq(m.id[1].text, "-"));
    assert_true(span_eq(m.id[2].text, "!") && !m.id[2].has_place);
    assert_true(m.n_joins == 2 && m.joins[0].last == 2 && m.joins[0].format == RECORD_CSV);
    assert_true(m.joins[0].local.join == -1 && m.joins[1].local.join == 0 && !m.joins[1].file);
    assert_true(m.n_fields == 3 && !m.fields[0].has_type && m.fields[1].type == FIELD_REAL);
    assert_true(m.fields[1].from.join == 1 && m.fields[1].n_values == 2);
    assert_int_equal(m.fields[1].values[1].to.type, VALUE_NULL);
    assert_string_equal(m.fields[1].unit, "m");
    assert_true(m.fields[2].from.path.n_steps == 0 && m.fields[2].constant.boolean);
    arena_clear(&a);
}

/* What is wrong, and which words say where and why. */
static const struct {
    const char *text, *words;
} BAD[] = {
    {"", "not JSON"},
    {"[]", "/: this must be an object"},
    {"{}", "/: 'version' is missing"},
    {"{\"version\":\"1\"}", "/version: this must be the number 1"},
    {"{\"version\":1}", "/: 'format' is missing"},
    {"{\"version\":1,\"format\":\"yaml\"," FIELDS "}", "/format: this must be \"json\""},
    {LAYER("\"field\":{}"), "/: 'field' is not known: was 'fields' meant?"},
    {LAYER("\"zzzzzzzz\":{}," FIELDS), "/: 'zzzzzzzz' is not known"},
    {LAYER("\"fields\":{}"), "/fields: this must be an object"},
    {LAYER("\"fields\":{\"\":\"a\"}"), "/fields/: a field without a name"},
    {LAYER("\"fields\":{\"a\":\"a\",\"a\":\"b\"}"), "/fields/a: a field of this name came before"},
    {LAYER("\"fields\":{\"a\":7}"), "/fields/a: this must be a path or an object"},
    {LAYER("\"fields\":{\"a\":\"\"}"), "/fields/a: the path '' has an empty step"},
    {LAYER("\"fields\":{\"a\":\"b//c\"}"), "/fields/a: the path 'b//c' has an empty step"},
    {LAYER("\"fields\":{\"a\":\"b/\"}"), "/fields/a: the path 'b/' has an empty step"},
    {LAYER("\"fields\":{\"a\":\"b~2\"}"), "a `~` in a path"},
    {FIELD(""), "/fields/a: a field has either 'from' or 'constant'"},
    {FIELD("\"from\":\"a\",\"constant\":1"), "/fields/a: a field has either"},
    {FIELD("\"from\":\"a\",\"typ\":\"text\""), "/fields/a: 'typ' is not known: was 'type' meant?"},
    {FIELD("\"from\":\"a\",\"type\":\"int\""), "/fields/a/type: this must be a type"},
    {FIELD("\"from\":\"a\",\"unit\":\"\""), "/fields/a/unit: this must be a text"},
    {FIELD("\"from\":\"a\",\"iri\":\"name\""), "/fields/a/iri: this must be an absolute IRI"},
    {FIELD("\"from\":\"a\",\"values\":{}"), "/fields/a/values: this must be an object"},
    {FIELD("\"from\":\"a\",\"values\":{\"1\":[]}"), "/fields/a/values/1: this must be a text"},
    {LAYER("\"geometry\":{}," FIELDS), "/geometry: a geometry has 'lon' and 'lat'"},
    {LAYER("\"geometry\":{\"lon\":\"x\"}," FIELDS), "/geometry: a geometry has"},
    {LAYER("\"geometry\":{\"lon\":\"x\",\"wkt\":\"y\"}," FIELDS), "/geometry: a geometry has"},
    {LAYER("\"id\":\"number\"," FIELDS), "/id: an id needs a path in braces"},
    {LAYER("\"id\":\"{a\"," FIELDS), "/id: braces stand in pairs"},
    {LAYER("\"id\":\"a}\"," FIELDS), "/id: braces stand in pairs"},
    {LAYER("\"id\":\"{}\"," FIELDS), "/id: the path '' has an empty step"},
    {LAYER("\"files\":\"../x\"," FIELDS), "/files: this must be the name of a file"},
    {JOIN(ON), "/joins/0: 'name' is missing"},
    {JOIN("\"name\":\"s\""), "/joins/0: 'on' is missing"},
    {JOIN("\"name\":\"s/t\"," ON), "/joins/0/name: a join's name has no '/'"},
    {JOIN("\"name\":\"s\",\"file\":\"/etc/passwd\"," ON), "/joins/0/file: this must be the name"},
    {JOIN("\"name\":\"s\",\"file\":\"..\"," ON), "/joins/0/file: this must be the name"},
    {JOIN("\"name\":\"s\",\"file\":\"a\\\\b\"," ON), "/joins/0/file: this must be the name"},
    {JOIN("\"name\":\"s\",\"format\":\"xml\"," ON), "'records' of s is missing: XML needs it"},
    {JOIN("\"name\":\"s\",\"on\":{\"local\":\"a\"}"), "/joins/0/on: 'key' is missing"},
    {JOIN("\"name\":\"s\",\"on\":{\"local\":\"a\",\"key\":\"b\",\"last\":0}"), "/joins/0/on/last"},
    {JOIN("\"name\":\"s\",\"on\":{\"local\":\"a\",\"key\":\"b\",\"last\":1,\"without_last\":1}"),
     "/joins/0/on: either 'last' or 'without_last'"},
    {LAYER("\"joins\":[{\"name\":\"s\"," ON "},{\"name\":\"s\"," ON "}]," FIELDS),
     "/joins/1/name: a join of this name came before"},
    {"{\"version\":1,\"format\":\"xml\"," FIELDS "}", "'records' of the mapping is missing"},
    {"{\"version\":1,\"format\":\"csv\",\"records\":\"a\"," FIELDS "}", "in CSV every row is one"},
    {"{\"version\":1,\"format\":\"csv\",\"next\":\"a\"," FIELDS "}", "only JSON has 'next'"},
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct err err = {0};
        struct arena a;
        struct mapping m;
        arena_init(&a, MAPPING_BYTES);
        const enum err_code rc = mapping_read(span_of(BAD[i].text), &a, &m, &err);
        if (rc != BAD_DATA || err.code != rc || !strstr(err.text, BAD[i].words))
            fail_msg("%s: %s '%s' instead of '%s'", BAD[i].text, err_name(rc), err.text,
                     BAD[i].words);
        arena_clear(&a);
    }
}

static void another_version_is_not_read(void **state)
{
    struct err err = {0};
    struct arena a;
    struct mapping m;
    (void)state;
    arena_init(&a, MAPPING_BYTES);
    assert_fails(mapping_read(span_of("{\"version\":2,\"wonders\":[]}"), &a, &m, &err), UNSUPPORTED,
                 "version 2 of mapping files; this Cassini reads version 1");
    arena_clear(&a);
}

static void more_joins_than_there_may_be_are_refused(void **state)
{
    struct err err = {0};
    struct arena a;
    struct mapping m;
    struct buf b;
    (void)state;
    arena_init(&a, MAPPING_BYTES);
    buf_init(&b, 1 << 20);
    buf_put_text(&b, "{\"version\":1,\"format\":\"json\"," FIELDS ",\"joins\":[");
    for (int i = 0; i <= MAPPING_JOINS_MAX; i++)
        buf_printf(&b, "%s{\"name\":\"j%d\"," ON "}", i ? "," : "", i);
    buf_put_text(&b, "]}");
    assert_fails(mapping_read(span_of(buf_text(&b)), &a, &m, &err), BAD_DATA, "at most 16 joins");
    buf_clear(&b);
    arena_clear(&a);
}

static void names_fit_patterns(void **state)
{
    (void)state;
    assert_true(mapping_name_fits("Station.csv", "*Station.csv"));
    assert_true(mapping_name_fits("lt_aaa_Station.csv", "*Station.csv"));
    assert_true(mapping_name_fits("a.b.c", "a*b*c"));
    assert_true(mapping_name_fits("aab", "*ab"));
    assert_true(mapping_name_fits("", "*"));
    assert_false(mapping_name_fits("Stations.csv", "*Station.csv"));
    assert_false(mapping_name_fits("ab", "a"));
    assert_false(mapping_name_fits("a", "ab"));
}

static void shipped_mappings_are_all_good(void **state)
{
    static const char *const NAMES[] = {"bixi-stations",           "gbfs-stations",
                                        "jcdecaux-stations",       "lithuanian-air-quality",
                                        "lithuanian-air-stations", "sensorthings-locations"};
    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct err err = {0};
        struct arena a;
        struct mapping m;
        const char *folder = "";
        arena_init(&a, MAPPING_BYTES);
        assert_ok(mapping_load(NAMES[i], &a, &m, &folder, &err));
        assert_null(folder);
        assert_true(m.n_fields > 3 && m.n_id_parts > 0 && m.geometry != MAPPING_TABLE);
        arena_clear(&a);
    }
}

static void a_name_that_is_none_lists_those_there_are(void **state)
{
    struct err err = {0};
    struct arena a;
    struct mapping m;
    const char *folder = NULL;
    (void)state;
    arena_init(&a, MAPPING_BYTES);
    assert_fails(mapping_load("gbfs", &a, &m, &folder, &err), NOT_FOUND,
                 "bixi-stations, gbfs-stations, jcdecaux-stations");
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mapping_is_read_whole),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(another_version_is_not_read),
        cmocka_unit_test(more_joins_than_there_may_be_are_refused),
        cmocka_unit_test(names_fit_patterns),
        cmocka_unit_test(shipped_mappings_are_all_good),
        cmocka_unit_test(a_name_that_is_none_lists_those_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
