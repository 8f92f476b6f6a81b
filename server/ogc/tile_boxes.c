#include "server/ogc/tile_boxes.h"

#include "base/crs.h"
#include "base/mem.h"
#include "tiler/tile_frame.h"

/* Remembered, the last that came to each place: 64 x 64 tiles side by side, 160 KB. */
#define KEPT_BITS 6
#define N_KEPT    (1u << (2 * KEPT_BITS))

struct kept_box {
    const struct tile_grid *grid; /* NULL: the place is free */
    struct tile_address at;
    struct grid_box box;
};

struct tile_boxes {
    struct crs *crs;
    uint32_t extent_tu, buffer_tu;
    struct kept_box kept[N_KEPT];
};

enum err_code tile_boxes_new(uint32_t extent_tu, uint32_t buffer_tu, struct tile_boxes **out,
                             struct err *err)
{
    struct tile_boxes *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    b->extent_tu = extent_tu;
    b->buffer_tu = buffer_tu;
    const enum err_code rc = crs_new(&b->crs, err);
    if (rc)
        tile_boxes_free(b);
    else
        *out = b;
    return rc;
}

void tile_boxes_free(struct tile_boxes *b)
{
    if (!b)
        return;
    crs_free(b->crs);
    mem_free(b);
}

enum err_code tile_boxes_find(struct tile_boxes *b, const struct tile_grid *g,
                              struct tile_address at, struct grid_box *out, struct err *err)
{
    const uint32_t mask = (1u << KEPT_BITS) - 1;
    struct kept_box *k = &b->kept[(at.y & mask) << KEPT_BITS | (at.x & mask)];
    if (k->grid != g || k->at.z != at.z || k->at.x != at.x || k->at.y != at.y) {
        struct kept_box found = {.grid = g, .at = at};
        const enum err_code rc =
            tile_frame_box(g, at, b->extent_tu, b->buffer_tu, b->crs, &found.box, err);
        if (rc)
            return rc;
        *k = found;
    }
    *out = k->box;
    return OK;
}
