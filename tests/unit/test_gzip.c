#include "base/gzip.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct gzip *gzip;

static int open_gzip(void **state)
{
    (void)state;
    return gzip_new(6, &gzip, NULL);
}

static int close_gzip(void **state)
{
    (void)state;
    gzip_free(gzip);
    return 0;
}

static void bytes_come_back(void **state)
{
    (void)state;
    struct err err = {0};
    static char plain[300000];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * i >> 7);
    struct buf packed, again, out;
    buf_init(&packed, 1 << 20);
    buf_init(&again, 1 << 20);
    buf_init(&out, 1 << 20);
    for (size_t n = 0; n <= sizeof plain; n = n * 7 + 3) {
        buf_reset(&packed);
        buf_reset(&again);
        buf_reset(&out);
        buf_put_text(&out, "before");
        assert_ok(gzip_compress(gzip, (struct span){plain, n}, &packed, &err));
        assert_ok(gzip_compress(gzip, (struct span){plain, n}, &again, &err));
        assert_int_equal(packed.len_bytes, again.len_bytes);
        assert_memory_equal(packed.data, again.data, packed.len_bytes);
        const struct span in = {(const char *)packed.data, packed.len_bytes};
        assert_ok(gzip_decompress(gzip, in, sizeof plain, &out, &err));
        assert_int_equal(out.len_bytes, 6 + n);
        assert_memory_equal(out.data + 6, plain, n);
    }
    buf_clear(&packed);
    buf_clear(&again);
    buf_clear(&out);
}

static void a_bomb_is_not_unpacked(void **state)
{
    (void)state;
    struct err err = {0};
    static const char zeros[1 << 20];
    struct buf packed, out;
    buf_init(&packed, 1 << 20);
    buf_init(&out, SIZE_MAX);
    assert_ok(gzip_compress(gzip, (struct span){zeros, sizeof zeros}, &packed, &err));
    const struct span in = {(const char *)packed.data, packed.len_bytes};
    assert_fails(gzip_decompress(gzip, in, 100000, &out, &err), LIMIT, "100000");
    assert_fails(gzip_decompress(gzip, in, sizeof zeros - 1, &out, &err), LIMIT, "1048575");
    assert_int_equal(out.len_bytes, 0);
    /* A length in the trailer that lies makes it slower, not wrong. */
    packed.data[packed.len_bytes - 1] = 0x7F;
    assert_fails(gzip_decompress(gzip, in, sizeof zeros, &out, &err), BAD_DATA, "damaged");
    buf_clear(&packed);
    buf_clear(&out);
}

static void damaged_data_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf packed, out;
    buf_init(&packed, 1000);
    buf_init(&out, 1000);
    assert_ok(gzip_compress(gzip, span_of("some text, some text"), &packed, &err));
    for (size_t n = 0; n < packed.len_bytes; n++)
        assert_fails(
            gzip_decompress(gzip, (struct span){(const char *)packed.data, n}, 1000, &out, &err),
            BAD_DATA, "damaged");
    buf_put_u8(&packed, 0);
    const struct span in = {(const char *)packed.data, packed.len_bytes};
    assert_fails(gzip_decompress(gzip, in, 1000, &out, &err), BAD_DATA, "behind the gzip member");
    assert_int_equal(out.len_bytes, 0);
    buf_clear(&packed);
    buf_clear(&out);
}

static void the_outputs_limit_holds(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf out;
    buf_init(&out, 30);
    assert_ok(gzip_compress(gzip, span_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                            &out, &err));
    buf_reset(&out);
    assert_fails(gzip_compress(gzip, span_of("abcdefghijklmnopqrstuvwxyz0123456789"), &out, &err),
                 LIMIT, "bytes after compression where 30 are left");
    assert_int_equal(out.len_bytes, 0);
    buf_put_text(&out, "0123456789012345678901234567890");
    assert_fails(gzip_compress(gzip, span_of("x"), &out, &err), LIMIT, "30 bytes");
    assert_fails(gzip_decompress(gzip, span_of("x"), 10, &out, &err), LIMIT, "30 bytes");
    buf_clear(&out);
}

static void zlib_streams_are_read_too(void **state)
{
    (void)state;
    static const char STREAM[] = "\x78\x9C\xCB\x48\xCD\xC9\xC9\x07\x00\x06\x2C\x02\x15";
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1000);
    const struct span in = {STREAM, sizeof STREAM - 1};
    assert_ok(zlib_decompress(gzip, in, 1000, &out, &err));
    assert_string_equal(buf_text(&out), "hello");
    buf_reset(&out);
    assert_fails(zlib_decompress(gzip, in, 3, &out, &err), LIMIT, "more than 3 bytes");
    assert_fails(zlib_decompress(gzip, (struct span){STREAM, 8}, 1000, &out, &err), BAD_DATA,
                 "damaged zlib");
    assert_fails(zlib_decompress(gzip, (struct span){STREAM, sizeof STREAM}, 1000, &out, &err),
                 BAD_DATA, "behind the zlib stream");
    assert_fails(zlib_decompress(gzip, span_of(""), 1000, &out, &err), BAD_DATA, "damaged zlib");
    assert_int_equal(out.len_bytes, 0);
    buf_clear(&out);
}

static void levels_are_1_to_12(void **state)
{
    (void)state;
    struct err err = {0};
    struct gzip *g = NULL;
    assert_fails(gzip_new(0, &g, &err), BAD_ARG, "level 0");
    assert_fails(gzip_new(13, &g, &err), BAD_ARG, "level 13");
    assert_null(g);
    assert_ok(gzip_new(12, &g, &err));
    gzip_free(g);
    gzip_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_back),         cmocka_unit_test(a_bomb_is_not_unpacked),
        cmocka_unit_test(damaged_data_is_refused), cmocka_unit_test(the_outputs_limit_holds),
        cmocka_unit_test(levels_are_1_to_12),      cmocka_unit_test(zlib_streams_are_read_too),
    };
    return cmocka_run_group_tests(tests, open_gzip, close_gzip);
}
