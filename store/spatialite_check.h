/* The parts of a check: for store/spatialite_check*.c only. */
#ifndef STORE_SPATIALITE_CHECK_H
#define STORE_SPATIALITE_CHECK_H

#include "store/check.h"
#include "store/spatialite_db.h"

/** A check under way. */
struct check {
    struct store *store;
    const struct checker *checker;
};

/** Tell of a problem; `layer` NULL: of the whole store. */
enum err_code check_tell(const struct check *c, const char *layer, bool derived, struct err *err,
                         const char *format, ...) PRINTF_LIKE(5, 6) MUST_USE;
/** The same when `n` is not 0; "%s" in the format is the number. */
enum err_code check_tell_count(const struct check *c, const char *layer, bool derived, uint64_t n,
                               const char *words, struct err *err) MUST_USE;

/** One layer of features. */
enum err_code check_layer(const struct check *c, const struct layer *l, struct err *err) MUST_USE;
/** Its drawables; the layer has geometry. */
enum err_code check_drawables(const struct check *c, const struct layer *l,
                              struct err *err) MUST_USE;
/** SQLite's own check of an R-tree, when it is there at all. */
enum err_code check_rtree(const struct check *c, const struct layer *l, const char *index,
                          bool *out_is_whole, struct err *err) MUST_USE;

#endif
