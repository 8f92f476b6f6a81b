/* Geometries of tests. */
#ifndef TESTS_GEOM_KIT_H
#define TESTS_GEOM_KIT_H

#include "base/geom.h"

#include <math.h>

/* A ring of the vertices up to NAN. */
static inline void kit_ring(struct geom_builder *b, const double *xy)
{
    geom_build_ring(b);
    for (; !isnan(*xy); xy += 2)
        geom_build_vertex(b, xy[0], xy[1]);
}

#endif
