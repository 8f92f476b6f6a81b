/* Where rings lie: which of them cross or run along each other, and which is around a place. */
#ifndef IMPORTERS_RING_BANDS_H
#define IMPORTERS_RING_BANDS_H

#include "base/geom.h"

struct ring_bands; /* the segments of rings, in bands of latitude: one thread */

enum err_code ring_bands_new(struct ring_bands **out, struct err *err) MUST_USE;
void ring_bands_free(struct ring_bands *b); /* accepts NULL */

/** Take in the rings of a geometry; `area2`: of each, twice its area, which is negative for holes.
 * Both are lent until the next call. Errors NO_MEMORY */
enum err_code ring_bands_fill(struct ring_bands *b, const struct geom *rings, const double *area2,
                              struct err *err) MUST_USE;

#define RING_NONE UINT32_MAX

/** The smallest ring around a place of this ring that is on no other, holes or not; RING_NONE. After
 * ring_bands_cross(). */
uint32_t ring_bands_around(struct ring_bands *b, uint32_t ring, const double *xy, bool only_outer);

/** A vertex that lies on a segment, or too close to tell. */
struct ring_touch {
    uint32_t segment; /* the vertex where it begins */
    uint32_t vertex;
};

/**
 * Which rings share more than an end of a segment with another, or with themselves, or perhaps do.
 * Out      crosses: for each ring; set, never cleared. touches: lent until the next call; some may come
 *          twice. known: false: there are too many pairs to look at
 * Errors   NO_MEMORY
 */
enum err_code ring_bands_cross(struct ring_bands *b, bool *crosses,
                               const struct ring_touch **out_touches, size_t *out_n,
                               bool *out_known, struct err *err) MUST_USE;

#endif
