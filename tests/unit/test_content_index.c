#include "exporters/content_index.h"
#include "tests/unit/unit.h"

static struct content_key key_of(uint64_t n)
{
    /* Keys that begin at the same place as others do. */
    return (struct content_key){{n % 7, n}};
}

static void what_was_added_is_found_and_nothing_else(void **state)
{
    (void)state;
    struct err err = {0};
    struct content_index *x = NULL;
    struct content c = {1, 1};
    assert_ok(content_index_new(&x, &err));
    for (uint64_t n = 0; n < 3000; n++) {
        const struct content_key key = key_of(n);
        assert_false(content_index_find(x, &key, &c));
        assert_ok(content_index_add(x, &key, &(struct content){n * n, (uint32_t)n + 1}, &err));
    }
    assert_int_equal(content_index_count(x), 3000);
    for (uint64_t n = 0; n < 3000; n++) {
        const struct content_key key = key_of(n);
        assert_true(content_index_find(x, &key, &c));
        assert_true(c.at == n * n && c.n_bytes == n + 1);
    }
    content_index_free(x);
}

static void equal_bytes_have_equal_keys(void **state)
{
    (void)state;
    struct err err = {0};
    struct sha256 *sha = NULL;
    struct content_key a, b, c;
    assert_ok(sha256_new(&sha, &err));
    assert_ok(content_key_of(sha, span_of("tile"), &a, &err));
    assert_ok(content_key_of(sha, span_of("another"), &b, &err));
    assert_ok(content_key_of(sha, span_of("tile"), &c, &err));
    assert_memory_equal(&a, &c, sizeof a);
    assert_true(a.words[0] != b.words[0]);
    sha256_free(sha);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_and_nothing_else),
        cmocka_unit_test(equal_bytes_have_equal_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
