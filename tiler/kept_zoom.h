/*
 * Vector tiles of a kept tileset at every zoom: as they were kept, beyond the archive's last zoom
 * made from the part of their ancestor (over-zoom), before its first from their descendants
 * (under-zoom). Names, keys, values, ids and extents of the layers stay those of the archive.
 */
#ifndef TILER_KEPT_ZOOM_H
#define TILER_KEPT_ZOOM_H

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"
#include "tiler/grid.h"

struct kept_zoomer; /* scratch memory, a GEOS context: one thread at a time */

enum err_code kept_zoomer_new(struct kept_zoomer **out, struct err *err) MUST_USE;
void kept_zoomer_free(struct kept_zoomer *k); /* accepts NULL */

/** A tile is made of descendants so many zooms below at most, and of no more of them than this:
 * where there are more, it stays empty and says so. */
#define KEPT_UNDER_MAX_ZOOMS 8
#define KEPT_UNDER_MAX_TILES 256

/** What became of the kept tiles in one tile. */
struct kept_report {
    const char *layer;       /* lent from the layer */
    int source_zoom;         /* of the kept tiles; the tile's own: it is given as it was kept */
    uint64_t n_tiles;        /* kept tiles that it was made from */
    uint64_t n_tiles_beyond; /* that were too many, or too far below, to make it from */
    uint64_t n_features;     /* in the tile; of tiles as they were kept 0: nobody has counted */
    uint64_t n_too_small;    /* left out by under-zoom: not to be seen, or next to others */
    uint64_t n_left_out;     /* left out for the layer's budget, the smallest first */
    uint64_t n_broken;       /* left out: features that the specification forbids */
    uint64_t n_repaired;     /* polygons that GEOS had to repair, or to join */
    uint64_t n_vertices;
    uint64_t n_bytes; /* not compressed */
};

/** The zoom of the kept tiles from which tiles of this one are made: itself where the archive has it,
 * and always for images; else the last before it, else the archive's first. */
int kept_zoom_source(const struct layer *layer, int zoom);

/**
 * One tile of a kept layer of vector tiles.
 *
 * Out      out: appended: a vector tile, not compressed; nothing when nothing falls on it. report:
 *          may be NULL
 * Units    those of the archive's layers; what is made has 1/64 of a tile more on each side
 * Errors   CONFLICT the tileset was replaced in the meantime; BAD_DATA a kept tile is no vector
 *          tile; LIMIT, NO_MEMORY; those of the store
 */
enum err_code kept_zoom_render(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                               struct tile_address at, struct buf *out, struct kept_report *report,
                               struct err *err) MUST_USE;

/**
 * The same from one kept tile at hand: `from`, which is an ancestor of the tile `at`, or a descendant
 * of it or of one beside it.
 * In       tile: a vector tile, not compressed; layer: its budget counts
 * Errors   BAD_DATA not a vector tile; LIMIT, NO_MEMORY
 */
enum err_code kept_zoom_from(struct kept_zoomer *k, const struct layer *layer, struct span tile,
                             struct tile_address from, struct tile_address at, struct buf *out,
                             struct kept_report *report, struct err *err) MUST_USE;

#endif
