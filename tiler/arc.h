/*
 * Arcs: stretches of outline between two places that stay. From which zoom each vertex of an arc
 * appears hangs on its vertices alone, not on the direction in which they come: so all who share an
 * arc draw it alike.
 */
#ifndef TILER_ARC_H
#define TILER_ARC_H

#include "base/err.h"
#include "tiler/grid_shape.h"

#include <stddef.h>
#include <stdint.h>

#define ARC_HIDDEN UINT8_MAX

/** Scratch of one thread; starts zeroed. */
struct arc_settler {
    struct arc_chain *chains;
    size_t room_chains;
};

void arc_settler_clear(struct arc_settler *s);

/**
 * From which zoom each vertex of an arc appears: it is missed by half a CSS pixel there
 * (Douglas-Peucker, with a ladder of tolerances).
 *
 * In       v: n vertices, the first and the last stay; they may be the same place
 *          max_zoom: what appears above it is not wanted
 * Out      zoom: of the n - 2 between, 0 to max_zoom or ARC_HIDDEN; the ends are untouched
 * Errors   NO_MEMORY
 */
enum err_code arc_settle(struct arc_settler *s, const struct vertex_gu *v, size_t n,
                         uint8_t max_zoom, uint8_t *zoom, struct err *err) MUST_USE;

/** Twice the area of a ring, which is not closed; positive when it runs clockwise on the screen. Exact
 * for what is small beside the world. */
double vertex_ring_area2(const struct vertex_gu *v, size_t n);
/** Squared distance. */
double vertex_distance2(struct vertex_gu a, struct vertex_gu b);
/** Whether a comes before b: from the west, then from the north. */
static inline bool vertex_is_before(struct vertex_gu a, struct vertex_gu b)
{
    return a.x != b.x ? a.x < b.x : a.y < b.y;
}
static inline bool vertex_is_same(struct vertex_gu a, struct vertex_gu b)
{
    return a.x == b.x && a.y == b.y;
}
/** For tables of places. */
static inline uint32_t vertex_hash(struct vertex_gu v)
{
    uint64_t h = ((uint64_t)v.x << 32 | v.y) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    h *= UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(h ^ h >> 32);
}

#define N_CORNERS 4

/**
 * Corners of a closed ring that stay when nothing else does, whichever way it runs and wherever it
 * starts: its first vertex from the west, the one farthest from it, and on either side of the line
 * between the two the one farthest from it. So what is small keeps about its area.
 * In       v: n >= 3 vertices, not closed
 * Out      corners: indexes in rising order; some may be the same
 */
void ring_corners(const struct vertex_gu *v, size_t n, size_t corners[N_CORNERS]);

#endif
