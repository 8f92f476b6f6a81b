/* Hostile bytes as a kept tile from which others are made, at higher zooms and at lower: what comes
 * out is a vector tile without a vertex outside of the tile and its buffer, or an error with
 * words. The first byte chooses the place. */
#include "store/layer.h"
#include "tests/golden/mvt_read.h"
#include "tiler/kept_zoom.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_tile(const struct buf *tile)
{
    struct arena arena;
    struct mvt_tile read;
    struct err err = {0};
    arena_init(&arena, (size_t)256 << 20);
    const enum err_code rc =
        mvt_read((struct span){(const char *)tile->data, tile->len_bytes}, &arena, &read, &err);
    check(rc == OK || rc == LIMIT);
    for (size_t i = 0; rc == OK && i < read.n_layers; i++) {
        const double extent = read.layers[i].extent, margin = extent / 64;
        for (size_t k = 0; k < read.layers[i].n_features; k++) {
            const struct bbox box = geom_bbox(&read.layers[i].features[k].geom);
            check(box.min_x >= -margin && box.min_y >= -margin && box.max_x <= extent + margin &&
                  box.max_y <= extent + margin);
        }
    }
    arena_clear(&arena);
}

static void make(struct kept_zoomer *k, struct span tile, struct tile_address from,
                 struct tile_address at)
{
    static const struct layer LAYER = {
        .name = "kept", .tile_limit_bytes = 512000, .tile_limit_features = 16000};
    struct buf out;
    struct err err = {0};
    buf_init(&out, (size_t)64 << 20);
    if (kept_zoom_from(k, &LAYER, tile, from, at, &out, NULL, &err))
        check(err.text[0] && out.len_bytes == 0);
    else
        check_tile(&out);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct kept_zoomer *k = NULL;
    struct err err = {0};
    const struct span tile = {(const char *)data + 1, size - 1};
    const uint8_t bits = data[0] % 25;
    const uint32_t side = UINT32_C(1) << bits;
    const struct tile_address world = {0, 0, 0};
    const struct tile_address below = {bits, (data[0] * UINT32_C(2654435761)) % side,
                                       (data[0] * UINT32_C(40503)) % side};
    const uint8_t few = data[0] % (KEPT_UNDER_MAX_ZOOMS + 1);
    const struct tile_address descendant = {few, below.x >> (bits > few ? bits - few : 0),
                                            below.y >> (bits > few ? bits - few : 0)};
    check(!kept_zoomer_new(&k, &err));
    make(k, tile, world, below);
    make(k, tile, descendant, world);
    kept_zoomer_free(k);
    return 0;
}
