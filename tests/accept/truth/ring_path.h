/* Ways along the rings of a decoded polygon. */
#ifndef TESTS_TRUTH_RING_PATH_H
#define TESTS_TRUTH_RING_PATH_H

#include "tests/accept/truth/source.h"
#include "tests/accept/truth/tile_read.h"

/** Starts zeroed. */
struct ring_path {
    size_t n, room;
    struct place *places; /* tile units */
    double distance;      /* of the farther of the two ends from where it was wanted */
};

/**
 * The way along the boundary of a polygon between the places on it that are nearest to `from` and
 * to `to`: of the two ways around the ring that whose length is nearer to `length`.
 */
void ring_path_find(const struct tile *t, const struct tile_feature *f, struct place from,
                    struct place to, double length, struct ring_path *out);

/** Whether both are the same, place for place. */
bool ring_path_is_same(const struct ring_path *a, const struct ring_path *b);

/** Whether the place is inside (even-odd). */
bool feature_holds(const struct tile *t, const struct tile_feature *f, struct place p);

#endif
