#include "tests/unit/import_kit.h"

#define A1 POINT("", "\"id\":\"a\",\"n\":1")
#define A2 POINT("", "\"id\":\"a\",\"n\":2.5")
#define B1 POINT("", "\"id\":\"b\",\"n\":1")
#define C1 POINT("", "\"id\":\"c\",\"new\":\"x\"")

static void create_refuses_a_layer_that_is_there(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1));
    assert_import_fails(k, FC(B1), CONFLICT, "--mode replace, append or upsert");
    assert_layer(k, "id:text, n:integer\na: \"a\", 1 [Point 1]");
}

static void every_other_mode_makes_a_layer_that_is_not_there(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const char *const names[] = {"r", "a", "u"};
    for (int i = 0; i < 3; i++) {
        k->o.mode = (enum import_mode)(IMPORT_REPLACE + i);
        k->o.layer = names[i];
        assert_imports(k, FC(A1));
        assert_int_equal(k->summary.n_written, 1);
    }
}

static void replace_leaves_nothing_of_the_old_features(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1 "," B1));
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, FC(C1));
    assert_layer(k, "id:text, new:text\nc: \"c\", \"x\" [Point 1]");
}

static void append_adds_features_and_fields_and_widens_types(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(B1));
    k->o.mode = IMPORT_APPEND;
    assert_imports(k, FC(A2 "," C1));
    assert_layer(k, "id:text, n:real, new:text\na: \"a\", 2.5, null [Point 1]\n"
                    "b: \"b\", 1, null [Point 1]\nc: \"c\", null, \"x\" [Point 1]");
    assert_true(k->summary.n_read == 2 && k->summary.n_written == 3);
}

static void append_rejects_an_id_that_is_there(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1));
    k->o.mode = IMPORT_APPEND;
    assert_imports(k, FC(A2 "," B1));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_string_equal(k->summary.first_rejects[0].reason, "the id 'a' is in the layer already");
    assert_layer(k, "id:text, n:real\na: \"a\", 1 [Point 1]\nb: \"b\", 1 [Point 1]");
    assert_import_fails(k, FC(B1), BAD_DATA, "not one feature could be taken");
}

static void upsert_puts_the_new_in_the_place_of_the_old(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1 "," B1));
    k->o.mode = IMPORT_UPSERT;
    assert_imports(k, FC(A2 "," C1));
    assert_int_equal(k->summary.n_rejected, 0);
    assert_layer(k, "id:text, n:real, new:text\na: \"a\", 2.5, null [Point 1]\n"
                    "b: \"b\", 1, null [Point 1]\nc: \"c\", null, \"x\" [Point 1]");
    /* But what comes twice in the source itself is rejected the second time. */
    assert_imports(k, FC(A1 "," A2));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_layer(k, "id:text, n:real, new:text\na: \"a\", 1, null [Point 1]\n"
                    "b: \"b\", 1, null [Point 1]\nc: \"c\", null, \"x\" [Point 1]");
}

static void positions_go_on_where_the_layer_ended(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("", "\"n\":1") "," POINT("", "\"n\":2")));
    k->o.mode = IMPORT_APPEND;
    assert_imports(k, FC(POINT("", "\"n\":3")));
    assert_imports(k, FC(POINT("", "\"n\":4")));
    assert_layer(k, "n:integer\n1: 1 [Point 1]\n2: 2 [Point 1]\n3: 3 [Point 1]\n4: 4 [Point 1]");
    k->o.mode = IMPORT_UPSERT;
    assert_import_fails(k, FC(POINT("", "\"n\":4")), BAD_ARG, "positions for ids");
}

