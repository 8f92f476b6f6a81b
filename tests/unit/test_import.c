#include "tests/unit/import_kit.h"

#include "base/gzip.h"

static void a_collection_becomes_a_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(
        k, "{\"type\":\"FeatureCollection\",\"features\":["
           "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[2.5,48.25]},"
           "\"properties\":{\"code\":\"01001\",\"n\":1,\"day\":\"2022-01-31\",\"x\":null}},"
           "{\"type\":\"Feature\",\"geometry\":null,"
           "\"properties\":{\"n\":2.5,\"code\":\"01002\",\"ok\":true,\"list\":[1,{\"a\":null}]}},"
           "{\"type\":\"Feature\",\"geometry\":{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,"
           "4]]},"
           "\"properties\":null}]}");
    assert_layer(k, "code:text, n:real, day:date, x:text, ok:boolean, list:json\n"
                    "1: \"01001\", 1, \"2022-01-31\", null, null, null [MultiPoint 1]\n"
                    "2: \"01002\", 2.5, null, null, true, [1,{\"a\":null}] [None 0]\n"
                    "3: null, null, null, null, null, null [MultiPoint 2]");
    const struct import_summary *s = &k->summary;
    assert_string_equal(s->layer, "layer");
    assert_string_equal(s->importer, "geojson");
    assert_true(s->geom_type == GEOM_MULTIPOINT && s->epsg == 4326);
    assert_true(s->n_read == 3 && s->n_written == 3 && s->n_rejected == 0);
    assert_true(s->n_without_geometry == 1 && s->n_fields == 6);
    assert_null(s->id_field);
    assert_string_equal(s->time_field, "day");
    assert_int_equal(strlen(s->sha256), 64);
}

static void an_empty_collection_becomes_an_empty_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(""));
    assert_int_equal(k->summary.n_written, 0);
    assert_layer(k, "");
}

static void every_dress_of_the_same_features_gives_the_same_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const char *const dresses[] = {
        FC(POINT("", "\"a\":1") "," POINT("", "\"a\":2")),
        "\xef\xbb\xbf" FC(POINT("", "\"a\":1") ",\n" POINT("", "\"a\":2")) "\n",
        POINT("", "\"a\":1") "\n" POINT("", "\"a\":2"),
        POINT("", "\"a\":1") "\r\n\r\n" POINT("", "\"a\":2") "\r\n",
        "\x1e" POINT("", "\"a\":1") "\n\x1e" POINT("", "\"a\":2") "\n",
        POINT("", "\"a\":1") POINT("", "\"a\":2"),
        FC(POINT("", "\"a\":1")) FC(POINT("", "\"a\":2")),
    };
    k->o.mode = IMPORT_REPLACE;
    for (size_t i = 0; i < sizeof dresses / sizeof dresses[0]; i++) {
        assert_imports(k, dresses[i]);
        assert_layer(k, "a:integer\n1: 1 [Point 1]\n2: 2 [Point 1]");
    }
}

static void a_gzip_source_gives_the_same_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct gzip *g = NULL;
    struct buf packed;
    buf_init(&packed, 1 << 20);
    assert_ok(gzip_new(6, &g, &err));
    assert_ok(gzip_compress(g, span_of(FC(POINT("", "\"a\":1"))), &packed, &err));
    write_source(KIT_SOURCE, (struct span){(const char *)packed.data, packed.len_bytes});
    assert_ok(kit_import_file(k, KIT_SOURCE, &err));
    assert_layer(k, "a:integer\n1: 1 [Point 1]");
    /* Cut off: nothing comes of it. */
    k->o.mode = IMPORT_REPLACE;
    write_source(KIT_SOURCE, (struct span){(const char *)packed.data, packed.len_bytes - 20});
    assert_fails(kit_import_file(k, KIT_SOURCE, &err), BAD_DATA, KIT_SOURCE ": truncated gzip");
    assert_layer(k, "a:integer\n1: 1 [Point 1]");
    gzip_free(g);
    buf_clear(&packed);
}

