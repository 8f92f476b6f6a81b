/* How far an import is: a bar that redraws itself on a terminal, one line anywhere else. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "importers/import.h"

#include <stdbool.h>
#include <stdint.h>

/** A plain value. */
struct progress {
    const char *source; /* as it is shown */
    bool quiet, terminal;
    bool shown;        /* something is on the bar's line */
    int64_t phase_us;  /* when this phase began, monotonic */
    int64_t redraw_us; /* not before */
    enum import_phase phase;
    bool began;
};

struct progress progress_start(const char *source, bool quiet);
/** Shows it; false when the user wants to end. `state` is a struct progress. */
bool progress_show(void *state, const struct import_progress *p);
/** Takes the bar away. */
void progress_end(struct progress *p);

#endif
