/* Decoded polygons as GEOS's, and what is measured of them. The door to GEOS of the instruments. */
#ifndef TESTS_TRUTH_SHAPE_H
#define TESTS_TRUTH_SHAPE_H

#include "tests/accept/truth/tile_read.h"

#include <geos_c.h>

/** A context whose errors are not printed; ends the program when there is none. */
GEOSContextHandle_t shape_open(void);

/** A feature's polygon, moved by `dx`, `dy`; a ring of positive area begins a part. NULL when GEOS
 * takes it not at all. The caller's to destroy, as everything below. */
GEOSGeometry *shape_of(GEOSContextHandle_t g, const struct tile *t, const struct tile_feature *f,
                       double dx, double dy);
/** The same where it is not valid made so; never NULL. */
GEOSGeometry *shape_valid(GEOSContextHandle_t g, const struct tile *t, const struct tile_feature *f,
                          double dx, double dy);
GEOSGeometry *shape_box(GEOSContextHandle_t g, double min_x, double min_y, double max_x,
                        double max_y);
/** Takes both. */
GEOSGeometry *shape_intersection(GEOSContextHandle_t g, GEOSGeometry *a, GEOSGeometry *b);
GEOSGeometry *shape_difference(GEOSContextHandle_t g, GEOSGeometry *a, GEOSGeometry *b);
/** Takes those of the array. */
GEOSGeometry *shape_union(GEOSContextHandle_t g, GEOSGeometry **parts, size_t n);
/** What a closed line encloses an odd number of times. `xy`: x0 y0 x1 y1 ... */
GEOSGeometry *shape_enclosed(GEOSContextHandle_t g, const double *xy, size_t n);

double shape_area(GEOSContextHandle_t g, const GEOSGeometry *a);

/* Of a thin polygon in parts: the width is the diameter of the largest circle in it. */
struct sliver {
    double area, wide_area; /* of all parts; of those wider than `limit` */
    double width;           /* of the widest, 0 when none is wide enough to be measured */
    double x, y;            /* where that is */
};
#define SLIVER_LIMIT_TU 1.0
struct sliver shape_sliver(GEOSContextHandle_t g, const GEOSGeometry *a);

#endif
