/* Features that are rows by now become drawables on a second thread while the next are written. */
#ifndef IMPORTERS_DERIVE_LANE_H
#define IMPORTERS_DERIVE_LANE_H

#include "base/arena.h"
#include "store/layer_writer.h"

struct derive_lane;

/** After the deriver's begin(); `d` is lent until the lane is freed, and is nobody else's until
 * derive_lane_end(). NULL: nothing is derived. Errors NO_MEMORY */
enum err_code derive_lane_new(struct deriver *d, struct derive_lane **out,
                              struct err *err) MUST_USE;
void derive_lane_free(struct derive_lane *l); /* accepts NULL */

/** Where the next feature is to be made: what is in it stays until the feature is derived. */
struct arena *derive_lane_arena(struct derive_lane *l);
/** Derive a feature that is in that arena. Errors those of deriver.feature(), of this feature or of
 * one before; NO_MEMORY */
enum err_code derive_lane_put(struct derive_lane *l, const struct feature *f,
                              struct err *err) MUST_USE;
/** After the last feature: until all are derived. Errors those of deriver.feature() */
enum err_code derive_lane_end(struct derive_lane *l, struct err *err) MUST_USE;

#endif
