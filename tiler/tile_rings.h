/* Polygons made fit for a tile: what collapsed is dropped, what is not surely valid repaired. */
#ifndef TILER_TILE_RINGS_H
#define TILER_TILE_RINGS_H

#include "base/arena.h"
#include "tiler/tile_frame.h"
#include "tiler/tile_shape.h"

struct tile_rings; /* scratch, a ring check and a GEOS context: one thread */

enum err_code tile_rings_new(struct tile_rings **out, struct err *err) MUST_USE;
void tile_rings_free(struct tile_rings *t); /* accepts NULL */

/**
 * Drop what collapsed, wind the rings, and look whether that is enough.
 *
 * In/out   shape: as below, but for what `valid` says
 * Out      valid: it surely is; false: that would take a closer look
 * Errors   NO_MEMORY
 */
enum err_code tile_rings_tidy(struct tile_rings *t, struct tile_shape *shape, bool *valid,
                              struct err *err) MUST_USE;

/**
 * Make the polygons of a tile valid.
 *
 * In/out   shape: within `box` already. Afterwards outer rings have a positive area in tile space
 *          (y down: they run clockwise on the screen) and their holes follow with a negative one;
 *          nothing crosses or repeats. No parts when nothing has an area
 * Out      was_repaired: GEOS had to change it
 * Errors   NO_MEMORY
 * Memory   `a` for what GEOS gives
 * Source   Vector Tile Specification 2.1, 4.3.4.4
 */
enum err_code tile_rings_settle(struct tile_rings *t, struct tile_shape *shape,
                                const struct clip_box *box, struct arena *a, bool *was_repaired,
                                struct err *err) MUST_USE;

#endif
