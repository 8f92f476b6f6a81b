/*
 * What lies on the other side of a polygon's edge, at each zoom: nothing, a polygon that is drawn as
 * itself, or the block that it is drawn in. Blocks lie in cells of a quadtree: where the middles of
 * their polygons are.
 */
#ifndef TILER_OWNER_H
#define TILER_OWNER_H

#include <stdint.h>

/* A cell is an eighth of a tile wide: 64 CSS pixels. Wider ones are fewer, but more of each is drawn
 * in vain at a tile's border; measured in docs/adr/0014-arcs-and-blocks.md. */
#define BLOCK_CELL_BITS 3

#define OWNER_NONE_ZOOM UINT8_MAX

/** A plain value. */
struct owner {
    uint64_t key;     /* of the polygon: its middle on the Hilbert curve, and some of its number */
    uint32_t group;   /* hash of the value by which the layer groups; 0: it does not */
    uint8_t min_zoom; /* below it the polygon is drawn in a block; OWNER_NONE_ZOOM: nobody */
};

static inline struct owner owner_none(void)
{
    return (struct owner){0, 0, OWNER_NONE_ZOOM};
}

static inline uint64_t block_cell(uint64_t key, uint8_t zoom)
{
    return key >> (64 - 2 * (zoom + BLOCK_CELL_BITS));
}

/** The key with which a cell begins on the curve. */
static inline uint64_t block_cell_key(uint64_t cell, uint8_t zoom)
{
    return cell << (64 - 2 * (zoom + BLOCK_CELL_BITS));
}

/** From which zoom on (0 to 16) there is a border between the two; below it one block has both. */
static inline uint8_t owner_border_zoom(const struct owner *a, const struct owner *b)
{
    if (a->min_zoom == OWNER_NONE_ZOOM || b->min_zoom == OWNER_NONE_ZOOM || a->group != b->group)
        return 0;
    uint8_t zoom = a->min_zoom < b->min_zoom ? a->min_zoom : b->min_zoom;
    while (zoom > 0 &&
           block_cell(a->key, (uint8_t)(zoom - 1)) != block_cell(b->key, (uint8_t)(zoom - 1)))
        zoom--;
    return zoom;
}

#endif
