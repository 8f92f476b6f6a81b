#include "server/http/cache.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static const struct stamps STAMPS = {UINT64_C(0x123456789abcdef0), 7};

static struct answer *new_answer(size_t n_bytes)
{
    struct response r = {.status = 200, .media = MEDIA_PNG, .max_age_s = -1};
    struct answer *a = NULL;
    struct err err = {0};
    buf_init(&r.body, n_bytes);
    for (size_t i = 0; i < n_bytes; i++)
        buf_put_u8(&r.body, 'a');
    assert_ok(answer_new(&r, NULL, &a, &err));
    return a;
}

static void put(struct cache *c, const char *key, size_t n_bytes)
{
    struct answer *a = new_answer(n_bytes);
    cache_put(c, span_of(key), &STAMPS, a);
    answer_unref(a);
}

static struct answer *get(struct cache *c, const char *key)
{
    return cache_get(c, span_of(key), &STAMPS);
}

static void what_is_put_is_found_again(void **state)
{
    (void)state;
    struct cache *c = NULL;
    struct err err = {0};
    assert_ok(cache_new(1 << 20, &c, &err));
    assert_null(get(c, "a"));
    put(c, "a", 10);
    put(c, "b", 20);
    put(c, "a", 30);
    assert_int_equal(blob_len_bytes(get(c, "a")->body), 30);
    assert_int_equal(blob_len_bytes(get(c, "b")->body), 20);
    assert_null(cache_get(c, (struct span){"ab", 1 + 1}, &STAMPS));
    assert_int_equal(cache_entries(c), 2);
    assert_true(cache_bytes(c) > 50);
    cache_free(c);
    cache_free(NULL);
}

static void each_answer_is_asked_for_under_its_own_stamp(void **state)
{
    (void)state;
    const struct stamps narrow_changed = {STAMPS.narrow + 1, STAMPS.wide};
    const struct stamps wide_changed = {STAMPS.narrow, STAMPS.wide + 1};
    struct cache *c = NULL;
    struct err err = {0};
    assert_ok(cache_new(1 << 20, &c, &err));
    for (int is_wide = 0; is_wide < 2; is_wide++) {
        struct answer *a = new_answer(10);
        a->is_wide = is_wide;
        cache_put(c, span_of(is_wide ? "wide" : "narrow"), &STAMPS, a);
        answer_unref(a);
    }
    assert_non_null(cache_get(c, span_of("narrow"), &wide_changed));
    assert_non_null(cache_get(c, span_of("wide"), &narrow_changed));
    assert_null(cache_get(c, span_of("narrow"), &narrow_changed));
    assert_null(cache_get(c, span_of("wide"), &wide_changed));
    cache_free(c);
}

static void what_is_asked_for_under_another_stamp_is_given_up(void **state)
{
    (void)state;
    struct cache *c = NULL;
    struct err err = {0};
    assert_ok(cache_new(1 << 20, &c, &err));
    put(c, "a", 10);
    put(c, "b", 20);
    const uint64_t with_both = cache_bytes(c);
    assert_null(cache_get(c, span_of("a"), &(struct stamps){STAMPS.narrow + 1, STAMPS.wide}));
    assert_true(cache_bytes(c) < with_both && cache_entries(c) == 1);
    assert_null(get(c, "a"));
    assert_non_null(get(c, "b"));
    cache_free(c);
}

static void the_least_used_goes_first_and_bytes_are_bounded(void **state)
{
    (void)state;
    struct cache *c = NULL;
    struct err err = {0};
    const uint64_t limit = 100000;
    assert_ok(cache_new(limit, &c, &err));
    put(c, "kept", 5000);
    char key[16];
    for (int i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "%d", i);
        put(c, key, 5000);
        assert_non_null(get(c, "kept"));
        assert_true(cache_bytes(c) <= limit);
    }
    assert_null(get(c, "0"));
    assert_non_null(get(c, "199"));
    assert_true(cache_bytes(c) > limit * 9 / 10 - 5000);
    /* One that would push out nearly everything is not kept; nor is anything without room. */
    put(c, "huge", 50000);
    assert_null(get(c, "huge"));
    assert_non_null(get(c, "kept"));
    cache_free(c);
    assert_ok(cache_new(0, &c, &err));
    put(c, "a", 1);
    assert_null(get(c, "a"));
    cache_free(c);
}

static void many_entries_are_all_found(void **state)
{
    (void)state;
    struct cache *c = NULL;
    struct err err = {0};
    assert_ok(cache_new(64 << 20, &c, &err));
    char key[16];
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "%d", i);
        put(c, key, 1 + (size_t)i % 7);
    }
    assert_int_equal(cache_entries(c), 20000);
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(blob_len_bytes(get(c, key)->body), 1 + i % 7);
    }
    cache_free(c);
}

static void an_answer_outlives_its_place_in_the_cache(void **state)
{
    (void)state;
    struct cache *c = NULL;
    struct err err = {0};
    assert_ok(cache_new(1 << 20, &c, &err));
    put(c, "a", 7);
    struct answer *a = answer_ref(get(c, "a"));
    cache_free(c);
    assert_int_equal(blob_len_bytes(a->body), 7);
    assert_string_equal(a->etag + strlen(a->etag) - 3, "-7\"");
    answer_unref(a);
    answer_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_again),
        cmocka_unit_test(what_is_asked_for_under_another_stamp_is_given_up),
        cmocka_unit_test(each_answer_is_asked_for_under_its_own_stamp),
        cmocka_unit_test(the_least_used_goes_first_and_bytes_are_bounded),
        cmocka_unit_test(many_entries_are_all_found),
        cmocka_unit_test(an_answer_outlives_its_place_in_the_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
