/* Traced rings become valid polygons, and those sets in which no two meet. */
#ifndef TILER_RING_NEST_H
#define TILER_RING_NEST_H

#include "base/arena.h"
#include "tiler/tile_shape.h"

struct ring_nester; /* scratch of one thread */

enum err_code ring_nester_new(struct ring_nester **out, struct err *err) MUST_USE;
void ring_nester_free(struct ring_nester *n); /* accepts NULL */

/**
 * Rings with a positive area are outer ones, those with a negative one holes of the smallest that
 * is around them.
 *
 * In       rings: each a part of its own; are_noded: their edges meet in their ends only, else each
 *          polygon is made valid
 * Out      out: a part for each polygon
 * Errors   NO_MEMORY
 * Memory   `a` for what must be repaired
 */
enum err_code ring_nest(struct ring_nester *n, const struct tile_shape *rings, bool are_noded,
                        struct arena *a, struct tile_shape *out, struct err *err) MUST_USE;

/**
 * Deal parts out to sets, so that the boxes of no two parts of a set meet.
 * Out      set_of_part: grown as needed; n_sets: how many there are
 * Errors   NO_MEMORY
 */
enum err_code ring_deal(struct ring_nester *n, const struct tile_shape *parts,
                        uint32_t **set_of_part, size_t *room_sets, size_t *n_sets,
                        struct err *err) MUST_USE;

#endif
