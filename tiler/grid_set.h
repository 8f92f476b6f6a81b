/* All grids that a program knows: those that are part of it, and those of a folder. */
#ifndef TILER_GRID_SET_H
#define TILER_GRID_SET_H

#include "tiler/tile_grid.h"

/** Made once, never changes; any thread. */
struct grid_set {
    struct tile_grid **grids; /* Web Mercator first, then the other shipped ones */
    size_t n_grids;
};

/**
 * Read all grids.
 *
 * In       folder: whose files NAME.json are read too; NULL: none
 * Errors   those of tile_grid_read(), words name the file; CONFLICT two of the same id; NOT_FOUND, IO
 *          the folder
 */
enum err_code grid_set_new(const char *folder, struct grid_set **out, struct err *err) MUST_USE;
void grid_set_free(struct grid_set *s); /* accepts NULL */

/** NULL when there is none of that id. */
const struct tile_grid *grid_set_find(const struct grid_set *s, const char *id);

#endif
