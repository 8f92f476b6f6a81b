/*
 * Kept tilesets: tiles that came ready-made, in an archive, and are served as they are. A tileset is
 * a layer without features; its tiles lie in tables of their own, equal ones once.
 */
#ifndef STORE_TILESET_H
#define STORE_TILESET_H

#include "base/tile_format.h"
#include "store/store.h"

/** The rows and columns, both ends included, that have tiles at one zoom; y from the north. */
struct kept_zoom {
    int zoom;
    uint32_t min_x, min_y, max_x, max_y;
    uint64_t n_tiles;
};

/** What a kept layer is besides: a plain value, lent from a catalog. */
struct kept_tiles {
    int64_t id;              /* never given to another tileset */
    enum tile_format format; /* images may be of several formats: then the first tile's */
    int image_px;            /* width of an image; 0: vector tiles, or not known */
    bool has_center;         /* else the middle of the layer's box */
    double center_lon_deg, center_lat_deg;
    int center_zoom;
    const char *vector_layers;     /* of vector tiles: a JSON array as TileJSON wants it */
    const char *metadata;          /* what the archive says of itself: a JSON object */
    const struct kept_zoom *zooms; /* rising, those that have tiles */
    size_t n_zooms;
    uint64_t n_tiles, n_blobs, n_bytes; /* bytes as they are kept, equal tiles once */
};

/** Whether there are tiles of the layer, made or kept; whether they are images. */
static inline bool layer_has_tiles(const struct layer *l)
{
    return l->geom_type != GEOM_NONE || l->kept;
}

static inline bool layer_has_images(const struct layer *l)
{
    return l->kept && l->kept->format != TILE_MVT;
}

/** The zoom of that number; NULL without tiles. */
const struct kept_zoom *kept_tiles_zoom(const struct kept_tiles *k, int zoom);

/**
 * One tile.
 * In       l: a kept layer; z, x, y: y from the north
 * Out      out: appended: vector tiles as gzip, images as they are; nothing when there is no such tile
 * Errors   CONFLICT the tileset was replaced or dropped in the meantime; those of the store
 */
enum err_code store_read_kept_tile(struct store *s, const struct layer *l, int z, uint32_t x,
                                   uint32_t y, struct buf *out, bool *out_found,
                                   struct err *err) MUST_USE;

/**
 * Which tiles there are in a square of columns and rows, both ends included.
 * In       l: a kept layer; box: its zoom says which; columns and rows without tiles cost nothing
 * Out      out: the first `room` of them, column by column; *out_n: how many there are in all
 * Errors   those of the store
 */
struct kept_place {
    uint32_t x, y;
};
enum err_code store_list_kept_tiles(struct store *s, const struct layer *l,
                                    const struct kept_zoom *box, struct kept_place *out,
                                    size_t room, uint64_t *out_n, struct err *err) MUST_USE;

/* --- writing: all of a tileset in one transaction ------------------------------------------- */

struct tileset_writer;

/** What is known at the end. Texts are lent for the call. */
struct tileset_spec {
    const char *title, *description, *license, *attribution, *keywords; /* NULL: not said */
    enum tile_format format;
    int image_px;
    struct bbox bbox_deg;
    bool has_center;
    double center_lon_deg, center_lat_deg;
    int center_zoom;
    const char *vector_layers, *metadata;
};

/** Errors CONFLICT the layer exists and may not be replaced, or something else has its name;
 * BAD_ARG, BUSY, IO */
enum err_code tileset_writer_open(struct store *s, const char *layer, bool may_replace,
                                  struct tileset_writer **out, struct err *err) MUST_USE;

/** Put a tile whose content came before, as the one of that key. `*out_known` is false, and nothing
 * done, when none did. Errors BAD_DATA there is a tile at this place */
enum err_code tileset_writer_put_known(struct tileset_writer *w, int z, uint32_t x, uint32_t y,
                                       const char *key, bool *out_known, struct err *err) MUST_USE;
/** Put a tile with new content. Errors BAD_DATA as above; CONFLICT the key is taken; IO */
enum err_code tileset_writer_put(struct tileset_writer *w, int z, uint32_t x, uint32_t y,
                                 const char *key, struct span data, struct err *err) MUST_USE;

/** Registration, provenance, commit. The writer is gone afterwards, whatever happened. `record`
 * lacks layer and n_written. Errors BAD_DATA there are no tiles; IO */
enum err_code tileset_writer_commit(struct tileset_writer *w, const struct tileset_spec *spec,
                                    const struct import_record *record, struct err *err) MUST_USE;
void tileset_writer_abort(struct tileset_writer *w); /* accepts NULL */

#endif
