/*
 * Junctions: vertices where at least three edges meet that are drawn. Which edges are drawn hangs on
 * the zoom, since those between two polygons of one block are not; and blocks only grow as zooms get
 * lower. So of each vertex one number says it all: from which zoom on it is a junction. It belongs to
 * the place, whoever has a vertex there; so all keep it, and cut their arcs there, at the same zooms.
 */
#ifndef TILER_JUNCTION_H
#define TILER_JUNCTION_H

#include "tiler/cell.h"

#define NO_JUNCTION UINT8_MAX /* at no zoom */

struct junction_slot;

/** Scratch of one thread; starts zeroed. */
struct junction_finder {
    struct junction_slot *slots;
    size_t n_slots;
    uint32_t *slot_of_vertex;
    size_t room_vertices;
};

void junction_finder_clear(struct junction_finder *f);

/** Set `c->junction_zoom` from `c->across`. Errors NO_MEMORY */
enum err_code junctions_find(struct junction_finder *f, struct cell *c, struct err *err) MUST_USE;

#endif
