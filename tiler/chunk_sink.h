/* Takes drawables as they are made and puts them into the store in chunks: those of one role and the
 * same zooms that come after each other. */
#ifndef TILER_CHUNK_SINK_H
#define TILER_CHUNK_SINK_H

#include "store/drawable.h"
#include "tiler/chunk_write.h"

/** Puts a chunk into the store. */
typedef enum err_code chunk_taker(void *state, const struct chunk *c, struct err *err);

/** Open to be embedded; starts zeroed. */
struct chunk_sink {
    chunk_taker *take;
    void *state; /* the taker's; lent */
    size_t n_columns[N_ROLES];
    struct chunk_writer open[N_ROLES][CHUNK_ZOOM_MAX + 1]; /* by lowest zoom */
};

void chunk_sink_clear(struct chunk_sink *s);

/** Where it goes from here on, and how many values the drawables of each role have. */
void chunk_sink_start(struct chunk_sink *s, chunk_taker *take, void *state,
                      const size_t n_columns[N_ROLES]);
/** Drawables of one role and one lowest zoom have the same highest zoom. Errors those of the taker;
 * BAD_DATA the values */
enum err_code chunk_sink_put(struct chunk_sink *s, enum drawable_role role, uint8_t min_zoom,
                             uint8_t max_zoom, const struct drawable *d, struct err *err) MUST_USE;
/** All that is still open. */
enum err_code chunk_sink_finish(struct chunk_sink *s, struct err *err) MUST_USE;

#endif