static void a_bare_feature_or_geometry_is_a_layer_of_one(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, POINT("\"id\":\"x\",", "\"a\":1"));
    assert_layer(k, "a:integer, id:text\nx: 1, \"x\" [Point 1]");
    assert_imports(k, "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}");
    assert_layer(k, "\n1 [LineString 2]");
}

static void a_property_that_comes_twice_is_taken_the_second_time(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, FC(POINT("", "\"a\":1,\"b\":2,\"a\":3")));
    assert_layer(k, "a:integer, b:integer\n1: 3, 2 [Point 1]");
}

static void what_is_repaired_is_counted(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(
        k, FC("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]},"
              "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,0],[1,1]]]},"
              "{\"type\":\"Polygon\",\"coordinates\":[[[0,0,5],[1,1,5],[1,0,5],[0,0,5]]]}"));
    const struct import_summary *s = &k->summary;
    assert_true(s->n_repaired == 1 && s->n_rings_closed == 1 && s->n_duplicate_vertices == 1);
    assert_true(s->n_heights == 4 && s->n_rings_turned == 1);
    assert_true(s->geom_type == GEOM_MULTIPOLYGON);
}

static void rejects_are_told_with_place_and_reason(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k,
                   FC(POINT("", "\"a\":1") ",\nnull,\n{\"type\":\"Point\",\"coordinates\":[1]},\n"
                                           "{\"type\" \"Point\"},\n" POINT("", "\"a\":2")));
    const struct import_summary *s = &k->summary;
    assert_true(s->n_read == 5 && s->n_written == 2 && s->n_rejected == 3);
    assert_int_equal(s->n_first_rejects, 3);
    assert_string_equal(s->first_rejects[0].position, "feature 2, line 2, byte 130");
    assert_string_equal(s->first_rejects[0].reason,
                        "a feature must be an object, not the JSON value null");
    assert_true(span_eq(s->first_rejects[1].raw, "{\"type\":\"Point\",\"coordinates\":[1]}"));
    assert_non_null(strstr(s->first_rejects[2].reason, "not JSON"));
    assert_layer(k, "a:integer\n1: 1 [Point 1]\n5: 2 [Point 1]");
    struct import_record *records = NULL;
    size_t n = 0;
    assert_ok(store_read_imports(k->store, "layer", &k->arena, &records, &n, &err));
    assert_true(n == 1 && records[0].n_rejected == 3 && records[0].n_read == 5);
    assert_string_equal(records[0].mode, "create");
}

/* A collection of n points of which every `every`th is no feature. */
static char *with_bad_ones(struct kit *k, int n, int every)
{
    struct err err = {0};
    struct buf b;
    buf_init(&b, 10 << 20);
    buf_put_text(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            buf_put_text(&b, ",");
        if (i % every == 0)
            buf_put_text(&b, "{}");
        else
            buf_printf(&b, POINT("", "\"a\":%d"), i);
    }
    buf_put_text(&b, "]}");
    char *text = arena_strdup(&k->arena, buf_text(&b), &err);
    buf_clear(&b);
    return text;
}

static void ten_rejects_are_always_borne_and_the_share_after_that(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    assert_imports(k, with_bad_ones(k, 20, 2));
    assert_int_equal(k->summary.n_rejected, 10);
    assert_import_fails(k, with_bad_ones(k, 22, 2), LIMIT, "11 of 22 features rejected");
    assert_import_fails(k, with_bad_ones(k, 22, 2), LIMIT, "0.1 %");
    assert_import_fails(k, with_bad_ones(k, 22, 2), LIMIT, "feature 2, line 1");
    assert_import_fails(k, with_bad_ones(k, 5000, 50), LIMIT, "100 of 5,000");
    k->o.max_rejects = 0.5;
    assert_imports(k, with_bad_ones(k, 22, 2));
    assert_int_equal(k->summary.n_written, 11);
}

static void a_bad_beginning_does_not_stop_an_import_that_bears_it(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 12000; i++) {
        buf_put_text(&b, i > 0 && i <= 12
                             ? "{}\n"
                             : "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{}}\n");
    }
    char *text = arena_strdup(&k->arena, buf_text(&b), &err);
    buf_clear(&b);
    assert_imports(k, text);
    assert_int_equal(k->summary.n_rejected, 12);
}

