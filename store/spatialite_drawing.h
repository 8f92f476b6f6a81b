/* How layers are drawn, as rows of cassini_drawing. */
#ifndef STORE_SPATIALITE_DRAWING_H
#define STORE_SPATIALITE_DRAWING_H

#include "base/arena.h"
#include "store/layer_drawing.h"
#include "store/spatialite_db.h"

extern const char DRAWING_TABLE[];

/** Fill `l->drawing`; the layer has its name and its fields. Errors BAD_DATA a row that is not as it
 * should be; NO_MEMORY, IO */
enum err_code drawing_read(struct store *s, struct arena *a, struct layer *l,
                           struct err *err) MUST_USE;
/** Whether the layer and its label points can have their names on tiles. Errors CONFLICT another
 * layer has one of them */
enum err_code drawing_check_names(struct store *s, const char *layer, bool has_labels,
                                  struct err *err) MUST_USE;
/** In the place of what was said before. Within a transaction. */
enum err_code drawing_write(struct store *s, const char *layer, const struct layer_drawing *d,
                            struct err *err) MUST_USE;

#endif
