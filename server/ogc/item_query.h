/* What a request for features asks of a layer: bbox, datetime, limit and where the page goes on. */
#ifndef SERVER_OGC_ITEM_QUERY_H
#define SERVER_OGC_ITEM_QUERY_H

#include "base/err.h"
#include "server/http/route.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct item_query {
    struct feature_query store; /* `store.when` points into this struct: do not copy it */
    struct bbox boxes_deg[2];   /* the exact condition, longitude and latitude */
    size_t n_boxes_deg;         /* 0: none; 2: across the antimeridian */
    struct when_interval when;
    int64_t limit; /* features a page */
    bool is_whole; /* no condition: every feature of the layer */
};

/**
 * Read the checked parameters limit, bbox, datetime and after. A bbox that covers the whole layer
 * is no condition.
 * Errors   BAD_ARG `after` is of another revision of the layer, or made up; those of PROJ
 */
enum err_code item_query_read(const struct request *r, const struct layer *layer,
                              struct item_query *out, struct err *err) MUST_USE;

/** The query of the same request (conditions, limit) with an f=, and the `after` of the page
 * behind that row. In the request's arena. */
const char *item_query_next(const struct request *r, const struct layer *layer, int64_t fid);

/** Whether a feature of the layer meets the exact condition; its geometry is in degrees. */
bool item_query_meets(const struct item_query *q, const struct geom *g);

#endif
