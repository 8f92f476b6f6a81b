#include "tests/unit/unit.h"

#include "importers/csv_split.h"
#include "tests/unit/source_text.h"

#include <string.h>
#include <unistd.h>

#define SOURCE "test_csv_split.csv"

/* Records as words: fields in brackets, '!' and the problem behind, one record a line. */
static const char *words_of_text(struct csv_text *text, struct csv_dialect dialect,
                                 struct encoding *fallback, struct buf *out)
{
    struct err err = {0};
    struct csv_split *s = NULL;
    struct csv_record r;
    bool more = true;
    buf_reset(out);
    assert_ok(csv_split_new(text, 1, dialect, fallback, &s, &err));
    for (;;) {
        assert_ok(csv_split_next(s, &r, &more, &err));
        if (!more)
            break;
        buf_printf(out, "%d", (int)r.line);
        for (size_t i = 0; i < r.n_fields; i++)
            buf_printf(out, "[%.*s]", (int)r.fields[i].len_bytes, r.fields[i].at);
        if (r.problem)
            buf_printf(out, "!%s", r.problem);
        buf_put_text(out, "\n");
    }
    csv_split_free(s);
    return buf_text(out);
}

static const char *words_of(const char *text, char delimiter, bool backslash, struct buf *out)
{
    struct csv_text lent;
    csv_text_lend(&lent, span_of(text));
    const char *words = words_of_text(&lent, (struct csv_dialect){delimiter, backslash}, NULL, out);
    csv_text_clear(&lent);
    return words;
}

static const struct {
    const char *text;
    char delimiter;
    bool backslash;
    const char *words;
} CASES[] = {
    {"a,b\n1,2\n", ',', false, "1[a][b]\n2[1][2]\n"},
    {"a,b\r\n1,2\r\n", ',', false, "1[a][b]\n2[1][2]\n"},
    {"a,b\r1,2\r3,4", ',', false, "1[a][b]\n2[1][2]\n3[3][4]\n"},
    {"a;b\n1,5;2", ';', false, "1[a][b]\n2[1,5][2]\n"},
    {"a\tb\n\t2", '\t', false, "1[a][b]\n2[][2]\n"},
    {"a,b\n\n  \n1,2\n\n", ',', false, "1[a][b]\n4[1][2]\n"},
    {"a,b\n\"1\n2\",3\n4,5", ',', false, "1[a][b]\n2[1\n2][3]\n4[4][5]\n"},
    {"\"say \"\"hi\"\"\",\"\"", ',', false, "1[say \"hi\"][]\n"},
    {"a, \"b,c\" ,d", ',', false, "1[a][b,c][d]\n"},
    {" a ,  b  ", ',', false, "1[a][b]\n"},
    {"\" a \",b", ',', false, "1[ a ][b]\n"},
    {"5\" pipe,6'", ',', false, "1[5\" pipe][6']\n"},
    {"\"a\" b,c", ',', false, "1[\"a\" b][c]\n"},
    {"\"a,x\"y\",c", ',', false, "1[\"a,x\"y\"][c]\n"},
    {"\"a\\\"b,c\\\\\",d", ',', true, "1[a\"b,c\\][d]\n"},
    {"\"C:\\\",d", ',', false, "1[C:\\][d]\n"},
    {"a,\"b\nc,d\n", ',', false, "1[a]!a quoted field that does not end\n2[c][d]\n"},
    {"a,\"b\nc,\"d\",e\n", ',', false, "1[a]!a quoted field that does not end\n2[c][d][e]\n"},
    {"a,\"b", ',', false, "1[a]!a quoted field that does not end\n"},
    {"\"\"", ',', false, "1[]\n"},
    {",", ',', false, "1[][]\n"},
    {"", ',', false, ""},
    {"\xff,b", ',', false, "1[\xff][b]!text that is not in the encoding of the source\n"},
};

static void records_are_taken_apart(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *words = words_of(CASES[i].text, CASES[i].delimiter, CASES[i].backslash, &b);
        if (strcmp(words, CASES[i].words) != 0)
            fail_msg("case %zu: '%s' gave\n%s", i, CASES[i].text, words);
    }
    buf_clear(&b);
}

