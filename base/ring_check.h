/*
 * Is this polygon simple? A fast check that is never wrong when it says yes, so that GEOS need
 * look only at the rest.
 */
#ifndef BASE_RING_CHECK_H
#define BASE_RING_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_check; /* scratch memory, one thread */

struct ring_check *ring_check_new(void); /* NULL: no memory */
void ring_check_free(struct ring_check *c);

/**
 * True when the polygon is surely valid in the sense of OGC 06-103r4, 6.1.11: rings closed with at
 * least four vertices and an area, no repeated vertex, no two segments that cross, touch or overlap
 * (within a ring or between rings) but neighbours in their common end, every hole inside the outer
 * ring and in no other hole. False means "perhaps not": touching rings, or arithmetic too close to
 * tell (or no memory).
 *
 * In       xy: closed rings one after the other; ring_end: n_rings offsets in vertices
 * Exact    when all coordinates are integers below 2^25 in magnitude (differences and products are
 * exact)
 */
bool ring_check_polygon(struct ring_check *c, const double *xy, const uint32_t *ring_end,
                        size_t n_rings);

/** 1 when the places p, q, r (x, y) turn left, -1 right; 0 when that is not sure. */
int ring_turn(const double *p, const double *q, const double *r);

#endif
