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

/** A plain value; text is lent. */
struct value {
    enum value_type type;
    bool boolean;
    union {
        int64_t integer;
        double real;
    };
    struct span text; /* VALUE_TEXT, and VALUE_JSON: a whole JSON value */
};

struct value value_null(void);
struct value value_bool(bool v);
struct value value_int(int64_t v);
struct value value_real(double v);
struct value value_text(struct span text);
struct value value_json(struct span json);

bool value_eq(const struct value *a, const struct value *b);

/** One type byte, then varint, 8 bytes, or length and bytes. */
void value_pack(struct buf *b, const struct value *v);
/** `out->text` points into the bytes. Errors BAD_DATA. */
enum err_code value_unpack(struct bytes *r, struct value *out, struct err *err) MUST_USE;

void value_put_json(struct json_out *j, const struct value *v);
/** As people read it: text as it is, numbers shortest, true/false, "" for null. */
void value_put_text(struct buf *b, const struct value *v);

#endif
