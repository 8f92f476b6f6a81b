#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define FIRST_ROOM_BYTES 64
#define VARINT_MAX_BYTES 10

void buf_init(struct buf *b, size_t limit_bytes)
{
    *b = (struct buf){.limit_bytes = limit_bytes};
}

void buf_clear(struct buf *b)
{
    mem_free(b->data);
    buf_init(b, b->limit_bytes);
}

void buf_reset(struct buf *b)
{
    b->len_bytes = 0;
    b->failed = OK;
}

void buf_reset_within(struct buf *b, size_t kept_bytes)
{
    if (b->room_bytes > kept_bytes)
        buf_clear(b);
    buf_reset(b);
}

void buf_swap(struct buf *a, struct buf *b)
{
    const struct buf was_a = *a;
    *a = *b;
    *b = was_a;
}

uint8_t *buf_grow(struct buf *b, size_t n_bytes)
{
    if (b->failed)
        return NULL;
    if (n_bytes > b->limit_bytes - b->len_bytes) {
        b->failed = LIMIT;
        return NULL;
    }
    const size_t wanted = b->len_bytes + n_bytes;
    size_t room = wanted < FIRST_ROOM_BYTES ? FIRST_ROOM_BYTES : wanted;
    if (room < b->room_bytes * 2 && b->room_bytes <= SIZE_MAX / 2)
        room = b->room_bytes * 2;
    if (room > b->limit_bytes)
        room = b->limit_bytes;
    uint8_t *data = room < SIZE_MAX ? mem_resize(b->data, room + 1) : NULL;
    if (!data) {
        b->failed = NO_MEMORY;
        return NULL;
    }
    b->data = data;
    b->room_bytes = room + 1;
    return b->data + b->len_bytes;
}

void buf_added(struct buf *b, size_t n_bytes)
{
    b->len_bytes += n_bytes;
}

void buf_put_text(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    uint8_t *at = n > 0 ? buf_reserve(b, (size_t)n) : NULL;
    if (at) {
        vsnprintf((char *)at, (size_t)n + 1, format, again);
        b->len_bytes += (size_t)n;
    }
    va_end(again);
}

static size_t make_varint(uint8_t bytes[VARINT_MAX_BYTES], uint64_t value)
{
    size_t n = 0;
    while (value >= 0x80) {
        bytes[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[n++] = (uint8_t)value;
    return n;
}

void buf_put_long_varint(struct buf *b, uint64_t value)
{
    if (VARINT_MAX_BYTES < b->room_bytes - b->len_bytes && !b->failed) {
        b->len_bytes += make_varint(b->data + b->len_bytes, value);
        return;
    }
    uint8_t bytes[VARINT_MAX_BYTES]; /* near the end, where all of them may be too many */
    buf_put(b, bytes, make_varint(bytes, value));
}

void buf_put_svarint(struct buf *b, int64_t value)
{
    buf_put_varint(b, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

#define IS_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* Of numbers in the machine's order of bytes to numbers in little-endian order, and back. */
static void copy_f64s(void *to, const void *from, size_t n_values)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    if (IS_LITTLE_ENDIAN && n_values > 0)
        memcpy(out, in, 8 * n_values);
    for (size_t i = 0; !IS_LITTLE_ENDIAN && i < 8 * n_values; i++)
        out[i] = in[i ^ 7];
}

void buf_put_f64(struct buf *b, double value)
{
    buf_put_f64s(b, &value, 1);
}

void buf_put_f64s(struct buf *b, const double *values, size_t n_values)
{
    uint8_t *at = n_values <= SIZE_MAX / 8 ? buf_reserve(b, 8 * n_values) : NULL;
    if (!at)
        return;
    copy_f64s(at, values, n_values);
    b->len_bytes += 8 * n_values;
}

const char *buf_text(struct buf *b)
{
    if (b->failed || !b->data)
        return "";
    b->data[b->len_bytes] = '\0';
    return (const char *)b->data;
}

enum err_code buf_status(const struct buf *b, struct err *err)
{
    if (b->failed == LIMIT)
        return err_set(err, LIMIT, "more than the %zu bytes allowed for this", b->limit_bytes);
    if (b->failed)
        return err_no_memory(err, b->len_bytes);
    return OK;
}

enum err_code bytes_get(struct bytes *r, size_t n_bytes, const uint8_t **out, struct err *err)
{
    if (n_bytes > (size_t)(r->end - r->at))
        return err_set(err, BAD_DATA, "%zu bytes wanted where %zu are left", n_bytes,
                       (size_t)(r->end - r->at));
    *out = r->at;
    r->at += n_bytes;
    return OK;
}

enum err_code bytes_get_long_varint(struct bytes *r, uint64_t *out, struct err *err)
{
    uint64_t value = 0;
    const uint8_t *at = r->at;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at == r->end)
            return err_set(err, BAD_DATA, "the bytes end within a number");
        const uint64_t bits = *at & 0x7F;
        if (shift == 63 && bits > 1)
            break;
        value |= bits << shift;
        if (!(*at++ & 0x80)) {
            r->at = at;
            *out = value;
            return OK;
        }
    }
    return err_set(err, BAD_DATA, "a number of more than 64 bits");
}

enum err_code bytes_get_svarint(struct bytes *r, int64_t *out, struct err *err)
{
    uint64_t bits = 0;
    if (bytes_get_varint(r, &bits, err))
        return BAD_DATA;
    *out = (int64_t)((bits >> 1) ^ -(bits & 1));
    return OK;
}

enum err_code bytes_get_f64(struct bytes *r, double *out, struct err *err)
{
    return bytes_get_f64s(r, out, 1, err);
}

enum err_code bytes_get_f64s(struct bytes *r, double *out, size_t n_values, struct err *err)
{
    const uint8_t *at = NULL;
    const size_t n_bytes = n_values <= SIZE_MAX / 8 ? 8 * n_values : SIZE_MAX;
    if (bytes_get(r, n_bytes, &at, err))
        return BAD_DATA;
    copy_f64s(out, at, n_values);
    return OK;
}
