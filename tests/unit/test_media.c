#include "server/http/media.h"
#include "tests/unit/unit.h"

#include <string.h>

static const enum media DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_END};
static const enum media FEATURES[] = {MEDIA_GEOJSON, MEDIA_HTML, MEDIA_END};
static const enum media TILES[] = {MEDIA_MVT, MEDIA_REPORT, MEDIA_END};
static const enum media API[] = {MEDIA_OPENAPI, MEDIA_HTML, MEDIA_END};

#define CHROME                                                                                     \
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"      \
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
#define FIREFOX                                                                                    \
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,"       \
    "image/svg+xml,*/*;q=0.8"
#define SAFARI "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
#define GDAL   "application/geo+json, application/json"

static void what_clients_really_send_gets_what_they_can_read(void **state)
{
    (void)state;
    static const struct {
        const enum media *offered;
        const char *accept;
        enum media wanted;
    } CASES[] = {
        {DOCS, NULL, MEDIA_JSON},
        {DOCS, "", MEDIA_JSON},
        {DOCS, "*/*", MEDIA_JSON},
        {DOCS, CHROME, MEDIA_HTML},
        {DOCS, FIREFOX, MEDIA_HTML},
        {DOCS, SAFARI, MEDIA_HTML},
        {FEATURES, CHROME, MEDIA_HTML},
        {TILES, CHROME, MEDIA_MVT},
        {DOCS, GDAL, MEDIA_JSON},
        {FEATURES, GDAL, MEDIA_GEOJSON},
        {FEATURES, "application/json", MEDIA_GEOJSON},
        {FEATURES, "application/json;q=0.9, text/html;q=0.8", MEDIA_GEOJSON},
        {FEATURES, "application/json;q=0.7, TEXT/HTML;q=0.8", MEDIA_HTML},
        {DOCS, "text/*, application/json;q=0.5", MEDIA_HTML},
        {DOCS, "application/json, */*", MEDIA_JSON},
        {DOCS, "text/html, */*", MEDIA_HTML},
        {DOCS, "text/html, application/json", MEDIA_JSON},
        {DOCS, "*/*, application/json;q=0", MEDIA_HTML},
        {TILES, "application/vnd.mapbox-vector-tile,*/*;q=0.5", MEDIA_MVT},
        {API, "application/vnd.oai.openapi+json;version=3.0", MEDIA_OPENAPI},
        {API, "application/json", MEDIA_OPENAPI},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        enum media got = MEDIA_END;
        assert_true(media_choose(CASES[i].offered, NULL, CASES[i].accept, &got));
        if (got != CASES[i].wanted)
            fail_msg("%s: %s", CASES[i].accept, media_type(got));
    }
}

static void nothing_is_forced_on_those_who_cannot_read_it(void **state)
{
    (void)state;
    static const char *const ACCEPTS[] = {
        "image/png", "application/geo+json",        "*/*;q=0",
        "json",      "application/xml, text/plain", "text/html;q=0"};
    for (size_t i = 0; i < sizeof ACCEPTS / sizeof *ACCEPTS; i++) {
        enum media got = MEDIA_END;
        assert_false(media_choose(DOCS, NULL, ACCEPTS[i], &got));
        assert_int_equal(got, MEDIA_END);
    }
}

static void f_wins_over_accept(void **state)
{
    (void)state;
    enum media got = MEDIA_END;
    assert_true(media_choose(DOCS, "html", "application/json", &got));
    assert_int_equal(got, MEDIA_HTML);
    assert_true(media_choose(FEATURES, "json", CHROME, &got));
    assert_int_equal(got, MEDIA_GEOJSON);
    assert_true(media_choose(TILES, "report", NULL, &got));
    assert_int_equal(got, MEDIA_REPORT);
    assert_false(media_choose(DOCS, "xml", CHROME, &got));
    assert_false(media_choose(DOCS, "", CHROME, &got));
    assert_false(media_choose(DOCS, "JSON", CHROME, &got));
}

static void the_table_says_it_all(void **state)
{
    (void)state;
    assert_string_equal(media_type(MEDIA_GEOJSON), "application/geo+json");
    assert_string_equal(media_f(MEDIA_TILEJSON), "tilejson");
    assert_true(media_is_compressible(MEDIA_MVT));
    assert_false(media_is_compressible(MEDIA_PNG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_clients_really_send_gets_what_they_can_read),
        cmocka_unit_test(nothing_is_forced_on_those_who_cannot_read_it),
        cmocka_unit_test(f_wins_over_accept),
        cmocka_unit_test(the_table_says_it_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
