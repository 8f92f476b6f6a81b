/*
 * Which tiles may hold something, found from the top: a square without a drawable is left with all
 * squares within it, so that nobody looks at the empty ones one by one.
 */
#ifndef EXPORTERS_TILE_PLAN_H
#define EXPORTERS_TILE_PLAN_H

#include "base/err.h"
#include "store/drawable.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Tiles with numbers (base/tile_number.h) from `first` on. */
struct tile_range {
    uint64_t first, n;
};

/** Owns its ranges, which rise and do not touch. Starts zeroed. */
struct tile_plan {
    struct tile_range *ranges;
    size_t n, room;
    uint64_t n_tiles;
};
void tile_plan_clear(struct tile_plan *p);

/** What is wanted. Everything is lent. */
struct tile_wish {
    const struct layer *const *layers;
    size_t n_layers;
    int min_zoom, max_zoom;        /* 0 to TILE_MAX_ZOOM */
    const struct grid_box *within; /* tiles that meet one of these; NULL: everywhere */
    size_t n_within;
    /* Asked every now and then; false: the user wants to end. NULL: nobody asks */
    bool (*go_on)(void *state, uint64_t n_tiles);
    void *state;
};

/**
 * List the tiles. Those with something in them are all there; some of the others are, too.
 * Errors   CANCELED; those of store_count_drawables() and store_list_kept_tiles(); NO_MEMORY
 */
enum err_code tile_plan_make(struct store *s, const struct tile_wish *wish, struct tile_plan *out,
                             struct err *err) MUST_USE;

/** Walks the numbers of a plan. A plain value. */
struct tile_plan_walk {
    const struct tile_plan *plan;
    size_t range;
    uint64_t next; /* within the range */
};

/** From the first number on that is not below `first`. `*out_n_skipped`: how many are. */
struct tile_plan_walk tile_plan_from(const struct tile_plan *p, uint64_t first,
                                     uint64_t *out_n_skipped);
/** False at the end. */
bool tile_plan_next(struct tile_plan_walk *w, uint64_t *out_number);

#endif
