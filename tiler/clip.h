/* Shapes cut at a tile's box, in whole tile units. */
#ifndef TILER_CLIP_H
#define TILER_CLIP_H

#include "tiler/tile_frame.h"
#include "tiler/tile_shape.h"

/** Scratch of one thread; starts zeroed. */
struct clipper {
    struct vertex_tu *from, *to;
    size_t room_from, room_to;
};

void clipper_clear(struct clipper *c);

/** Whether every vertex lies in the box, its border included. */
bool shape_is_within(const struct tile_shape *s, const struct clip_box *box);

/**
 * What of a shape lies in the box, its border included.
 *
 * In       in: polygons must be valid, or they may cover what they did not
 * Out      out: polygons may overlap themselves along the box's border where a concave one was cut
 *          into several; rings of polygons may have collapsed to fewer than three vertices; lines
 *          have two vertices at least. New vertices are rounded to the nearest tile unit, the same
 *          whichever way a segment runs
 * Errors   NO_MEMORY
 * Source   I. Sutherland, G. Hodgman, "Reentrant polygon clipping", 1974
 */
enum err_code clip_shape(struct clipper *c, const struct tile_shape *in, const struct clip_box *box,
                         struct tile_shape *out, struct err *err) MUST_USE;

#endif
