/*
 * Geometry that reaches over the edges of the map. Coordinates are planar, as RFC 7946 (3.1.1) and
 * every GIS have it: from 170 to -170 is the long way round, through Greenwich. Who means the short
 * way writes 170 to 190 or cuts at 180 (3.1.9), and both are drawn alike.
 */
#ifndef TILER_WORLD_CUT_H
#define TILER_WORLD_CUT_H

#include "base/arena.h"
#include "base/geom.h"

/** Whether parts of this kind reach beyond 180 degrees, or, lines and polygons, beyond the latitudes
 * at which Web Mercator ends. */
bool world_cut_is_needed(const struct geom *in, enum geom_kind kind);

/**
 * The parts of that kind as they lie on the map: what is beyond 180 degrees, up to one world away,
 * goes on at the other side; lines and polygons end where Web Mercator ends, points that lie further
 * north or south stay what they are.
 *
 * In       in: longitude and latitude in degrees. A part with a vertex further away than one world,
 *          or not finite, stays as it is
 * Out      out: in the arena; GEOM_NONE when nothing is left. Polygons are valid where they were
 * Errors   NO_MEMORY, LIMIT; INTERNAL of GEOS
 */
enum err_code world_cut(const struct geom *in, enum geom_kind kind, struct arena *a,
                        struct geom *out, struct err *err) MUST_USE;

#endif
