/* Where rings overlap, an edge may lie inside of another ring: then it is no border. */
#ifndef TILER_LATTICE_WIND_H
#define TILER_LATTICE_WIND_H

#include "tiler/lattice_node.h"

/** Scratch of one thread; starts zeroed. */
struct lattice_winder {
    uint32_t *row_end, *in_row; /* the edges that pass each row, or column */
    bool *stays;
    size_t room_rows, room_in_row, room_stays;
};

void lattice_winder_clear(struct lattice_winder *w);

/**
 * Leave the edges, each once, that have the inside of a ring on their right and of none on their left
 * (y points down).
 *
 * In/out   edges: n of them, closed rings that meet in their ends only; those that lie along each other
 *          as a whole run the same way
 * Errors   NO_MEMORY
 * Time     n * sqrt(n)
 */
enum err_code lattice_wind(struct lattice_winder *w, struct lattice_edge *edges, size_t *n,
                           struct err *err) MUST_USE;

#endif
