/*
 * Since when an area of a layer is what it is: what the stamps of tiles are made of. Read once for
 * each revision of a layer, never changed, ref-counted.
 */
#ifndef SERVER_OGC_AREA_LOG_H
#define SERVER_OGC_AREA_LOG_H

#include "store/change_log.h"
#include "store/store.h"

struct area_log;

/** Errors those of store_read_changes() */
enum err_code area_log_new(struct store *s, const struct layer *l, struct area_log **out,
                           struct err *err) MUST_USE;
struct area_log *area_log_ref(struct area_log *log);
void area_log_unref(struct area_log *log); /* accepts NULL */

/** The revision of the layer that it was read at. */
int64_t area_log_layer_revision(const struct area_log *log);

/** Revisions that last changed what a tile of a zoom draws of a box; wide: also what it draws of lower
 * zooms when it is over its budget. */
struct area_revisions {
    int64_t narrow, wide;
};

struct area_revisions area_log_revisions(const struct area_log *log, const struct grid_box *box,
                                         uint8_t zoom);

#endif
