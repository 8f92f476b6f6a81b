#include "base/value.h"

#include <math.h>
#include <string.h>

bool value_eq(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->boolean == b->boolean;
    case VALUE_INT:
        return a->integer == b->integer;
    case VALUE_REAL:
        return a->real == b->real;
    case VALUE_TEXT:
    case VALUE_JSON:
        break;
    }
    return a->text.len_bytes == b->text.len_bytes &&
           (a->text.len_bytes == 0 || memcmp(a->text.at, b->text.at, a->text.len_bytes) == 0);
}

void value_pack_any(struct buf *b, const struct value *v)
{
    buf_put_u8(b, (uint8_t)v->type);
    switch (v->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOL:
        buf_put_u8(b, v->boolean);
        break;
    case VALUE_INT:
        buf_put_svarint(b, v->integer);
        break;
    case VALUE_REAL:
        buf_put_f64(b, v->real);
        break;
    case VALUE_TEXT:
    case VALUE_JSON:
        buf_put_varint(b, v->text.len_bytes);
        buf_put(b, v->text.at, v->text.len_bytes);
        break;
    }
}

static enum err_code unpack_bool(struct bytes *r, bool *out, struct err *err)
{
    uint8_t byte = 0;
    if (bytes_get_u8(r, &byte, err))
        return BAD_DATA;
    if (byte > 1)
        return err_set(err, BAD_DATA, "a truth value of %u", byte);
    *out = byte;
    return OK;
}

static enum err_code unpack_text(struct bytes *r, struct span *out, struct err *err)
{
    uint64_t n_bytes = 0;
    const uint8_t *at = NULL;
    if (bytes_get_varint(r, &n_bytes, err) || bytes_get(r, n_bytes, &at, err))
        return BAD_DATA;
    *out = (struct span){(const char *)at, n_bytes};
    return OK;
}

enum err_code value_unpack_any(struct bytes *r, struct value *out, struct err *err)
{
    struct bytes at = *r;
    uint8_t type = 0;
    if (bytes_get_u8(&at, &type, err))
        return BAD_DATA;
    struct value v = {.type = type};
    enum err_code rc = OK;
    switch (type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOL:
        rc = unpack_bool(&at, &v.boolean, err);
        break;
    case VALUE_INT:
        rc = bytes_get_svarint(&at, &v.integer, err);
        break;
    case VALUE_REAL:
        rc = bytes_get_f64(&at, &v.real, err);
        break;
    case VALUE_TEXT:
    case VALUE_JSON:
        rc = unpack_text(&at, &v.text, err);
        break;
    default:
        rc = err_set(err, BAD_DATA, "no value has type %u", type);
    }
    if (rc)
        return rc;
    *r = at;
    *out = v;
    return OK;
}

void value_put_json(struct json_out *j, const struct value *v)
{
    switch (v->type) {
    case VALUE_NULL:
        json_null(j);
        break;
    case VALUE_BOOL:
        json_bool(j, v->boolean);
        break;
    case VALUE_INT:
        json_int(j, v->integer);
        break;
    case VALUE_REAL:
        json_f64(j, v->real);
        break;
    case VALUE_TEXT:
        json_span(j, v->text);
        break;
    case VALUE_JSON:
        json_raw(j, v->text);
        break;
    }
}

void value_put_text(struct buf *b, const struct value *v)
{
    if (v->type == VALUE_TEXT || v->type == VALUE_JSON) {
        buf_put(b, v->text.at, v->text.len_bytes);
        return;
    }
    if (v->type == VALUE_NULL || (v->type == VALUE_REAL && !isfinite(v->real)))
        return;
    /* A number or a truth value reads in JSON as it does for people. */
    struct json_out j = json_out(b);
    value_put_json(&j, v);
}
