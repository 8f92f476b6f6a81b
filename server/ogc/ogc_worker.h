/* What each worker thread of the server holds: its own reading connection, tiler and PROJ context.
 */
#ifndef SERVER_OGC_OGC_WORKER_H
#define SERVER_OGC_OGC_WORKER_H

#include "base/crs.h"
#include "base/err.h"
#include "server/http/route.h"
#include "store/store.h"
#include "tiler/tiler.h"

#include <stdatomic.h>
#include <stdint.h>

struct ogc_worker {
    struct store *store;
    struct tiler *tiler;
    struct crs *crs;
};

/** Errors: those of store_open(), tiler_new(), crs_new(). */
enum err_code ogc_worker_new(const char *store_path, struct ogc_worker **out,
                             struct err *err) MUST_USE;
void ogc_worker_free(struct ogc_worker *w); /* accepts NULL */

/** What a failure of reading a layer means to a client: a layer that was replaced a moment ago, so
 * that the request still saw the old one, is a matter of trying again (BUSY, not CONFLICT). */
enum err_code ogc_worker_failed(enum err_code rc, struct err *err);

/** The worker that runs this request; not for light routes. */
struct ogc_worker *ogc_worker_of(const struct request *r);

#endif
