/*
 * What an import is going to do: all sources are open and every layer has its name before anything
 * is written.
 */
#ifndef CLI_IMPORT_PLAN_H
#define CLI_IMPORT_PLAN_H

#include "base/arena.h"
#include "cli/options.h"
#include "importers/import.h"
#include "store/store.h"

struct planned_layer {
    const struct input *input;
    const char *name;
    bool unchanged; /* --if-changed: it was made of these bytes */
};

/** One argument of the command line. */
struct planned_source {
    const char *argument;
    const char *shown;      /* without a password */
    struct input_list list; /* zeroed: it could not be opened */
    struct planned_layer *layers;
    size_t n_layers;
    bool failed; /* it, or a file in it */
};

struct import_plan {
    struct arena arena;
    struct planned_source *sources;
    size_t n_sources;
    size_t n_layers; /* of all */
};

/**
 * Open every source. What cannot be opened is told on stderr, and the others go on.
 * Errors  CONFLICT two inputs want one name; BAD_ARG --layer for several, a bad template; CANCELED;
 *         NO_MEMORY; those of the store
 */
enum err_code import_plan_open(const struct options *o, struct import_plan *out,
                               struct err *err) MUST_USE;
void import_plan_close(struct import_plan *p);

#endif
