/*
 * Where a layer has changed, and when: what a cache of its tiles must forget. A change is either of
 * the whole layer (layer.whole_revision) or of areas, each with the revision that changed it.
 */
#ifndef STORE_CHANGE_LOG_H
#define STORE_CHANGE_LOG_H

#include "base/arena.h"
#include "store/drawable.h"

/** More areas of one edit are joined, those that lie together. */
#define CHANGES_PER_EDIT_MAX 1024
/** With more areas of a layer the oldest are forgotten: they count as a change of the whole layer. */
#define CHANGES_PER_LAYER_MAX 4096

struct changed_area {
    struct grid_box box;
    uint8_t min_zoom, max_zoom; /* of the tiles whose content it may change, both included */
    int64_t revision;
};

/** Whether it may change what a tile of that zoom draws of that box. */
static inline bool changed_area_meets(const struct changed_area *c, const struct grid_box *box,
                                      uint8_t zoom)
{
    return c->box.min_x <= box->max_x && c->box.max_x >= box->min_x && c->box.min_y <= box->max_y &&
           c->box.max_y >= box->min_y && c->min_zoom <= zoom && c->max_zoom >= zoom;
}

/**
 * The areas of a layer that have changed since its last change as a whole, the newest first.
 * Out      out: at most CHANGES_PER_LAYER_MAX, in the arena
 * Errors   CONFLICT the layer is not at that revision any more; NO_MEMORY; IO
 */
enum err_code store_read_changes(struct store *s, const struct layer *l, struct arena *a,
                                 struct changed_area **out, size_t *n_out,
                                 struct err *err) MUST_USE;

#endif
