/*
 * Which tiles a PMTiles archive has while it is written, in a file beside it: the archive's own
 * directories come last, so that a killed export would leave nothing to go on with.
 */
#ifndef EXPORTERS_PMTILES_LOG_H
#define EXPORTERS_PMTILES_LOG_H

#include "exporters/pmtiles_pack.h"

#include <stdint.h>

struct pmtiles_log;

/** How far an archive is. */
struct pmtiles_state {
    uint64_t next;    /* no tile below this number follows */
    uint64_t n_bytes; /* of its section of tiles */
};

/**
 * Read what is in the log at `path`, which need not exist, and go on writing it. Blocks that were
 * not written to their end are cut off.
 * In       goes_on: false: what it holds is of an archive that is gone
 * Out      runs: all tiles up to the last settled state, appended; out_state: that state
 * Errors   CONFLICT it is of another plan, or there is none to go on with; IO, NO_MEMORY
 */
enum err_code pmtiles_log_open(const char *path, const char *plan, bool goes_on,
                               struct pmtiles_runs *runs, struct pmtiles_state *out_state,
                               struct pmtiles_log **out, struct err *err) MUST_USE;
void pmtiles_log_close(struct pmtiles_log *l); /* accepts NULL */

/** A tile that was put; in memory until it is settled. A failure is told then. */
void pmtiles_log_add(struct pmtiles_log *l, uint64_t number, uint64_t offset, uint32_t n_bytes);
/** Errors IO, NO_MEMORY */
enum err_code pmtiles_log_settle(struct pmtiles_log *l, const struct pmtiles_state *state,
                                 struct err *err) MUST_USE;

#endif
