/*
 * A map from one plane to another that is dear to ask (PROJ), seen through a mesh: it is asked for
 * the nodes of square cells, and between them lie polynomials, which are checked against it. What a
 * place becomes depends on the place and the map alone, never on what was asked before.
 */
#ifndef TILER_PLANE_MESH_H
#define TILER_PLANE_MESH_H

#include "base/err.h"

#include <stddef.h>

struct plane_mesh; /* one thread */

struct plane_map {
    /** Places x y x y in place; NaN where they have no image. */
    enum err_code (*ask)(void *state, double *xy, size_t n, struct err *err);
    void *state;
    double side;      /* of a cell, a power of two */
    double tolerance; /* how far off a polynomial may be, in the other plane */
};

/** Errors NO_MEMORY */
enum err_code plane_mesh_new(struct plane_mesh **out, struct err *err) MUST_USE;
void plane_mesh_free(struct plane_mesh *m); /* accepts NULL */

/** Which map it is from here on; cells of the one before are forgotten. */
void plane_mesh_start(struct plane_mesh *m, const struct plane_map *map);

/** Places x y x y in place, n of them; NaN, or beyond any use, where they have no image. Errors those
 * of the map */
enum err_code plane_mesh_map(struct plane_mesh *m, double *xy, size_t n, struct err *err) MUST_USE;

#endif
