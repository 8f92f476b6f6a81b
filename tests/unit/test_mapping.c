/* Records become features, as a mapping says. */
#include "tests/unit/import_kit.h"

#include <sys/stat.h>

#define MAPPING "test_mapping.json"
#define SOURCE  "test_mapping_source.txt"
#define OTHER   "test_mapping_other.txt"

#define JSON_OF(members) "{\"version\":1,\"format\":\"json\"," members "}"
#define XML_OF(members)  "{\"version\":1,\"format\":\"xml\"," members "}"
#define CSV_OF(members)  "{\"version\":1,\"format\":\"csv\"," members "}"

static int tear_down(void **state)
{
    (void)unlink(MAPPING);
    (void)unlink(SOURCE);
    (void)unlink(OTHER);
    return kit_tear_down(state);
}

static void use(struct kit *k, const char *mapping)
{
    write_source(MAPPING, span_of(mapping));
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.mapping = MAPPING;
    k->o.reader.limits.join_bytes = 1 << 20;
}

static enum err_code import_text(struct kit *k, const char *text, struct err *err)
{
    write_source(SOURCE, span_of(text));
    return kit_import_file(k, SOURCE, err);
}

static void records_become_features(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k,
        JSON_OF("\"records\":\"data\",\"id\":\"{net/0}-{no}\","
                "\"geometry\":{\"lon\":\"at/x\",\"lat\":\"at/y\"},"
                "\"fields\":{\"no\":\"no\",\"name\":\"names/0/text\",\"net\":{\"constant\":7}}"));
    assert_ok(
        import_text(k,
                    "{\"data\":[{\"no\":\"01\",\"net\":[\"a\"],\"at\":{\"x\":2,\"y\":\"48.5\"},"
                    "\"names\":[{\"text\":\"Lune\"}]},"
                    "{\"no\":\"02\",\"net\":[\"a\"],\"at\":null,\"names\":[]}]}",
                    &err));
    assert_layer(k, "no:text, name:text, net:integer, id:text\n"
                    "a-01: \"01\", \"Lune\", 7, \"a-01\" [Point 1]\n"
                    "a-02: \"02\", null, 7, \"a-02\" [None 0]");
    assert_int_equal(k->summary.n_without_geometry, 1);
}

static void declared_types_are_taken_at_their_word(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, XML_OF("\"records\":\"m/s\",\"fields\":{"
                  "\"t\":{\"from\":\"@t\",\"type\":\"text\"},"
                  "\"i\":{\"from\":\"@i\",\"type\":\"integer\"},"
                  "\"r\":{\"from\":\"@r\",\"type\":\"real\"},"
                  "\"b\":{\"from\":\"@b\",\"type\":\"boolean\"},"
                  "\"d\":{\"from\":\"@d\",\"type\":\"date\"},"
                  "\"s\":{\"from\":\"@s\",\"type\":\"datetime\"},"
                  "\"ms\":{\"from\":\"@ms\",\"type\":\"datetime\"},"
                  "\"j\":{\"from\":\"j\",\"type\":\"json\"}}"));
    assert_ok(import_text(k,
                          "<m><s t='12' i=' 12 ' r='-1e3' b='1' d='2026-11-22' s='1440000000' "
                          "ms='1440000000123'><j>x</j></s>"
                          "<s t='' i='' r='' b='' d='' s='' ms=''/></m>",
                          &err));
    assert_layer(k,
                 "t:text, i:integer, r:real, b:boolean, d:date, s:datetime, ms:datetime, j:json\n"
                 "1: \"12\", 12, -1000, true, \"2026-11-22\", \"2015-08-19T16:00:00Z\", "
                 "\"2015-08-19T16:00:00.123Z\", \"x\" [None 0]\n"
                 "2: null, null, null, null, null, null, null, null [None 0]");
}

