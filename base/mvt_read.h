/*
 * Takes vector tiles apart (Mapbox Vector Tile Specification 2.1, and version 1), with protobuf-c
 * behind it. All of a tile is in the caller's arena, whose limit is what a hostile one is held to.
 */
#ifndef BASE_MVT_READ_H
#define BASE_MVT_READ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"
#include "base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mvt_reading;

/** The message of a tile, not compressed; no bytes are a tile without layers. Lives as the arena
 * does. Errors BAD_DATA not a vector tile, or a layer without name or extent; LIMIT, NO_MEMORY the
 * arena's */
enum err_code mvt_reading_new(struct span tile, struct arena *a, const struct mvt_reading **out,
                              struct err *err) MUST_USE;

struct mvt_layer_face {
    const char *name;
    uint32_t version;
    uint32_t extent; /* tile units across; 1 to 65536 */
    size_t n_features;
};

size_t mvt_reading_n_layers(const struct mvt_reading *m);
struct mvt_layer_face mvt_reading_layer(const struct mvt_reading *m, size_t layer);

struct mvt_property {
    struct span name;
    struct value value; /* never null */
};

struct mvt_reading_feature {
    bool has_id;
    uint64_t id;
    struct geom geom; /* in tile units, y down; GEOM_NONE when nothing of it has a size */
    const struct mvt_property *properties;
    size_t n_properties;
};

/** Whether a feature may share a point with a box, in tile units: false only when all of it lies on
 * one side. Far cheaper than reading the feature; what cannot be read may. */
bool mvt_reading_may_meet(const struct mvt_reading *m, size_t layer, size_t feature,
                          const struct bbox *box);

/**
 * One feature of a layer, in the arena. Rings without area are left out; a ring wound as the first
 * one begins a polygon, any other is a hole of the one before, which holds for both versions.
 * Errors BAD_DATA what the specification forbids; LIMIT more vertices, or the arena's; NO_MEMORY
 * Source Vector Tile Specification 2.1, 4.3 and 4.4
 */
enum err_code mvt_reading_feature(const struct mvt_reading *m, size_t layer, size_t feature,
                                  size_t limit_vertices, struct arena *a,
                                  struct mvt_reading_feature *out, struct err *err) MUST_USE;

#endif