static void an_addition_keeps_id_time_and_words_of_the_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.id_field = "code";
    k->o.time_field = "day";
    k->o.title = "A title";
    k->o.license = "CC0-1.0";
    assert_imports(k, FC(POINT("", "\"code\":1,\"day\":\"2020-01-01\",\"other\":\"2020-01-02\"")));
    kit_reset_options(k);
    k->o.mode = IMPORT_APPEND;
    k->o.license = "ODbL-1.0";
    assert_imports(k, FC(POINT("", "\"code\":2,\"id\":\"x\"")));
    assert_string_equal(k->summary.id_field, "code");
    assert_string_equal(k->summary.time_field, "day");
    struct catalog *catalog = NULL;
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    const struct layer *l = catalog_find(catalog, span_of("layer"));
    assert_string_equal(l->title, "A title");
    assert_string_equal(l->license, "ODbL-1.0");
    catalog_unref(catalog);
    k->o.id_field = "id";
    assert_import_fails(k, FC(A1), BAD_ARG, "the id of layer 'layer' is its field 'code'");
}

static void an_addition_must_be_in_the_same_crs(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1));
    k->o.mode = IMPORT_APPEND;
    k->o.crs = "EPSG:2154";
    assert_import_fails(k, FC(B1), CONFLICT, "is in EPSG:4326, the source in EPSG:2154");
}

static void the_crs_is_said_by_option_source_or_format(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
#define CRS(name)        "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"" name "\"}}"
#define WITH_CRS(name)   "{\"type\":\"FeatureCollection\"," CRS(name) ",\"features\":[" A1 "]}"
#define CRS_BEHIND(name) "{\"type\":\"FeatureCollection\",\"features\":[" A1 "]," CRS(name) "}"
    assert_imports(k, FC(A1));
    assert_int_equal(k->summary.epsg, 4326);
    assert_imports(k, WITH_CRS("urn:ogc:def:crs:EPSG::2154"));
    assert_int_equal(k->summary.epsg, 2154);
    assert_imports(k, WITH_CRS("EPSG:3857"));
    assert_int_equal(k->summary.epsg, 3857);
    assert_imports(k, WITH_CRS("urn:ogc:def:crs:OGC:1.3:CRS84"));
    assert_int_equal(k->summary.epsg, 4326);
    assert_imports(k, CRS_BEHIND("urn:ogc:def:crs:OGC:1.3:CRS84"));
    assert_import_fails(k, CRS_BEHIND("EPSG:2154"), BAD_DATA, "say --crs EPSG:2154");
    assert_import_fails(k, WITH_CRS("my own"), BAD_DATA, "not known: 'my own': say --crs");
    k->o.crs = "EPSG:2154";
    assert_imports(k, WITH_CRS("my own"));
    assert_imports(k, CRS_BEHIND("EPSG:3857"));
    assert_int_equal(k->summary.epsg, 2154);
    k->o.crs = "EPSG:99999";
    assert_fails(kit_import(k, FC(A1), &err), NOT_FOUND, "99999");
}

static void the_time_field_is_the_one_there_is_or_the_one_asked_for(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, FC(POINT("", "\"a\":\"2020-01-01\",\"b\":\"x\"")));
    assert_string_equal(k->summary.time_field, "a");
    assert_imports(k, FC(POINT("", "\"a\":\"2020-01-01\",\"b\":\"2020-01-01T00:00:00Z\"")));
    assert_null(k->summary.time_field);
    k->o.time_field = "b";
    assert_imports(k, FC(POINT("", "\"a\":\"2020-01-01\",\"b\":\"2020-01-01T00:00:00Z\"")));
    assert_string_equal(k->summary.time_field, "b");
    assert_import_fails(k, FC(POINT("", "\"b\":1")), BAD_ARG, "field 'b' cannot be the time");
    assert_import_fails(k, FC(POINT("", "\"a\":1")), BAD_ARG, "no field 'b'");
}

/* Somebody else writes the same layer while this import reads. */
static bool write_meanwhile(void *state, const struct import_progress *p)
{
    struct err err = {0};
    static const char path[] = "test_import_other.geojson";
    struct kit *k = state;
    struct kit other = *k;
    if (p->phase != IMPORT_READING || !k->o.progress)
        return true;
    k->o.progress = other.o.progress = NULL;
    other.o.mode = IMPORT_REPLACE;
    write_source(path, span_of(FC(C1)));
    assert_ok(store_open(KIT_STORE, STORE_WRITE, &other.store, &err));
    arena_init(&other.arena, 64 << 20);
    assert_ok(kit_import_file(&other, path, &err));
    arena_clear(&other.arena);
    store_close(other.store);
    (void)unlink(path);
    return true;
}

