/*
 * Which CRS a source is in, which one its layer gets, and how geometries come from one to the
 * other. Tells which of them lie where their CRS is not meant to be used: most often a sign that it
 * is not theirs.
 */
#ifndef IMPORTERS_CRS_PLACER_H
#define IMPORTERS_CRS_PLACER_H

#include "base/arena.h"
#include "base/crs.h"
#include "base/err.h"
#include "base/geom.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

/** What is known before the source is read. */
struct crs_placer_setup {
    const char *crs, *to_crs;     /* as they were asked for; NULL: the source's own */
    int32_t default_epsg;         /* what the format prescribes; 0: nothing */
    const struct layer *existing; /* the layer that is added to, lent; NULL: a new one */
};

/** Open to be embedded; starts as `{0}`. */
struct crs_placer {
    struct crs *crs;
    int32_t forced_epsg, said_epsg, default_epsg; /* of the source; 0: it is not */
    int32_t to_epsg;                              /* asked for; 0: the source's own */
    const struct layer *existing;
    bool settled;                   /* `from` and what follows are known */
    struct crs_info from, to;       /* of an existing layer `to` is known from the start */
    struct bbox from_area, to_area; /* each in its own CRS; empty: not known */
};

/** Errors those of crs_parse() for both texts, of crs_describe() for the layer's; NO_MEMORY */
enum err_code crs_placer_open(struct crs_placer *p, const struct crs_placer_setup *setup,
                              struct err *err) MUST_USE;
void crs_placer_clear(struct crs_placer *p); /* accepts what was never opened */

/** What the source says: see sink_say_crs(). */
enum err_code crs_placer_say(struct crs_placer *p, int32_t epsg, struct err *err) MUST_USE;

/**
 * From here on the source is in the CRS that was asked for, else the one it said, else the one that
 * its format prescribes. The area of a CRS is PROJ's area of use, as a box in that CRS that is wider
 * by a tenth of its width on either side, and higher by a tenth of its height: a country's data
 * reaches a little beyond it.
 * In       has_places: without any the CRS does not matter, and need not be known
 * Errors   BAD_ARG it is none of these; CONFLICT the existing layer is in another; those of
 *          crs_describe()
 */
enum err_code crs_placer_settle(struct crs_placer *p, bool has_places, struct err *err) MUST_USE;

/**
 * After crs_placer_settle().
 * Out      out: `in` itself, or a copy whose x and y are in the arena and the rest is `in`'s;
 *          heights stay what they are. out_outside: some of it is beyond the area of either CRS
 * Errors   BAD_DATA a vertex has no place in the layer's CRS: words say which; NO_MEMORY, LIMIT
 */
enum err_code crs_placer_run(struct crs_placer *p, const struct geom *in, struct arena *a,
                             struct geom *out, bool *out_outside, struct err *err) MUST_USE;

#endif
