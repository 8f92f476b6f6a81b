/*
 * An archive of tiles while it is written: one struct archive_format for each kind. It is written
 * under another name than its own, and what is settled can be gone on with after the process was
 * killed.
 */
#ifndef EXPORTERS_ARCHIVE_H
#define EXPORTERS_ARCHIVE_H

#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"
#include "base/tile_format.h"
#include "exporters/content_index.h"

#include <stdint.h>

/** What an archive says of its tiles. Texts NULL: not said. */
struct archive_words {
    const char *name, *description, *attribution;
    enum tile_format format;
    struct bbox bounds_deg;
    double center_lon_deg, center_lat_deg;
    int center_zoom;
    int min_zoom, max_zoom;
    const char *vector_layers; /* a JSON array; NULL of images */
};

struct archive_counts {
    uint64_t n_tiles;    /* that have an address in it */
    uint64_t n_contents; /* that differ */
    uint64_t n_bytes;    /* of these */
    int min_zoom, max_zoom;
};

/** Each format has its own. */
struct archive;

struct archive_format {
    const char *name, *suffix;
    /**
     * Go on with what `path` holds, or begin where it is empty.
     * In       path: an existing file; plan: what is to be exported, as a text
     * Out      out_next: no tile below this number is to be put any more
     * Errors   CONFLICT the file was begun for another plan, or is no archive that was begun; IO,
     *          NO_MEMORY
     */
    enum err_code (*open)(const char *path, const char *plan, struct archive **out,
                          uint64_t *out_next, struct err *err);
    /** Put a tile (base/tile_number.h), of at least a byte; numbers rise. Errors IO, NO_MEMORY */
    enum err_code (*put)(struct archive *a, uint64_t number, const struct content_key *key,
                         struct span tile, struct err *err);
    /** No tile below `next` follows: what was put so far outlives the process. Errors IO */
    enum err_code (*settle)(struct archive *a, uint64_t next, struct err *err);
    struct archive_counts (*counts)(const struct archive *a);
    /** All tiles were put, one at least: make it an archive. Errors IO, NO_MEMORY */
    enum err_code (*finish)(struct archive *a, const struct archive_words *w, struct err *err);
    /** Accepts NULL. What is settled stays. */
    void (*close)(struct archive *a);
    /** Remove what open() has put beside `path`. */
    void (*sweep)(const char *path);
};

extern const struct archive_format archive_mbtiles, archive_pmtiles;

/** All formats, NULL at the end. */
extern const struct archive_format *const archive_formats[];

#endif