static void an_addition_to_what_has_changed_meanwhile_is_refused(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf many;
    buf_init(&many, 10 << 20);
    for (int i = 0; i < 3000; i++)
        buf_printf(&many, POINT("", "\"id\":%d") "\n", i);
    assert_imports(k, FC(A1));
    k->o.mode = IMPORT_APPEND;
    k->o.progress = write_meanwhile;
    k->o.progress_state = k;
    assert_import_fails(k, buf_text(&many), CONFLICT, "has changed in the meantime");
    assert_layer(k, "id:text, new:text\nc: \"c\", \"x\" [Point 1]");
    buf_clear(&many);
}

static void a_layer_name_that_cannot_be_is_refused(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.layer = "no/way";
    assert_import_fails(k, FC(A1), BAD_ARG, "'no/way' cannot be a layer's name");
    k->o.layer = NULL;
    assert_imports(k, FC(A1));
    assert_string_equal(k->summary.layer, "test_import");
}

static void append_and_upsert_tell_what_they_changed(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1 "," B1));
    assert_true(k->summary.n_inserted == 0 && k->summary.n_updated == 0);
    k->o.mode = IMPORT_UPSERT;
    assert_imports(k, FC(A2 "," A1 "," C1));
    assert_true(k->summary.n_inserted == 1 && k->summary.n_updated == 1);
    assert_true(k->summary.n_deleted == 0 && k->summary.n_rejected == 1);
    assert_true(k->summary.n_written == 3);
    struct import_record *records = NULL;
    size_t n = 0;
    assert_ok(store_read_imports(k->store, "layer", &k->arena, &records, &n, &err));
    assert_true(n == 2 && records[0].n_inserted == 1 && records[0].n_updated == 1);
    k->o.mode = IMPORT_APPEND;
    assert_imports(k, FC(POINT("", "\"id\":\"d\"") "," B1));
    assert_true(k->summary.n_inserted == 1 && k->summary.n_updated == 0);
}

static void features_that_the_source_does_not_have_may_go(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1 "," B1 "," C1));
    k->o.mode = IMPORT_UPSERT;
    k->o.delete_missing = true;
    assert_imports(k, FC(A2 "," POINT("", "\"id\":\"d\"")));
    assert_true(k->summary.n_inserted == 1 && k->summary.n_updated == 1);
    assert_true(k->summary.n_deleted == 2 && k->summary.n_written == 2);
    assert_layer(k, "id:text, n:real, new:text\na: \"a\", 2.5, null [Point 1]\n"
                    "d: \"d\", null, null [Point 1]");
    k->o.mode = IMPORT_REPLACE;
    assert_import_fails(k, FC(A1), BAD_ARG, "--delete-missing goes with --mode upsert");
}

static void a_feature_that_was_rejected_is_not_missing(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1 "," B1));
    k->o.mode = IMPORT_UPSERT;
    k->o.delete_missing = true;
    assert_imports(k, FC(A2 ",{\"type\":\"Feature\",\"id\":\"b\",\"geometry\":7}"));
    assert_true(k->summary.n_rejected == 1 && k->summary.n_deleted == 0);
    assert_string_equal(k->summary.notes[0], "nothing was deleted, since features were rejected");
    assert_layer(k, "id:text, n:real\na: \"a\", 2.5 [Point 1]\nb: \"b\", 1 [Point 1]");
}

