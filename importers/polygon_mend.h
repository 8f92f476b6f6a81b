/*
 * Polygons that are not valid, made so ring by ring: what touches is taken apart or joined, and only
 * rings that cross go to GEOS, without those that have nothing to do with it: its time grows with
 * the number of holes times the vertices around them.
 */
#ifndef IMPORTERS_POLYGON_MEND_H
#define IMPORTERS_POLYGON_MEND_H

#include "base/geos.h"

#include <stdatomic.h>

struct polygon_mender; /* scratch memory: one thread */

/** `geos` and `cancel` (NULL: none) are lent until the mender is freed. */
enum err_code polygon_mender_new(struct geos *geos, const atomic_bool *cancel,
                                 struct polygon_mender **out, struct err *err) MUST_USE;
void polygon_mender_free(struct polygon_mender *m); /* accepts NULL */

/**
 * In       in: a polygon or multipolygon that is not valid; rings closed
 * Out      out: valid, its vertices those of `in` but where rings crossed; lent until the next call.
 *          Outer rings run counter-clockwise. Where rings only touched, the area is that of the outer
 *          rings less that of the holes.
 *          out_done: false, and `out` untouched: only GEOS can tell what is meant
 * Errors   CANCELED, NO_MEMORY, LIMIT, INTERNAL
 */
enum err_code polygon_mend(struct polygon_mender *m, const struct geom *in, struct arena *a,
                           struct geom *out, bool *out_done, struct err *err) MUST_USE;

#endif
