/* What one layer may take of one tile, and which drawables go first when that is too little. */
#ifndef TILER_TILE_BUDGET_H
#define TILER_TILE_BUDGET_H

#include "store/drawable.h"

#include <stdbool.h>
#include <stdint.h>

/** A plain value. */
struct tile_budget {
    uint64_t n_features;
    uint64_t n_bytes; /* not compressed */
};

/** The layer's limits; that of its bytes is for compressed ones. */
struct tile_budget tile_budget_of(const struct layer *l);

/** How many features the budget pays for at so many bytes each; 1 to 2^32 - 1. */
uint64_t tile_budget_features(const struct tile_budget *b, uint64_t n_features_seen,
                              uint64_t n_bytes_seen);

/** Drawables counted by the longer side of their box: from one class to the next it grows by an
 * eighth at most, so little hangs on the order within a class. */
#define SIZE_CLASSES 240

/** Starts zeroed. */
struct size_choice {
    uint64_t n_of_class[SIZE_CLASSES];
    int smallest;           /* class; below it nothing is drawn */
    uint64_t n_of_smallest; /* so many of that class are drawn, as they come */
};

void size_choice_count(struct size_choice *c, const struct grid_box *box);
/** Choose the largest of what was counted, `n_wanted` at most. */
void size_choice_make(struct size_choice *c, uint64_t n_wanted);
/** Whether this one is drawn. */
bool size_choice_takes(struct size_choice *c, const struct grid_box *box);

#endif