static void a_source_of_nothing_but_rejects_is_refused(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.max_rejects = 1;
    assert_import_fails(k, FC("{},{}"), BAD_DATA, "not one feature could be taken: feature 1");
    assert_layer(k, "");
}

static void what_is_no_geojson_is_refused_in_one_clear_line(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", KIT_SOURCE ": this is an empty file"},
        {"{\"hello\":1}", "this is not GeoJSON: a JSON object without a GeoJSON type"},
        {"{\"type\":\"Topology\"}", "'Topology' is not a type of GeoJSON"},
        {"[1,2]", "this is a JSON array, not GeoJSON"},
        {"<html>", "this is XML or HTML"},
        {"{\"type\" \"Point\"}", "this is not GeoJSON: not JSON"},
        {"{\"type\":\"FeatureCollection\"}", "without `features`"},
        {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"",
         "inside the feature that begins at line 1, byte 40"},
        {POINT("", "") "\n{\"type\":\"Fea", "inside the feature that begins at line 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_import_fails(k, cases[i].text, BAD_DATA, cases[i].words);
        assert_null(strchr(err.text, '\n'));
        assert_layer(k, "");
    }
}

static bool refuse_to_go_on(void *phase, const struct import_progress *p)
{
    return p->phase != *(enum import_phase *)phase;
}

static void a_canceled_import_leaves_the_layer_as_it_was(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    enum import_phase phase;
    assert_imports(k, FC(POINT("", "\"a\":1")));
    k->o.mode = IMPORT_REPLACE;
    k->o.progress = refuse_to_go_on;
    k->o.progress_state = &phase;
    for (phase = IMPORT_READING; phase <= IMPORT_WRITING; phase++) {
        assert_import_fails(k, with_bad_ones(k, 3000, 5000), CANCELED, "canceled");
        assert_layer(k, "a:integer\n1: 1 [Point 1]");
    }
    k->o.progress = NULL;
    k->o.progress_state = NULL;
}

static void limits_are_kept(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.limits.depth = 6;
    assert_imports(k, FC(POINT("", "\"a\":1") "," POINT("", "\"a\":[[[[[[1]]]]]]")));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "deep"));
    k->o.reader.limits.vertices = 3;
    assert_imports(k, FC(POINT("", "\"a\":1") ",{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,"
                                              "4],[5,6],[7,8]]}"));
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "more than 3 vertices"));
    k->o.reader.limits.feature_bytes = 100000;
    struct buf b;
    buf_init(&b, 10 << 20);
    buf_put_text(&b, "{\"type\":\"FeatureCollection\",\"features\":[{\"x\":\"");
    for (int i = 0; i < 1000000; i++)
        buf_put_u8(&b, 'x');
    buf_put_text(&b, "\"}]}");
    assert_import_fails(k, buf_text(&b), LIMIT, "one feature of more than");
    buf_reset(&b);
    buf_put_text(&b, "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"f\":1");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, ",\"f%d\":1", i);
    buf_put_text(&b, "}}");
    assert_import_fails(k, buf_text(&b), LIMIT, "no room for 'f999'");
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(a_collection_becomes_a_layer),
        kit_test(an_empty_collection_becomes_an_empty_layer),
        kit_test(every_dress_of_the_same_features_gives_the_same_layer),
        kit_test(a_gzip_source_gives_the_same_layer),
        kit_test(a_bare_feature_or_geometry_is_a_layer_of_one),
        kit_test(a_property_that_comes_twice_is_taken_the_second_time),
        kit_test(what_is_repaired_is_counted),
        kit_test(rejects_are_told_with_place_and_reason),
        kit_test(ten_rejects_are_always_borne_and_the_share_after_that),
        kit_test(a_bad_beginning_does_not_stop_an_import_that_bears_it),
        kit_test(a_source_of_nothing_but_rejects_is_refused),
        kit_test(what_is_no_geojson_is_refused_in_one_clear_line),
        kit_test(a_canceled_import_leaves_the_layer_as_it_was),
        kit_test(limits_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
