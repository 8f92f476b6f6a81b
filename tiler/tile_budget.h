/* What one layer may take of one tile. */
#ifndef TILER_TILE_BUDGET_H
#define TILER_TILE_BUDGET_H

#include "store/layer.h"

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

#endif
