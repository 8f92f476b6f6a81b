#include "base/buf.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static void pieces_are_put_together(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1000);
    assert_string_equal(buf_text(&b), "");
    buf_put_text(&b, "one ");
    buf_put(&b, "two", 3);
    buf_put(&b, NULL, 0);
    buf_put_u8(&b, ' ');
    buf_printf(&b, "%s%d", "x", 3);
    buf_printf(&b, "%s", "");
    assert_string_equal(buf_text(&b), "one two x3");
    assert_int_equal(b.len_bytes, 10);
    assert_ok(buf_status(&b, &err));
    buf_reset(&b);
    assert_string_equal(buf_text(&b), "");
    buf_clear(&b);
    assert_null(b.data);
    assert_int_equal(b.limit_bytes, 1000);
}

static void the_limit_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 100);
    for (int i = 0; i < 100; i++)
        buf_put_u8(&b, 'x');
    assert_ok(buf_status(&b, &err));
    assert_int_equal(strlen(buf_text(&b)), 100);
    buf_put_u8(&b, 'y');
    assert_fails(buf_status(&b, &err), LIMIT, "100 bytes");
    assert_int_equal(b.len_bytes, 100);
    assert_string_equal(buf_text(&b), "");
    assert_null(buf_reserve(&b, 0));
    buf_reset(&b);
    buf_printf(&b, "%101d", 1);
    assert_fails(buf_status(&b, &err), LIMIT, "");
    buf_reset(&b);
    buf_printf(&b, "%100d", 1);
    assert_ok(buf_status(&b, &err));
    buf_clear(&b);
    buf_init(&b, 0);
    assert_non_null(buf_reserve(&b, 0));
    buf_put_u8(&b, 'x');
    assert_fails(buf_status(&b, &err), LIMIT, "0 bytes");
    buf_clear(&b);
}

static void reserved_room_is_filled_by_the_caller(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, SIZE_MAX);
    uint8_t *at = buf_reserve(&b, 5000);
    assert_non_null(at);
    memset(at, 'z', 5000);
    buf_added(&b, 4000);
    assert_int_equal(strlen(buf_text(&b)), 4000);
    assert_null(buf_reserve(&b, SIZE_MAX));
    assert_int_equal(b.failed, LIMIT);
    buf_clear(&b);
}

static void what_grew_too_large_is_not_kept(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10000);
    buf_put_text(&b, "small");
    const uint8_t *data = b.data;
    buf_reset_within(&b, 5000);
    assert_int_equal(b.len_bytes, 0);
    assert_ptr_equal(b.data, data);
    assert_non_null(buf_reserve(&b, 6000));
    buf_reset_within(&b, 5000);
    assert_null(b.data);
    assert_int_equal(b.room_bytes, 0);
    buf_put_text(&b, "again");
    assert_string_equal(buf_text(&b), "again");
    buf_clear(&b);
}

static void buffers_swap(void **state)
{
    (void)state;
    struct buf a, b;
    buf_init(&a, 10);
    buf_init(&b, 20);
    buf_put_text(&a, "a");
    buf_swap(&a, &b);
    assert_string_equal(buf_text(&b), "a");
    assert_int_equal(b.limit_bytes, 10);
    assert_int_equal(a.len_bytes, 0);
    buf_clear(&a);
    buf_clear(&b);
}

static void numbers_come_back_as_they_went_in(void **state)
{
    (void)state;
    static const uint64_t NUMBERS[] = {0, 1, 127, 128, 300, UINT32_MAX, INT64_MAX, UINT64_MAX};
    static const int64_t SIGNED[] = {0, -1, 1, 63, -64, 64, INT64_MAX, INT64_MIN};
    static const double REALS[] = {0.0, -0.0, 1.5, -1e300, 5e-324, INFINITY};
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1000);
    for (size_t i = 0; i < 8; i++) {
        buf_put_varint(&b, NUMBERS[i]);
        buf_put_svarint(&b, SIGNED[i]);
    }
    for (size_t i = 0; i < 6; i++)
        buf_put_f64(&b, REALS[i]);
    buf_put_u8(&b, 200);
    struct bytes r = {b.data, b.data + b.len_bytes};
    for (size_t i = 0; i < 8; i++) {
        uint64_t n;
        int64_t s;
        assert_ok(bytes_get_varint(&r, &n, &err));
        assert_ok(bytes_get_svarint(&r, &s, &err));
        assert_true(n == NUMBERS[i] && s == SIGNED[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        double d;
        assert_ok(bytes_get_f64(&r, &d, &err));
        assert_memory_equal(&d, &REALS[i], sizeof d);
    }
    uint8_t last;
    assert_ok(bytes_get_u8(&r, &last, &err));
    assert_int_equal(last, 200);
    assert_ptr_equal(r.at, r.end);
    assert_fails(bytes_get_u8(&r, &last, &err), BAD_DATA, "1 bytes wanted where 0 are left");
    buf_clear(&b);
}

static void a_small_number_takes_one_byte(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    buf_put_svarint(&b, -64);
    assert_int_equal(b.len_bytes, 1);
    buf_put_varint(&b, UINT64_MAX);
    assert_int_equal(b.len_bytes, 11);
    buf_clear(&b);
}

static void a_reader_never_passes_the_end(void **state)
{
    (void)state;
    struct err err = {0};
    static const uint8_t ENDLESS[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 1};
    static const uint8_t TOO_BIG[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2};
    struct bytes r = {ENDLESS, ENDLESS + sizeof ENDLESS};
    uint64_t n = 7;
    int64_t s = 7;
    double d = 7;
    assert_fails(bytes_get_varint(&r, &n, &err), BAD_DATA, "64 bits");
    r = (struct bytes){TOO_BIG, TOO_BIG + sizeof TOO_BIG};
    assert_fails(bytes_get_varint(&r, &n, &err), BAD_DATA, "64 bits");
    r.end = r.at + 3;
    assert_fails(bytes_get_svarint(&r, &s, &err), BAD_DATA, "within a number");
    assert_fails(bytes_get_f64(&r, &d, &err), BAD_DATA, "8 bytes wanted where 3 are left");
    assert_ptr_equal(r.at, TOO_BIG);
    assert_true(n == 7 && s == 7 && d == 7);
    const uint8_t *at = NULL;
    assert_fails(bytes_get(&r, SIZE_MAX, &at, &err), BAD_DATA, "are left");
    assert_ok(bytes_get(&r, 3, &at, &err));
    assert_ptr_equal(at, TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_put_together),
        cmocka_unit_test(the_limit_is_exact_and_failure_sticks),
        cmocka_unit_test(reserved_room_is_filled_by_the_caller),
        cmocka_unit_test(what_grew_too_large_is_not_kept),
        cmocka_unit_test(buffers_swap),
        cmocka_unit_test(numbers_come_back_as_they_went_in),
        cmocka_unit_test(a_small_number_takes_one_byte),
        cmocka_unit_test(a_reader_never_passes_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
