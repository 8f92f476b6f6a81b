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

/* Three binary digits behind the first one; below eight grid units each side is its own class. */
static int size_class(const struct grid_box *box)
{
    const uint32_t width = box->max_x - box->min_x, height = box->max_y - box->min_y;
    const uint32_t side = width > height ? width : height;
    if (side < 8)
        return (int)side;
    const int first_digit = 31 - __builtin_clz(side);
    return (first_digit - 2) * 8 + (int)(side >> (first_digit - 3) & 7);
}

void size_choice_count(struct size_choice *c, const struct grid_box *box)
{
    c->n_of_class[size_class(box)]++;
}

void size_choice_make(struct size_choice *c, uint64_t n_wanted)
{
    c->smallest = SIZE_CLASSES - 1;
    while (c->smallest > 0 && c->n_of_class[c->smallest] <= n_wanted)
        n_wanted -= c->n_of_class[c->smallest--];
    c->n_of_smallest = n_wanted;
}

bool size_choice_takes(struct size_choice *c, const struct grid_box *box)
{
    const int class = size_class(box);
    if (class != c->smallest)
        return class > c->smallest;
    if (c->n_of_smallest == 0)
        return false;
    c->n_of_smallest--;
    return true;
}
