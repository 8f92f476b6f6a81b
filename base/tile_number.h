/* Tiles in one row: zoom by zoom, within a zoom along the Hilbert curve, as PMTiles counts them. */
#ifndef BASE_TILE_NUMBER_H
#define BASE_TILE_NUMBER_H

#include <stdint.h>

/** y counted from the north; x and y below 2^z. */
struct tile_place {
    int z;
    uint32_t x, y;
};

#define TILE_NUMBER_MAX_ZOOM 30

/** The number of a zoom's first tile; of zoom n + 1, so many tiles zooms 0 to n have. */
uint64_t tile_number_first(int zoom);

/** A tile's number. Its four quarters at the next zoom follow one another: with `n` being the
 * place within its zoom, they are 4 n to 4 n + 3 there. */
uint64_t tile_number_of(struct tile_place at);

/** The place of a number, which must be below tile_number_first(TILE_NUMBER_MAX_ZOOM + 1). */
struct tile_place tile_number_place(uint64_t number);

#endif
