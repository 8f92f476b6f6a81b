/*
 * One tile, on demand, from the drawables of one or more layers: query -> decode -> keep vertices
 * of this zoom -> shift to tile units -> clip -> drop what collapsed -> check rings -> encode.
 */
#ifndef TILER_TILER_H
#define TILER_TILER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json_write.h"
#include "store/store.h"
#include "tiler/grid.h"
#include "tiler/kept_zoom.h"
#include "tiler/tile_grid.h"

struct tiler; /* scratch memory and a GEOS context: one thread at a time */

enum err_code tiler_new(struct tiler **out, struct err *err) MUST_USE;
void tiler_free(struct tiler *t);

/** What became of one layer's drawables in one tile. */
struct tile_layer_report {
    const char *layer;    /* lent from the layer */
    uint8_t drawn_zoom;   /* of what was drawn: the tile's, or lower when some are left out */
    uint64_t n_found;     /* drawables the index found */
    uint64_t n_written;   /* MVT features in the tile */
    uint64_t n_features;  /* source features these stand for */
    uint64_t n_outside;   /* found by their box, nothing of them in the tile */
    uint64_t n_collapsed; /* nothing left of them in tile units */
    uint64_t n_enlarged;  /* polygons thinner than the grid, drawn as its smallest square */
    uint64_t n_repaired;  /* rings that GEOS had to repair */
    uint64_t n_left_out;  /* drawables of this zoom left out for the budget */
    uint64_t n_without_attributes; /* written with their id alone, for the budget */
    uint64_t n_vertices;
    uint64_t n_bytes; /* of this layer, not compressed */
};

#define TILE_MAX_LAYERS 64

struct tile_report {
    bool is_coarser; /* a layer over its budget is drawn with a lower zoom's drawables */
    size_t n_layers; /* those whose tiles are made */
    struct tile_layer_report layers[TILE_MAX_LAYERS];
    size_t n_kept; /* and those whose tiles are kept */
    struct kept_report kept[TILE_MAX_LAYERS];
};

struct tile_request {
    struct tile_address at;            /* in the grid: z is a level's position */
    const struct layer *const *layers; /* drawn in this order, names unique */
    size_t n_layers;                   /* 1..TILE_MAX_LAYERS */
    uint32_t buffer_tu;                /* 64 unless told: TILE_BUFFER_TU; 0..extent_tu */
    uint32_t extent_tu; /* TILE_EXTENT_TU unless told; TILE_MIN_EXTENT_TU..TILE_MAX_EXTENT_TU */
    const struct tile_grid *grid; /* NULL: Web Mercator */
};

#define TILE_BUFFER_TU 64

/**
 * Make one vector tile. What comes from kept tiles stands behind what is made, its layers called
 * "LAYER/NAME".
 *
 * Out      out: appended: an MVT 2.1 tile, not compressed; nothing when nothing falls on it.
 *          report: may be NULL
 * Units    extent_tu tile units across, y down, buffer_tu more on each side
 * Errors   BAD_ARG address, layers (kept ones in another grid), extent or buffer; LIMIT, CANCELED, IO from the store; NO_MEMORY
 * Budget   each layer's tile_limit_bytes (compressed, estimated) and tile_limit_features: what
 *          exceeds them goes without attributes but the id, then without its smallest drawables;
 *          always terminates, always told in the report
 * Source   Vector Tile Specification 2.1, 4.3; OGC 17-083r4
 */
enum err_code tiler_render(struct tiler *t, struct store *s, const struct tile_request *request,
                           struct buf *out, struct tile_report *report, struct err *err) MUST_USE;

/** A tile of one kept layer of vector tiles alone, its layers under their own names: see
 * kept_zoom_render(). */
enum err_code tiler_render_kept(struct tiler *t, struct store *s, const struct layer *layer,
                                struct tile_address at, struct buf *out, struct kept_report *report,
                                struct err *err) MUST_USE;

/** The members of a kept layer's report; of a tile that is as it was kept only zoom and bytes. */
void kept_report_put_members(struct json_out *j, struct tile_address at,
                             const struct kept_report *r);
/** The report as one JSON object. */
void tile_report_put_json(struct json_out *j, const struct tile_request *request,
                          const struct tile_report *r);

#endif
