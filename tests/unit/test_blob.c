#include "base/blob.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <string.h>

static void a_blob_copies_its_bytes(void **state)
{
    (void)state;
    struct err err = {0};
    struct blob *b = NULL;
    char bytes[] = "bytes";
    assert_ok(blob_new(bytes, 5, &b, &err));
    bytes[0] = 'X';
    assert_int_equal(blob_len_bytes(b), 5);
    assert_memory_equal(blob_bytes(b), "bytes", 5);
    assert_ptr_equal(blob_ref(b), b);
    blob_unref(b);
    assert_memory_equal(blob_bytes(b), "bytes", 5);
    blob_unref(b);
    blob_unref(NULL);
    assert_ok(blob_new(NULL, 0, &b, &err));
    assert_non_null(blob_bytes(b));
    blob_unref(b);
}

static void a_buffer_becomes_a_blob_and_is_left_empty(void **state)
{
    (void)state;
    struct err err = {0};
    struct blob *blob = NULL;
    struct buf b;
    buf_init(&b, 10);
    buf_put_text(&b, "0123456789");
    assert_ok(blob_from_buf(&b, &blob, &err));
    assert_null(b.data);
    assert_int_equal(b.limit_bytes, 10);
    assert_memory_equal(blob_bytes(blob), "0123456789", 10);
    blob_unref(blob);
    assert_ok(blob_from_buf(&b, &blob, &err));
    assert_int_equal(blob_len_bytes(blob), 0);
    assert_non_null(blob_bytes(blob));
    blob_unref(blob);
    blob = NULL;
    buf_put_text(&b, "0123456789x");
    assert_fails(blob_from_buf(&b, &blob, &err), LIMIT, "10 bytes");
    assert_null(blob);
    buf_clear(&b);
}

static void static_bytes_are_not_copied(void **state)
{
    (void)state;
    struct err err = {0};
    static const char BYTES[] = "page";
    struct blob *b = NULL;
    assert_ok(blob_from_static(BYTES, 4, &b, &err));
    assert_ptr_equal(blob_bytes(b), BYTES);
    blob_unref(b);
    assert_ok(blob_from_static(NULL, 0, &b, &err));
    assert_non_null(blob_bytes(b));
    blob_unref(b);
}

static void *ref_and_unref(void *shared)
{
    struct blob *b = shared;
    for (int i = 0; i < 20000; i++)
        blob_unref(blob_ref(b));
    blob_unref(b);
    return NULL;
}

static void threads_share_a_blob(void **state)
{
    (void)state;
    struct err err = {0};
    struct blob *b = NULL;
    assert_ok(blob_new("x", 1, &b, &err));
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, blob_ref(b)), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_memory_equal(blob_bytes(b), "x", 1);
    blob_unref(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blob_copies_its_bytes),
        cmocka_unit_test(a_buffer_becomes_a_blob_and_is_left_empty),
        cmocka_unit_test(static_bytes_are_not_copied),
        cmocka_unit_test(threads_share_a_blob),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
