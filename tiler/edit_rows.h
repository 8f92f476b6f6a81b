/* The features of an edited layer, as shapes on the world grid. */
#ifndef TILER_EDIT_ROWS_H
#define TILER_EDIT_ROWS_H

#include "store/feature_editor.h"
#include "tiler/shape_maker.h"

/** Open to be embedded. */
struct edit_rows {
    struct store *store;       /* lent, with all below */
    const struct layer *layer; /* by name; its rows are as they are now */
    struct shape_maker *maker; /* started for the layer */
    struct arena arena;        /* of one feature */
};

void edit_rows_init(struct edit_rows *r, struct store *s, const struct layer *l,
                    struct shape_maker *m);
void edit_rows_clear(struct edit_rows *r);

/** The shapes of one feature. Errors those of the taker, IO, BAD_DATA, NO_MEMORY */
enum err_code edit_rows_of_fid(struct edit_rows *r, int64_t fid, shape_taker *take, void *state,
                               struct err *err) MUST_USE;
/** All shapes that meet a box of the grid, and some that only come near. */
enum err_code edit_rows_in_box(struct edit_rows *r, const struct grid_box *box, shape_taker *take,
                               void *state, struct err *err) MUST_USE;

/** The box of the grid that holds what lies in a box of the layer's CRS. Errors those of the CRS */
enum err_code edit_rows_grid_box(struct edit_rows *r, const struct bbox *box, struct grid_box *out,
                                 struct err *err) MUST_USE;

#endif
