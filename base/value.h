/* An attribute value, and its compact form in bytes (spooled features, drawables). */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json_write.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum value_type { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_JSON };

/** A plain value; text is lent. The type says which of the members it has. */
struct value {
    enum value_type type;
    union {
        struct span text; /* VALUE_TEXT, and VALUE_JSON: a whole JSON value */
        int64_t integer;
        double real;
        bool boolean;
    };
};

static inline struct value value_null(void)
{
    return (struct value){.type = VALUE_NULL};
}

static inline struct value value_bool(bool v)
{
    return (struct value){.type = VALUE_BOOL, .boolean = v};
}

static inline struct value value_int(int64_t v)
{
    return (struct value){.type = VALUE_INT, .integer = v};
}

static inline struct value value_real(double v)
{
    return (struct value){.type = VALUE_REAL, .real = v};
}

static inline struct value value_text(struct span text)
{
    return (struct value){.type = VALUE_TEXT, .text = text};
}

static inline struct value value_json(struct span json)
{
    return (struct value){.type = VALUE_JSON, .text = json};
}

bool value_eq(const struct value *a, const struct value *b);

/** One type byte, then varint, 8 bytes, or length and bytes. */
static inline void value_pack(struct buf *b, const struct value *v);
/** `out->text` points into the bytes. Errors BAD_DATA. */
static inline enum err_code value_unpack(struct bytes *r, struct value *out,
                                         struct err *err) MUST_USE;

void value_put_json(struct json_out *j, const struct value *v);
/** As people read it: text as it is, numbers shortest, true/false, "" for null. */
void value_put_text(struct buf *b, const struct value *v);

enum err_code value_unpack_any(struct bytes *r, struct value *out, struct err *err) MUST_USE;
void value_pack_any(struct buf *b, const struct value *v);

/* Most values of an import are short texts, of a type byte, a length byte and the text: those are
 * written and read here, without a call. */
enum { VALUE_HEAD_BYTES = 2, VALUE_LONG_BYTES = 0x80 };

static inline void value_pack(struct buf *b, const struct value *v)
{
    const size_t n = v->type == VALUE_TEXT ? v->text.len_bytes : VALUE_LONG_BYTES;
    uint8_t *const at = n < VALUE_LONG_BYTES ? buf_reserve(b, VALUE_HEAD_BYTES + n) : NULL;
    if (!at) {
        value_pack_any(b, v);
        return;
    }
    at[0] = VALUE_TEXT;
    at[1] = (uint8_t)n;
    if (n > 0)
        memcpy(at + VALUE_HEAD_BYTES, v->text.at, n);
    buf_added(b, VALUE_HEAD_BYTES + n);
}

static inline enum err_code value_unpack(struct bytes *r, struct value *out, struct err *err)
{
    const size_t n_left = (size_t)(r->end - r->at);
    const uint8_t *const at = r->at;
    if (n_left < VALUE_HEAD_BYTES || at[0] != VALUE_TEXT || at[1] >= VALUE_LONG_BYTES ||
        at[1] > n_left - VALUE_HEAD_BYTES)
        return value_unpack_any(r, out, err);
    *out = value_text((struct span){(const char *)at + VALUE_HEAD_BYTES, at[1]});
    r->at += VALUE_HEAD_BYTES + at[1];
    return OK;
}

#endif
