#include "tiler/tile_grid.h"

#include "base/mem.h"

#include <math.h>

void tile_grid_free(struct tile_grid *g)
{
    if (!g)
        return;
    arena_clear(&g->arena);
    mem_free(g);
}

bool tile_grid_find_level(const struct tile_grid *g, const char *id, uint8_t *out)
{
    for (size_t i = 0; i < g->n_levels; i++) {
        if (!text_eq(g->levels[i].id, id))
            continue;
        *out = (uint8_t)i;
        return true;
    }
    return false;
}

bool tile_grid_has(const struct tile_grid *g, struct tile_address at)
{
    return at.z < g->n_levels && at.x < g->levels[at.z].n_cols && at.y < g->levels[at.z].n_rows;
}

struct bbox tile_grid_tile(const struct tile_grid *g, struct tile_address at)
{
    const struct tile_level *l = &g->levels[at.z];
    const double min_x = l->origin_x + at.x * l->side;
    const double min_y =
        l->from_bottom ? l->origin_y + at.y * l->side : l->origin_y - (at.y + 1.0) * l->side;
    return (struct bbox){min_x, min_y, min_x + l->side, min_y + l->side};
}

/* Of tiles of that side, counted from `origin` on, those that a stretch meets. */
static bool range(double min, double max, double side, uint32_t n, uint32_t *out_min,
                  uint32_t *out_max)
{
    const double first = floor(min / side), last = floor(max / side);
    if (!(first < n && last >= 0))
        return false;
    *out_min = first > 0 ? (uint32_t)first : 0;
    *out_max = last < n ? (uint32_t)last : n - 1;
    return true;
}

bool tile_grid_limits(const struct tile_grid *g, uint8_t level, const struct bbox *box,
                      struct tile_limits *out)
{
    const struct tile_level *l = &g->levels[level];
    struct tile_limits found;
    if (bbox_is_empty(box))
        return false;
    const double low = l->from_bottom ? box->min_y - l->origin_y : l->origin_y - box->max_y;
    const double high = l->from_bottom ? box->max_y - l->origin_y : l->origin_y - box->min_y;
    if (!range(box->min_x - l->origin_x, box->max_x - l->origin_x, l->side, l->n_cols,
               &found.min_col, &found.max_col) ||
        !range(low, high, l->side, l->n_rows, &found.min_row, &found.max_row))
        return false;
    *out = found;
    return true;
}
