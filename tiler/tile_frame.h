/*
 * Where a tile lies on the world grid: grid units become its tile units. The same rounding for
 * every tile, so that neighbours agree on what they share. In Web Mercator that is a shift and a
 * subtraction, in any other grid a projection (tiler/grid_mesh.h).
 */
#ifndef TILER_TILE_FRAME_H
#define TILER_TILE_FRAME_H

#include "tiler/grid.h"
#include "tiler/grid_mesh.h"
#include "tiler/grid_shape.h"
#include "tiler/tile_shape.h"

#include <stdint.h>

/** Tile units, both ends included. */
struct clip_box {
    int64_t min, max; /* the same on both axes: a tile is a square */
};

/** A plain value. */
struct tile_frame {
    uint32_t extent_tu;   /* across the tile */
    struct clip_box clip; /* the tile and its buffer */
    struct grid_box box;  /* of the world grid: what may fall on them meets it */
    bool is_nowhere;      /* nothing can fall on them; there is no box */
    uint8_t zoom;         /* whose drawables are drawn */
    /* Web Mercator: */
    int64_t origin_x_gu, origin_y_gu;
    int size_bits; /* the tile is 2^size_bits grid units wide */
    /* Any other grid: */
    struct grid_mesh *mesh; /* lent; NULL in Web Mercator */
    int64_t origin_x_tu, origin_y_tu;
    int edge_bits; /* a straight edge of 2^edge_bits grid units is as good as straight in the tile */
};

/** The frame of a tile of Web Mercator. extent_tu: TILE_MIN_EXTENT_TU..TILE_MAX_EXTENT_TU */
static inline struct tile_frame tile_frame(struct tile_address at, uint32_t extent_tu,
                                           uint32_t buffer_tu)
{
    const int size_bits = GRID_BITS - at.z;
    return (struct tile_frame){
        .extent_tu = extent_tu,
        .clip = {-(int64_t)buffer_tu, (int64_t)extent_tu + buffer_tu},
        .box = tile_grid_box(at, extent_tu, buffer_tu),
        .zoom = at.z,
        .origin_x_gu = (int64_t)at.x << size_bits,
        .origin_y_gu = (int64_t)at.y << size_bits,
        .size_bits = size_bits,
    };
}

/**
 * The frame of a tile of any grid.
 *
 * In       at: z is the level's position, and there is such a tile; mesh: used by the frame, until
 *          the next call
 * Errors   those of crs_transform()
 */
enum err_code tile_frame_of_grid(const struct tile_grid *g, struct tile_address at,
                                 uint32_t extent_tu, uint32_t buffer_tu, struct crs *crs,
                                 struct grid_mesh *mesh, struct tile_frame *out,
                                 struct err *err) MUST_USE;

/** Tile units from grid units relative to the tile's origin, halves upward: a whole tile further
 * it is exactly the extent more, whatever the extent. */
static inline int64_t tile_frame_scale(const struct tile_frame *f, int64_t offset_gu)
{
    const int64_t half = (int64_t)1 << (f->size_bits - 1);
    return (offset_gu * f->extent_tu + half) >> f->size_bits;
}

/** Only the box of such a frame; empty where nothing can fall on the tile. Errors those of
 * crs_transform_bbox() */
enum err_code tile_frame_box(const struct tile_grid *g, struct tile_address at, uint32_t extent_tu,
                             uint32_t buffer_tu, struct crs *crs, struct grid_box *out,
                             struct err *err) MUST_USE;

/** tile_frame_put() of other grids than Web Mercator. */
enum err_code tile_frame_project(const struct tile_frame *f, const struct vertex_gu *v, size_t n,
                                 struct tile_shape *out, struct err *err) MUST_USE;

/**
 * Append vertices to the ring that is being built.
 *
 * In       v: the whole of a ring (not closed) or a line, or a point: what `out` is a shape of
 * In/out   out: there must be room for n vertices
 * Errors   NO_MEMORY; those of crs_transform()
 */
static inline enum err_code tile_frame_put(const struct tile_frame *f, const struct vertex_gu *v,
                                           size_t n, struct tile_shape *out, struct err *err)
{
    if (f->mesh)
        return tile_frame_project(f, v, n, out, err);
    for (size_t i = 0; i < n; i++)
        tile_shape_put(out, (struct vertex_tu){
                                tile_frame_scale(f, (int64_t)v[i].x - f->origin_x_gu),
                                tile_frame_scale(f, (int64_t)v[i].y - f->origin_y_gu),
                            });
    return OK;
}

/** Whether what lies on tile units of a zoom (of an extent of 4096) comes to lie on whole units of
 * the frame, so that nothing is rounded. */
static inline bool tile_frame_keeps(const struct tile_frame *f, uint8_t zoom)
{
    const int lattice_bits = GRID_DETAIL_ZOOM - zoom;
    return !f->mesh &&
           ((uint64_t)f->extent_tu << lattice_bits & (((uint64_t)1 << f->size_bits) - 1)) == 0;
}

static inline bool clip_box_has(const struct clip_box *c, int64_t x_tu, int64_t y_tu)
{
    return x_tu >= c->min && x_tu <= c->max && y_tu >= c->min && y_tu <= c->max;
}

#endif
