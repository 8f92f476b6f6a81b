/*
 * What is done with a geometry before it is kept, and needs nothing of other features: it comes
 * into the layer's CRS, is repaired, and gets its place on the curve. One thread.
 */
#ifndef IMPORTERS_FEATURE_PLACER_H
#define IMPORTERS_FEATURE_PLACER_H

#include "base/arena.h"
#include "importers/crs_placer.h"
#include "importers/geom_repair.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/** Open to be embedded; starts as `{0}`. */
struct feature_placer {
    struct crs_placer crs;
    struct geom_repair *repair;
    struct arena scratch;
    bool is_open;
};

/** What was found and done. */
struct feature_placing {
    struct bbox box;
    uint64_t key;    /* see place_key() */
    bool is_outside; /* see crs_placer_run() */
    struct geom_repair_report report;
};

/** Errors those of crs_placer_open() and geom_repair_new(). `cancel` as there. */
enum err_code feature_placer_open(struct feature_placer *p, const struct crs_placer_setup *setup,
                                  const atomic_bool *cancel, struct err *err) MUST_USE;
void feature_placer_clear(struct feature_placer *p); /* accepts what was never opened */

/**
 * Out      out: `in` itself, or lent until the next call
 * Errors   BAD_DATA, LIMIT: it is this geometry's fault, and words are the reason; those of
 *          crs_placer_settle() and geom_repair_run()
 */
enum err_code feature_placer_run(struct feature_placer *p, const struct geom *in, struct geom *out,
                                 struct feature_placing *out_placing, struct err *err) MUST_USE;

#endif
