/*
 * Where a tile lies on the world grid: grid units become its tile units. The same rounding for
 * every tile, so that neighbours agree on what they share.
 */
#ifndef TILER_TILE_FRAME_H
#define TILER_TILE_FRAME_H

#include "tiler/grid.h"

#include <stdint.h>

/** Tile units, both ends included. */
struct clip_box {
    int64_t min, max; /* the same on both axes: a tile is a square */
};

/** A plain value. */
struct tile_frame {
    int64_t origin_x_gu, origin_y_gu;
    int coarser_bits; /* 20 - z above zoom 20's detail, else 0 */
    int finer_bits;   /* z - 20 below it, else 0 */
    struct clip_box clip;
};

static inline struct tile_frame tile_frame(struct tile_address at, uint32_t buffer_tu)
{
    const int bits = GRID_DETAIL_ZOOM - at.z;
    return (struct tile_frame){
        .origin_x_gu = (int64_t)at.x << (GRID_BITS - at.z),
        .origin_y_gu = (int64_t)at.y << (GRID_BITS - at.z),
        .coarser_bits = bits > 0 ? bits : 0,
        .finer_bits = bits < 0 ? -bits : 0,
        .clip = {-(int64_t)buffer_tu, TILE_EXTENT_TU + (int64_t)buffer_tu},
    };
}

/** Tile units from grid units relative to the tile's origin, halves upward. */
static inline int64_t tile_frame_scale(const struct tile_frame *f, int64_t offset_gu)
{
    const int64_t half = ((int64_t)1 << f->coarser_bits) >> 1;
    return ((offset_gu + half) >> f->coarser_bits) * ((int64_t)1 << f->finer_bits);
}

static inline int64_t tile_frame_x(const struct tile_frame *f, uint32_t x_gu)
{
    return tile_frame_scale(f, (int64_t)x_gu - f->origin_x_gu);
}

static inline int64_t tile_frame_y(const struct tile_frame *f, uint32_t y_gu)
{
    return tile_frame_scale(f, (int64_t)y_gu - f->origin_y_gu);
}

static inline bool clip_box_has(const struct clip_box *c, int64_t x_tu, int64_t y_tu)
{
    return x_tu >= c->min && x_tu <= c->max && y_tu >= c->min && y_tu <= c->max;
}

#endif
