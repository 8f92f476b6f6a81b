/*
 * Where a polygon's label stands: well inside it, so that the label is not cut by an edge and does
 * not hang on which tiles the polygon touches.
 */
#ifndef TILER_LABEL_POINT_H
#define TILER_LABEL_POINT_H

#include "base/err.h"
#include "tiler/grid_shape.h"

struct label_point {
    struct vertex_gu at;
    uint32_t distance_gu; /* to the nearest edge, rounded down */
};

/** Scratch for one polygon after another, one thread at a time. */
struct label_placer;

enum err_code label_placer_new(struct label_placer **out, struct err *err) MUST_USE;
void label_placer_free(struct label_placer *p); /* accepts NULL */

/**
 * A point of a polygon's largest part: the centroid where the part is convex or the centroid lies
 * well inside, else about the pole of inaccessibility, the point that is farthest from every edge:
 * no other is farther by more than a tenth, but in a part so winding that the search is given up.
 * The same on every machine.
 *
 * In       s: polygons, one at least; zooms need not be set
 * Out      out: inside the part and not in its holes; of a part that is nowhere two units wide, it
 *          may be a vertex, with distance 0
 * Errors   NO_MEMORY
 */
enum err_code label_placer_place(struct label_placer *p, const struct grid_shape *s,
                                 struct label_point *out, struct err *err) MUST_USE;

#endif
