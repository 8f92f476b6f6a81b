#include "store/record_pack.h"

#include <string.h>

/* Serial types. Source: file format, 2.1 */
enum { TYPE_NULL = 0, TYPE_I64 = 6, TYPE_F64 = 7, TYPE_ZERO = 8, TYPE_ONE = 9 };
enum { TYPE_BLOB = 12, TYPE_TEXT = 13 }; /* and twice the length */

size_t record_varint(uint8_t *at, uint64_t v)
{
    if (v < 0x80) {
        at[0] = (uint8_t)v;
        return 1;
    }
    if (v >> 56) { /* the ninth byte has all of its bits */
        at[8] = (uint8_t)v;
        v >>= 8;
        for (int i = 7; i >= 0; i--, v >>= 7)
            at[i] = (uint8_t)(v | 0x80);
        return 9;
    }
    size_t n = 1;
    while (v >> (7 * n))
        n++;
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)((v >> (7 * (n - 1 - i)) & 0x7F) | (i + 1 < n ? 0x80 : 0));
    return n;
}

void record_init(struct record *r, size_t limit_bytes)
{
    buf_init(&r->head, limit_bytes);
    buf_init(&r->body, limit_bytes);
}

void record_clear(struct record *r)
{
    buf_clear(&r->head);
    buf_clear(&r->body);
}

void record_start(struct record *r)
{
    buf_reset(&r->head);
    buf_reset(&r->body);
}

static void put_type(struct record *r, uint64_t type)
{
    uint8_t *at = buf_reserve(&r->head, RECORD_VARINT_MAX_BYTES);
    if (at)
        buf_added(&r->head, record_varint(at, type));
}

static void put_big_endian(struct record *r, uint64_t v, unsigned n_bytes)
{
    uint8_t *at = buf_reserve(&r->body, n_bytes);
    if (!at)
        return;
    for (unsigned i = 0; i < n_bytes; i++)
        at[i] = (uint8_t)(v >> (8 * (n_bytes - 1 - i)));
    buf_added(&r->body, n_bytes);
}

void record_put_null(struct record *r)
{
    put_type(r, TYPE_NULL);
}

void record_put_i64(struct record *r, int64_t v)
{
    static const unsigned BYTES[] = {1, 2, 3, 4, 6, 8}; /* of the types 1 to 6 */
    if (v == 0 || v == 1) {
        put_type(r, v ? TYPE_ONE : TYPE_ZERO);
        return;
    }
    unsigned type = 1;
    while (type < TYPE_I64 && (v < -(INT64_C(1) << (8 * BYTES[type - 1] - 1)) ||
                               v >= INT64_C(1) << (8 * BYTES[type - 1] - 1)))
        type++;
    put_type(r, type);
    put_big_endian(r, (uint64_t)v, BYTES[type - 1]);
}

void record_put_f64(struct record *r, double v)
{
    uint64_t bits;
    if (v != v) {
        record_put_null(r);
        return;
    }
    memcpy(&bits, &v, sizeof bits);
    put_type(r, TYPE_F64);
    put_big_endian(r, bits, sizeof bits);
}

void record_put_text(struct record *r, struct span text)
{
    put_type(r, TYPE_TEXT + 2 * (uint64_t)text.len_bytes);
    buf_put(&r->body, text.at, text.len_bytes);
}

void record_put_blob(struct record *r, struct span blob)
{
    put_type(r, TYPE_BLOB + 2 * (uint64_t)blob.len_bytes);
    buf_put(&r->body, blob.at, blob.len_bytes);
}

enum err_code record_status(const struct record *r, struct err *err)
{
    const enum err_code rc = buf_status(&r->head, err);
    return rc ? rc : buf_status(&r->body, err);
}

void record_put_all(const struct record *r, struct buf *out)
{
    uint8_t length[RECORD_VARINT_MAX_BYTES];
    buf_put(out, length, record_head_length(r, length));
    buf_put(out, r->head.data, r->head.len_bytes);
    buf_put(out, r->body.data, r->body.len_bytes);
}

size_t record_head_length(const struct record *r, uint8_t at[RECORD_VARINT_MAX_BYTES])
{
    /* The length counts itself. */
    const size_t n = r->head.len_bytes;
    size_t n_own = 1;
    while (record_varint(at, n + n_own) != n_own)
        n_own++;
    return n_own;
}