static void a_value_of_another_type_rejects_its_record_alone(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"fields\":{\"i\":{\"from\":\"i\",\"type\":\"integer\"},"
                   "\"s\":{\"from\":\"s\",\"type\":\"datetime\"}}"));
    assert_ok(import_text(k,
                          "{\"i\":5.0}\n{\"i\":\"n/a\"}\n{\"i\":1.5}\n{\"i\":[1]}\n{\"s\":-1}\n"
                          "{\"i\":true}\n7\n{\"i\":\n",
                          &err) == BAD_DATA
                  ? OK
                  : INTERNAL);
    assert_non_null(strstr(err.text, "ends at byte"));
    assert_ok(import_text(k,
                          "{\"i\":5.0}\n{\"i\":\"n/a\"}\n{\"i\":1.5}\n{\"i\":[1]}\n{\"s\":-1}\n"
                          "{\"i\":true}\n7\n{\"i\":nul}\n",
                          &err));
    assert_int_equal(k->summary.n_rejected, 7);
    assert_string_equal(k->summary.first_rejects[0].position, "feature 2, line 2, byte 10");
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "field 'i': 'n/a' is not a whole number");
    assert_true(span_eq(k->summary.first_rejects[0].raw, "{\"i\":\"n/a\"}"));
    assert_layer(k, "i:integer, s:datetime\n1: 5, null [None 0]");
}

static void text_without_types_settles_over_the_whole_source(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, CSV_OF("\"fields\":{\"code\":\"code\",\"n\":\"n\",\"x\":\"x\"}"));
    assert_ok(import_text(k, "code,n,x\n0033,1,2\n12,2,a\n", &err));
    assert_layer(k, "code:text, n:integer, x:text\n"
                    "1: \"0033\", 1, \"2\" [None 0]\n2: \"12\", 2, \"a\" [None 0]");
}

static void a_value_list_replaces_what_it_knows(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"fields\":{\"s\":{\"from\":\"s\",\"values\":{\"1\":\"open\",\"true\":\"open\","
                   "\"0\":\"closed\",\"-\":null}}}"));
    assert_ok(
        import_text(k, "{\"s\":1}{\"s\":true}{\"s\":\"0\"}{\"s\":\"-\"}{\"s\":\"other\"}", &err));
    assert_layer(k, "s:text\n1: \"open\" [None 0]\n2: \"open\" [None 0]\n"
                    "3: \"closed\" [None 0]\n4: null [None 0]\n5: \"other\" [None 0]");
}

static void geometries_come_in_many_ways(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, CSV_OF("\"geometry\":{\"wkt\":\"g\"},\"fields\":{\"g\":\"g\"}"));
    assert_ok(import_text(k, "g\nPOINT (1 2)\n\"\"\n", &err));
    assert_int_equal(k->summary.n_without_geometry, 1);
    use(k, JSON_OF("\"geometry\":{\"geojson\":\"g\"},\"fields\":{\"n\":\"n\"}"));
    assert_ok(import_text(
        k,
        "{\"n\":1,\"g\":{\"type\":\"Point\",\"coordinates\":[2,48]}}"
        "{\"n\":2,\"g\":{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[2,"
        "48]}}}"
        "{\"n\":3,\"g\":\"{\\\"type\\\":\\\"Point\\\",\\\"coordinates\\\":[2,48]}\"}"
        "{\"n\":4,\"g\":null}{\"n\":5}{\"n\":6,\"g\":{\"type\":\"Feature\"}}{\"n\":7,\"g\":\"{\"}",
        &err));
    assert_int_equal(k->summary.n_rejected, 2);
    assert_layer(k, "n:integer\n1: 1 [Point 1]\n2: 2 [Point 1]\n3: 3 [Point 1]\n4: 4 [None 0]\n"
                    "5: 5 [None 0]");
    use(k, JSON_OF("\"crs\":\"EPSG:2154\",\"geometry\":{\"lon\":\"x\",\"lat\":\"y\"},"
                   "\"fields\":{\"x\":\"x\"}"));
    assert_ok(import_text(k, "{\"x\":652000,\"y\":6862000}{\"x\":1}{\"x\":\"a\",\"y\":1}", &err));
    assert_int_equal(k->summary.epsg, 2154);
    assert_int_equal(k->summary.n_rejected, 2);
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "there is a longitude, but no latitude");
    assert_string_equal(k->summary.first_rejects[1].reason, "'a' is not a number");
    use(k, JSON_OF("\"crs\":\"EPSG:0\",\"fields\":{\"x\":\"x\"}"));
    assert_fails(import_text(k, "{\"x\":1}", &err), NOT_FOUND, "the mapping's `crs`");
}

static void an_id_needs_all_its_parts(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"id\":\"{a}/{b}\",\"fields\":{\"a\":\"a\"}"));
    assert_ok(import_text(k, "{\"a\":1,\"b\":true}{\"a\":2}{\"a\":3,\"b\":\"\"}", &err));
    assert_int_equal(k->summary.n_rejected, 2);
    assert_string_equal(k->summary.first_rejects[0].reason, "there is no 'b' to make the id of");
    assert_layer(k, "a:integer, id:text\n1/true: 1, \"1/true\" [None 0]");
}

