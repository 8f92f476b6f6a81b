/* GeoJSON's geometry objects (RFC 7946, section 3.1) as flat geometry. */
#ifndef IMPORTERS_GEOJSON_GEOMETRY_H
#define IMPORTERS_GEOJSON_GEOMETRY_H

#include "base/err.h"
#include "base/geom.h"
#include "base/json_read.h"

#include <stdbool.h>
#include <stddef.h>

/** The type of that name, also GeometryCollection; GEOM_NONE when there is none. */
enum geom_type geojson_geometry_type(struct span name);

/**
 * Read a geometry object, or null. Coordinates are taken as they are: what they mean and whether
 * rings are closed is the sink's. Empty geometries give GEOM_NONE.
 *
 * In       keep_z: a third number is a height; else it is left out, as a fourth one always is
 * Out      out: lent from the builder; n_dropped: positions of which numbers were left out
 * Errors   BAD_DATA what is wrong with it; LIMIT too many vertices, or collections nested too
 *          deep; NO_MEMORY
 */
enum err_code geojson_read_geometry(struct json_value v, bool keep_z, struct geom_builder *b,
                                    struct geom *out, size_t *n_dropped, struct err *err) MUST_USE;

#endif
