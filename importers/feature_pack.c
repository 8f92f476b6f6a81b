#include "importers/feature_pack.h"

void feature_pack(struct buf *b, const struct packed_feature *f)
{
    buf_put_varint(b, f->number);
    buf_put_varint(b, f->position);
    buf_put_u8(b, f->id.at != NULL);
    if (f->id.at) {
        buf_put_varint(b, f->id.len_bytes);
        buf_put(b, f->id.at, f->id.len_bytes);
    }
    buf_put_varint(b, f->n_values);
    for (size_t i = 0; i < f->n_values; i++) {
        buf_put_varint(b, f->fields[i]);
        value_pack(b, &f->values[i]);
    }
    geom_pack(b, &f->geom);
}

static enum err_code unpack_id(struct bytes *r, struct span *out, struct err *err)
{
    uint8_t has_id = 0;
    uint64_t n_bytes = 0;
    const uint8_t *at = NULL;
    if (bytes_get_u8(r, &has_id, err))
        return BAD_DATA;
    if (has_id && (bytes_get_varint(r, &n_bytes, err) || bytes_get(r, n_bytes, &at, err)))
        return BAD_DATA;
    *out = (struct span){(const char *)at, n_bytes};
    return OK;
}

static enum err_code unpack_values(struct bytes *r, struct arena *a, struct packed_feature *f,
                                   struct err *err)
{
    uint64_t n = 0;
    if (bytes_get_varint(r, &n, err))
        return BAD_DATA;
    if (n > (size_t)(r->end - r->at))
        return err_set(err, BAD_DATA, "a packed feature of more values than bytes");
    struct err why = {0};
    size_t *fields = arena_raw(a, n, sizeof *fields, &why);
    struct value *values = why.code ? NULL : arena_raw(a, n, sizeof *values, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    for (size_t i = 0; i < n; i++) {
        uint64_t field = 0;
        if (bytes_get_varint(r, &field, err) || value_unpack(r, &values[i], err))
            return BAD_DATA;
        fields[i] = field;
    }
    f->fields = fields;
    f->values = values;
    f->n_values = n;
    return OK;
}

static struct bytes bytes_of(struct span record)
{
    return (struct bytes){(const uint8_t *)record.at,
                          (const uint8_t *)record.at + record.len_bytes};
}

enum err_code feature_unpack_number(struct span record, uint64_t *out, struct err *err)
{
    struct bytes r = bytes_of(record);
    return bytes_get_varint(&r, out, err);
}

enum err_code feature_unpack(struct span record, struct arena *a, struct arena *for_values,
                             struct packed_feature *out, struct err *err)
{
    struct bytes r = bytes_of(record);
    struct packed_feature f = {0};
    enum err_code rc = bytes_get_varint(&r, &f.number, err);
    if (!rc)
        rc = bytes_get_varint(&r, &f.position, err);
    if (!rc)
        rc = unpack_id(&r, &f.id, err);
    if (!rc)
        rc = unpack_values(&r, for_values, &f, err);
    if (!rc)
        rc = geom_unpack(&r, a, &f.geom, err);
    if (!rc)
        *out = f;
    return rc;
}
