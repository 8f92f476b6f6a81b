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

#include <stdint.h>

/**
 * Write a geometry of at least one vertex, two-dimensional, in this machine's byte order (the blob
 * says which).
 * In      column_type: the type of the layer: a single geometry in a column of its multi type
 *         becomes one of one part; GEOM_COLLECTION takes every type as it is
 * Errors  BAD_DATA the column cannot hold that type; else the buffer's
 */
enum err_code geometry_blob_put(struct buf *b, const struct geom *g, enum geom_type column_type,
                                int32_t epsg, const struct bbox *box, struct err *err) MUST_USE;

/**
 * Read any blob of SpatiaLite's plain kinds: both byte orders; third and fourth coordinates are
 * passed over.
 * Errors  BAD_DATA damaged, or one of SpatiaLite's compressed kinds; NO_MEMORY; LIMIT
 */
enum err_code geometry_blob_read(struct span blob, struct arena *a, struct geom *out,
                                 struct err *err) MUST_USE;

#endif
