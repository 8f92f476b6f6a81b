/* One feature: a row of a layer. A plain value whose parts are lent. */
#ifndef STORE_FEATURE_H
#define STORE_FEATURE_H

#include "base/geom.h"
#include "base/value.h"

#include <stddef.h>
#include <stdint.h>

struct feature {
    int64_t fid;                /* the row; not public, changes with the next import */
    struct span id;             /* the public id */
    struct geom geom;           /* in the layer's CRS; GEOM_NONE without */
    const struct value *values; /* n_values, in the order of the layer's fields */
    size_t n_values;
};

#endif
