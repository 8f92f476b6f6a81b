/* GDAL's fields and values as ours. */
#ifndef IMPORTERS_GDAL_FIELDS_H
#define IMPORTERS_GDAL_FIELDS_H

#include "base/buf.h"
#include "base/encoding.h"
#include "base/err.h"
#include "base/json_read.h"
#include "importers/importer.h"

#include <stdbool.h>
#include <stddef.h>

/** The fields of one layer, and the values of one feature; open to be embedded. */
struct gdal_fields {
    void *of;                    /* an OGRFeatureDefnH */
    struct source_value *values; /* n, of the feature that was read last */
    size_t n;
    bool has_fid;    /* the first is the feature's number, which the format keeps under a name */
    struct buf text; /* of values that GDAL does not keep as text */
    struct encoding *encoding; /* of texts that are not UTF-8 */
    struct json_reader *json;
    bool saw_other_encoding; /* so far: such a text */
};

/** Say to the sink what the layer (an OGRLayerH) declares: binary fields are noted, and stay null.
 * Errors BAD_ARG no such encoding; NO_MEMORY, LIMIT */
enum err_code gdal_fields_open(struct gdal_fields *f, void *layer, const struct reader_options *o,
                               struct sink *sink, struct err *err) MUST_USE;
void gdal_fields_clear(struct gdal_fields *f); /* accepts what starts as `{0}` */

/**
 * The values of a feature (an OGRFeatureH). Dates and times as ISO 8601, with their zone where they have one; lists
 * as JSON arrays; a real number that is not finite is null, as JSON has none.
 * Out      values, lent until the next call or the feature's end
 * Errors   LIMIT longer than the limit of a feature; NO_MEMORY
 */
enum err_code gdal_fields_read(struct gdal_fields *f, void *feature, struct err *err) MUST_USE;

#endif
