/* Sources of many pieces, which several threads read: everything comes as if one had read it. */
#include "tests/unit/import_kit.h"

/* Features, some ten cuts of them; each so manyth has a field more, or no place. */
enum { N = 1900, FIELD_EVERY = 300, BAD_EVERY = 400, BAD_AT = 7 };

static void put_feature(struct buf *b, int i)
{
    const bool is_bad = i % BAD_EVERY == BAD_AT;
    buf_printf(b,
               "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[%s]},"
               "\"properties\":{\"n\":%d,\"text\":\"%0*d\"",
               is_bad ? "1" : "2.5,48.25", i, 200 + i % 300, i);
    if (i % FIELD_EVERY == 0)
        buf_printf(b, ",\"field_%d\":true", i);
    buf_put_text(b, "}}\n");
}

static struct span put_features(struct buf *b)
{
    buf_init(b, (size_t)16 << 20);
    for (int i = 1; i <= N; i++)
        put_feature(b, i);
    return (struct span){buf_text(b), b->len_bytes};
}

static enum err_code import_text(struct kit *k, struct span text, struct err *err)
{
    write_source(KIT_SOURCE, text);
    return kit_import_file(k, KIT_SOURCE, err);
}

static void features_fields_and_rejects_come_in_their_order(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    const struct span text = put_features(&b);
    k->o.max_rejects = 1;
    assert_ok(import_text(k, text, &err));
    const struct import_summary *s = &k->summary;
    const int n_bad = (N - BAD_AT) / BAD_EVERY + 1;
    assert_int_equal(s->n_read, N);
    assert_int_equal(s->n_rejected, n_bad);
    assert_int_equal(s->n_written, N - n_bad);
    assert_int_equal(s->n_fields, 2 + N / FIELD_EVERY);
    assert_int_equal(s->n_first_rejects, n_bad);
    for (int i = 0; i < n_bad; i++) {
        char position[40];
        const int number = BAD_AT + i * BAD_EVERY;
        snprintf(position, sizeof position, "feature %d, line %d,", number, number);
        assert_true(strncmp(s->first_rejects[i].position, position, strlen(position)) == 0);
    }
    const char *at = kit_layer(k);
    for (int field = FIELD_EVERY; field <= N; field += FIELD_EVERY) {
        char name[32];
        snprintf(name, sizeof name, "field_%d:boolean", field);
        at = at ? strstr(at, name) : NULL;
    }
    assert_non_null(at); /* fields in the order in which they came */
    buf_clear(&b);
}

static void of_equal_ids_far_from_each_other_the_first_wins(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, (size_t)16 << 20);
    for (int i = 1; i <= N; i++)
        buf_printf(&b,
                   "{\"type\":\"Feature\",\"id\":\"%d\",\"geometry\":{\"type\":\"Point\","
                   "\"coordinates\":[2,48]},\"properties\":{\"text\":\"%0300d\"}}\n",
                   i == N ? 1 : i, i);
    k->o.max_rejects = 1;
    assert_ok(import_text(k, (struct span){buf_text(&b), b.len_bytes}, &err));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_true(strncmp(k->summary.first_rejects[0].position, "feature 1900,", 13) == 0);
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "the id '1' is already that of feature 1, line 1, byte 0");
    buf_clear(&b);
}

static void what_is_wrong_first_is_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    const struct span text = put_features(&b);
    const struct span cut = {text.at, text.len_bytes - 40};
    k->o.max_rejects = 1;
    assert_fails(import_text(k, cut, &err), BAD_DATA, "ends inside the feature");
    k->o.max_rejects = 2;
    k->o.max_rejects_is_count = true;
    assert_fails(import_text(k, cut, &err), LIMIT, "3 of 807 features rejected");
    buf_clear(&b);
}

static void a_crs_behind_features_must_be_theirs(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    static const char *const crs[] = {"OGC:1.3:CRS84", "EPSG::2154"};
    for (size_t i = 0; i < 2; i++) {
        buf_init(&b, (size_t)16 << 20);
        buf_put_text(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
        for (int n = 1; n <= N; n++)
            buf_printf(&b, "%s" POINT("", "\"text\":\"%0200d\""), n > 1 ? "," : "", n);
        buf_printf(
            &b, "],\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:%s\"}}}",
            crs[i]);
        k->o.mode = IMPORT_REPLACE;
        const enum err_code rc = import_text(k, (struct span){buf_text(&b), b.len_bytes}, &err);
        assert_int_equal(rc, i == 0 ? OK : BAD_DATA);
        buf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(features_fields_and_rejects_come_in_their_order),
        kit_test(of_equal_ids_far_from_each_other_the_first_wins),
        kit_test(what_is_wrong_first_is_told),
        kit_test(a_crs_behind_features_must_be_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
