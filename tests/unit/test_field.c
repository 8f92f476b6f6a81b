#include "server/http/field.h"
#include "tests/unit/unit.h"

#include <string.h>

static void lists_are_walked_with_their_qualities(void **state)
{
    (void)state;
    struct field_walk w = field_walk(" a/b;q=0.5 ,, c ; x=\"1,2;q=0\" ; Q=0.125,\"d,e\";q=2,f;q=");
    static const struct {
        const char *value;
        int quality;
    } WANTED[] = {{"a/b", 500}, {"c", 125}, {"\"d,e\"", 0}, {"f", 0}};
    struct field_item item;
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        assert_true(field_next(&w, &item));
        assert_true(span_eq(item.value, WANTED[i].value));
        assert_int_equal(item.quality, WANTED[i].quality);
    }
    assert_false(field_next(&w, &item));
    w = field_walk(NULL);
    assert_false(field_next(&w, &item));
    w = field_walk("\"a\\\",b\";q=1.000;q=0.0019, \"open, c");
    assert_true(field_next(&w, &item));
    assert_true(span_eq(item.value, "\"a\\\",b\""));
    assert_int_equal(item.quality, 1);
    assert_true(field_next(&w, &item));
    assert_true(span_eq(item.value, "\"open, c"));
    assert_false(field_next(&w, &item));
}

static void gzip_is_for_those_who_accept_it(void **state)
{
    (void)state;
    static const char *const YES[] = {"gzip",   "br, GZIP;q=0.1",   "*",
                                      "x-gzip", "deflate, *;q=0.5", "*;q=0, gzip"};
    static const char *const NO[] = {"",      "identity", "gzip;q=0", "*, gzip;q=0.000",
                                     "*;q=0", "gzipped",  "br"};
    for (size_t i = 0; i < sizeof YES / sizeof *YES; i++)
        assert_true(field_accepts_gzip(YES[i]));
    for (size_t i = 0; i < sizeof NO / sizeof *NO; i++)
        assert_false(field_accepts_gzip(NO[i]));
    assert_false(field_accepts_gzip(NULL));
}

static void entity_tags_are_compared_weakly(void **state)
{
    (void)state;
    static const char *const YES[] = {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", "\"b,c\",W/\"a\""};
    static const char *const NO[] = {"", "a", "\"b\"", "\"A\"", "\"a", "W/", "\"b,\"a\"\""};
    for (size_t i = 0; i < sizeof YES / sizeof *YES; i++)
        assert_true(field_names_etag(YES[i], "\"a\""));
    for (size_t i = 0; i < sizeof NO / sizeof *NO; i++)
        assert_false(field_names_etag(NO[i], "\"a\""));
    assert_false(field_names_etag(NULL, "\"a\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_walked_with_their_qualities),
        cmocka_unit_test(gzip_is_for_those_who_accept_it),
        cmocka_unit_test(entity_tags_are_compared_weakly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
