/* A block as drawables: its outline as polygons on the lattice of its zoom. */
#ifndef TILER_BLOCK_DRAW_H
#define TILER_BLOCK_DRAW_H

#include "store/layer_drawing.h"
#include "tiler/block_list.h"
#include "tiler/block_rings.h"

/** Scratch of one thread. */
struct block_drawer;

enum err_code block_drawer_new(struct block_drawer **out, struct err *err) MUST_USE;
void block_drawer_free(struct block_drawer *d); /* accepts NULL */

/**
 * In       b: its edges are those of a thinned outline
 *          drawing: which values a group has
 * Out      out: several are added when parts of it come so close that rounding may let them meet; the
 *          first counts its features
 * Errors   NO_MEMORY
 */
enum err_code block_draw(struct block_drawer *d, const struct block_piece *b,
                         const struct layer_drawing *drawing, struct drawable_list *out,
                         struct err *err) MUST_USE;

#endif
