#include "tests/unit/source_text.h"

#include "importers/record_reader.h"

#include <string.h>
#include <unistd.h>

#define PATH "test_record_reader.txt"

static struct reader_options options(void)
{
    return (struct reader_options){.limits = {.feature_bytes = 4 << 20, .depth = 16}};
}

/* All records of a text: "line@byte json" each, '|' between; "+ page" when there is a next one. */
static enum err_code read_with(const struct reader_options *o, enum record_format format,
                               const char *path, const char *next, struct span text,
                               struct buf *out, struct err *err)
{
    struct record_setup setup = {.options = o, .next = next};
    struct record_reader *reader = NULL;
    struct record record;
    struct arena a;
    bool more = true;
    buf_reset(out);
    arena_init(&a, 1 << 20);
    write_source(PATH, text);
    enum err_code rc = source_open(PATH, &setup.source, err);
    if (!rc && path)
        rc = record_path_parse(span_of(path), &a, &setup.path, err);
    if (!rc)
        rc = record_reader_new(format, &setup, &reader, err);
    while (!rc && more) {
        rc = record_reader_next(reader, &record, &more, err);
        if (!rc && more)
            buf_printf(out, "%s%d@%d %.*s", out->len_bytes ? "|" : "", (int)record.line,
                       (int)record.byte, (int)record.json.len_bytes, record.json.at);
    }
    if (!rc && record_reader_next_page(reader).len_bytes)
        buf_printf(out, "+ %.*s", (int)record_reader_next_page(reader).len_bytes,
                   record_reader_next_page(reader).at);
    record_reader_free(reader);
    source_close(setup.source);
    arena_clear(&a);
    (void)unlink(PATH);
    return rc;
}

static void check_text(enum record_format format, const char *path, struct span text,
                       const char *expected)
{
    const struct reader_options o = options();
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1 << 24);
    assert_ok(read_with(&o, format, path, NULL, text, &out, &err));
    assert_string_equal(buf_text(&out), expected);
    buf_clear(&out);
}

static void check(enum record_format format, const char *path, const char *text,
                  const char *expected)
{
    check_text(format, path, span_of(text), expected);
}

static void check_fails(enum record_format format, const char *path, const char *text,
                        enum err_code kind, const char *words)
{
    const struct reader_options o = options();
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1 << 24);
    assert_fails(read_with(&o, format, path, NULL, span_of(text), &out, &err), kind, words);
    buf_clear(&out);
}

static void records_are_where_the_path_leads(void **state)
{
    (void)state;
    check(RECORD_JSON, "data/stations",
          "{\"data\":{\"n\":[9],\"stations\":[{\"a\":1},\n{\"a\":2}]}}",
          "1@29 {\"a\":1}|2@38 {\"a\":2}");
    check(RECORD_JSON, "/data/stations/*", "{\"data\":{\"stations\":[1,[2],{}]}}",
          "1@21 1|1@23 [2]|1@27 {}");
    check(RECORD_JSON, "cities/*/spots",
          "{\"cities\":{\"x\":{\"spots\":[1]},\"y\":{\"spots\":[2,3]}}}", "1@25 1|1@43 2|1@45 3");
    check(RECORD_JSON, "*", "{\"x\":{\"a\":1},\"y\":{\"a\":2}}", "1@5 {\"a\":1}|1@17 {\"a\":2}");
    check(RECORD_JSON, "it", "{\"no\":{\"it\":[0]},\"it\":{\"a\":1}}", "1@22 {\"a\":1}");
    check(RECORD_JSON, "a b/~1~0", "{\"a b\":{\"/~\":[7]}}", "1@14 7");
    check(RECORD_JSON, "ab", "{\"\\u0061b\":[7]}", "1@12 7");
}

static void without_a_path_values_or_items_are_records(void **state)
{
    (void)state;
    check(RECORD_JSON, NULL, "{\"a\":1}\n{\"a\":2}\n", "1@0 {\"a\":1}|2@8 {\"a\":2}");
    check(RECORD_JSON, NULL, "\xef\xbb\xbf [ {\"a\":1} , {\"a\":2} ]",
          "1@6 {\"a\":1}|1@16 {\"a\":2}");
    check(RECORD_JSON, NULL, "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", "1@1 {\"a\":1}|2@10 {\"a\":2}");
    check(RECORD_JSON, "v", "{\"v\":[1]}\n{\"v\":[2]}", "1@6 1|2@16 2");
    check(RECORD_JSON, NULL, "[]", "");
    check(RECORD_JSON, "v/*", "{\"v\":[]}", "");
}

