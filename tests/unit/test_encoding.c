#include "tests/unit/unit.h"

#include "base/encoding.h"

#include <string.h>

/* The text in UTF-8; how many bytes were no character. */
static size_t decode(const char *name, struct span in, bool is_last, char *out, size_t n_out,
                     size_t *out_used)
{
    struct err err = {0};
    struct encoding *e = NULL;
    struct buf b;
    assert_ok(encoding_new(name, &e, &err));
    buf_init(&b, 1 << 20);
    const size_t n_bad = encoding_decode(e, in, is_last, &b, out_used);
    assert_ok(buf_status(&b, &err));
    assert_true(b.len_bytes < n_out);
    memcpy(out, buf_text(&b), b.len_bytes + 1);
    buf_clear(&b);
    encoding_free(e);
    return n_bad;
}

static void an_encoding_is_known_by_the_names_that_files_give_it(void **state)
{
    static const struct {
        const char *said, *name;
    } names[] = {
        {"UTF-8", "UTF-8"},
        {"utf8", "UTF-8"},
        {"65001", "UTF-8"},
        {"UTF-8\r\n", "UTF-8"},
        {"ISO-8859-1", "ISO-8859-1"},
        {"iso8859_15", "ISO-8859-15"},
        {"88591", "ISO-8859-1"},
        {"8859-2", "ISO-8859-2"},
        {"latin1", "ISO-8859-1"},
        {"1252", "WINDOWS-1252"},
        {"ANSI 1252", "WINDOWS-1252"},
        {"cp1251", "WINDOWS-1251"},
        {"Windows-1250", "WINDOWS-1250"},
        {"OEM 850", "CP850"},
        {"437", "CP437"},
        {"936", "CP936"},
        {"Shift_JIS", "CP932"},
        {"Big5", "CP950"},
        {"KOI8-R", "KOI8-R"},
        {"euc-jp", "EUC-JP"},
        {"UTF-16LE", "UTF-16LE"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct err err = {0};
        struct encoding *e = NULL;
        assert_ok(encoding_new(names[i].said, &e, &err));
        assert_string_equal(encoding_name(e), names[i].name);
        encoding_free(e);
    }
}

static void a_name_that_nobody_knows_is_refused(void **state)
{
    static const char *const names[] = {
        "",
        " ",
        "System",
        "cp99999",
        "UTF-8//IGNORE",
        "//",
        "ISO-8859-1,UTF-8",
        "a name that is much longer than any name of an encoding could ever be",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct err err = {0};
        struct encoding *e = NULL;
        assert_fails(encoding_new(names[i], &e, &err), BAD_ARG, "is no encoding that is known");
        assert_null(e);
    }
}

static void text_of_every_kind_becomes_utf8(void **state)
{
    static const struct {
        const char *name, *in, *out;
    } cases[] = {
        {"latin1", "Ch\xE2teau", "Ch\xC3\xA2teau"},
        {"1252", "\x80 5", "\xE2\x82\xAC 5"},
        {"850", "\x82t\x82", "\xC3\xA9t\xC3\xA9"},
        {"866", "\x8C\xAE\xE1", "\xD0\x9C\xD0\xBE\xD1\x81"},
        {"932", "\x93\x8C\x8B\x9E", "\xE6\x9D\xB1\xE4\xBA\xAC"},
        /* the second byte of a character is a backslash */
        {"932", "\x95\x5C", "\xE8\xA1\xA8"},
        {"ISO-2022-JP", "a\x1B$B@1\x1B(B", "a\xE6\x98\x9F"},
        {"TCVN", "Vi\xD6t", "Vi\xE1\xBB\x87t"},
        {"TCVN", "a", "a"}, /* a mark may follow: it waits */
        {"utf8", "\xE6\x9D\xB1", "\xE6\x9D\xB1"},
        {"utf8", "", ""},
        {"latin1", "", ""},
    };
    char out[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n_used = 0;
        const struct span in = span_of(cases[i].in);
        assert_int_equal(decode(cases[i].name, in, true, out, sizeof out, &n_used), 0);
        assert_string_equal(out, cases[i].out);
        assert_int_equal(n_used, in.len_bytes);
    }
}

static void what_is_no_character_is_replaced_and_counted(void **state)
{
    static const struct {
        const char *name, *in, *out;
        size_t n_bad;
    } cases[] = {
        {"utf8", "a\xFF\xFE z", "a\xEF\xBF\xBD\xEF\xBF\xBD z", 2},
        {"utf8", "cut \xE6\x9D", "cut \xEF\xBF\xBD\xEF\xBF\xBD", 2},
        {"utf8", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3},
        {"1252", "a\x81z", "a\xEF\xBF\xBDz", 1},
        {"932", "cut \x93", "cut \xEF\xBF\xBD", 1},
    };
    char out[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct span in = span_of(cases[i].in);
        assert_int_equal(decode(cases[i].name, in, true, out, sizeof out, NULL), cases[i].n_bad);
        assert_string_equal(out, cases[i].out);
    }
}

static void a_character_that_a_piece_cuts_waits_for_the_next(void **state)
{
    static const struct {
        const char *name, *in, *out;
        size_t n_used;
    } cases[] = {
        {"utf8", "ab\xE6\x9D", "ab", 2},
        {"utf8", "ab\xF0\x9F\x98", "ab", 2},
        {"932", "ab\x93", "ab", 2},
        {"utf8", "\xC3\xA9", "\xC3\xA9", 2},
    };
    char out[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n_used = 0;
        const struct span in = span_of(cases[i].in);
        assert_int_equal(decode(cases[i].name, in, false, out, sizeof out, &n_used), 0);
        assert_string_equal(out, cases[i].out);
        assert_int_equal(n_used, cases[i].n_used);
    }
}

static void long_text_is_decoded_piece_by_piece(void **state)
{
    static char in[10000], out[20001];
    (void)state;
    memset(in, '\xE9', sizeof in);
    assert_int_equal(decode("latin1", (struct span){in, sizeof in}, true, out, sizeof out, NULL),
                     0);
    assert_int_equal(strlen(out), 20000);
    assert_memory_equal(out + 19998, "\xC3\xA9", 2);
}

static void a_full_buffer_ends_it(void **state)
{
    struct err err = {0};
    struct encoding *e = NULL;
    struct buf b;
    (void)state;
    assert_ok(encoding_new("latin1", &e, &err));
    buf_init(&b, 16);
    encoding_decode(e, span_of("\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9"), true, &b, NULL);
    assert_fails(buf_status(&b, &err), LIMIT, "");
    buf_clear(&b);
    encoding_free(e);
    encoding_free(NULL);
}

static void ascii_is_told_from_what_only_looks_like_it(void **state)
{
    static const struct {
        const char *name;
        bool is_ascii_based;
    } cases[] = {
        {"utf8", true},      {"1252", true},         {"932", true},    {"936", true},
        {"UTF-16LE", false}, {"ISO-2022-JP", false}, {"UTF-7", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct encoding *e = NULL;
        assert_ok(encoding_new(cases[i].name, &e, &err));
        assert_int_equal(encoding_is_ascii_based(e), cases[i].is_ascii_based);
        encoding_free(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_encoding_is_known_by_the_names_that_files_give_it),
        cmocka_unit_test(a_name_that_nobody_knows_is_refused),
        cmocka_unit_test(text_of_every_kind_becomes_utf8),
        cmocka_unit_test(what_is_no_character_is_replaced_and_counted),
        cmocka_unit_test(a_character_that_a_piece_cuts_waits_for_the_next),
        cmocka_unit_test(long_text_is_decoded_piece_by_piece),
        cmocka_unit_test(a_full_buffer_ends_it),
        cmocka_unit_test(ascii_is_told_from_what_only_looks_like_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
