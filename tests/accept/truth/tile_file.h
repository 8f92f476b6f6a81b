/*
 * A file of rendered tiles, as tests/bench/dump_tiles.c writes it: for each tile five little-endian
 * 32-bit numbers (z, x, y, bytes compressed, bytes) and the tile, not compressed.
 */
#ifndef TESTS_TRUTH_TILE_FILE_H
#define TESTS_TRUTH_TILE_FILE_H

#include "tests/accept/truth/tool.h"

struct tile_entry {
    uint32_t z, x, y, gzip_bytes, n_bytes;
    const uint8_t *bytes;
};

struct tile_file {
    size_t n;
    struct tile_entry *entries; /* by z, x, y; each address once */
};

/** Those of some zooms. */
void tile_file_read(const char *path, int first_zoom, int last_zoom, struct tile_file *out);
void tile_file_clear(struct tile_file *f);
/** NULL when it is not in the file. */
const struct tile_entry *tile_file_find(const struct tile_file *f, uint32_t z, uint32_t x,
                                        uint32_t y);

#endif