static void a_nul_is_a_problem(void **state)
{
    (void)state;
    struct buf b;
    struct csv_text lent;
    buf_init(&b, 1 << 16);
    csv_text_lend(&lent, (struct span){"a,b\n1\0,2\n3,4", 12});
    assert_non_null(strstr(words_of_text(&lent, (struct csv_dialect){',', false}, NULL, &b),
                           "!a NUL byte\n3[3][4]\n"));
    csv_text_clear(&lent);
    buf_clear(&b);
}

/* What a file is read as, whatever its blocks. */
static const char *words_of_file(struct span text, const char *encoding, struct buf *b,
                                 uint64_t *out_last_byte)
{
    struct err err = {0};
    struct source *source = NULL;
    struct csv_text t;
    struct csv_split *s = NULL;
    struct csv_record r;
    bool more = true;
    write_source(SOURCE, text);
    assert_ok(source_open(SOURCE, &source, &err));
    assert_ok(csv_text_open(&t, source, encoding, 1 << 20, &err));
    assert_ok(csv_split_new(&t, 1, (struct csv_dialect){',', false}, NULL, &s, &err));
    buf_reset(b);
    for (;;) {
        assert_ok(csv_split_next(s, &r, &more, &err));
        if (!more)
            break;
        *out_last_byte = r.byte;
        for (size_t i = 0; i < r.n_fields; i++)
            buf_printf(b, "[%.*s]", (int)r.fields[i].len_bytes, r.fields[i].at);
        if (r.problem)
            buf_put_text(b, "!");
        buf_put_text(b, "\n");
    }
    csv_split_free(s);
    csv_text_clear(&t);
    source_close(source);
    return buf_text(b);
}

static void byte_order_marks_say_the_encoding(void **state)
{
    (void)state;
    struct buf b;
    uint64_t byte = 0;
    buf_init(&b, 1 << 16);
    static const char utf8[] = "\xef\xbb\xbf"
                               "a,\xc3\xa9\nb,c\n";
    static const char little[] = "\xff\xfe"
                                 "a\0,\0\xe9\0\n\0b\0,\0c\0\n\0";
    static const char big[] = "\xfe\xff"
                              "\0a\0,\0\xe9\0\r\0\n\0b\0,\0c";
    static const char wanted[] = "[a][\xc3\xa9]\n[b][c]\n";
    assert_string_equal(words_of_file((struct span){utf8, sizeof utf8 - 1}, NULL, &b, &byte),
                        wanted);
    assert_int_equal(byte, 8);
    assert_string_equal(words_of_file((struct span){little, sizeof little - 1}, NULL, &b, &byte),
                        wanted);
    assert_int_equal(byte, 10);
    assert_string_equal(words_of_file((struct span){big, sizeof big - 1}, NULL, &b, &byte), wanted);
    assert_int_equal(byte, 12);
    assert_string_equal(
        words_of_file((struct span){little + 2, sizeof little - 3}, "utf-16", &b, &byte), wanted);
    buf_clear(&b);
}

static void text_is_decoded_as_was_said(void **state)
{
    (void)state;
    struct buf b;
    uint64_t byte = 0;
    buf_init(&b, 1 << 16);
    assert_string_equal(words_of_file(span_of("a,\xe9\nb,\x80"), "windows-1252", &b, &byte),
                        "[a][\xc3\xa9]\n[b][\xe2\x82\xac]\n");
    assert_int_equal(byte, 4);
    /* The second byte of this character is a bar. */
    assert_string_equal(words_of_file(span_of("a,\x83\x7c\nb,c"), "Shift_JIS", &b, &byte),
                        "[a][\xe3\x83\x9d]\n[b][c]\n");
    assert_string_equal(words_of_file(span_of("a,\xe9\nb,c"), "UTF-8", &b, &byte),
                        "[a][\xe9]!\n[b][c]\n");
    assert_non_null(
        strstr(words_of_file(span_of("a,\x83\nb,c"), "Shift_JIS", &b, &byte), "!\n[b][c]\n"));
    buf_clear(&b);
}

static void what_is_not_utf8_is_read_in_the_other_encoding_and_counted(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    struct csv_text lent;
    struct encoding *latin = NULL;
    buf_init(&b, 1 << 16);
    assert_ok(encoding_new("windows-1252", &latin, &err));
    csv_text_lend(&lent, span_of("\xc3\xa9\n\"\xe9\"\"\",x\n\x81"));
    assert_string_equal(
        words_of_text(&lent, (struct csv_dialect){',', false}, latin, &b),
        "1[\xc3\xa9]\n2[\xc3\xa9\"][x]\n3[\xef\xbf\xbd]!text that is neither UTF-8 nor "
        "Windows-1252: say --encoding\n");
    csv_text_clear(&lent);
    encoding_free(latin);
    buf_clear(&b);
}

