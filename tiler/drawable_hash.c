#include "tiler/drawable_hash.h"

#include "base/value.h"
#include "tiler/drawable_codec.h"

/* Of all but the values. */
static uint64_t hash_head(enum drawable_role role, const struct drawable *d)
{
    const uint64_t head[] = {d->number, d->n_features, role, d->geometry.len_bytes};
    const uint64_t hash = text_hash(head, sizeof head, 0);
    return text_hash(d->geometry.at, d->geometry.len_bytes, hash);
}

static uint64_t hash_value(struct span packed, uint64_t hash)
{
    return text_hash(packed.at, packed.len_bytes, hash);
}

enum err_code drawable_hash(const struct chunk_reader *r, const struct drawable *d, uint64_t *out,
                            struct err *err)
{
    uint64_t hash = hash_head(r->role, d);
    struct bytes numbers = bytes_of_span(d->values);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < r->n_columns; i++) {
        uint32_t number = 0;
        rc = chunk_reader_value(r, &numbers, &number, err);
        const struct span none = {"", 1};
        hash = hash_value(!rc && number ? r->values[number - 1] : none, hash);
    }
    *out = hash;
    return rc;
}

enum err_code drawable_hash_packed(enum drawable_role role, const struct drawable *d, uint64_t *out,
                                   struct err *err)
{
    uint64_t hash = hash_head(role, d);
    struct bytes values = bytes_of_span(d->values);
    while (values.at < values.end) {
        const uint8_t *const start = values.at;
        struct value v;
        if (value_unpack(&values, &v, err))
            return BAD_DATA;
        const struct span none = {"", 1};
        const struct span packed = {(const char *)start, (size_t)(values.at - start)};
        hash = hash_value(v.type == VALUE_NULL ? none : packed, hash);
    }
    *out = hash;
    return OK;
}
