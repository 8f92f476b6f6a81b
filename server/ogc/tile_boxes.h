/*
 * Where tiles of other grids than Web Mercator lie on the world grid. PROJ takes as long for that as
 * a kept answer does in all: so what was asked for is remembered.
 */
#ifndef SERVER_OGC_TILE_BOXES_H
#define SERVER_OGC_TILE_BOXES_H

#include "store/drawable.h"
#include "tiler/tile_grid.h"

struct tile_boxes; /* one thread */

/** Of tiles that are cut so, for life. Errors NO_MEMORY */
enum err_code tile_boxes_new(uint32_t extent_tu, uint32_t buffer_tu, struct tile_boxes **out,
                             struct err *err) MUST_USE;
void tile_boxes_free(struct tile_boxes *b); /* accepts NULL */

/** The box of a tile that there is, with the buffer around it; empty: nothing falls on it. Errors
 * those of crs_transform_bbox() */
enum err_code tile_boxes_find(struct tile_boxes *b, const struct tile_grid *g,
                              struct tile_address at, struct grid_box *out,
                              struct err *err) MUST_USE;

#endif