static void joined_records_are_found_by_key(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"records\":\"v\",\"joins\":["
                   "{\"name\":\"o\",\"file\":\"test_mapping_oth*.txt\",\"format\":\"csv\","
                   "\"on\":{\"local\":\"k\",\"without_last\":1,\"key\":\"id\"}},"
                   "{\"name\":\"w\",\"records\":\"w\",\"on\":{\"local\":\"o/w\",\"key\":\"n\"}}],"
                   "\"fields\":{\"k\":\"k\",\"name\":\"o/name\",\"word\":\"w/word\"}"));
    write_source(OTHER, span_of("id,name,w\n01,one,7\n2,two,8\n2,again,8\n,none,1\n"));
    assert_ok(import_text(k,
                          "{\"v\":[{\"k\":\"01é\"},{\"k\":\"2x\"},{\"k\":\"3x\"},{}],"
                          "\"w\":[{\"n\":7,\"word\":\"seven\"},{\"word\":\"lost\"}]}",
                          &err));
    assert_layer(k, "k:text, name:text, word:text\n"
                    "1: \"01é\", \"one\", \"seven\" [None 0]\n"
                    "2: \"2x\", \"two\", null [None 0]\n"
                    "3: \"3x\", null, null [None 0]\n"
                    "4: null, null, null [None 0]");
    assert_int_equal(k->summary.n_notes, 3);
    assert_string_equal(k->summary.notes[0], "join 'o': nothing was found for 1 records");
    assert_string_equal(k->summary.notes[1],
                        "join 'o': 1 records have a key that came before, and are not used");
    assert_string_equal(k->summary.notes[2], "join 'w': nothing was found for 1 records");
}

static void joins_that_cannot_be_are_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"joins\":[{\"name\":\"o\",\"file\":\"no-such.json\","
                   "\"on\":{\"local\":\"k\",\"key\":\"id\"}}],\"fields\":{\"k\":\"k\"}"));
    assert_fails(import_text(k, "{\"k\":1}", &err), NOT_FOUND,
                 "join 'o': there is no file 'no-such.json' beside the source");
    use(k, JSON_OF("\"joins\":[{\"name\":\"o\",\"file\":\"test_mapping_*.txt\","
                   "\"on\":{\"local\":\"k\",\"key\":\"id\"}}],\"fields\":{\"k\":\"k\"}"));
    write_source(OTHER, span_of("{\"id\":1}{\"id\":"));
    assert_fails(import_text(k, "{\"k\":1}", &err), BAD_DATA, "'test_mapping_*.txt' is asked for");
    use(k, JSON_OF("\"joins\":[{\"name\":\"o\",\"file\":\"" OTHER "\","
                   "\"on\":{\"local\":\"k\",\"key\":\"id\"}}],\"fields\":{\"k\":\"k\"}"));
    assert_fails(import_text(k, "{\"k\":1}", &err), BAD_DATA,
                 "join 'o': " OTHER ": the source ends at byte");
    write_source(OTHER, span_of("{\"id\":1,\"long\":\"0123456789\"}"));
    k->o.reader.limits.join_bytes = 16;
    assert_fails(import_text(k, "{\"k\":1}", &err), LIMIT, "(--max-join-size)");
}

static void pages_follow_each_other(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, JSON_OF("\"records\":\"v\",\"next\":\"next\",\"fields\":{\"n\":\"n\"}"));
    write_source(OTHER, span_of("{\"v\":[{\"n\":2}],\"next\":\"https://example.org/3\"}"));
    assert_ok(import_text(k, "{\"v\":[{\"n\":1}],\"next\":\"" OTHER "\"}", &err));
    assert_layer(k, "n:integer\n1: 1 [None 0]\n2: 2 [None 0]");
    assert_string_equal(k->summary.notes[0],
                        "there is a next page, which was not read: https://example.org/3");
    write_source(OTHER, span_of("{\"v\":[{\"n\":2}],\"next\":\"" OTHER "\"}"));
    assert_fails(import_text(k, "{\"v\":[{\"n\":1}],\"next\":\"" OTHER "\"}", &err), BAD_DATA,
                 "page '" OTHER "' comes a second time");
    assert_fails(import_text(k, "{\"v\":[],\"next\":\"../" OTHER "\"}", &err), BAD_DATA,
                 "leads out of the source's folder");
    assert_fails(import_text(k, "{\"v\":[],\"next\":\"/etc/passwd\"}", &err), BAD_DATA,
                 "leads out of the source's folder");
    assert_fails(import_text(k, "{\"v\":[],\"next\":\"no-such.json\"}", &err), NOT_FOUND,
                 "there is no file 'no-such.json'");
}

