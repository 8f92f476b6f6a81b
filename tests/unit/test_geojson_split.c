#include "tests/unit/source_text.h"

#include "importers/geojson_split.h"

#include <string.h>

static const char PATH[] = "test_geojson_split.json";

enum { LIMIT_BYTES = 1 << 20 };

/* All pieces, one after the other with '|' behind each; a CRS begins with "crs:". The last error
 * is in `*err`. */
static enum err_code split_into(const char *text, size_t limit_bytes, char *out, size_t n_out,
                                struct err *err)
{
    struct source *source = source_of(PATH, text);
    struct geojson_split *split = NULL;
    enum err_code rc = geojson_split_new(source, limit_bytes, &split, err);
    *out = '\0';
    while (!rc) {
        struct geojson_piece piece;
        bool more = false;
        rc = geojson_split_next(split, &piece, &more, err);
        if (rc || !more)
            break;
        const size_t n = strlen(out);
        snprintf(out + n, n_out - n, "%s%.*s|", piece.kind == GEOJSON_CRS ? "crs:" : "",
                 (int)piece.text.len_bytes, piece.text.at);
        assert_memory_equal(text + piece.byte, piece.text.at, piece.text.len_bytes);
    }
    geojson_split_free(split);
    source_close(source);
    return rc;
}

static void assert_pieces(const char *text, const char *pieces)
{
    struct err err = {0};
    char given[4000];
    assert_ok(split_into(text, LIMIT_BYTES, given, sizeof given, &err));
    assert_string_equal(given, pieces);
}

static void assert_refused(const char *text, const char *words)
{
    struct err err = {0};
    char given[4000];
    assert_fails(split_into(text, LIMIT_BYTES, given, sizeof given, &err), BAD_DATA, words);
}

#define FC "{\"type\":\"FeatureCollection\","

static void a_collection_is_cut_into_its_features(void **state)
{
    (void)state;
    assert_pieces(FC "\"features\":[]}", "");
    assert_pieces(FC "\"features\":[{\"a\":1}, {\"b\":[2]}\n]}\n", "{\"a\":1}|{\"b\":[2]}|");
    assert_pieces("{\"name\":{\"x\":[1]},"
                  "\"features\":[{}],\"type\":\"FeatureCollection\"}",
                  "{}|");
    assert_pieces("\xef\xbb\xbf \n" FC "\"features\" : [ {} ] , \"bbox\":[1,2,3,4] }", "{}|");
}

static void what_stands_in_a_features_place_is_given_as_it_is(void **state)
{
    (void)state;
    assert_pieces(FC "\"features\":[null,12,\"x\",[1]]}", "null|12|\"x\"|[1]|");
    assert_pieces(FC "\"features\":[{\"a\":[1,2}},{\"b\" 1}]}", "{\"a\":[1,2}}|{\"b\" 1}|");
}

static void a_crs_is_given_where_it_stands(void **state)
{
    (void)state;
    assert_pieces(FC "\"crs\":{\"x\":1},\"features\":[{}]}", "crs:{\"x\":1}|{}|");
    assert_pieces("{\"crs\":null,\"type\":\"FeatureCollection\",\"features\":[{}],\"crs\":{}}",
                  "crs:null|{}|crs:{}|");
}

static void one_object_is_one_piece(void **state)
{
    (void)state;
    assert_pieces("{\"type\":\"Feature\",\n\"features\":[1]}",
                  "{\"type\":\"Feature\",\n\"features\":[1]}|");
    assert_pieces(" {\"type\":\"Point\",\"coordinates\":[1,2]}",
                  "{\"type\":\"Point\",\"coordinates\":[1,2]}|");
    assert_pieces("{}", "{}|");
    assert_pieces("{\"type\" \"x\"}", "{\"type\" \"x\"}|");
}

static void lines_are_pieces(void **state)
{
    (void)state;
    assert_pieces("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}", "{\"a\":1}|{\"b\":2}|{\"c\":3}|");
    /* A line that lost its bracket costs one line and no more. */
    assert_pieces("{\"a\":1}\n{\"b\":[2\n{\"c\":3}\n", "{\"a\":1}|{\"b\":[2|{\"c\":3}|");
}

static void text_sequences_are_pieces(void **state)
{
    (void)state;
    assert_pieces("\x1e{\"a\":\n1}\n\x1e{\"b\":2}\n", "{\"a\":\n1}|{\"b\":2}|");
    assert_pieces("\x1e\x1e{\"a\":1}\x1e{\"b\"\n\x1e{}\n", "{\"a\":1}|{\"b\"|{}|");
}

static void values_one_after_the_other_are_pieces(void **state)
{
    (void)state;
    assert_pieces("{\"a\":\n1}\n{\"b\":\n2}", "{\"a\":\n1}|{\"b\":\n2}|");
    assert_pieces("{\"a\":1}{\"b\":2}", "{\"a\":1}|{\"b\":2}|");
    assert_pieces(FC "\"features\":[{}]}\n" FC "\"features\":[{\"x\":1}]}", "{}|{\"x\":1}|");
}

