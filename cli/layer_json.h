/* A layer as JSON: fields, extent, where it came from. */
#ifndef CLI_LAYER_JSON_H
#define CLI_LAYER_JSON_H

#include "base/json_write.h"
#include "store/store.h"

/** One object. `imports` newest first. */
void layer_put_json(struct json_out *j, const struct layer *l, const struct import_record *imports,
                    size_t n_imports);

/** [min x, min y, max x, max y], or null when the box is empty. */
void bbox_put_json(struct json_out *j, const struct bbox *box);

#endif
