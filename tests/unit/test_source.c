#include "base/gzip.h"
#include "base/sha256.h"
#include "base/source.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char PATH[] = "test_source.bin";

static void write_file(struct span bytes)
{
    FILE *f = fopen(PATH, "wb");
    assert_non_null(f);
    if (bytes.len_bytes)
        assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, f), bytes.len_bytes);
    assert_int_equal(fclose(f), 0);
}

static struct span span_of_buf(const struct buf *b)
{
    return (struct span){(const char *)b->data, b->len_bytes};
}

/* Everything that the file gives, read in pieces of n bytes. */
static enum err_code read_all(struct source *s, size_t n_piece, struct buf *out, struct err *err)
{
    buf_reset(out);
    for (;;) {
        size_t n = 0;
        uint8_t *at = buf_reserve(out, n_piece);
        assert_non_null(at);
        const enum err_code rc = source_read(s, at, n_piece, &n, err);
        if (rc || n == 0)
            return rc;
        assert_in_range(n, 1, n_piece);
        buf_added(out, n);
    }
}

static void put_gzip(struct buf *out, struct span plain)
{
    struct err err = {0};
    struct gzip *g = NULL;
    assert_ok(gzip_new(1, &g, &err));
    assert_ok(gzip_compress(g, plain, out, &err));
    gzip_free(g);
}

static void put_noise(struct buf *b, size_t n_bytes)
{
    uint32_t random = 7;
    for (size_t i = 0; i < n_bytes; i++) {
        random = random * 1664525 + 1013904223;
        buf_put_u8(b, random >> 24 & 0x3F);
    }
}

static void assert_gives(struct span raw, bool gzip, struct span plain)
{
    struct err err = {0};
    struct buf out;
    buf_init(&out, SIZE_MAX);
    write_file(raw);
    static const size_t PIECES[] = {1, 1000, 1 << 20};
    for (size_t i = plain.len_bytes > 10000; i < 3; i++) {
        struct source *s = NULL;
        assert_ok(source_open(PATH, &s, &err));
        assert_int_equal(source_is_gzip(s), gzip);
        assert_ok(read_all(s, PIECES[i], &out, &err));
        assert_int_equal(out.len_bytes, plain.len_bytes);
        if (plain.len_bytes)
            assert_memory_equal(out.data, plain.at, plain.len_bytes);
        const struct source_progress p = source_progress(s);
        assert_true(p.raw_bytes == raw.len_bytes && p.raw_total_bytes == raw.len_bytes &&
                    p.plain_bytes == plain.len_bytes);
        source_close(s);
    }
    buf_clear(&out);
}

static void plain_bytes_pass(void **state)
{
    (void)state;
    assert_gives(span_of(""), false, span_of(""));
    assert_gives(span_of("x"), false, span_of("x"));
    assert_gives(span_of("\x1F"), false, span_of("\x1F"));
    assert_gives(span_of("{\"type\":1}"), false, span_of("{\"type\":1}"));
    struct buf b;
    buf_init(&b, SIZE_MAX);
    put_noise(&b, 700000);
    assert_gives(span_of_buf(&b), false, span_of_buf(&b));
    buf_clear(&b);
}

