/* A work cell for tests of what neighbours share: polygons are put into it one by one. */
#ifndef TESTS_UNIT_CELL_KIT_H
#define TESTS_UNIT_CELL_KIT_H

#include "tests/unit/unit.h"
#include "tiler/cell.h"

struct cell_kit {
    struct cell cell;
    struct buf records; /* lent to the cell: it must not move, so there is room for all */
};

static inline void cell_kit_init(struct cell_kit *k)
{
    *k = (struct cell_kit){0};
    buf_init(&k->records, (size_t)1 << 22);
    assert_non_null(buf_reserve(&k->records, (size_t)1 << 21));
}

static inline void cell_kit_clear(struct cell_kit *k)
{
    cell_clear(&k->cell);
    buf_clear(&k->records);
}

/** A polygon of one ring, at home. */
static inline void cell_kit_put(struct cell_kit *k, struct owner o, struct vertex_gu *v, uint32_t n)
{
    struct err err = {0};
    uint32_t part_end = 1;
    const struct grid_shape s = {.kind = GEOM_KIND_POLYGON,
                                 .n_parts = 1,
                                 .n_rings = 1,
                                 .n_vertices = n,
                                 .vertices = v,
                                 .ring_end = &n,
                                 .part_end = &part_end};
    const struct shape_record r = {.box = grid_shape_box(&s),
                                   .kind = GEOM_KIND_POLYGON,
                                   .min_zoom = o.min_zoom,
                                   .group = o.group};
    const size_t at = k->records.len_bytes;
    shape_record_put(&k->records, &r, &s);
    assert_ok(buf_status(&k->records, &err));
    const struct span record = {(const char *)k->records.data + at, k->records.len_bytes - at};
    assert_ok(cell_add(&k->cell, record, o.key, true, &err));
}

#endif
