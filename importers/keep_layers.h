/* The layers that were met in kept vector tiles, and the list of them that TileJSON wants. */
#ifndef IMPORTERS_KEEP_LAYERS_H
#define IMPORTERS_KEEP_LAYERS_H

#include "base/arena.h"
#include "base/mvt_read.h"

#define KEEP_LAYERS_MAX 1024

/** Starts zeroed; names are in the arena that was passed. */
struct keep_layers {
    const char *names[KEEP_LAYERS_MAX];
    size_t n;
};

/** Errors LIMIT more than KEEP_LAYERS_MAX; NO_MEMORY */
enum err_code keep_layers_add(struct keep_layers *l, const struct mvt_reading *m, struct arena *a,
                              struct err *err) MUST_USE;

/**
 * The archive's own list, completed: each item with an id and fields, and each layer that was met.
 * In       told: the archive's own, a JSON array; NULL: it has none
 * Out      out: a JSON array, in the arena; n_added: layers that the archive did not tell of
 * Errors   LIMIT, NO_MEMORY
 */
enum err_code keep_layers_json(const struct keep_layers *l, const char *told, int min_zoom,
                               int max_zoom, struct arena *a, const char **out, size_t *n_added,
                               struct err *err) MUST_USE;

#endif
