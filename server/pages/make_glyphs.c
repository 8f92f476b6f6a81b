/*
 * make_glyphs OUT.pbf STACK FIRST FONT...: 256 glyphs from the code point FIRST, each from the
 * first font that has it, as the signed distance fields that MapLibre draws labels with. A tool of
 * the build; the program holds its output.
 *
 * Source  github.com/mapbox/node-fontnik (proto/glyphs.proto; radius 8, cutoff 0.25, 24 px an em)
 */
#include "base/buf.h"
#include "base/text.h"

#include <freetype/freetype.h>
#include <freetype/ftmodapi.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EM_PX = 24,
    BORDER_PX = 3, /* of the field around a glyph's own box */
    SPREAD_PX = 8, /* FreeType's field: its border, and the distance of its 0 and 255 */
    EDGE = 192,    /* the value at the outline: 255 * (1 - cutoff) */
    N_GLYPHS = 256,
    N_FONTS_MAX = 16,
    LIMIT_BYTES = 1 << 20,
};

/* Protocol buffer keys: field number << 3 | wire type. */
enum { VARINT = 0, BYTES = 2 };

static void put_number(struct buf *b, int field, uint64_t value)
{
    buf_put_varint(b, (uint64_t)(field << 3 | VARINT));
    buf_put_varint(b, value);
}

static void put_signed(struct buf *b, int field, int64_t value)
{
    buf_put_varint(b, (uint64_t)(field << 3 | VARINT));
    buf_put_svarint(b, value);
}

static void put_bytes(struct buf *b, int field, const void *bytes, size_t n_bytes)
{
    buf_put_varint(b, (uint64_t)(field << 3 | BYTES));
    buf_put_varint(b, n_bytes);
    buf_put(b, bytes, n_bytes);
}

/* FreeType: 128 at the outline, 16 a pixel, more inside; MapLibre: 192, 255 / 8 a pixel. */
static uint8_t field_value(int freetype_value)
{
    const double inside_px = (freetype_value - 128) * SPREAD_PX / 128.0;
    const double value = EDGE - 0.75 + inside_px * 255.0 / 8.0;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
}

/* The field of the glyph in the slot, cut from FreeType's border to ours. */
static void put_bitmap(struct buf *glyph, const FT_Bitmap *map)
{
    const int cut = SPREAD_PX - BORDER_PX;
    const int width = (int)map->width - 2 * cut, height = (int)map->rows - 2 * cut;
    buf_put_varint(glyph, 2 << 3 | BYTES);
    buf_put_varint(glyph, (uint64_t)width * (uint64_t)height);
    for (int y = 0; y < height; y++) {
        const uint8_t *row = map->buffer + (y + cut) * map->pitch + cut;
        for (int x = 0; x < width; x++)
            buf_put_u8(glyph, field_value(row[x]));
    }
}

static int put_glyph(struct buf *stack, FT_Face face, uint32_t code)
{
    const FT_GlyphSlot slot = face->glyph;
    if (FT_Load_Char(face, code, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP))
        return 1;
    const int advance_px = (int)((slot->metrics.horiAdvance + 32) >> 6);
    int width_px = 0, height_px = 0, left_px = 0, top_px = 0;
    struct buf glyph;
    buf_init(&glyph, LIMIT_BYTES);
    put_number(&glyph, 1, code);
    if (slot->outline.n_points > 0) {
        if (FT_Render_Glyph(slot, FT_RENDER_MODE_SDF))
            return 1;
        put_bitmap(&glyph, &slot->bitmap);
        width_px = (int)slot->bitmap.width - 2 * SPREAD_PX;
        height_px = (int)slot->bitmap.rows - 2 * SPREAD_PX;
        left_px = slot->bitmap_left + SPREAD_PX;
        top_px = slot->bitmap_top - SPREAD_PX - (int)(face->size->metrics.ascender >> 6);
    }
    put_number(&glyph, 3, (uint64_t)width_px);
    put_number(&glyph, 4, (uint64_t)height_px);
    put_signed(&glyph, 5, left_px);
    put_signed(&glyph, 6, top_px);
    put_number(&glyph, 7, (uint64_t)advance_px);
    put_bytes(stack, 3, glyph.data, glyph.len_bytes);
    const int failed = buf_status(&glyph, NULL) != OK;
    buf_clear(&glyph);
    return failed;
}

static int put_stack(struct buf *out, const char *name, uint32_t first, const FT_Face *faces,
                     int n_faces)
{
    struct buf stack;
    char range[32];
    buf_init(&stack, LIMIT_BYTES);
    snprintf(range, sizeof range, "%u-%u", first, first + N_GLYPHS - 1);
    put_bytes(&stack, 1, name, span_of(name).len_bytes);
    put_bytes(&stack, 2, range, span_of(range).len_bytes);
    int failed = 0;
    for (uint32_t code = first; code < first + N_GLYPHS && !failed; code++) {
        int i = 0;
        while (i < n_faces && !FT_Get_Char_Index(faces[i], code))
            i++;
        if (i < n_faces)
            failed = put_glyph(&stack, faces[i], code);
    }
    put_bytes(out, 1, stack.data, stack.len_bytes);
    failed |= buf_status(&stack, NULL) != OK;
    buf_clear(&stack);
    return failed;
}

static int write_file(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(b->data, 1, b->len_bytes, f) != b->len_bytes || fclose(f)) {
        perror(path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    FT_Library library;
    FT_Face faces[N_FONTS_MAX];
    const int n_faces = argc - 4;
    int64_t first = 0;
    FT_UInt spread_px = SPREAD_PX;
    struct err err = {0};
    if (n_faces < 1 || n_faces > N_FONTS_MAX || text_parse_i64(argv[3], &first, &err)) {
        fprintf(stderr, "usage: make_glyphs OUT.pbf STACK FIRST FONT...\n");
        return 2;
    }
    if (FT_Init_FreeType(&library) || FT_Property_Set(library, "sdf", "spread", &spread_px)) {
        fprintf(stderr, "make_glyphs: FreeType 2.11 or newer is needed\n");
        return 1;
    }
    for (int i = 0; i < n_faces; i++) {
        if (FT_New_Face(library, argv[4 + i], 0, &faces[i]) ||
            FT_Set_Pixel_Sizes(faces[i], EM_PX, EM_PX)) {
            fprintf(stderr, "make_glyphs: %s is not a font\n", argv[4 + i]);
            return 1;
        }
    }
    struct buf out;
    buf_init(&out, LIMIT_BYTES);
    const int failed = put_stack(&out, argv[2], (uint32_t)first, faces, n_faces) ||
                       buf_status(&out, &err) || write_file(argv[1], &out);
    if (failed)
        fprintf(stderr, "make_glyphs: %s: failed %s\n", argv[1], err.text);
    buf_clear(&out);
    FT_Done_FreeType(library);
    return failed;
}
