/*
 * Drawables in the store. They lie there in chunks: some dozens that lie together on the ground and
 * are drawn at the same zooms are one row, with an integer R-tree of three dimensions (x, y, zoom)
 * over the rows. The store keeps their bytes and finds them; what the bytes mean is the tiler's
 * (tiler/chunk_read.h).
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

/** A box of nothing: what is joined to it gives the box. */
static inline struct grid_box grid_box_empty(void)
{
    return (struct grid_box){UINT32_MAX, UINT32_MAX, 0, 0};
}

/** Whether they share a place. */
static inline bool grid_box_meets(const struct grid_box *a, const struct grid_box *b)
{
    return a->min_x <= b->max_x && a->max_x >= b->min_x && a->min_y <= b->max_y &&
           a->max_y >= b->min_y;
}

/** Grow a box so that it holds another. */
static inline void grid_box_join(struct grid_box *to, const struct grid_box *b)
{
    to->min_x = b->min_x < to->min_x ? b->min_x : to->min_x;
    to->min_y = b->min_y < to->min_y ? b->min_y : to->min_y;
    to->max_x = b->max_x > to->max_x ? b->max_x : to->max_x;
    to->max_y = b->max_y > to->max_y ? b->max_y : to->max_y;
}

/** Chunks of zooms above ZOOM_MAX are never drawn: there the tiler keeps what it needs for edits. */
#define CHUNK_ZOOM_MAX 63

/** Drawables that lie together, all of the same zooms. */
struct chunk {
    int64_t id; /* of its row; the writer gives it */
    uint32_t n_drawables;
    uint8_t min_zoom, max_zoom; /* both included */
    struct grid_box box;
    uint64_t content_bytes;
    struct span content; /* opaque here */
};

/** What of the chunks a query gives. Asking for less costs less. */
enum chunk_part {
    CHUNK_ALL,
    CHUNK_FACE /* everything but the content itself */
};

struct chunk_query {
    const struct layer *layer;
    struct grid_box box;
    uint8_t zoom;
    enum chunk_part part;
};

struct chunk_cursor;

/** Every chunk whose box meets the query's and whose zooms include its zoom, in the order of their
 * ids. */
enum err_code store_query_chunks(struct store *s, const struct chunk_query *q,
                                 struct chunk_cursor **out, struct err *err) MUST_USE;
/** Bytes are lent until the next call. */
enum err_code chunk_cursor_next(struct chunk_cursor *c, struct chunk *out, bool *out_more,
                                struct err *err) MUST_USE;
void chunk_cursor_close(struct chunk_cursor *c);

/** Whether that query finds anything, from the index alone. */
enum err_code store_has_chunks(struct store *s, const struct chunk_query *q, bool *out,
                               struct err *err) MUST_USE;

#endif
