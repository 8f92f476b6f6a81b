/* A reader of vector tiles for the tests, from the specification and nothing else: it shares no
 * code with what writes them. */
#ifndef TESTS_MVT_READ_H
#define TESTS_MVT_READ_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/geom.h"
#include "base/value.h"

struct mvt_feature {
    bool has_id;
    uint64_t id;
    struct geom geom; /* rings closed; a ring of positive area begins a polygon */
    size_t n_tags;
    uint32_t *tags;
};

struct mvt_read_layer {
    char *name;
    uint32_t version, extent;
    size_t n_features, n_keys, n_values;
    struct mvt_feature *features;
    char **keys;
    struct value *values;
};

#define MVT_MAX_LAYERS 8

struct mvt_tile {
    size_t n_layers;
    struct mvt_read_layer layers[MVT_MAX_LAYERS];
};

/** Errors BAD_DATA what the specification forbids; LIMIT too many layers */
enum err_code mvt_read(struct span tile, struct arena *a, struct mvt_tile *out,
                       struct err *err) MUST_USE;

/** The tile as text that a person can compare. */
void mvt_put_text(struct buf *b, const struct mvt_tile *t);

#endif
