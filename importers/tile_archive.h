/*
 * Archives of tiles (MBTiles, PMTiles) as they are walked: what the archive says of itself, then
 * its tiles one by one. Who takes them keeps them as they are (import_keep.c) or makes features of
 * them (tile_features.c).
 */
#ifndef IMPORTERS_TILE_ARCHIVE_H
#define IMPORTERS_TILE_ARCHIVE_H

#include "base/gzip.h"
#include "base/json_read.h"
#include "base/tile_number.h"
#include "importers/importer.h"

#include <stdbool.h>
#include <stdint.h>

/* The highest zoom that has an address on the server. */
#define ARCHIVE_MAX_ZOOM 24

/* Which zooms are walked, where it is not one. */
#define ARCHIVE_ALL_ZOOMS    (-1)
#define ARCHIVE_HIGHEST_ZOOM (-2)

/** What an archive says of itself; it may be wrong. Texts NULL: not said. */
struct archive_face {
    const char *name, *description, *attribution;
    bool has_bounds;
    struct bbox bounds_deg;
    bool has_center;
    double center_lon_deg, center_lat_deg;
    int center_zoom;
    int min_zoom, max_zoom;    /* -1: not said */
    const char *vector_layers; /* a JSON array */
    const char *metadata;      /* all of it: a JSON object */
};

/** Takes what is walked. What is handed over is lent for the call. */
struct tile_taker {
    void *state;
    /** Once, before the first tile. */
    enum err_code (*face)(void *state, const struct archive_face *face, struct err *err);
    enum err_code (*tile)(void *state, struct tile_place at, struct span data, struct err *err);
    /** Something that is odd, and does no harm. */
    void (*note)(void *state, const char *words);
};

typedef enum err_code walk_tiles_fn(const struct input *in, const struct reader_options *o,
                                    int zoom, const struct tile_taker *to, struct err *err);

/** The compressor, decompressor and scratch with which tiles are looked into. */
struct tile_opener {
    struct gzip *gzip;
    struct arena arena; /* the message of one tile */
    struct buf plain;
    size_t limit_bytes; /* of a tile, inflated */
};

enum err_code tile_opener_init(struct tile_opener *t, const struct importer_limits *limits,
                               struct err *err) MUST_USE;
void tile_opener_clear(struct tile_opener *t);

/**
 * The plain bytes of a vector tile: gzip, zlib or neither, told by the content.
 * Out      out: in `t`, until the next call
 * Errors   BAD_DATA damaged; LIMIT longer than the limit
 */
enum err_code tile_opener_inflate(struct tile_opener *t, struct span data, struct span *out,
                                  struct err *err) MUST_USE;

bool tile_is_gzip(struct span data);

/** The archive's face from JSON metadata, where it has not said otherwise: name, description,
 * attribution, vector_layers. Texts are in the arena. Errors LIMIT, NO_MEMORY */
enum err_code archive_face_read(struct archive_face *face, struct json_value metadata,
                                struct arena *a, struct err *err) MUST_USE;

/** Whether a box can be one of degrees on the earth: west may not lie east of east here. */
bool bounds_are_ok(const struct bbox *b);

#endif
