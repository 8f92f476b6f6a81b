#include "importers/source_url.h"

#include "tests/unit/unit.h"

#include <string.h>

static void kinds_are_told_by_the_scheme(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        enum url_kind kind;
    } cases[] = {
        {"https://host/x.json", URL_REMOTE},
        {"HTTP://host", URL_REMOTE},
        {"file:///a/b", URL_FILE},
        {"file:b", URL_FILE},
        {"ftp://host/x", URL_FOREIGN},
        {"s3+x.y-z://bucket", URL_FOREIGN},
        {"-", URL_NONE},
        {"", URL_NONE},
        {"a/b.json", URL_NONE},
        {"a:b.json", URL_NONE},
        {"://x", URL_NONE},
        {"https:/x", URL_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (url_kind(cases[i].source) != cases[i].kind)
            fail_msg("'%s' is of kind %d", cases[i].source, url_kind(cases[i].source));
    }
}

/* What a function puts. */
static void assert_puts(void (*put)(const char *, struct buf *), const char *url,
                        const char *wanted)
{
    struct buf out;
    buf_init(&out, 10000);
    put(url, &out);
    assert_string_equal(buf_text(&out), wanted);
    buf_clear(&out);
}

static void a_password_is_neither_shown_nor_kept(void **state)
{
    (void)state;
    assert_puts(url_put_public, "https://host:8443/a/b?c=d#e", "https://host:8443/a/b?c=d");
    assert_puts(url_put_public, "https://anna:secret@host/a", "https://host/a");
    assert_puts(url_put_public, "https://anna@host", "https://host");
    assert_puts(url_put_public, "https://anna:p@ss@host/a@b", "https://host/a@b");
    assert_puts(url_put_public, "http://a:b@host?x=@", "http://host?x=@");
    assert_puts(url_put_shown, "https://anna:secret@host/a", "https://host/a");
    assert_puts(url_put_shown, "file:///a%20b", "/a b");
    assert_puts(url_put_shown, "file://elsewhere/a", "file://elsewhere/a");
    assert_puts(url_put_shown, "a@b.json", "a@b.json");
    assert_puts(url_put_shown, "-", "standard input");
}

static void the_last_part_of_the_path_is_the_name(void **state)
{
    (void)state;
    assert_puts(url_put_name, "https://host/a/roads.json.gz?x=/y.csv#z", "roads.json.gz");
    assert_puts(url_put_name, "https://host/caf%C3%A9s.json", "caf\xc3\xa9s.json");
    assert_puts(url_put_name, "https://host/a/records/", "records");
    assert_puts(url_put_name, "https://anna:secret@host:80/", "host:80");
    assert_puts(url_put_name, "https://", "layer");
    assert_puts(url_put_name, "https://host/..%2F..%2Fetc%2Fpasswd", "_.._.._etc_passwd");
    assert_puts(url_put_name, "https://host/.hidden", "_.hidden");
    assert_puts(url_put_name, "https://host/bad%zz.json", "bad%zz.json");
    char url[400] = "https://host/", wanted[201] = "";
    memset(url + strlen(url), 'x', 300);
    memset(wanted, 'x', 195);
    strncpy(url + 313, ".json", 6);
    strncpy(wanted + 195, ".json", 6);
    assert_puts(url_put_name, url, wanted);
}

static void a_file_url_gives_its_path(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf out;
    buf_init(&out, 100);
    assert_ok(url_put_path("file:///a%20b/c", &out, &err));
    assert_string_equal(buf_text(&out), "/a b/c");
    buf_reset(&out);
    assert_ok(url_put_path("file://localhost/a", &out, &err));
    assert_string_equal(buf_text(&out), "/a");
    buf_reset(&out);
    assert_ok(url_put_path("file:a/b", &out, &err));
    assert_string_equal(buf_text(&out), "a/b");
    assert_fails(url_put_path("file://host/a", &out, &err), UNSUPPORTED, "another host, 'host'");
    assert_fails(url_put_path("file://localhost", &out, &err), BAD_ARG, "without a path");
    assert_fails(url_put_path("file:", &out, &err), BAD_ARG, "without a path");
    assert_fails(url_put_path("file:a%00b", &out, &err), BAD_ARG, "");
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_by_the_scheme),
        cmocka_unit_test(a_password_is_neither_shown_nor_kept),
        cmocka_unit_test(the_last_part_of_the_path_is_the_name),
        cmocka_unit_test(a_file_url_gives_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
