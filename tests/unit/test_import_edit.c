/* A small addition, put into the layer in place, gives the same layer as writing all of it anew. */
#include "tests/unit/import_kit.h"

enum { N_FEATURES = 300 };

#define AT(x, y) "\"geometry\":{\"type\":\"Point\",\"coordinates\":[" x "," y "]}"
#define FEATURE(members, place, properties)                                                        \
    "{\"type\":\"Feature\"," members place ",\"properties\":{" properties "}}"

/* Features f000 ... in a row, each with a number and a day. */
static void put_base(struct buf *b, bool with_ids, int from, int to)
{
    buf_put_text(b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = from; i < to; i++) {
        buf_printf(b, "%s{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":",
                   i > from ? "," : "");
        buf_printf(b, "[%d.5,48]},\"properties\":{", i % 170);
        if (with_ids)
            buf_printf(b, "\"id\":\"f%03d\",", i);
        buf_printf(b, "\"n\":%d,\"day\":\"2020-01-%02d\"}}", i, 1 + i % 28);
    }
    buf_put_text(b, "]}");
}

static void import_base(struct kit *k, bool with_ids)
{
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 20);
    kit_reset_options(k);
    k->o.mode = IMPORT_REPLACE;
    k->o.title = "First";
    put_base(&b, with_ids, 0, N_FEATURES);
    assert_ok(kit_import(k, buf_text(&b), &err));
    kit_reset_options(k);
    buf_clear(&b);
}

/* The layer was changed in place. */
static bool was_edited(struct kit *k)
{
    struct catalog *c = NULL;
    struct err err = {0};
    assert_ok(store_read_catalog(k->store, &c, &err));
    const struct layer *l = catalog_find(c, span_of("layer"));
    const bool edited = l->whole_revision < l->revision;
    catalog_unref(c);
    return edited;
}

/* All that is told of an import and its layer, but times and rows. */
static const char *words_of(struct kit *k, enum err_code rc, const char *failure)
{
    struct err err = {0};
    struct catalog *c = NULL;
    struct import_record *records = NULL;
    size_t n = 0;
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_printf(&b, "%s %s\n", err_name(rc), rc ? failure : "");
    const struct import_summary *s = &k->summary;
    if (!rc)
        buf_printf(&b, "%d %d %s %s %zu read %d written %d sha %s\n", s->geom_type, s->epsg,
                   s->id_field ? s->id_field : "", s->time_field ? s->time_field : "", s->n_fields,
                   (int)s->n_read, (int)s->n_written, s->sha256);
    for (int i = 0; !rc && import_count_table[i].name; i++)
        buf_printf(&b, "%s %d\n", import_count_table[i].name,
                   (int)import_count_in(&s->counts, &import_count_table[i]));
    for (size_t i = 0; !rc && i < s->n_first_rejects; i++)
        buf_printf(&b, "reject %s: %s\n", s->first_rejects[i].position, s->first_rejects[i].reason);
    for (size_t i = 0; !rc && i < s->n_notes; i++)
        buf_printf(&b, "note %s\n", s->notes[i]);
    assert_ok(store_read_catalog(k->store, &c, &err));
    const struct layer *l = catalog_find(c, span_of("layer"));
    buf_printf(&b, "%s %s: %d, %d without, type %d, %g %g %g %g, %g %g, time %d %lld %lld\n",
               l->title, l->license ? l->license : "", (int)l->n_features,
               (int)l->n_without_geometry, l->geom_type, l->bbox.min_x, l->bbox.min_y,
               l->bbox.max_x, l->bbox.max_y, l->bbox_deg.min_x, l->bbox_deg.max_y,
               l->has_time_extent, (long long)l->time_start_us, (long long)l->time_end_us);
    catalog_unref(c);
    assert_ok(store_read_imports(k->store, "layer", &k->arena, &records, &n, &err));
    buf_printf(&b, "record %s read %d written %d inserted %d deleted %d rejected %d\n",
               records[0].mode, (int)records[0].n_read, (int)records[0].n_written,
               (int)records[0].n_inserted, (int)records[0].n_deleted, (int)records[0].n_rejected);
    buf_put_text(&b, kit_layer(k));
    const char *text = arena_strdup(&k->arena, buf_text(&b), &err);
    assert_non_null(text);
    buf_clear(&b);
    return text;
}

/* The same addition in place and with the layer written anew. */
static void check_equal(struct kit *k, const struct import_options *o, bool with_ids,
                        const char *addition, bool in_place)
{
    const char *words[2];
    for (int rebuild = 0; rebuild < 2; rebuild++) {
        struct err err = {0};
        import_base(k, with_ids);
        k->o.mode = o->mode;
        k->o.delete_missing = o->delete_missing;
        k->o.license = o->license;
        k->o.max_rejects = o->max_rejects;
        k->o.rebuild = rebuild;
        const enum err_code rc = kit_import(k, addition, &err);
        if (!rc)
            assert_int_equal(was_edited(k), in_place && !rebuild);
        words[rebuild] = words_of(k, rc, err.text);
    }
    assert_string_equal(words[0], words[1]);
}