static void what_is_no_such_json_is_told(void **state)
{
    (void)state;
    check_fails(RECORD_JSON, NULL, "", BAD_DATA, "an empty file");
    check_fails(RECORD_JSON, "v", "{\"w\":[1]}", BAD_DATA, "nothing where `records` points to");
    check_fails(RECORD_JSON, "v/w", "{\"v\":{}}", BAD_DATA, "nothing where `records` points to");
    check_fails(RECORD_JSON, "v", "{\"v\":[1,", BAD_DATA, "ends at byte 8");
    check_fails(RECORD_JSON, "v", "{\"v\":[1,]}", BAD_DATA, "a comma with nothing behind it");
    check_fails(RECORD_JSON, "v", "{\"v\":[1 2]}", BAD_DATA, "line 1, byte 8: ',' or a closing");
    check_fails(RECORD_JSON, "v", "{\"v\" [1]}", BAD_DATA, "a ':' is missing");
    check_fails(RECORD_JSON, "v", "{v:[1]}", BAD_DATA, "not \"name\": value");
    check_fails(RECORD_JSON, "v", "{\"v\":}", BAD_DATA, "a value is missing");
    check_fails(RECORD_JSON, NULL, "]", BAD_DATA, "a value is missing");
    check_fails(RECORD_JSON, "v", "{\"u\":\"abc", BAD_DATA, "ends at byte 9");
}

static void a_document_names_its_next_page(void **state)
{
    const struct reader_options o = options();
    struct err err = {0};
    struct buf out;
    (void)state;
    buf_init(&out, 1 << 20);
    assert_ok(
        read_with(&o, RECORD_JSON, "value", "@iot.nextLink",
                  span_of("{\"@iot.nextLink\":\"p\\/2.json\",\"value\":[{\"@iot.nextLink\":0}]}"),
                  &out, &err));
    assert_string_equal(buf_text(&out), "1@38 {\"@iot.nextLink\":0}+ p/2.json");
    assert_ok(read_with(&o, RECORD_JSON, "value", "next", span_of("{\"value\":[1],\"next\":null}"),
                        &out, &err));
    assert_string_equal(buf_text(&out), "1@10 1");
    assert_fails(read_with(&o, RECORD_JSON, "value", "next", span_of("{\"next\":{},\"value\":[]}"),
                           &out, &err),
                 BAD_DATA, "next page is no text");
    buf_clear(&out);
}

/* Ten megabytes beside the records, and the limit of a record is one. */
static void what_lies_beside_the_records_takes_no_memory(void **state)
{
    struct reader_options o = options();
    struct err err = {0};
    struct buf text, out;
    (void)state;
    o.limits.feature_bytes = 1 << 20;
    buf_init(&text, 32 << 20);
    buf_init(&out, 1 << 20);
    buf_put_text(&text, "{\"beside\":[");
    for (int i = 0; i < 1000000; i++)
        buf_put_text(&text, "{\"n\":[1]},");
    buf_put_text(&text, "0],\"v\":[{\"a\":1}]}");
    const struct span all = {buf_text(&text), text.len_bytes};
    assert_ok(read_with(&o, RECORD_JSON, "v", NULL, all, &out, &err));
    assert_string_equal(buf_text(&out), "1@10000019 {\"a\":1}");
    assert_fails(
        read_with(&o, RECORD_JSON, "beside/*/n", NULL, span_of("{\"beside\":["), &out, &err),
        BAD_DATA, "ends at byte 11");
    assert_fails(read_with(&o, RECORD_JSON, "*", NULL, all, &out, &err), LIMIT,
                 "one feature of more than 1 MB");
    buf_clear(&text);
    buf_clear(&out);
}

static void an_element_becomes_an_object(void **state)
{
    (void)state;
    check(RECORD_XML, "m/s", "<m><s b=\"2\" a=\"1\"/>\n<s> x &amp; y </s><s/></m>",
          "1@3 {\"@a\":\"1\",\"@b\":\"2\"}|2@20 \"x & y\"|2@38 null");
    check(RECORD_XML, "m/s", "<m><s><c>1</c><b>2</b><c>3</c></s></m>",
          "1@3 {\"b\":\"2\",\"c\":[\"1\",\"3\"]}");
    check(RECORD_XML, "m/s", "<m><s k=\"v\">one<b/>two</s></m>",
          "1@3 {\"@k\":\"v\",\"b\":null,\"#text\":\"onetwo\"}");
    check(RECORD_XML, "m/s", "<m><s><a><b x=\"&lt;\"><![CDATA[<]]>&#233;</b></a></s></m>",
          "1@3 {\"a\":{\"b\":{\"@x\":\"<\",\"#text\":\"<é\"}}}");
    check(RECORD_XML, "m/*/s", "<m><x><s>1</s></x><y><s>2</s><t/></y><s>3</s></m>",
          "1@6 \"1\"|1@21 \"2\"");
    check(RECORD_XML, "s", "<?xml version=\"1.0\"?><!-- c --><s><s>1</s></s>",
          "1@31 {\"s\":\"1\"}");
    check(RECORD_XML, "m/s", "<m/>", "");
    check(RECORD_XML, "m/s", "<m><t><s>no</s></t></m>", "");
}

