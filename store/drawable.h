/*
 * Drawables in the store: rows with an integer R-tree of three dimensions (x, y, zoom). The store
 * keeps their bytes and finds them; what the bytes mean is the tiler's (tiler/drawable_codec.h).
 */
#ifndef STORE_DRAWABLE_H
#define STORE_DRAWABLE_H

#include "base/err.h"
#include "base/text.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/** A box on the world grid of 2^32 x 2^32 units (Web Mercator's square, y from the north); both
 * ends included. */
struct grid_box {
    uint32_t min_x, min_y, max_x, max_y;
};

/** One thing to draw over a range of zooms. */
struct drawable {
    int64_t fid;                /* the feature's row; 0 for a group of several */
    uint32_t n_features;        /* how many features it stands for */
    uint8_t min_zoom, max_zoom; /* both included */
    struct grid_box box;
    struct span geometry;   /* opaque here */
    struct span properties; /* opaque here */
};

/** What of the drawables a query gives; the other members are zero. Asking for less costs less. */
enum drawable_part {
    DRAWABLE_ALL,
    DRAWABLE_BOX,    /* from the index alone */
    DRAWABLE_CONTENT /* n_features, geometry and properties */
};

struct drawable_query {
    const struct layer *layer;
    struct grid_box box;
    uint8_t zoom;
    enum drawable_part part;
};

struct drawable_cursor;

/** Every drawable whose box meets the query's and whose zooms include its zoom, in the order of the
 * index. */
enum err_code store_query_drawables(struct store *s, const struct drawable_query *q,
                                    struct drawable_cursor **out, struct err *err) MUST_USE;
/** Bytes are lent until the next call. */
enum err_code drawable_cursor_next(struct drawable_cursor *c, struct drawable *out, bool *out_more,
                                   struct err *err) MUST_USE;
void drawable_cursor_close(struct drawable_cursor *c);

/** How many drawables that query finds, from the index alone; stops counting at `n_max`. */
enum err_code store_count_drawables(struct store *s, const struct drawable_query *q, uint64_t n_max,
                                    uint64_t *out, struct err *err) MUST_USE;

#endif