static void titles_and_units_are_kept(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct catalog *catalog = NULL;
    use(k, JSON_OF("\"id\":\"{id}\",\"fields\":{\"v\":{\"from\":\"v\",\"title\":\"Value\","
                   "\"unit\":\"ug/m3\",\"iri\":\"urn:x:value\"}}"));
    assert_ok(import_text(k, "{\"id\":1,\"v\":2}", &err));
    k->o.mode = IMPORT_UPSERT; /* what is added to keeps its words, whatever adds */
    k->o.reader.mapping = NULL;
    assert_imports(k, POINT("\"id\":\"2\",", "\"v\":3"));
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    const struct field *f = catalog_find(catalog, span_of("layer"))->fields;
    assert_string_equal(f[0].name, "v");
    assert_string_equal(f[0].title, "Value");
    assert_string_equal(f[0].unit, "ug/m3");
    assert_string_equal(f[0].iri, "urn:x:value");
    assert_null(f[1].title);
    catalog_unref(catalog);
}

static void the_wrong_source_is_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    use(k, XML_OF("\"records\":\"m/s\",\"fields\":{\"k\":\"k\"}"));
    assert_fails(import_text(k, "{\"k\":1}", &err), BAD_DATA,
                 "the mapping is for xml, and this is a JSON object");
    use(k, JSON_OF("\"fields\":{\"k\":{}}"));
    assert_fails(import_text(k, "{\"k\":1}", &err), BAD_ARG, "mapping '" MAPPING "': /fields/k:");
    k->o.reader.mapping = "nothing";
    assert_fails(import_text(k, "{\"k\":1}", &err), NOT_FOUND,
                 "there is no mapping file 'nothing'");
}

static void a_mapping_says_which_files_of_a_folder_it_reads(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct input_list list = {0};
    (void)mkdir("test_mapping_folder", 0777);
    write_source("test_mapping_folder/one.json", span_of("{\"k\":\"a\"}"));
    write_source("test_mapping_folder/two.json", span_of("{\"id\":\"a\",\"word\":\"yes\"}"));
    use(k, JSON_OF("\"files\":\"one*\",\"joins\":[{\"name\":\"o\",\"file\":\"two.json\","
                   "\"on\":{\"local\":\"k\",\"key\":\"id\"}}],\"fields\":{\"w\":\"o/word\"}"));
    assert_ok(input_list_open("test_mapping_folder", &k->o.reader, &k->arena, &list, &err));
    assert_int_equal(list.n_inputs, 1);
    assert_ok(import_run(k->store, &list.inputs[0], &k->o, &k->arena, &k->summary, &err));
    assert_layer(k, "w:text\n1: \"yes\" [None 0]");
    input_list_close(&list);
    k->o.reader.mapping = "nothing";
    assert_fails(input_list_open("test_mapping_folder", &k->o.reader, &k->arena, &list, &err),
                 NOT_FOUND, "there is no mapping file 'nothing'");
    use(k, JSON_OF("\"fields\":{\"k\":{}}"));
    assert_fails(input_list_open("test_mapping_folder", &k->o.reader, &k->arena, &list, &err),
                 BAD_ARG, "mapping '" MAPPING "': /fields/k:");
    (void)unlink("test_mapping_folder/one.json");
    (void)unlink("test_mapping_folder/two.json");
    (void)rmdir("test_mapping_folder");
}

#define with_kit(test) cmocka_unit_test_setup_teardown(test, kit_set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_kit(records_become_features),
        with_kit(declared_types_are_taken_at_their_word),
        with_kit(a_value_of_another_type_rejects_its_record_alone),
        with_kit(text_without_types_settles_over_the_whole_source),
        with_kit(a_value_list_replaces_what_it_knows),
        with_kit(geometries_come_in_many_ways),
        with_kit(an_id_needs_all_its_parts),
        with_kit(joined_records_are_found_by_key),
        with_kit(joins_that_cannot_be_are_told),
        with_kit(pages_follow_each_other),
        with_kit(titles_and_units_are_kept),
        with_kit(the_wrong_source_is_told),
        with_kit(a_mapping_says_which_files_of_a_folder_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
