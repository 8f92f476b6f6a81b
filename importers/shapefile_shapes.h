/* The shapes of a Shapefile (.shp and .shx) as geometries, in the order of the index. */
#ifndef IMPORTERS_SHAPEFILE_SHAPES_H
#define IMPORTERS_SHAPEFILE_SHAPES_H

#include "base/err.h"
#include "base/geom.h"
#include "importers/importer.h"
#include "importers/shapefile_io.h"

#include <stddef.h>
#include <stdint.h>

struct shapefile_shapes;

/** One record of the .shp. */
struct shapefile_shape {
    uint64_t byte; /* where it begins; known also when it cannot be read */
    struct geom geom;
    size_t n_heights; /* that were left out */
};

/** What was seen of all records read so far. */
struct shapefile_shape_counts {
    uint64_t n_with_measures; /* shapes whose measures were left out */
    uint64_t n_turned;        /* polygons whose outer rings wind against the format */
};

/**
 * The index is the .shx; where there is none, or it contradicts the files, one is made of the .shp,
 * and the sink is told.
 * In       io: lent until the shapes are freed; sink NULL: it was told of the file before
 * Errors   BAD_DATA not a Shapefile; UNSUPPORTED shapes of a kind that is not read; IO, NO_MEMORY
 */
enum err_code shapefile_shapes_new(struct shapefile_io *io, const struct reader_options *o,
                                   struct sink *sink, struct shapefile_shapes **out,
                                   struct err *err) MUST_USE;
void shapefile_shapes_free(struct shapefile_shapes *s); /* accepts NULL */

size_t shapefile_shapes_count(const struct shapefile_shapes *s);
struct shapefile_shape_counts shapefile_shapes_seen(const struct shapefile_shapes *s);

/**
 * Read shape `i`, 0 to count - 1. Rings are parted into polygons, and wound as RFC 7946 has it.
 * Out      out: geometry lent until the next call
 * Errors   BAD_DATA, LIMIT, UNSUPPORTED it is this shape's fault; IO, NO_MEMORY
 */
enum err_code shapefile_shapes_read(struct shapefile_shapes *s, size_t i,
                                    struct shapefile_shape *out, struct err *err) MUST_USE;

#endif
