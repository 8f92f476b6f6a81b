#include "tiler/tile_budget.h"

/* Tiles of parcels with their attributes are this many times smaller under gzip, and a little more
 * (measured: docs/adr/0003-drawables.md). */
#define COMPRESSION 2

struct tile_budget tile_budget_of(const struct layer *l)
{
    return (struct tile_budget){
        .n_features = l->tile_limit_features,
        .n_bytes = l->tile_limit_bytes < UINT64_MAX / COMPRESSION
                       ? l->tile_limit_bytes * COMPRESSION
                       : UINT64_MAX,
    };
}

uint64_t tile_budget_features(const struct tile_budget *b, uint64_t n_features_seen,
                              uint64_t n_bytes_seen)
{
    const uint64_t each_bytes = n_features_seen ? n_bytes_seen / n_features_seen + 1 : 1;
    uint64_t n = b->n_bytes / each_bytes;
    if (n > b->n_features)
        n = b->n_features;
    if (n > UINT32_MAX)
        n = UINT32_MAX;
    return n ? n : 1;
}