static void xml_has_many_encodings(void **state)
{
    (void)state;
    static const char UTF_16[] = "\xff\xfe<\0s\0>\0\xe9\0<\0/\0s\0>\0";
    check(RECORD_XML, "s", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><s>\xe9</s>",
          "1@43 \"é\"");
    check(RECORD_XML, "s", "<?xml version=\"1.0\" encoding=\"windows-1252\"?><s>\x80</s>",
          "1@45 \"€\"");
    check_text(RECORD_XML, "s", (struct span){UTF_16, sizeof UTF_16 - 1}, "1@2 \"é\"");
    check_fails(RECORD_XML, "s", "<?xml version=\"1.0\" encoding=\"no-such\"?><s/>", BAD_DATA,
                "unknown encoding");
    check_fails(RECORD_XML, "s", "<s>\xe9</s>", BAD_DATA, "not XML");
}

static void document_types_and_what_they_bring_are_refused(void **state)
{
    (void)state;
    check_fails(RECORD_XML, "s",
                "<?xml version=\"1.0\"?>\n<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                "<s>&x;</s>",
                BAD_DATA, "line 2: a document type declaration (DTD), which is refused");
    check_fails(RECORD_XML, "s",
                "<!DOCTYPE s [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><s>&c;</s>",
                BAD_DATA, "document type declaration");
    check_fails(RECORD_XML, "s", "<!DOCTYPE s PUBLIC \"x\" \"http://127.0.0.1/x.dtd\"><s/>",
                BAD_DATA, "document type declaration");
    check_fails(RECORD_XML, "s", "<s>&x;</s>", BAD_DATA, "undefined entity");
}

static void broken_xml_says_where(void **state)
{
    (void)state;
    check_fails(RECORD_XML, "m/s", "", BAD_DATA, "no element found");
    check_fails(RECORD_XML, "m/s", "<m>\n<s></m>", BAD_DATA, "line 2, byte 9: not XML: mismatched");
    check_fails(RECORD_XML, "m/s", "<m><s>", BAD_DATA, "not XML");
    check_fails(RECORD_XML, "m/s", "<n><s/></n>", BAD_DATA, "nothing where `records` points to");
    check_fails(RECORD_XML, "m/s", "<m/><m/>", BAD_DATA, "junk after document element");
}

static void long_and_deep_xml_is_refused(void **state)
{
    struct reader_options o = options();
    struct err err = {0};
    struct buf text, out;
    (void)state;
    o.limits.feature_bytes = 1 << 20;
    buf_init(&text, 64 << 20);
    buf_init(&out, 1 << 20);
    buf_put_text(&text, "<m><s>");
    for (int i = 0; i < 1000000; i++)
        buf_put_text(&text, "<a>");
    assert_fails(read_with(&o, RECORD_XML, "m/s", NULL,
                           (struct span){buf_text(&text), text.len_bytes}, &out, &err),
                 LIMIT, "nested deeper than 16 (--max-depth)");
    buf_reset(&text);
    buf_put_text(&text, "<m><s a=\"");
    for (int i = 0; i < 400000; i++)
        buf_put_text(&text, "0123456789");
    assert_fails(read_with(&o, RECORD_XML, "m/s", NULL,
                           (struct span){buf_text(&text), text.len_bytes}, &out, &err),
                 LIMIT, "one feature of more than 1 MB");
    buf_reset(&text);
    buf_put_text(&text, "<m><s>");
    for (int i = 0; i < 400000; i++)
        buf_put_text(&text, "<a>12345</a>");
    assert_fails(read_with(&o, RECORD_XML, "m/s", NULL,
                           (struct span){buf_text(&text), text.len_bytes}, &out, &err),
                 LIMIT, "one feature of more than 1 MB");
    buf_reset(&text);
    buf_put_text(&text, "<m><s");
    for (int i = 0; i < 1001; i++)
        buf_printf(&text, " a%d=\"\"", i);
    buf_put_text(&text, "/></m>");
    assert_fails(read_with(&o, RECORD_XML, "m/s", NULL,
                           (struct span){buf_text(&text), text.len_bytes}, &out, &err),
                 LIMIT, "an element of 1001 attributes");
    buf_clear(&text);
    buf_clear(&out);
}

