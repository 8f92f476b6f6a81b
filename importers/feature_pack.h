/* A feature on its way through the spool: as read, before the types of fields are settled. */
#ifndef IMPORTERS_FEATURE_PACK_H
#define IMPORTERS_FEATURE_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/geom.h"
#include "base/value.h"

#include <stddef.h>
#include <stdint.h>

/** A plain value; what it points to is lent. */
struct packed_feature {
    uint64_t number;   /* 0, 1, ... among the features taken */
    uint64_t position; /* in the source: 1, 2, ...; the public id where there is no other */
    struct span id;    /* the format's own id member, or an existing feature's; at NULL without */
    struct geom geom;
    const size_t *fields;       /* n_values indexes of fields */
    const struct value *values; /* n_values */
    size_t n_values;
};

void feature_pack(struct buf *b, const struct packed_feature *f);

/** Only its number. Errors BAD_DATA */
enum err_code feature_unpack_number(struct span record, uint64_t *out, struct err *err) MUST_USE;
/** Texts point into the bytes; the geometry is in `a`, fields and values in `for_values`. Errors
 * BAD_DATA, LIMIT, NO_MEMORY */
enum err_code feature_unpack(struct span record, struct arena *a, struct arena *for_values,
                             struct packed_feature *out, struct err *err) MUST_USE;

#endif