static void gzip_is_recognised_by_its_content(void **state)
{
    (void)state;
    struct buf plain, packed;
    buf_init(&plain, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    for (size_t n = 0; n < 2000000; n = n * 30 + 7) {
        buf_reset(&plain);
        buf_reset(&packed);
        put_noise(&plain, n);
        put_gzip(&packed, span_of_buf(&plain));
        assert_gives(span_of_buf(&packed), true, span_of_buf(&plain));
    }
    buf_clear(&plain);
    buf_clear(&packed);
}

static void several_members_and_zero_padding_are_one_source(void **state)
{
    (void)state;
    struct buf packed;
    buf_init(&packed, SIZE_MAX);
    put_gzip(&packed, span_of("one "));
    put_gzip(&packed, span_of(""));
    put_gzip(&packed, span_of("two"));
    assert_gives(span_of_buf(&packed), true, span_of("one two"));
    for (int i = 0; i < 300000; i++)
        buf_put_u8(&packed, 0);
    assert_gives(span_of_buf(&packed), true, span_of("one two"));
    buf_clear(&packed);
}

static void assert_refused(struct span raw, const char *words)
{
    struct err err = {0};
    struct source *s = NULL;
    struct buf out;
    buf_init(&out, SIZE_MAX);
    write_file(raw);
    assert_ok(source_open(PATH, &s, &err));
    assert_fails(read_all(s, 1000, &out, &err), BAD_DATA, words);
    source_close(s);
    buf_clear(&out);
}

static void a_truncated_gzip_is_refused_with_its_position(void **state)
{
    (void)state;
    struct buf plain, packed;
    buf_init(&plain, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    put_noise(&plain, 400000);
    put_gzip(&packed, span_of_buf(&plain));
    const char *bytes = (const char *)packed.data;
    for (size_t n = 2; n < packed.len_bytes; n = n * 2 + 1) {
        char words[80];
        snprintf(words, sizeof words, "truncated gzip, it ends within the data at byte %zu", n);
        assert_refused((struct span){bytes, n}, words);
    }
    assert_refused((struct span){bytes, packed.len_bytes - 1}, "truncated");
    buf_clear(&plain);
    buf_clear(&packed);
}

static void damaged_gzip_is_refused_with_its_position(void **state)
{
    (void)state;
    struct buf plain, packed;
    buf_init(&plain, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    put_noise(&plain, 1000);
    put_gzip(&packed, span_of_buf(&plain));
    packed.data[packed.len_bytes - 6] ^= 1; /* the checksum */
    assert_refused(span_of_buf(&packed), "damaged gzip at byte");
    packed.data[packed.len_bytes - 6] ^= 1;
    buf_put_text(&packed, "behind it");
    assert_refused(span_of_buf(&packed), "damaged gzip at byte");
    buf_clear(&plain);
    buf_clear(&packed);
}

static void the_first_bytes_can_be_looked_at(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *s = NULL;
    struct span head = {0};
    struct buf plain, out;
    buf_init(&plain, SIZE_MAX);
    buf_init(&out, SIZE_MAX);
    for (size_t n = 0; n < 400000; n = n * 20 + 5) {
        buf_reset(&plain);
        put_noise(&plain, n);
        write_file(span_of_buf(&plain));
        assert_ok(source_open(PATH, &s, &err));
        assert_ok(source_peek(s, &head, &err));
        assert_int_equal(head.len_bytes, n < SOURCE_PEEK_BYTES ? n : SOURCE_PEEK_BYTES);
        if (n)
            assert_memory_equal(head.at, plain.data, head.len_bytes);
        assert_true(source_progress(s).plain_bytes == 0);
        assert_ok(read_all(s, 1000, &out, &err));
        assert_int_equal(out.len_bytes, n);
        if (n)
            assert_memory_equal(out.data, plain.data, n);
        source_close(s);
    }
    buf_clear(&plain);
    buf_clear(&out);
}

/* An origin of its own: a text that comes a byte at a time, then perhaps an error. */
struct drip {
    const char *text;
    size_t at;
    bool fails, closed;
};

static enum err_code drip_read(void *state, void *into, size_t n_max, size_t *n_out,
                               struct err *err)
{
    struct drip *d = state;
    assert_true(n_max > 0);
    if (d->fails && !d->text[d->at])
        return err_set(err, BAD_DATA, "the pipe is rusty");
    *n_out = d->text[d->at] != '\0';
    if (*n_out)
        *(char *)into = d->text[d->at++];
    return OK;
}

static void drip_close(void *state)
{
    struct drip *d = state;
    assert_false(d->closed);
    d->closed = true;
}

static void any_origin_can_be_a_source(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *s = NULL;
    struct buf out;
    buf_init(&out, SIZE_MAX);
    struct drip drip = {.text = "drop by drop"};
    assert_ok(source_new((struct source_origin){&drip, 12, drip_read, drip_close}, &s, &err));
    assert_ok(read_all(s, 1000, &out, &err));
    assert_string_equal(buf_text(&out), "drop by drop");
    assert_true(source_progress(s).raw_total_bytes == 12);
    source_close(s);
    assert_true(drip.closed);

    struct drip bad = {.text = "dr", .fails = true};
    assert_ok(source_new((struct source_origin){&bad, 0, drip_read, drip_close}, &s, &err));
    assert_fails(read_all(s, 1000, &out, &err), BAD_DATA, "the pipe is rusty");
    source_close(s);
    struct drip empty = {.text = "", .fails = true};
    assert_fails(source_new((struct source_origin){&empty, 0, drip_read, drip_close}, &s, &err),
                 BAD_DATA, "the pipe is rusty");
    assert_true(bad.closed && empty.closed);
    buf_clear(&out);
}

/* All of it, kept nowhere. */
static enum err_code read_through(struct source *s, struct err *err)
{
    static uint8_t bytes[1 << 20];
    size_t n = 1;
    enum err_code rc = OK;
    while (!rc && n > 0)
        rc = source_read(s, bytes, sizeof bytes, &n, err);
    return rc;
}

static void a_gzip_bomb_ends_at_its_limit(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *s = NULL;
    struct buf plain, packed;
    buf_init(&plain, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    const size_t n = 32 << 20;
    memset(buf_reserve(&plain, n), 0, n);
    buf_added(&plain, n);
    for (uint64_t done = 0; done <= SOURCE_INFLATED_BYTES; done += n)
        put_gzip(&packed, span_of_buf(&plain));
    write_file(span_of_buf(&packed));
    assert_ok(source_open(PATH, &s, &err));
    source_limit_inflation(s, 200);
    assert_fails(read_through(s, &err), LIMIT, "--max-inflation");
    assert_in_range(source_progress(s).plain_bytes, SOURCE_INFLATED_BYTES - (1 << 20),
                    SOURCE_INFLATED_BYTES);
    source_close(s);
    /* Zeros shrink to a thousandth. */
    assert_ok(source_open(PATH, &s, &err));
    source_limit_inflation(s, 2000);
    assert_ok(read_through(s, &err));
    source_close(s);
    buf_clear(&plain);
    buf_clear(&packed);
}

static void what_cannot_be_read_is_refused_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *s = NULL;
    assert_fails(source_open("no such file", &s, &err), NOT_FOUND, "no such file: ");
    assert_fails(source_open("/", &s, &err), IO, "/: this is a directory");
    assert_fails(source_open("", &s, &err), NOT_FOUND, "No such file");
    write_file(span_of("x"));
    assert_int_equal(chmod(PATH, 0), 0);
    if (geteuid() != 0) /* root reads everything */
        assert_fails(source_open(PATH, &s, &err), IO, "Permission denied");
    assert_int_equal(unlink(PATH), 0);
    assert_null(s);
    source_close(NULL);
}

static void standard_input_is_a_source(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *s = NULL;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(write(ends[1], "from a pipe", 11), 11);
    close(ends[0]);
    close(ends[1]);
    struct buf out;
    buf_init(&out, 100000);
    assert_ok(source_open("-", &s, &err));
    assert_ok(read_all(s, 10, &out, &err));
    assert_string_equal(buf_text(&out), "from a pipe");
    assert_true(source_progress(s).raw_total_bytes == 0);
    source_close(s);
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
    dup2(kept, STDIN_FILENO);
    close(kept);
    buf_clear(&out);
}

static void a_wait_for_a_pipe_can_be_canceled(void **state)
{
    (void)state;
    struct err err = {0};
    struct source_origin origin;
    atomic_bool cancel = false;
    char byte = 0;
    size_t n = 0;
    assert_int_equal(mkfifo("test_source.fifo", 0600), 0);
    const int writes = open("test_source.fifo", O_RDWR); /* so that nobody waits for the other */
    assert_ok(source_origin_file("test_source.fifo", &cancel, &origin, &err));
    assert_int_equal(write(writes, "x", 1), 1);
    assert_ok(origin.read(origin.state, &byte, 1, &n, &err));
    assert_true(n == 1 && byte == 'x');
    atomic_store(&cancel, true);
    assert_fails(origin.read(origin.state, &byte, 1, &n, &err), CANCELED, "reading was canceled");
    origin.close(origin.state);
    close(writes);
    (void)unlink("test_source.fifo");
}

static void the_hash_is_that_of_the_raw_bytes(void **state)
{
    (void)state;
    static const char HASH_OF_ABC[] = /* FIPS 180-4's example */
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    struct err err = {0};
    struct source *s = NULL;
    char hex[SOURCE_SHA256_BYTES];
    char bytes[10];
    size_t n = 0;
    write_file(span_of("abc"));
    assert_ok(source_open(PATH, &s, &err));
    assert_ok(source_read(s, bytes, 1, &n, &err));
    assert_ok(source_sha256(s, hex, &err));
    assert_string_equal(hex, HASH_OF_ABC);
    assert_ok(source_sha256(s, hex, &err));
    assert_string_equal(hex, HASH_OF_ABC);
    source_close(s);

    struct buf plain, packed;
    buf_init(&plain, SIZE_MAX);
    buf_init(&packed, SIZE_MAX);
    put_noise(&plain, 1500000);
    put_gzip(&packed, span_of_buf(&plain));
    struct sha256 *wanted = NULL;
    char wanted_hex[SHA256_HEX_BYTES];
    assert_ok(sha256_new(&wanted, &err));
    assert_ok(sha256_add(wanted, packed.data, packed.len_bytes, &err));
    assert_ok(sha256_hex(wanted, wanted_hex, &err));
    sha256_free(wanted);
    write_file(span_of_buf(&packed));
    assert_ok(source_open(PATH, &s, &err));
    struct span head;
    assert_ok(source_peek(s, &head, &err));
    assert_ok(source_read(s, bytes, sizeof bytes, &n, &err));
    assert_ok(source_sha256(s, hex, &err));
    assert_string_equal(hex, wanted_hex);
    assert_ok(source_read(s, bytes, sizeof bytes, &n, &err));
    assert_int_equal(n, 0);
    source_close(s);
    unlink(PATH);
    buf_clear(&plain);
    buf_clear(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bytes_pass),
        cmocka_unit_test(gzip_is_recognised_by_its_content),
        cmocka_unit_test(several_members_and_zero_padding_are_one_source),
        cmocka_unit_test(a_truncated_gzip_is_refused_with_its_position),
        cmocka_unit_test(damaged_gzip_is_refused_with_its_position),
        cmocka_unit_test(the_first_bytes_can_be_looked_at),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_name),
        cmocka_unit_test(any_origin_can_be_a_source),
        cmocka_unit_test(a_gzip_bomb_ends_at_its_limit),
        cmocka_unit_test(standard_input_is_a_source),
        cmocka_unit_test(a_wait_for_a_pipe_can_be_canceled),
        cmocka_unit_test(the_hash_is_that_of_the_raw_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
