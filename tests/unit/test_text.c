#include "base/text.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static void texts_compare(void **state)
{
    (void)state;
    assert_true(text_eq("a", "a") && text_eq(NULL, NULL));
    assert_false(text_eq("a", NULL) || text_eq(NULL, "") || text_eq("a", "ab"));
    assert_true(text_eq_ignoring_case("EPSG:Z", "epsg:z") && text_eq_ignoring_case(NULL, NULL));
    assert_false(text_eq_ignoring_case("a", "ab") || text_eq_ignoring_case("ab", "a") ||
                 text_eq_ignoring_case("[", "{") || text_eq_ignoring_case("\xC3\xA9", "\xC3\x89"));
    assert_true(text_starts_with("abc", "ab") && text_starts_with("abc", ""));
    assert_false(text_starts_with("ab", "abc"));
    assert_true(text_ends_with("a.json.gz", ".gz") && text_ends_with("a", ""));
    assert_false(text_ends_with("z", ".gz"));
    assert_true(span_eq(span_of("abc"), "abc") && span_eq(span_of(NULL), "") &&
                span_eq(span_of(""), NULL));
    assert_false(span_eq((struct span){"abc", 2}, "abc") || span_eq(span_of("a"), NULL));
}

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"",
                                       "plain",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC",
                                       "\xF0\x9F\x97\xBA",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const BAD[] = {
        "\x80",         "\xC3",         "\xC0\xAF",         "\xC1\xBF",
        "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF5\x80",
        "\xFF",         "\xE2\x82",     "\xF4\x90\x80\x80", "a\xC3(b"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        assert_true(text_is_utf8(GOOD[i], strlen(GOOD[i])));
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_false(text_is_utf8(BAD[i], strlen(BAD[i])));
    uint32_t code = 0;
    assert_int_equal(text_utf8_char(span_of("\xF0\x9F\x97\xBA!"), &code), 4);
    assert_int_equal(code, 0x1F5FA);
    assert_int_equal(text_utf8_char(span_of(""), &code), 0);
}

static void percent_escapes_are_decoded(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 100);
    buf_put_text(&b, "before ");
    assert_ok(text_percent_decode(span_of("a%20b+c%C3%a9%2F"), false, &b, &err));
    assert_string_equal(buf_text(&b), "before a b+c\xC3\xA9/");
    buf_reset(&b);
    assert_ok(text_percent_decode(span_of("a+b%2B"), true, &b, &err));
    assert_string_equal(buf_text(&b), "a b+");
    buf_reset(&b);
    assert_ok(text_percent_decode(span_of(""), true, &b, &err));
    assert_int_equal(b.len_bytes, 0);
    buf_clear(&b);
}

static void bad_escapes_are_refused_and_leave_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 10);
    buf_put_text(&b, "x");
    assert_fails(text_percent_decode(span_of("a%2"), false, &b, &err), BAD_ARG, "hexadecimal");
    assert_fails(text_percent_decode(span_of("a%"), false, &b, &err), BAD_ARG, "hexadecimal");
    assert_fails(text_percent_decode(span_of("%zz"), false, &b, &err), BAD_ARG, "hexadecimal");
    assert_fails(text_percent_decode(span_of("a%00"), false, &b, &err), BAD_ARG, "zero byte");
    assert_fails(text_percent_decode((struct span){"a\0b", 3}, false, &b, &err), BAD_ARG, "zero");
    assert_fails(text_percent_decode(span_of("%FF"), false, &b, &err), BAD_ARG, "UTF-8");
    assert_string_equal(buf_text(&b), "x");
    assert_fails(text_percent_decode(span_of("0123456789"), false, &b, &err), LIMIT, "10 bytes");
    assert_int_equal(b.len_bytes, 1);
    buf_clear(&b);
}

static void only_unreserved_characters_stay_unescaped(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 200);
    text_put_percent(&b, "aZ0-._~ /?#&=+%\"\xC3\xA9");
    assert_string_equal(buf_text(&b), "aZ0-._~%20%2F%3F%23%26%3D%2B%25%22%C3%A9");
    buf_clear(&b);
}

static void assert_slug(const char *text, const char *wanted)
{
    struct buf b;
    buf_init(&b, 100);
    text_put_slug(&b, span_of(text));
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void a_slug_can_be_a_layer_name(void **state)
{
    (void)state;
    assert_slug("cadastre-91216_parcelles.v2", "cadastre-91216_parcelles.v2");
    assert_slug("Forêt d'Écouves", "Foret_d_Ecouves");
    assert_slug("Œuvre Ærø Straße Łódź Ĳssel ſ", "OEuvre_AEro_Strasse_Lodz_IJssel_s");
    assert_slug("Ýþ ÿ×÷ Žž", "Yth_y___Zz");
    assert_slug(".hidden", "_hidden");
    assert_slug("-x", "_x");
    assert_slug("日本", "__");
    assert_slug("\xFF\xFE", "__");
    assert_slug("", "layer");
    assert_slug("a/../b\"; DROP", "a_.._b___DROP");
    assert_slug("0123456789012345678901234567890123456789012345678901234567890123456789",
                "012345678901234567890123456789012345678901234567890123456789012");
    assert_slug("01234567890123456789012345678901234567890123456789012345678901Æ",
                "01234567890123456789012345678901234567890123456789012345678901A");
}

static void hashes_are_those_of_the_fnv_papers(void **state)
{
    (void)state;
    assert_true(text_hash("", 0, 0) == 0xCBF29CE484222325u);
    assert_true(text_hash("a", 1, 0) == 0xAF63DC4C8601EC8Cu);
    assert_true(text_hash("foobar", 6, 0) == 0x85944171F73967E8u);
    assert_true(text_hash("a", 1, 1) != text_hash("a", 1, 0));
}

static void assert_blanked(const char *text, bool keep_lines, const char *wanted)
{
    char blanked[64];
    snprintf(blanked, sizeof blanked, "%s", text);
    text_blank_controls(blanked, strlen(blanked), keep_lines);
    assert_string_equal(blanked, wanted);
}

static void what_would_command_a_terminal_becomes_blanks(void **state)
{
    (void)state;
    assert_blanked("a\x1b[31mb\x07\r\x7f", false, "a [31mb   ");
    assert_blanked("\xc2\x9b[31m\xc2\xa0\xc3\x9b\xc2", false, "  [31m\xc2\xa0\xc3\x9b\xc2");
    assert_blanked("a\nb\tc", false, "a b c");
    assert_blanked("a\nb\tc", true, "a\nb c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_compare),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(percent_escapes_are_decoded),
        cmocka_unit_test(bad_escapes_are_refused_and_leave_nothing),
        cmocka_unit_test(only_unreserved_characters_stay_unescaped),
        cmocka_unit_test(a_slug_can_be_a_layer_name),
        cmocka_unit_test(what_would_command_a_terminal_becomes_blanks),
        cmocka_unit_test(hashes_are_those_of_the_fnv_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
