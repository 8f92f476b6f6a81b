/* After an edit of a layer of polygons: the drawables of what was changed, of what touches it, and the
 * blocks that these are in, are made anew. */
#ifndef TILER_DERIVE_EDIT_H
#define TILER_DERIVE_EDIT_H

#include "base/cancel.h"
#include "store/feature_editor.h"
#include "tiler/shape_maker.h"

/**
 * In       changes: n of them, each feature once; cancel: stop when it becomes true; NULL: never
 * Out      out_done: false: nothing was done, since the layer is of a kind that must be derived as a
 *          whole
 * Errors   CANCELED, BAD_DATA, IO, NO_MEMORY, LIMIT, those of the CRS
 */
enum err_code derive_edit(struct shape_maker *m, struct feature_editor *e,
                          const struct feature_change *changes, size_t n, const atomic_bool *cancel,
                          bool *out_done, struct err *err) MUST_USE;

#endif
