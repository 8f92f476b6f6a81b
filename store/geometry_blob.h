/*
 * SpatiaLite's BLOB geometry: the bytes of the column `geom`.
 * Source: https://www.gaia-gis.it/gaia-sins/BLOB-Geometry.html
 */
#ifndef STORE_GEOMETRY_BLOB_H
#define STORE_GEOMETRY_BLOB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** What a column holds. */
struct geometry_column {
    /* The layer's: a single geometry in a column of its multi type becomes one of one part;
     * GEOM_COLLECTION takes every type as it is. */
    enum geom_type type;
    bool has_z; /* XYZ: a vertex without a height has 0; else XY, and heights are left out */
    int32_t epsg;
};

/**
 * Write a geometry of at least one vertex in this machine's byte order (the blob says which).
 * Errors  BAD_DATA the column cannot hold that type; else the buffer's
 */
enum err_code geometry_blob_put(struct buf *b, const struct geom *g,
                                const struct geometry_column *column, const struct bbox *box,
                                struct err *err) MUST_USE;

/**
 * Read any blob of SpatiaLite's plain kinds: both byte orders; measures (M) are passed over.
 * Errors  BAD_DATA damaged, or one of SpatiaLite's compressed kinds; NO_MEMORY; LIMIT
 */
enum err_code geometry_blob_read(struct span blob, struct arena *a, struct geom *out,
                                 struct err *err) MUST_USE;

#endif
