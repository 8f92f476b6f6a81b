/*
 * The bytes of a drawable, as a damaged or hostile store might hold them, through the whole of a
 * tile: what comes out must be BAD_DATA, or a tile that the tests' own reader takes.
 *
 *   zoom (1 byte), length of the geometry (2 bytes, little endian), geometry, properties
 */
#include "tests/golden/mvt_read.h"
#include "tiler/painter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct field FIELDS[] = {{.name = "name", .column = "name", .type = FIELD_TEXT},
                                      {.name = "n", .column = "n", .type = FIELD_INTEGER},
                                      {.name = "m", .column = "m", .type = FIELD_REAL}};

static void paint(struct painter *p, const struct drawable *d, uint8_t zoom)
{
    const struct layer layer = {.name = "fuzz", .fields = FIELDS, .n_fields = 3, .max_zoom = 14};
    const uint32_t middle = zoom ? 1u << (zoom - 1) : 0;
    const struct tile_address at = {zoom, middle, middle};
    struct err err = {0};
    struct tile_layer_report report;
    struct buf tile;
    struct arena arena;
    struct mvt_tile decoded;
    buf_init(&tile, 1 << 26);
    arena_init(&arena, (size_t)1 << 30);
    const struct tile_frame frame = tile_frame(at, TILE_EXTENT_TU, TILE_BUFFER_TU);
    if (!painter_start(p, &layer, &frame, zoom, &err) && !painter_add(p, d, &err)) {
        if (painter_end(p, &tile, &report, &err) ||
            mvt_read((struct span){(const char *)tile.data, tile.len_bytes}, &arena, &decoded,
                     &err))
            abort();
    }
    arena_clear(&arena);
    buf_clear(&tile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    const size_t n_geometry = data[1] | (size_t)data[2] << 8;
    if (n_geometry > size - 3)
        return 0;
    const struct drawable d = {
        .n_features = 1,
        .geometry = {(const char *)data + 3, n_geometry},
        .properties = {(const char *)data + 3 + n_geometry, size - 3 - n_geometry},
    };
    struct painter *painter = NULL;
    if (painter_new(&painter, NULL))
        return 0;
    paint(painter, &d, data[0] % (TILE_MAX_ZOOM + 1));
    painter_free(painter);
    return 0;
}