static void a_dry_run_decides_everything_and_writes_nothing(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.dry_run = true;
    assert_imports(k, FC(A1 "," B1 ",{}"));
    assert_true(k->summary.dry_run && k->summary.n_written == 2 && k->summary.n_rejected == 1);
    assert_string_equal(k->summary.id_field, "id");
    assert_layer(k, "");
    k->o.dry_run = false;
    assert_imports(k, FC(A1 "," B1));
    k->o.dry_run = true;
    assert_import_fails(k, FC(A1), CONFLICT, "--mode replace, append or upsert");
    k->o.mode = IMPORT_UPSERT;
    k->o.delete_missing = true;
    assert_imports(k, FC(A2 "," C1));
    assert_true(k->summary.n_written == 2 && k->summary.n_updated == 1);
    assert_true(k->summary.n_inserted == 1 && k->summary.n_deleted == 1);
    assert_layer(k, "id:text, n:integer\na: \"a\", 1 [Point 1]\nb: \"b\", 1 [Point 1]");
    /* Without a store there is nothing in the way. */
    struct store *store = k->store;
    k->store = NULL;
    k->o.mode = IMPORT_CREATE;
    k->o.delete_missing = false;
    const enum err_code rc = kit_import(k, FC(A1), &err);
    k->store = store;
    assert_ok(rc);
    assert_int_equal(k->summary.n_written, 1);
}

static void names_that_differ_only_in_case_are_refused_before_reading(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(A1));
    k->o.layer = "Layer";
    for (int mode = IMPORT_CREATE; mode <= IMPORT_UPSERT; mode++) {
        k->o.mode = (enum import_mode)mode;
        assert_import_fails(k, FC(""), CONFLICT,
                            "layer 'Layer' differs from layer 'layer' only in case");
    }
}

/* What is told of rejects, one a line. */
static enum err_code write_down(void *state, const struct told_reject *r, struct err *err)
{
    struct buf *b = state;
    buf_printf(b, "%s %s %d %d %d: %s: %.*s\n", r->layer, r->source, (int)r->feature, (int)r->line,
               (int)r->byte, r->reason, (int)r->raw.len_bytes, r->raw.at);
    return buf_status(b, err);
}

static void rejects_are_told_also_when_the_import_fails_or_is_dry(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf told;
    buf_init(&told, 1 << 16);
    k->o.reject = write_down;
    k->o.reject_state = &told;
    k->o.id_field = "id";
    k->o.dry_run = true;
    assert_imports(k, A1 "\n{\"a\":1}\n" A2);
    assert_non_null(strstr(buf_text(&told), "layer test_import.geojson 2 2 "));
    assert_non_null(strstr(buf_text(&told), ": {\"a\":1}\nlayer test_import.geojson 3 3 "));
    assert_non_null(strstr(buf_text(&told), ": the id 'a' is already that of feature 1"));
    buf_reset(&told);
    k->o.dry_run = false;
    k->o.max_rejects = 1;
    k->o.max_rejects_is_count = true;
    assert_import_fails(k, A1 "\n{\"a\":1}\n{}\n" B1, LIMIT,
                        "2 of 3 features rejected, more than the 1 that this import bears");
    assert_non_null(strstr(buf_text(&told), "layer test_import.geojson 3 3 "));
    k->o.max_rejects = 0;
    assert_import_fails(k, A1 "\n{\"a\":1}\n" B1, LIMIT, "more than the 0 that");
    buf_clear(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(create_refuses_a_layer_that_is_there),
        kit_test(every_other_mode_makes_a_layer_that_is_not_there),
        kit_test(replace_leaves_nothing_of_the_old_features),
        kit_test(append_adds_features_and_fields_and_widens_types),
        kit_test(append_rejects_an_id_that_is_there),
        kit_test(upsert_puts_the_new_in_the_place_of_the_old),
        kit_test(positions_go_on_where_the_layer_ended),
        kit_test(an_addition_keeps_id_time_and_words_of_the_layer),
        kit_test(an_addition_must_be_in_the_same_crs),
        kit_test(the_crs_is_said_by_option_source_or_format),
        kit_test(the_time_field_is_the_one_there_is_or_the_one_asked_for),
        kit_test(an_addition_to_what_has_changed_meanwhile_is_refused),
        kit_test(a_layer_name_that_cannot_be_is_refused),
        kit_test(append_and_upsert_tell_what_they_changed),
        kit_test(features_that_the_source_does_not_have_may_go),
        kit_test(a_feature_that_was_rejected_is_not_missing),
        kit_test(a_dry_run_decides_everything_and_writes_nothing),
        kit_test(names_that_differ_only_in_case_are_refused_before_reading),
        kit_test(rejects_are_told_also_when_the_import_fails_or_is_dry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
