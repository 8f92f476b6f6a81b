/*
 * The rings of a Shapefile's polygon lie in one list; which are outer ones and which holes of which
 * is told by how they wind and where they lie. Knows nothing of files.
 */
#ifndef IMPORTERS_SHAPEFILE_RINGS_H
#define IMPORTERS_SHAPEFILE_RINGS_H

#include "base/err.h"
#include "base/geom.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shapefile_ring {
    size_t first, end; /* vertices */
    double area2;      /* twice the area, counter-clockwise positive */
    struct bbox box;
    size_t outer;     /* the ring that it is a hole of; itself: it is an outer ring */
    size_t next_hole; /* of the same outer ring, in the list's order; NO_RING after the last */
};

#define NO_RING SIZE_MAX

/** Open to be embedded; grows, and is used for polygon after polygon. */
struct shapefile_rings {
    struct shapefile_ring *rings;
    size_t n_rings, room_rings;
    bool turned; /* outer rings wind counter-clockwise, against the format */
    struct ring_probe *probes;
    size_t room_probes;
    size_t *last_hole;
    size_t room_last;
};

void shapefile_rings_init(struct shapefile_rings *r);
void shapefile_rings_clear(struct shapefile_rings *r);

/**
 * Find out what each ring is.
 * In       x, y: n_vertices each; starts: n_rings, rising, the first vertex of each ring; max_steps:
 *          comparisons of a vertex with a ring
 * Out      r->rings
 * Errors   LIMIT too many rings lie above each other; NO_MEMORY
 * Source   ESRI Shapefile Technical Description, July 1998, "Polygon": outer rings clockwise; those
 *          who wound all of them the other way are understood by their largest ring. A hole in no
 *          ring is an outer ring.
 */
enum err_code shapefile_rings_sort(struct shapefile_rings *r, const double *x, const double *y,
                                   size_t n_vertices, const int *starts, size_t n_rings,
                                   uint64_t max_steps, struct err *err) MUST_USE;

#endif
