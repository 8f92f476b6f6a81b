/* The tile matrix sets in which tiles are made. */
#ifndef SERVER_OGC_TILE_MATRIX_SETS_H
#define SERVER_OGC_TILE_MATRIX_SETS_H

#include "base/err.h"
#include "server/http/route.h"
#include "tiler/tile_grid.h"

/** The one that the path names as {tileMatrixSetId}. Errors NOT_FOUND */
enum err_code tile_matrix_set_of(const struct request *r, const struct tile_grid **out,
                                 struct err *err) MUST_USE;

/** Its URI: where it has none of its own, that of its definition here. */
const char *tile_matrix_set_uri(const struct request *r, const struct tile_grid *g);

/** For people: its title, or its id. */
const char *tile_matrix_set_title(const struct tile_grid *g);

#endif
