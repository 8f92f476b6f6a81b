/*
 * The bytes of a drawable's geometry (docs/adr/0003-drawables.md).
 *
 *   kind (1 byte; 0x80 more when it is one ring of one part: then the counts of parts and rings are
 *   left out), n_parts, n_rings, n_vertices (varints); polygons: rings of each part (varints);
 *   polygons and lines: vertices of each ring (varints); the zoom of each vertex (1 byte each); x and
 *   y of the first vertex from the corner of its box (varints); for each other dx, dy (zigzag
 *   varints, modulo 2^32) from the vertex before it, across rings
 */
#ifndef TILER_DRAWABLE_CODEC_H
#define TILER_DRAWABLE_CODEC_H

#include "base/buf.h"
#include "base/text.h"
#include "store/feature.h"
#include "tiler/grid_shape.h"
#include "tiler/tile_frame.h"
#include "tiler/tile_shape.h"

#include <stdint.h>

/** A reader of lent bytes; an empty span may have no place at all. */
static inline struct bytes bytes_of_span(struct span s)
{
    const uint8_t *at = (const uint8_t *)s.at;
    return (struct bytes){at, s.len_bytes ? at + s.len_bytes : at};
}

static inline struct span span_of_buf(const struct buf *b)
{
    return (struct span){(const char *)b->data, b->len_bytes};
}

/** The shape must have a vertex. */
void drawable_put_geometry(struct buf *b, const struct grid_shape *s, const struct grid_box *box);

/** A point alone, which is its box. */
void drawable_put_point(struct buf *b, struct vertex_gu at, uint8_t zoom);

/**
 * Decode what is drawn at a zoom, in tile units.
 *
 * In       zoom: vertices of a higher zoom are left out
 * Out      out: rings may have collapsed to any number of vertices, 0 too; points and lines have
 *          one ring a part
 * Errors   BAD_DATA, NO_MEMORY
 */
enum err_code drawable_get_geometry(struct span geometry, const struct grid_box *box, uint8_t zoom,
                                    const struct tile_frame *f, struct tile_shape *out,
                                    struct err *err) MUST_USE;

/**
 * The number by which a tile's reader knows a feature: its public id when that is a whole number
 * from 1 to 2^53 - 1 in canonical form, else a hash of it in the same range (JavaScript's safe
 * integers).
 */
uint64_t feature_number(struct span id);

#endif
