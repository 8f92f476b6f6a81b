/* The door to GEOS: one context a thread, flat geometry in and out. */
#ifndef BASE_GEOS_H
#define BASE_GEOS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/geom.h"

#include <stdbool.h>

struct geos;

enum err_code geos_new(struct geos **out, struct err *err) MUST_USE;
void geos_free(struct geos *g);

/** Whether a geometry is valid; `reason` (may be NULL) gets GEOS's words in the arena when not.
 * What GEOS does not take at all (an unclosed ring, a coordinate that is not finite) is not valid.
 */
enum err_code geos_is_valid(struct geos *g, const struct geom *in, struct arena *a, bool *out,
                            const char **reason, struct err *err) MUST_USE;

/**
 * A valid geometry that covers the same points (GEOSMakeValid, structure method); of the result
 * only parts of the input's dimension are kept. GEOM_NONE when nothing is left. Always POLYGON or
 * MULTIPOLYGON for areal input. What is valid comes back as it is, vertex for vertex; so do points,
 * and lines of at least two places. Heights stay; those of new vertices are GEOS's. Winding is
 * GEOS's: see geom_wind().
 * Errors BAD_DATA when GEOS cannot: an unclosed ring, a coordinate that is not finite
 */
enum err_code geos_make_valid(struct geos *g, const struct geom *in, struct arena *a,
                              struct geom *out, struct err *err) MUST_USE;

/** As geos_make_valid(), and every coordinate of the valid result is a multiple of `step`
 *  (GEOSGeom_setPrecision). For tiles: step 1, no heights. */
enum err_code geos_make_valid_on_grid(struct geos *g, const struct geom *in, double step,
                                      struct arena *a, struct geom *out, struct err *err) MUST_USE;

/** Whether two geometries share a point. */
enum err_code geos_intersects(struct geos *g, const struct geom *a, const struct geom *b, bool *out,
                              struct err *err) MUST_USE;

const char *geos_version(void);

#endif
