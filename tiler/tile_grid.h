/*
 * Grids: tile matrix sets (OGC 17-083r4) as data, read from files of its JSON encoding. Axes are x
 * = east, y = north here, whatever order the CRS and the file have; rows are the file's own: they
 * count from the corner of origin.
 */
#ifndef TILER_TILE_GRID_H
#define TILER_TILE_GRID_H

#include "base/arena.h"
#include "base/crs.h"
#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"
#include "tiler/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One tile matrix: all tiles of one scale. */
struct tile_level {
    const char *id;
    double scale_denominator, cell_size; /* as in the file */
    double origin_x, origin_y;           /* of the corner where rows and columns begin */
    bool from_bottom;                    /* that corner is the lower one: rows go north */
    uint32_t tile_px;                    /* cells across a tile */
    uint32_t n_cols, n_rows;
    double side;  /* of a tile, in units of the CRS */
    uint8_t zoom; /* of the world grid, where tiles are as wide on the ground, or nearly */
};

/** Read once, never changes; any thread. Texts NULL where the file says nothing. */
struct tile_grid {
    const char *id, *title, *description, *uri, *crs_uri, *well_known_scale_set;
    const char *axes[2]; /* their names, in the order of the CRS */
    int32_t epsg;
    bool north_first;          /* in the file, pointOfOrigin is y, x */
    struct bbox area_deg;      /* where the CRS may be used: elsewhere there are no tiles */
    bool is_web_mercator;      /* level z is zoom z of the world grid */
    struct tile_level *levels; /* from coarse to fine */
    size_t n_levels;
    struct arena arena; /* of all that it holds */
};

#define TILE_GRID_MAX_BYTES  ((size_t)1 << 20)
#define TILE_GRID_MAX_LEVELS 64

/**
 * Read a grid.
 *
 * In       json: a tile matrix set; crs: only used here
 * Errors   BAD_DATA not JSON, or what it says makes no sense (words name the member); UNSUPPORTED
 *          variable matrix widths, tiles that are no squares, a CRS without an EPSG code; NOT_FOUND
 *          PROJ does not know the CRS; LIMIT, NO_MEMORY
 * Source   OGC 17-083r4, 7.1 and annex
 */
enum err_code tile_grid_read(struct span json, struct crs *crs, struct tile_grid **out,
                             struct err *err) MUST_USE;
void tile_grid_free(struct tile_grid *g); /* accepts NULL */

/** The position of the level of that identifier. False when there is none. */
bool tile_grid_find_level(const struct tile_grid *g, const char *id, uint8_t *out);

/** Whether there is such a tile: z is a level's position, x its column, y its row. */
bool tile_grid_has(const struct tile_grid *g, struct tile_address at);

/** Where the tile lies, in the CRS. */
struct bbox tile_grid_tile(const struct tile_grid *g, struct tile_address at);

/** Rows and columns, both ends included. */
struct tile_limits {
    uint32_t min_row, max_row, min_col, max_col;
};

/** The tiles that a box of the CRS meets at a level. False when there are none. */
bool tile_grid_limits(const struct tile_grid *g, uint8_t level, const struct bbox *box,
                      struct tile_limits *out);

#endif
