/* How a layer is drawn, where somebody said so: a plain value, kept with the layer in the store. */
#ifndef STORE_LAYER_DRAWING_H
#define STORE_LAYER_DRAWING_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct layer;
struct layer_spec;

/** What a cluster of points tells of the values of one of their fields. */
enum aggregate_op { AGGREGATE_SUM, AGGREGATE_MIN, AGGREGATE_MAX, AGGREGATE_MEAN };
enum { N_AGGREGATE_OPS = AGGREGATE_MEAN + 1 };

struct aggregate {
    int field; /* of whole or real numbers */
    enum aggregate_op op;
};

#define AGGREGATES_MAX 16

/* The label points of a layer stand in tiles as a layer of its name and this. */
#define LABEL_LAYER_SUFFIX "_label"

/** Fields are indexes into the layer's; -1: none. */
struct layer_drawing {
    int group_field; /* a block or a merged line holds features of one value of it */
    int label_field; /* what a label point says */
    const struct aggregate *aggregates; /* at most AGGREGATES_MAX, no two alike */
    size_t n_aggregates;
    const int *tile_fields; /* what a feature in a tile tells besides its public id; NULL: all */
    size_t n_tile_fields;
};

/** Nothing was said. */
extern const struct layer_drawing layer_drawing_plain;

static inline const struct layer_drawing *layer_drawing_of(const struct layer_drawing *said)
{
    return said ? said : &layer_drawing_plain;
}

const char *aggregate_op_name(enum aggregate_op op); /* "sum", ... */
bool aggregate_op_parse(const char *name, enum aggregate_op *out);

/** What is said of a drawing, as the options of the command line are. NULL: as it was; "": nothing
 * any more. */
struct drawing_words {
    const char *group_by;    /* "commune" */
    const char *aggregate;   /* "bikes:sum,docks:max" */
    const char *label;       /* "name" */
    const char *tile_fields; /* "name,height" */
};
/** Whether anything is said at all; of what drawables are made of. */
bool drawing_words_are_said(const struct drawing_words *w);
bool drawing_words_change_drawables(const struct drawing_words *w);

/**
 * Find the fields of what is said, and of what was said before.
 *
 * In       before: the layer as it was, whose drawing holds where nothing is said; NULL: none
 * Out      out: lists are in the arena
 * Errors   BAD_ARG a word that is no field (words name the fields), a field that is no number, a
 *          geometry type of which this cannot be drawn; LIMIT too many aggregates; NO_MEMORY
 */
enum err_code layer_drawing_make(const struct drawing_words *said, const struct layer *before,
                                 const struct layer_spec *spec, struct arena *a,
                                 struct layer_drawing *out, struct err *err) MUST_USE;

#endif