static void encodings_without_lines_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *source = NULL;
    struct csv_text t;
    write_source(SOURCE, span_of("a,b"));
    assert_ok(source_open(SOURCE, &source, &err));
    assert_fails(csv_text_open(&t, source, "klingon", 1 << 20, &err), BAD_ARG, "klingon");
    assert_fails(csv_text_open(&t, source, "UTF-7", 1 << 20, &err), UNSUPPORTED, "UTF-7");
    source_close(source);
}

/* Fields of every length over the borders of blocks, in both ways of reading. */
static void borders_of_blocks_cannot_be_seen(void **state)
{
    (void)state;
    enum { N_RECORDS = 20000 };
    struct err err = {0};
    struct buf b;
    buf_init(&b, 16 << 20);
    for (size_t i = 0; i < N_RECORDS; i++)
        buf_printf(&b, "%zu,\"%*s\"\"\n\",\xc3\xa9%s", i, (int)(i % 61), "x",
                   i % 3 ? "\r\n" : "\r");
    static const char *const encodings[] = {NULL, "ISO-8859-1"};
    write_source(SOURCE, (struct span){(const char *)b.data, b.len_bytes});
    for (size_t e = 0; e < 2; e++) {
        struct source *source = NULL;
        struct csv_text t;
        struct csv_split *s = NULL;
        struct csv_record r;
        bool more = true;
        char number[16];
        assert_ok(source_open(SOURCE, &source, &err));
        assert_ok(csv_text_open(&t, source, encodings[e], 1 << 20, &err));
        assert_ok(csv_split_new(&t, 1, (struct csv_dialect){',', false}, NULL, &s, &err));
        for (size_t i = 0; i < N_RECORDS; i++) {
            assert_ok(csv_split_next(s, &r, &more, &err));
            snprintf(number, sizeof number, "%zu", i);
            assert_true(more && r.n_fields == 3 && span_eq(r.fields[0], number));
            assert_int_equal(r.fields[1].len_bytes, (i % 61 ? i % 61 : 1) + 2);
            assert_int_equal(r.line, 2 * i + 1);
        }
        assert_ok(csv_split_next(s, &r, &more, &err));
        assert_false(more);
        csv_split_free(s);
        csv_text_clear(&t);
        source_close(source);
    }
    buf_clear(&b);
}

static void a_record_that_is_too_long_is_one_problem_if_a_line_ends_it(void **state)
{
    (void)state;
    enum { LIMIT_BYTES = 300000 };
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_put_text(&b, "a,b\n1,\"never\n2,3\n");
    for (int i = 0; i < 60000; i++)
        buf_put_text(&b, "4,5,6,7,8\n");
    write_source(SOURCE, (struct span){(const char *)b.data, b.len_bytes});
    struct source *source = NULL;
    struct csv_text t;
    struct csv_split *s = NULL;
    struct csv_record r;
    bool more = true;
    size_t n_records = 0, n_problems = 0;
    assert_ok(source_open(SOURCE, &source, &err));
    assert_ok(csv_text_open(&t, source, NULL, LIMIT_BYTES, &err));
    assert_ok(csv_split_new(&t, 1, (struct csv_dialect){',', false}, NULL, &s, &err));
    while (more) {
        assert_ok(csv_split_next(s, &r, &more, &err));
        n_records += more;
        n_problems += more && r.problem;
    }
    assert_int_equal(n_records, 60003);
    assert_int_equal(n_problems, 1);
    csv_split_free(s);
    csv_text_clear(&t);
    source_close(source);
    buf_clear(&b);
    (void)unlink(SOURCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_taken_apart),
        cmocka_unit_test(a_nul_is_a_problem),
        cmocka_unit_test(byte_order_marks_say_the_encoding),
        cmocka_unit_test(text_is_decoded_as_was_said),
        cmocka_unit_test(what_is_not_utf8_is_read_in_the_other_encoding_and_counted),
        cmocka_unit_test(encodings_without_lines_are_refused),
        cmocka_unit_test(borders_of_blocks_cannot_be_seen),
        cmocka_unit_test(a_record_that_is_too_long_is_one_problem_if_a_line_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
