/* Which cells of the lower step (tiler/kept_outline.h) an edit makes anew: those of the polygons that
 * were changed, and of all that touch them, before or after. */
#ifndef TILER_EDIT_CELLS_H
#define TILER_EDIT_CELLS_H

#include "tiler/chunk_read.h"
#include "tiler/edit_rows.h"

/** Starts zeroed, but for the rows. */
struct edit_cells {
    struct edit_rows *rows; /* lent */
    struct chunk_reader reader;
    uint64_t *cells; /* in order, each once */
    size_t n_cells, room_cells;
};

void edit_cells_clear(struct edit_cells *e);

/** The drawables are still those of before. Errors BAD_DATA, IO, NO_MEMORY, those of the CRS */
enum err_code edit_cells_find(struct edit_cells *e, const struct feature_change *changes, size_t n,
                              struct err *err) MUST_USE;

typedef enum err_code drawn_taker(void *state, const struct drawable *d, struct err *err);

/** Tell of each drawable of a role and a zoom that meets a box. Errors those of the taker, BAD_DATA, IO
 */
enum err_code edit_each_drawn(struct edit_cells *e, enum drawable_role role, uint8_t zoom,
                              const struct grid_box *box, drawn_taker *take, void *state,
                              struct err *err) MUST_USE;

#endif
