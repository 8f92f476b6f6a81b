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
    uint8_t min_zoom, max_zoom; /* of the drawables that changed, both included */
    int64_t revision;
};

/**
 * The areas of a layer that have changed since its last change as a whole, the newest first.
 * Out      out: at most CHANGES_PER_LAYER_MAX, in the arena
 * Errors   CONFLICT the layer is not at that revision any more; NO_MEMORY; IO
 */
enum err_code store_read_changes(struct store *s, const struct layer *l, struct arena *a,
                                 struct changed_area **out, size_t *n_out,
                                 struct err *err) MUST_USE;

#endif