/* More than any block, in all. */
static void a_long_document_is_read_piece_by_piece(void **state)
{
    struct reader_options o = options();
    struct err err = {0};
    struct buf text, out;
    (void)state;
    o.limits.feature_bytes = 1000;
    buf_init(&text, 64 << 20);
    buf_init(&out, 64 << 20);
    buf_put_text(&text, "<m>");
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "<beside>%d</beside><s><n>%d</n></s>\n", i, i);
    buf_put_text(&text, "</m>");
    assert_ok(read_with(&o, RECORD_XML, "m/s", NULL, (struct span){buf_text(&text), text.len_bytes},
                        &out, &err));
    const char *last = strrchr(buf_text(&out), '|');
    assert_non_null(last);
    assert_non_null(strstr(last, "|20000@"));
    assert_non_null(strstr(last, "{\"n\":\"19999\"}"));
    buf_clear(&text);
    buf_clear(&out);
}

static void a_row_is_an_object_of_texts(void **state)
{
    struct reader_options o = options();
    struct err err = {0};
    struct buf out;
    (void)state;
    buf_init(&out, 1 << 20);
    check(RECORD_CSV, NULL, "id,a\n007,\"x,y\"\n8,\n",
          "2@5 {\"id\":\"007\",\"a\":\"x,y\"}|3@15 {\"id\":\"8\",\"a\":\"\"}");
    check(RECORD_CSV, NULL, "id;a,b;c\n1;2;3\n", "2@9 {\"id\":\"1\",\"a,b\":\"2\",\"c\":\"3\"}");
    check(RECORD_CSV, NULL, "id,a\n1\n", "2@5 {\"id\":\"1\"}");
    check(RECORD_CSV, NULL, "id,a\n1,2,3\n", "2@5 "); /* a problem, and no JSON */
    check_fails(RECORD_CSV, NULL, "", BAD_DATA, "an empty file");
    o.delimiter = "tab";
    assert_ok(read_with(&o, RECORD_CSV, NULL, NULL, span_of("a,b\tc\n1\t2\n"), &out, &err));
    assert_string_equal(buf_text(&out), "2@6 {\"a,b\":\"1\",\"c\":\"2\"}");
    o.delimiter = "::";
    assert_fails(read_with(&o, RECORD_CSV, NULL, NULL, span_of("a::b\n"), &out, &err), BAD_ARG,
                 "::");
    o = options();
    o.columns = "x,y";
    assert_ok(read_with(&o, RECORD_CSV, NULL, NULL, span_of("1,2\n"), &out, &err));
    assert_string_equal(buf_text(&out), "1@0 {\"x\":\"1\",\"y\":\"2\"}");
    o = options();
    o.encoding = "ISO-8859-1";
    assert_ok(read_with(&o, RECORD_CSV, NULL, NULL, span_of("a\n\xe9\n"), &out, &err));
    assert_string_equal(buf_text(&out), "2@2 {\"a\":\"é\"}");
    buf_clear(&out);
}

static void formats_know_what_cannot_be_theirs(void **state)
{
    (void)state;
    assert_true(record_format_fits(RECORD_XML, span_of("\xef\xbb\xbf <m/>")));
    assert_false(record_format_fits(RECORD_XML, span_of("{\"a\":1}")));
    assert_false(record_format_fits(RECORD_JSON, span_of("<m/>")));
    assert_true(record_format_fits(RECORD_JSON, span_of(" [1]")));
    assert_true(record_format_fits(RECORD_CSV, span_of("<m/>")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_where_the_path_leads),
        cmocka_unit_test(without_a_path_values_or_items_are_records),
        cmocka_unit_test(what_is_no_such_json_is_told),
        cmocka_unit_test(a_document_names_its_next_page),
        cmocka_unit_test(what_lies_beside_the_records_takes_no_memory),
        cmocka_unit_test(an_element_becomes_an_object),
        cmocka_unit_test(xml_has_many_encodings),
        cmocka_unit_test(document_types_and_what_they_bring_are_refused),
        cmocka_unit_test(broken_xml_says_where),
        cmocka_unit_test(long_and_deep_xml_is_refused),
        cmocka_unit_test(a_long_document_is_read_piece_by_piece),
        cmocka_unit_test(a_row_is_an_object_of_texts),
        cmocka_unit_test(formats_know_what_cannot_be_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
