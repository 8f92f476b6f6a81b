#include "base/tile_format.h"

#include <stdint.h>
#include <string.h>

static const char *const NAMES[] = {
    [TILE_MVT] = "mvt", [TILE_PNG] = "png", [TILE_JPEG] = "jpeg", [TILE_WEBP] = "webp"};

const char *tile_format_name(enum tile_format f)
{
    return NAMES[f];
}

bool tile_format_parse(const char *name, enum tile_format *out)
{
    for (int i = 0; i < N_TILE_FORMATS; i++) {
        if (text_eq(name, NAMES[i])) {
            *out = (enum tile_format)i;
            return true;
        }
    }
    return false;
}

static bool has_at(struct span bytes, size_t at, const char *wanted, size_t n)
{
    return bytes.len_bytes >= at + n && memcmp(bytes.at + at, wanted, n) == 0;
}

bool tile_format_of_image(struct span bytes, enum tile_format *out)
{
    if (has_at(bytes, 0, "\x89PNG\r\n\x1a\n", 8))
        *out = TILE_PNG;
    else if (has_at(bytes, 0, "\xFF\xD8\xFF", 3))
        *out = TILE_JPEG;
    else if (has_at(bytes, 0, "RIFF", 4) && has_at(bytes, 8, "WEBP", 4))
        *out = TILE_WEBP;
    else
        return false;
    return true;
}

/* The segments before the frame's are passed over (ITU-T T.81, B.1.1). */
static int jpeg_width(const uint8_t *at, size_t n)
{
    for (size_t i = 2; i + 9 <= n && at[i] == 0xFF;) {
        const int marker = at[i + 1];
        const bool is_frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame)
            return at[i + 7] << 8 | at[i + 8];
        i += 2 + (size_t)(at[i + 2] << 8 | at[i + 3]);
    }
    return 0;
}

/* RFC 9649, 2.5 to 2.7: three kinds of first chunk. */
static int webp_width(struct span bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    if (bytes.len_bytes < 30)
        return 0;
    if (has_at(bytes, 12, "VP8 ", 4))
        return (at[26] | at[27] << 8) & 0x3FFF;
    if (has_at(bytes, 12, "VP8L", 4))
        return 1 + ((at[21] | at[22] << 8) & 0x3FFF);
    if (has_at(bytes, 12, "VP8X", 4))
        return 1 + (at[24] | at[25] << 8 | at[26] << 16);
    return 0;
}

int tile_image_width_px(struct span bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    enum tile_format format;
    if (!tile_format_of_image(bytes, &format))
        return 0;
    if (format == TILE_JPEG)
        return jpeg_width(at, bytes.len_bytes);
    if (format == TILE_WEBP)
        return webp_width(bytes);
    /* The header is the first chunk (ISO 15948, 11.2.2). */
    return bytes.len_bytes >= 20 ? at[18] << 8 | at[19] : 0;
}