static void a_piece_knows_its_place_and_company(void **state)
{
    (void)state;
    struct err err = {0};
    struct geojson_split *split = NULL;
    struct geojson_piece piece;
    bool more = false;
    struct source *source = source_of(PATH, FC "\n\"features\":[\n\n{\"a\":\n1},\n{}]}");
    assert_ok(geojson_split_new(source, LIMIT_BYTES, &split, &err));
    assert_ok(geojson_split_next(split, &piece, &more, &err));
    assert_int_equal(piece.line, 4);
    assert_int_equal(piece.byte, 43);
    assert_false(piece.alone);
    assert_ok(geojson_split_next(split, &piece, &more, &err));
    assert_int_equal(piece.line, 6);
    geojson_split_free(split);
    source_close(source);

    source = source_of(PATH, "{}\n ");
    assert_ok(geojson_split_new(source, LIMIT_BYTES, &split, &err));
    assert_ok(geojson_split_next(split, &piece, &more, &err));
    assert_true(piece.alone);
    geojson_split_free(split);
    source_close(source);

    source = source_of(PATH, "{}\n{}\n{\"a\"");
    assert_ok(geojson_split_new(source, LIMIT_BYTES, &split, &err));
    for (int i = 0; i < 3; i++) {
        assert_ok(geojson_split_next(split, &piece, &more, &err));
        assert_false(piece.alone);
        assert_int_equal(piece.unterminated, i == 2);
    }
    geojson_split_free(split);
    source_close(source);
}

static void what_is_no_geojson_is_named(void **state)
{
    (void)state;
    assert_refused("", "an empty file");
    assert_refused(" \n", "white space");
    assert_refused("[1,2]", "a JSON array");
    assert_refused("null", "the JSON value null");
    assert_refused("<html>", "XML or HTML");
    assert_refused("PK\x03\x04", "ZIP");
    assert_refused("hello", "text of an unknown kind");
    assert_refused("\x01\x02\x03", "binary data");
}

static void a_source_that_ends_in_the_middle_is_refused(void **state)
{
    (void)state;
    static const char WHOLE[] = FC "\"crs\":{},\"features\":[{\"a\":[1]},{\"b\":\"]}\"}],\"c\":12}";
    char text[sizeof WHOLE];
    for (size_t n = 1; n < sizeof WHOLE - 1; n++) {
        memcpy(text, WHOLE, n);
        text[n] = '\0';
        assert_refused(text, "ends");
    }
    assert_refused(FC "\"features\":[{},\n{\"a\":1", "begins at line 2, byte 44");
}

static void lost_brackets_are_refused_with_their_place(void **state)
{
    (void)state;
    assert_refused(FC "\"features\":[{}{}]}", "line 1, byte 42: ','");
    assert_refused(FC "\"features\":[{},]}", "comma");
    assert_refused(FC "\"features\":[,{}]}", "missing");
    assert_refused(FC "\"features\":[{}}]}", "','");
    assert_refused(FC "\"features\":{}}", "not an array");
    assert_refused(FC "\"x\":1}", "without `features`");
    assert_refused(FC "\"type\":\"Feature\",\"features\":[]}", "not a FeatureCollection");
    assert_refused("{\"features\":[{}]}", "not the type FeatureCollection");
    assert_refused(FC "\"features\":[]} x", "no JSON object follows");
    assert_refused(FC "x:1}", "not \"name\": value");
}

static void a_piece_longer_than_the_limit_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    static char text[800000], given[64];
    memset(text, 'x', 700000);
    memcpy(text, FC "\"features\":[{\"a\":\"", strlen(FC "\"features\":[{\"a\":\""));
    memcpy(text + 700000, "\"}]}", sizeof "\"}]}");
    assert_fails(split_into(text, 300000, given, sizeof given, &err), LIMIT, "line 1");
}

/* Longer than any block the source is read in, so that pieces lie across their borders. */
static void pieces_do_not_depend_on_where_blocks_end(void **state)
{
    (void)state;
    struct err err = {0};
    static char text[3000000];
    size_t n = (size_t)snprintf(text, sizeof text, FC "\"features\":[");
    for (int i = 0; i < 20000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s{\"i\":%d,\"t\":\"a\\\\\\\" }]{[ %d\",\"c\":[[[1.5,%d],[2]]]}",
                              i ? ",\n" : "", i, i * 7919, i);
    snprintf(text + n, sizeof text - n, "]}");
    struct source *source = source_of(PATH, text);
    struct geojson_split *split = NULL;
    assert_ok(geojson_split_new(source, LIMIT_BYTES, &split, &err));
    for (int i = 0; i < 20000; i++) {
        struct geojson_piece piece;
        bool more = false;
        char want[32];
        assert_ok(geojson_split_next(split, &piece, &more, &err));
        assert_true(more);
        snprintf(want, sizeof want, "{\"i\":%d,", i);
        assert_memory_equal(piece.text.at, want, strlen(want));
        assert_int_equal(piece.text.at[piece.text.len_bytes - 1], '}');
        assert_int_equal(piece.line, i + 1);
        assert_memory_equal(text + piece.byte, piece.text.at, piece.text.len_bytes);
    }
    geojson_split_free(split);
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_collection_is_cut_into_its_features),
        cmocka_unit_test(what_stands_in_a_features_place_is_given_as_it_is),
        cmocka_unit_test(a_crs_is_given_where_it_stands),
        cmocka_unit_test(one_object_is_one_piece),
        cmocka_unit_test(lines_are_pieces),
        cmocka_unit_test(text_sequences_are_pieces),
        cmocka_unit_test(values_one_after_the_other_are_pieces),
        cmocka_unit_test(a_piece_knows_its_place_and_company),
        cmocka_unit_test(what_is_no_geojson_is_named),
        cmocka_unit_test(a_source_that_ends_in_the_middle_is_refused),
        cmocka_unit_test(lost_brackets_are_refused_with_their_place),
        cmocka_unit_test(a_piece_longer_than_the_limit_is_refused),
        cmocka_unit_test(pieces_do_not_depend_on_where_blocks_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
