/* GDAL's geometries as flat ones. */
#ifndef IMPORTERS_GDAL_GEOM_H
#define IMPORTERS_GDAL_GEOM_H

#include "base/err.h"
#include "base/geom.h"

#include <stdbool.h>
#include <stddef.h>

/** Reads one geometry after the other; open to be embedded. */
struct gdal_geom {
    struct geom_builder builder;
    bool keep_z;
    bool swap; /* the data's first axis points north */
    double *xyz;
    size_t room_vertices;
    bool saw_curves, saw_surfaces; /* so far: arcs were cut into lines, triangles made polygons */
};

void gdal_geom_init(struct gdal_geom *g, size_t limit_vertices, bool keep_z);
void gdal_geom_clear(struct gdal_geom *g);

/**
 * In       in: an OGRGeometryH, NULL for none; curves and surfaces are turned into lines and polygons
 * Out      out: lent until the next; GEOM_NONE for none and for empty ones; n_dropped: vertices
 *          whose heights or measures were left out
 * Errors   LIMIT too many vertices, or collections nested too deep; UNSUPPORTED a kind of geometry
 *          that has no place on a map; NO_MEMORY
 */
enum err_code gdal_geom_read(struct gdal_geom *g, void *in, struct geom *out, size_t *n_dropped,
                             struct err *err) MUST_USE;

#endif
