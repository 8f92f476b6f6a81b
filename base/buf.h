/*
 * A growing byte buffer whose limit is given at birth.
 *
 * Writing is sticky: after the first failure every further write does nothing, and buf_status()
 * tells it once at the end. So writers (JSON, MVT, HTML) need no check after each piece.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    uint8_t *data; /* NULL while empty */
    size_t len_bytes;
    size_t room_bytes;
    size_t limit_bytes;
    enum err_code failed; /* OK, LIMIT or NO_MEMORY */
};

void buf_init(struct buf *b, size_t limit_bytes);
void buf_clear(struct buf *b); /* frees; may be used again with the same limit */
void buf_reset(struct buf *b); /* forgets content and failure, keeps the memory */
void buf_reset_within(struct buf *b, size_t kept_bytes); /* keeps no more than that */
void buf_swap(struct buf *a, struct buf *b);

static inline void buf_put(struct buf *b, const void *bytes, size_t n_bytes);
static inline void buf_put_u8(struct buf *b, uint8_t byte);
void buf_put_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/** Unsigned LEB128, and the same of zigzag(value): 1 to 10 bytes each. */
static inline void buf_put_varint(struct buf *b, uint64_t value);
void buf_put_svarint(struct buf *b, int64_t value);
/** 8 bytes, IEEE 754, little endian. */
void buf_put_f64(struct buf *b, double value);
void buf_put_f64s(struct buf *b, const double *values, size_t n_values);
/** Room for n bytes at the end, to be filled by the caller, who then calls buf_added(); NULL when
 * failed. */
static inline uint8_t *buf_reserve(struct buf *b, size_t n_bytes);
void buf_added(struct buf *b, size_t n_bytes);
/** A NUL after the content that does not count in len_bytes; "" for an empty or failed buffer. */
const char *buf_text(struct buf *b);

/** The first failure of any write since init or reset, as an error. */
enum err_code buf_status(const struct buf *b, struct err *err) MUST_USE;

/** Reading what the writers above wrote. A reader never passes `end`. */
struct bytes {
    const uint8_t *at;
    const uint8_t *end;
};

/** Errors of all: BAD_DATA when the bytes end too early or a varint is longer than 10 bytes. */
static inline enum err_code bytes_get_u8(struct bytes *r, uint8_t *out, struct err *err) MUST_USE;
static inline enum err_code bytes_get_varint(struct bytes *r, uint64_t *out,
                                             struct err *err) MUST_USE;
enum err_code bytes_get_svarint(struct bytes *r, int64_t *out, struct err *err) MUST_USE;
enum err_code bytes_get_f64(struct bytes *r, double *out, struct err *err) MUST_USE;
enum err_code bytes_get_f64s(struct bytes *r, double *out, size_t n_values,
                             struct err *err) MUST_USE;
/** `*out` points into the reader's bytes. */
enum err_code bytes_get(struct bytes *r, size_t n_bytes, const uint8_t **out,
                        struct err *err) MUST_USE;

/*
 * An import writes and reads a hundred of these for each feature: so the common case of each is
 * here, without a call.
 */
uint8_t *buf_grow(struct buf *b, size_t n_bytes);
void buf_put_long_varint(struct buf *b, uint64_t value);
enum err_code bytes_get_long_varint(struct bytes *r, uint64_t *out, struct err *err) MUST_USE;

static inline uint8_t *buf_reserve(struct buf *b, size_t n_bytes)
{
    /* One byte of the room is for buf_text()'s NUL, which the limit does not count. */
    if (!b->failed && n_bytes < b->room_bytes - b->len_bytes)
        return b->data + b->len_bytes;
    return buf_grow(b, n_bytes);
}

static inline void buf_put(struct buf *b, const void *bytes, size_t n_bytes)
{
    uint8_t *at = n_bytes > 0 ? buf_reserve(b, n_bytes) : NULL;
    if (!at)
        return;
    memcpy(at, bytes, n_bytes);
    b->len_bytes += n_bytes;
}

static inline void buf_put_u8(struct buf *b, uint8_t byte)
{
    uint8_t *at = buf_reserve(b, 1);
    if (!at)
        return;
    *at = byte;
    b->len_bytes++;
}

static inline void buf_put_varint(struct buf *b, uint64_t value)
{
    if (value < 0x80)
        buf_put_u8(b, (uint8_t)value);
    else
        buf_put_long_varint(b, value);
}

static inline enum err_code bytes_get_u8(struct bytes *r, uint8_t *out, struct err *err)
{
    const uint8_t *at = r->at;
    if (at == r->end)
        return bytes_get(r, 1, &at, err);
    *out = *r->at++;
    return OK;
}

static inline enum err_code bytes_get_varint(struct bytes *r, uint64_t *out, struct err *err)
{
    if (r->at == r->end || *r->at >= 0x80)
        return bytes_get_long_varint(r, out, err);
    *out = *r->at++;
    return OK;
}

#endif
