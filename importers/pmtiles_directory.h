/* PMTiles 3: the directories that say where tiles are. Their numbers are base/tile_number.h's. */
#ifndef IMPORTERS_PMTILES_DIRECTORY_H
#define IMPORTERS_PMTILES_DIRECTORY_H

#include "importers/tile_archive.h"

#include <stddef.h>
#include <stdint.h>

/** Tiles from `first` on that have the same content; or a leaf directory when `n_run` is 0. */
struct pmtiles_entry {
    uint64_t first;
    uint64_t offset; /* in the section of tiles, or of leaves */
    uint32_t n_bytes;
    uint32_t n_run;
};

/** Owns its entries. Starts zeroed. */
struct pmtiles_directory {
    struct pmtiles_entry *entries;
    size_t n, room;
};
void pmtiles_directory_clear(struct pmtiles_directory *d);

/**
 * Read a directory, not compressed.
 * Out      d: entries with rising numbers; at least one
 * Errors   BAD_DATA ends too early, or goes on behind its end; numbers that do not rise, or lie
 *          beyond the highest zoom; NO_MEMORY
 */
enum err_code pmtiles_directory_read(struct pmtiles_directory *d, struct span bytes,
                                     struct err *err) MUST_USE;

/** How many tiles all zooms up to ARCHIVE_MAX_ZOOM have. */
uint64_t pmtiles_n_tiles(void);

#endif
