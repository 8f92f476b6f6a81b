/*
 * Features on their way from the rows to the drawables, as bytes: their shape of one kind on the
 * world grid, before its vertices have zooms.
 */
#ifndef TILER_SHAPE_RECORD_H
#define TILER_SHAPE_RECORD_H

#include "base/buf.h"
#include "base/text.h"
#include "tiler/grid_shape.h"

struct shape_record {
    struct grid_box box;
    int64_t fid;
    uint64_t number;
    enum geom_kind kind;
    uint8_t min_zoom;   /* from it on it is drawn as itself */
    uint32_t group;     /* hash of the value by which the layer groups; 0: it does not */
    struct span common; /* that value, packed; lent */
    struct span values; /* of the layer's fields, packed; lent */
    size_t n_parts, n_rings, n_vertices;
    struct bytes shape; /* of a record that is read: see shape_record_read_shape() */
};

/** Written as a whole; the shape is that of the record's kind. */
void shape_record_put(struct buf *b, const struct shape_record *r, const struct grid_shape *shape);
/** The box, or the kind, alone. Errors BAD_DATA */
enum err_code shape_record_read_box(struct span record, struct grid_box *out,
                                    struct err *err) MUST_USE;
enum err_code shape_record_read_kind(struct span record, enum geom_kind *out,
                                     struct err *err) MUST_USE;
/** All but the shape. Errors BAD_DATA */
enum err_code shape_record_read(struct span record, struct shape_record *out,
                                struct err *err) MUST_USE;
/**
 * Out      vertices, ring_end, part_end: room for the record's counts; ends are counted from
 *          first_ring and first_vertex
 * Errors   BAD_DATA
 */
enum err_code shape_record_read_shape(const struct shape_record *r, uint32_t first_ring,
                                      uint32_t first_vertex, struct vertex_gu *vertices,
                                      uint32_t *ring_end, uint32_t *part_end,
                                      struct err *err) MUST_USE;

#endif
