/*
 * Polygons' rings become simple ones: taken apart where they touch themselves, joined where they run
 * along each other, there and back. Nothing moves and no area changes; what crosses stays so.
 */
#ifndef IMPORTERS_RING_SPLIT_H
#define IMPORTERS_RING_SPLIT_H

#include "base/geom.h"

struct ring_splitter; /* scratch memory: one thread */

enum err_code ring_splitter_new(struct ring_splitter **out, struct err *err) MUST_USE;
void ring_splitter_free(struct ring_splitter *s); /* accepts NULL */

/**
 * In       in: polygons, rings closed, however they are wound; as_they_run: the inside is on the left
 *          of every ring already
 * Out      out: lent until the next call; each ring is a part of its own, which meets none of its
 *          vertices twice and has its polygon's inside on the left: outer rings have a positive
 *          area, holes a negative one.
 *          out_done: false, and `out` untouched: two edges run the same way, or too many through one
 *          place
 * Errors   NO_MEMORY, LIMIT
 */
enum err_code ring_split(struct ring_splitter *s, const struct geom *in, bool as_they_run,
                         struct geom *out, bool *out_done, struct err *err) MUST_USE;

#endif
