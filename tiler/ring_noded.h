/* Whether the edges of rings meet in their ends only: then rings that were traced from them are
 * valid, though they may touch each other in a vertex. */
#ifndef TILER_RING_NODED_H
#define TILER_RING_NODED_H

#include "base/err.h"
#include "tiler/tile_shape.h"

struct noded_edge;

/** Scratch of one thread; starts zeroed. */
struct noded_check {
    struct noded_edge *edges;
    uint32_t *active;
    size_t room_edges, room_active;
};

void noded_check_clear(struct noded_check *c);

/** Of all rings of the shape, whose coordinates are below 2^30. Errors NO_MEMORY */
enum err_code rings_are_noded(struct noded_check *c, const struct tile_shape *s, bool *out,
                              struct err *err) MUST_USE;

#endif
