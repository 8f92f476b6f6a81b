/*
 * Tiles of layers become an archive: planned from the top (tile_plan.h), made by several threads
 * (render_crew.h), written in order by one (archive.h). The archive comes to its place when it is
 * whole; until then it stands beside it, and an export that was killed goes on there.
 */
#ifndef EXPORTERS_EXPORT_H
#define EXPORTERS_EXPORT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/geom.h"
#include "exporters/archive.h"

#include <stdbool.h>
#include <stdint.h>

enum export_phase { EXPORT_PLANNING, EXPORT_MAKING };

struct export_progress {
    enum export_phase phase;
    uint64_t n_done, n_total; /* tiles looked at, empty ones too; total 0: not known yet */
    uint64_t n_bytes;         /* of the archive's contents so far */
    int zoom;                 /* of the last tile */
};

/** Texts are lent; NULL: not said. */
struct export_options {
    const char *store;  /* path */
    const char *layers; /* names with a comma between them; NULL: all that have vector tiles */
    const char *output; /* path */
    const struct archive_format *format;
    int min_zoom, max_zoom; /* -1: where the layers' tiles begin; where they are in full detail */
    bool has_bbox;
    struct bbox bbox_deg;                          /* min_x > max_x: across the antimeridian */
    const char *title, *description, *attribution; /* instead of what the layers say */
    int gzip_level;
    int n_workers;
    bool overwrite; /* what is at the output's place, and what another export has begun there */
    /** Told ten times a second at least; false: the user wants to end. May be NULL. */
    bool (*progress)(void *state, const struct export_progress *p);
    void *progress_state;
};

struct export_summary {
    struct archive_counts counts;
    bool went_on;        /* with what an export before had begun; these are of this run: */
    uint64_t n_empty;    /* tiles that were looked at, and hold nothing */
    uint64_t n_left_out; /* what the layers' budgets have left out of tiles, */
    uint64_t n_without_attributes; /* and written with its id alone; counted in each tile */
    uint64_t file_bytes;
};

/**
 * Make an archive.
 * Errors   BAD_ARG layers, zooms; NOT_FOUND no such store or layer, or no tile; CONFLICT there is
 *          something at the output's place, something else was begun beside it, or a layer has
 *          changed meanwhile; CANCELED, IO, NO_MEMORY: what is done is kept beside the place
 * Memory   scratch in `a`
 */
enum err_code export_run(const struct export_options *o, struct arena *a,
                         struct export_summary *out, struct err *err) MUST_USE;

#endif
