/* What a catalog is made of: for who fills it. Everybody else sees store/layer.h. */
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include "base/arena.h"
#include "base/err.h"
#include "store/layer.h"

#include <stdatomic.h>

struct catalog {
    atomic_uint n_refs;
    struct arena arena; /* holds the layers and all they point to */
    struct layer *layers;
    size_t n_layers;
};

/** An empty one with one reference; whoever made it fills it before anybody else sees it.
 *  Errors NO_MEMORY */
enum err_code catalog_new(struct catalog **out, struct err *err) MUST_USE;

#endif
