/* How protobuf writes what a vector tile is made of (Vector Tile Specification 2.1, section 4.1):
 * the few forms that a tile needs, written straight into a buffer. */
#ifndef TILER_MVT_MESSAGE_H
#define TILER_MVT_MESSAGE_H

#include "base/buf.h"

#include <stdint.h>

enum { WIRE_VARINT = 0, WIRE_8_BYTES = 1, WIRE_BYTES = 2 };
enum { TILE_LAYER = 3 };
enum {
    LAYER_NAME = 1,
    LAYER_FEATURE = 2,
    LAYER_KEY = 3,
    LAYER_VALUE = 4,
    LAYER_EXTENT = 5,
    LAYER_VERSION = 15
};
enum { FEATURE_ID = 1, FEATURE_TAGS = 2, FEATURE_TYPE = 3, FEATURE_GEOMETRY = 4 };

static inline size_t varint_bytes(uint64_t v)
{
    return (size_t)(63 - __builtin_clzll(v | 1)) / 7 + 1;
}

/** Where a varint is written that surely fits; the place behind it. */
static inline uint8_t *varint_write(uint8_t *to, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        *to++ = (uint8_t)(v | 0x80);
    *to++ = (uint8_t)v;
    return to;
}

/** A field with a length, whose bytes follow. */
static inline void message_put_head(struct buf *b, unsigned field, uint64_t n_bytes)
{
    buf_put_u8(b, (uint8_t)(field << 3 | WIRE_BYTES));
    buf_put_varint(b, n_bytes);
}

static inline void message_put_varint(struct buf *b, unsigned field, uint64_t v)
{
    buf_put_u8(b, (uint8_t)(field << 3 | WIRE_VARINT));
    buf_put_varint(b, v);
}

#endif
