/*
 * Makes a geometry one that the store takes: places that can be, rings that close, polygons that
 * are valid (OGC 06-103r4). What is right already is not touched, and not even copied.
 */
#ifndef IMPORTERS_GEOM_REPAIR_H
#define IMPORTERS_GEOM_REPAIR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/geom.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct geom_repair; /* GEOS context and scratch memory: one thread */

/** `cancel` (may be NULL) is looked at while a large polygon is repaired. Errors NO_MEMORY,
 * INTERNAL */
enum err_code geom_repair_new(const atomic_bool *cancel, struct geom_repair **out,
                              struct err *err) MUST_USE;
void geom_repair_free(struct geom_repair *r); /* accepts NULL */

/** Whether every vertex is a place: in degrees within +-180 and +-90, else finite. Errors BAD_DATA
 * words say which one is not */
enum err_code geom_check_places(const struct geom *g, bool geographic, struct err *err) MUST_USE;

/** What was done, or seen. */
struct geom_repair_report {
    bool made_valid;
    size_t n_rings_closed;
    size_t n_rings_turned; /* wound against RFC 7946, 3.1.6; left as they are */
    size_t n_duplicates;   /* vertices equal to the one before them; removed */
};

/**
 * In       geographic: coordinates are degrees, x within +-180 and y within +-90
 * Out      out: `in` itself, or lent until the next call, or in the arena
 * Errors   BAD_DATA it cannot be repaired: words are the reason; CANCELED; NO_MEMORY, LIMIT, INTERNAL
 */
enum err_code geom_repair_run(struct geom_repair *r, const struct geom *in, bool geographic,
                              struct arena *a, struct geom *out, struct geom_repair_report *report,
                              struct err *err) MUST_USE;

#endif
