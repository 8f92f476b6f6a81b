/*
 * The bytes of a drawable, as a damaged or hostile store might hold them, through the whole of a
 * tile: what comes out must be BAD_DATA, or a tile that the tests' own reader takes.
 *
 *   zoom (1 byte), the content of a chunk
 */
#include "base/mem.h"
#include "tests/golden/mvt_read.h"
#include "tiler/chunk_read.h"
#include "tiler/kept_outline.h"
#include "tiler/painter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct field FIELDS[] = {{.name = "name", .column = "name", .type = FIELD_TEXT},
                                      {.name = "n", .column = "n", .type = FIELD_INTEGER},
                                      {.name = "m", .column = "m", .type = FIELD_REAL}};

static void paint(struct painter *p, const struct chunk *d, uint8_t zoom)
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

/* As outlines that are kept for edits, what they say of themselves aside. */
static void read_outlines(const struct chunk *c)
{
    struct chunk_reader r = {0};
    struct block_edge *edges = NULL;
    struct block_piece piece;
    struct drawable d;
    struct err err = {0};
    size_t room = 0;
    bool more = true;
    if (!chunk_reader_start(&r, c, &err))
        while (more && !chunk_reader_next(&r, &d, &more, &err) && more)
            if (!kept_outline_get(&d, &edges, &room, &piece, &err) && piece.zoom >= LOWER_STEP_ZOOM)
                abort();
    mem_free(edges);
    chunk_reader_clear(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const struct chunk d = {.n_drawables = 1,
                            .max_zoom = 14,
                            .content_bytes = size - 1,
                            .content = {(const char *)data + 1, size - 1}};
    struct painter *painter = NULL;
    read_outlines(&d);
    if (painter_new(&painter, NULL))
        return 0;
    paint(painter, &d, data[0] % (TILE_MAX_ZOOM + 1));
    painter_free(painter);
    return 0;
}