static void features_are_put_in_place_as_if_all_were_written_anew(void **state)
{
    struct kit *k = *state;
    static const char MANY[] = FC(
        FEATURE("", AT("3.25", "48"), "\"id\":\"f007\",\"n\":7,\"day\":\"2031-01-01\"") "," FEATURE("", AT("7.5", "48"), "\"id\":\"f008\",\"n\":8") "," FEATURE(
            "", AT("9.5", "48"),
            "\"id\":\"f009\",\"n\":9,\"day\":\"2020-01-"
            "10\"") "," FEATURE("", AT("-9.5", "-48"),
                                "\"id\":\"new\",\"n\":-"
                                "1") "," FEATURE("",
                                                 AT("1."
                                                    "5",
                                                    "4"),
                                                 "\"id\""
                                                 ":\"new"
                                                 "\","
                                                 "\"n\":"
                                                 "-2") "," FEATURE("", AT("1.5", "4"),
                                                                   "\"n\":-3") "," FEATURE("",
                                                                                           "\"geome"
                                                                                           "try\":"
                                                                                           "null",
                                                                                           "\"id\":"
                                                                                           "\"nowhe"
                                                                                           "re\","
                                                                                           "\"n\":"
                                                                                           "null"));
    const struct import_options upsert = {.mode = IMPORT_UPSERT, .max_rejects = 1};
    const struct import_options append = {.mode = IMPORT_APPEND, .max_rejects = 1, .license = "X"};
    check_equal(k, &upsert, true, MANY, true);
    check_equal(k, &append, true, MANY, true);
}

static void what_is_wrong_with_the_source_is_told_as_ever(void **state)
{
    struct kit *k = *state;
    const struct import_options upsert = {.mode = IMPORT_UPSERT};
    check_equal(k, &upsert, true, "{\"type\":\"FeatureCollection\",\"features\":[", false);
    check_equal(k, &upsert, true, FC(FEATURE("", AT("1", "4"), "\"n\":-3")), false);
}

static void ids_that_are_positions_go_on(void **state)
{
    struct kit *k = *state;
    const struct import_options append = {.mode = IMPORT_APPEND};
    check_equal(k, &append, false,
                FC(FEATURE("", AT("1", "4"), "\"n\":-3") "," FEATURE("", AT("1", "5"), "\"n\":-4")),
                true);
}

static void a_layer_that_must_change_as_a_whole_is_written_anew(void **state)
{
    struct kit *k = *state;
    const struct import_options upsert = {.mode = IMPORT_UPSERT};
    check_equal(k, &upsert, true, FC(FEATURE("", AT("1", "4"), "\"id\":\"f001\",\"n\":1.5")),
                false);
    check_equal(k, &upsert, true, FC(FEATURE("", AT("1", "4"), "\"id\":\"f001\",\"m\":1")), false);
    check_equal(
        k, &upsert, true,
        FC(FEATURE("", "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[1,1],[2,2]]}",
                   "\"id\":\"f001\",\"n\":1")),
        false);
}

static void missing_features_are_deleted_from_a_layer_that_is_not_large(void **state)
{
    struct kit *k = *state;
    struct buf b;
    const struct import_options upsert = {.mode = IMPORT_UPSERT, .delete_missing = true};
    buf_init(&b, 1 << 20);
    put_base(&b, true, 1, N_FEATURES - 1);
    check_equal(k, &upsert, true, buf_text(&b), true);
    check_equal(k, &upsert, true,
                FC(FEATURE("", AT("1", "4"), "\"id\":\"f007\",\"n\":1,\"day\":\"2020-01-08\"")),
                true);
    buf_clear(&b);
}

static void a_feature_that_is_the_same_keeps_its_row(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 20);
    import_base(k, true);
    put_base(&b, true, 10, 20);
    k->o.mode = IMPORT_UPSERT;
    const char *before = kit_layer(k);
    assert_imports(k, buf_text(&b));
    assert_true(was_edited(k));
    assert_int_equal(k->summary.n_updated, 10);
    assert_string_equal(kit_layer(k), before);
    struct catalog *c = NULL;
    assert_ok(store_read_catalog(k->store, &c, &err));
    struct feature_query q = {.layer = catalog_find(c, span_of("layer")), .after_fid = N_FEATURES};
    struct feature_cursor *cursor = NULL;
    struct feature f;
    bool more = true;
    assert_ok(store_query_features(k->store, &q, &cursor, &err));
    assert_ok(feature_cursor_next(cursor, &k->arena, &f, &more, &err));
    assert_false(more);
    feature_cursor_close(cursor);
    catalog_unref(c);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(features_are_put_in_place_as_if_all_were_written_anew),
        kit_test(what_is_wrong_with_the_source_is_told_as_ever),
        kit_test(ids_that_are_positions_go_on),
        kit_test(a_layer_that_must_change_as_a_whole_is_written_anew),
        kit_test(missing_features_are_deleted_from_a_layer_that_is_not_large),
        kit_test(a_feature_that_is_the_same_keeps_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
