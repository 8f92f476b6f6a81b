/* TileJSON 3.0.0: what web maps read to find tiles. */
#ifndef SERVER_OGC_TILEJSON_H
#define SERVER_OGC_TILEJSON_H

#include "base/err.h"
#include "server/http/route.h"
#include "store/layer.h"

#include <stddef.h>

/** Describe the XYZ tiles of these layers as the response. Errors NO_MEMORY, LIMIT */
enum err_code tilejson_respond(const struct request *r, const struct layer *const *layers,
                               size_t n_layers, struct response *out, struct err *err) MUST_USE;

/** "/xyz/roads,rivers" and `tail`. */
const char *xyz_path(const struct request *r, const struct layer *const *layers, size_t n_layers,
                     const char *tail);

#endif
