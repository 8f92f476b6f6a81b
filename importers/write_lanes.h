/* Features become rows on one thread and drawables on another, while the next ones are made. */
#ifndef IMPORTERS_WRITE_LANES_H
#define IMPORTERS_WRITE_LANES_H

#include "base/arena.h"
#include "store/layer_writer.h"

struct write_lanes;

/** After the deriver's begin(). `w` and `d` are lent until the lanes are freed, and are nobody else's
 * until write_lanes_end(). `d` NULL: nothing is derived. Errors NO_MEMORY */
enum err_code write_lanes_new(struct layer_writer *w, struct deriver *d, struct write_lanes **out,
                              struct err *err) MUST_USE;
void write_lanes_free(struct write_lanes *l); /* accepts NULL */

/** Where the next feature is to be made: what is in it stays until both have done with it. */
struct arena *write_lanes_arena(struct write_lanes *l);
/** Write and derive a feature that is in that arena. Errors those of layer_writer_put() and of
 * deriver.feature(), of this feature or of one before; NO_MEMORY */
enum err_code write_lanes_put(struct write_lanes *l, const struct feature *f,
                              struct err *err) MUST_USE;
/** After the last feature: until all are written and derived. Errors those of write_lanes_put() */
enum err_code write_lanes_end(struct write_lanes *l, struct err *err) MUST_USE;

#endif
