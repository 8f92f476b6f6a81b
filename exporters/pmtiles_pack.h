/* The directories of a PMTiles archive (version 3), and how they are packed: the root within the
 * first 16 KiB, leaves where it cannot hold all. */
#ifndef EXPORTERS_PMTILES_PACK_H
#define EXPORTERS_PMTILES_PACK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/gzip.h"

#include <stddef.h>
#include <stdint.h>

/** Tiles from number `first` on that have the same content. */
struct pmtiles_run {
    uint64_t first, offset; /* in the section of tiles */
    uint32_t n_bytes, n_run;
};

/** Owns its runs. Starts zeroed. */
struct pmtiles_runs {
    struct pmtiles_run *runs;
    size_t n, room;
    uint64_t n_tiles;
};
void pmtiles_runs_clear(struct pmtiles_runs *r);

/** One tile more, its number above all before. Errors NO_MEMORY */
enum err_code pmtiles_runs_add(struct pmtiles_runs *r, uint64_t number, uint64_t offset,
                               uint32_t n_bytes, struct err *err) MUST_USE;

/** A directory of these, not compressed. `n_run` 0 means a leaf directory. */
void pmtiles_directory_put(struct buf *out, const struct pmtiles_run *runs, size_t n);

/**
 * All directories, compressed with gzip.
 * Out      root: at most `root_max_bytes`; leaves: empty when the root holds all. Both are reset
 * Errors   NO_MEMORY, LIMIT
 */
enum err_code pmtiles_pack(const struct pmtiles_runs *r, struct gzip *g, size_t root_max_bytes,
                           struct buf *root, struct buf *leaves, struct err *err) MUST_USE;

#endif
