/* Which layers and zooms an export holds, and what its archive says of them. */
#ifndef EXPORTERS_EXPORT_LAYERS_H
#define EXPORTERS_EXPORT_LAYERS_H

#include "base/arena.h"
#include "exporters/export.h"
#include "store/drawable.h"
#include "store/layer.h"

/** A plain value; what it points to is the arena's and the catalog's. */
struct export_layers {
    const struct layer *const *layers;
    size_t n;
    int min_zoom, max_zoom;
    struct bbox bbox_deg;      /* of all layers, within the square of the world */
    struct grid_box within[2]; /* what of it is wanted */
    size_t n_within;           /* 0: all */
};

/** Errors NOT_FOUND a layer is not there; BAD_ARG layers that cannot be together, zooms, a bbox;
 * NO_MEMORY */
enum err_code export_layers_choose(const struct catalog *c, const struct export_options *o,
                                   struct arena *a, struct export_layers *out,
                                   struct err *err) MUST_USE;

/** What is exported, as a text: two exports of equal text give equal tiles. Errors NO_MEMORY */
enum err_code export_layers_plan(const struct export_layers *l, const struct export_options *o,
                                 struct arena *a, const char **out, struct err *err) MUST_USE;

/** Whether all are still what they were. Errors CONFLICT */
enum err_code export_layers_check(const struct export_layers *l, const struct catalog *now,
                                  struct err *err) MUST_USE;

/** `c`: of the archive. Texts are in the arena. Errors NO_MEMORY, LIMIT, BAD_DATA */
enum err_code export_layers_words(const struct export_layers *l, const struct export_options *o,
                                  const struct archive_counts *c, struct arena *a,
                                  struct archive_words *out, struct err *err) MUST_USE;

#endif
