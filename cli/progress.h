/*
 * How far an import or an export is: a bar that redraws itself on a terminal, one line anywhere else; and for
 * programs events on standard error, one JSON object a line:
 *   {"event":"start","source":"parks.geojson"}
 *   {"event":"progress","source":...,"phase":"reading","features":1024,"bytes":...,"totalBytes":...}
 *   {"event":"done","source":...}   {"event":"failed","source":...,"error":"..."}
 * phase: fetching, reading, writing, drawing; totalFeatures and totalBytes where they are known.
 * An export has "output" for "source", the phases planning and making, tiles, totalTiles, zoom.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "exporters/export.h"
#include "importers/import.h"

#include <stdbool.h>
#include <stdint.h>

/** A plain value. */
struct progress {
    const char *source; /* as it is shown */
    bool quiet, terminal;
    bool json;         /* events, at most ten a second */
    bool shown;        /* something is on the bar's line */
    int64_t phase_us;  /* when this phase began, monotonic */
    int64_t redraw_us; /* not before */
    int phase;         /* enum import_phase or export_phase */
    bool began;
};

struct progress progress_start(const char *source, bool quiet);
/** Shows it; false when the user wants to end. `state` is a struct progress. */
bool progress_show(void *state, const struct import_progress *p);
/** The same of a source that is being fetched; n_bytes_total 0: not known. */
bool progress_fetched(void *state, uint64_t n_bytes, uint64_t n_bytes_total);
/** The same of an export, of which `source` is the archive. */
bool progress_exported(void *state, const struct export_progress *p);
/** One event for programs; `error` may be NULL. */
void progress_event(const char *source, const char *event, const char *error);
void progress_export_event(const char *output, const char *event, const char *error);
/** Takes the bar away. */
void progress_end(struct progress *p);

#endif
