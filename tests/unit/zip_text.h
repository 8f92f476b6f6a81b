/* ZIP archives made of texts, whole or broken, for tests of what reads them. */
#ifndef TESTS_UNIT_ZIP_TEXT_H
#define TESTS_UNIT_ZIP_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <string.h>

/* One entry, stored as it is; the last three make it a bad one. */
struct zip_entry {
    const char *name;
    const char *text;
    bool encrypted;
    bool bad_crc;
    uint32_t claimed_bytes; /* what the directory says instead of its length; 0: the truth */
};

static inline uint32_t zip_crc(const char *text, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= (uint8_t)text[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static inline void zip_put(struct buf *b, int n_bytes, uint32_t value)
{
    for (int i = 0; i < n_bytes; i++)
        buf_put_u8(b, (uint8_t)(value >> 8 * i));
}

/* What a local header and one of the directory have in common (APPNOTE.TXT, 4.3.7 and 4.3.12). */
static inline void zip_put_head(struct buf *b, const struct zip_entry *e)
{
    const uint32_t n = (uint32_t)strlen(e->text);
    zip_put(b, 2, 20);
    zip_put(b, 2, e->encrypted);
    zip_put(b, 2, 0); /* stored */
    zip_put(b, 4, 0); /* time and date */
    zip_put(b, 4, zip_crc(e->text, n) ^ e->bad_crc);
    zip_put(b, 4, n);
    zip_put(b, 4, e->claimed_bytes ? e->claimed_bytes : n);
    zip_put(b, 2, (uint32_t)strlen(e->name));
    zip_put(b, 2, 0);
}

static inline void put_zip(struct buf *b, const struct zip_entry *entries, size_t n)
{
    struct buf directory;
    buf_init(&directory, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct zip_entry *e = &entries[i];
        const uint32_t at = (uint32_t)b->len_bytes;
        buf_put_text(b, "PK\x03\x04");
        zip_put_head(b, e);
        buf_put_text(b, e->name);
        buf_put_text(b, e->text);
        buf_put_text(&directory, "PK\x01\x02");
        zip_put(&directory, 2, 20);
        zip_put_head(&directory, e);
        zip_put(&directory, 4, 0); /* comment, disk */
        zip_put(&directory, 2, 0);
        zip_put(&directory, 4, 0);
        zip_put(&directory, 4, at);
        buf_put_text(&directory, e->name);
    }
    const uint32_t at = (uint32_t)b->len_bytes;
    if (directory.len_bytes)
        buf_put(b, directory.data, directory.len_bytes);
    buf_put_text(b, "PK\x05\x06");
    zip_put(b, 4, 0);
    zip_put(b, 2, (uint32_t)n);
    zip_put(b, 2, (uint32_t)n);
    zip_put(b, 4, (uint32_t)directory.len_bytes);
    zip_put(b, 4, at);
    zip_put(b, 2, 0);
    buf_clear(&directory);
}

#endif
