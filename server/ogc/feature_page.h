/* One page of features, read from the store and handed on one by one. */
#ifndef SERVER_OGC_FEATURE_PAGE_H
#define SERVER_OGC_FEATURE_PAGE_H

#include "base/err.h"
#include "server/ogc/item_query.h"
#include "server/ogc/ogc_worker.h"

#include <stdbool.h>
#include <stdint.h>

struct feature_page {
    int64_t n_returned;
    bool has_next;    /* features follow behind this page */
    int64_t last_fid; /* of this page */
    bool has_matched; /* n_matched is known, and exact */
    uint64_t n_matched;
};

/** Takes one feature of the page, with its geometry as GeoJSON wants it; lent for the call. */
typedef enum err_code (*feature_taker)(void *state, const struct layer *layer,
                                       const struct feature *f, struct err *err);

/** Read a page. Errors: those of the store, of PROJ and of `take` */
enum err_code feature_page_read(struct ogc_worker *w, const struct item_query *q,
                                feature_taker take, void *state, struct feature_page *out,
                                struct err *err) MUST_USE;

/** The one feature of that id, in the arena. Errors NOT_FOUND; those of the store and of PROJ */
enum err_code feature_find(struct ogc_worker *w, const struct layer *layer, const char *id,
                           struct arena *a, struct feature *out, struct err *err) MUST_USE;

#endif
