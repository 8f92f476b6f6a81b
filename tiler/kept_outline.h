/*
 * Outlines of blocks, as they are kept in the store beside the drawables: after an edit the blocks of
 * lower zooms are made anew from them, and not from all polygons of their cells. There are two steps
 * on the way down; what goes into a block below a step, outlines of the step's blocks and polygons
 * that come in there, is kept at the step.
 *
 *   zoom, cell, group, n_features (varints), length of the value in common (varint), the value,
 *   x and y of somewhere (varints), n_edges (varint); for each edge dx, dy of its beginning from the
 *   end before (the first from somewhere) and of its end from its beginning (zigzag varints, modulo
 *   2^32), whether it is open, and from which zoom on its beginning is a junction (1 byte each)
 */
#ifndef TILER_KEPT_OUTLINE_H
#define TILER_KEPT_OUTLINE_H

#include "tiler/block_list.h"

#define UPPER_STEP_ZOOM 5
#define LOWER_STEP_ZOOM 10

/** The step at which is kept what goes into a block of that zoom. */
static inline bool kept_step(uint8_t zoom, uint8_t *out_step)
{
    *out_step = zoom < UPPER_STEP_ZOOM ? UPPER_STEP_ZOOM : LOWER_STEP_ZOOM;
    return zoom < LOWER_STEP_ZOOM;
}

/** The zoom of the store's index under which a step's outlines are found; no tile has it. */
static inline uint8_t kept_zoom_of_step(uint8_t step)
{
    return (uint8_t)(ZOOM_MAX + 1 + step);
}

/** As a drawable whose box is one place in its cell. Errors NO_MEMORY, LIMIT */
enum err_code kept_outline_put(struct drawable_list *l, const struct block_piece *p,
                               struct buf *scratch, struct err *err) MUST_USE;

/** Read one back. In       d: of that role
 * Out      out: its edges stand in `edges` until the next; the rest is lent from d
 * Errors   BAD_DATA, NO_MEMORY */
enum err_code kept_outline_get(const struct drawable *d, struct block_edge **edges,
                               size_t *room_edges, struct block_piece *out,
                               struct err *err) MUST_USE;

#endif
