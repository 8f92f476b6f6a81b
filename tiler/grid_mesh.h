/*
 * The world grid seen from a level of a grid: where each of its places lies in the level's tile
 * units. PROJ is asked for the nodes of a mesh; between them lie polynomials, which are checked
 * against PROJ. What a place becomes depends on the place and the level alone, never on the tile or
 * on what was asked before: so neighbouring tiles agree (docs/adr/0015-grids.md).
 */
#ifndef TILER_GRID_MESH_H
#define TILER_GRID_MESH_H

#include "base/crs.h"
#include "tiler/grid_shape.h"
#include "tiler/tile_grid.h"
#include "tiler/tile_shape.h"

struct grid_mesh; /* one thread */

/** The CRS is lent for life. Errors NO_MEMORY */
enum err_code grid_mesh_new(struct crs *crs, struct grid_mesh **out, struct err *err) MUST_USE;
void grid_mesh_free(struct grid_mesh *m); /* accepts NULL */

/** What follows is of this level, whose tiles are so many units wide. The grid is lent until the
 * next call. Nodes are kept when it is the same as before. */
void grid_mesh_start(struct grid_mesh *m, const struct tile_grid *g, uint8_t level,
                     uint32_t extent_tu);

/**
 * Places of the world grid in tile units of the whole level: x from its western end, y from its
 * northern end, south being up.
 *
 * Out      out: n; out_n: those that have an image in the CRS, in their order
 * Errors   those of crs_transform()
 */
enum err_code grid_mesh_map(struct grid_mesh *m, const struct vertex_gu *from, size_t n,
                            struct vertex_tu *out, size_t *out_n, struct err *err) MUST_USE;

#endif
