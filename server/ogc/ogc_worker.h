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
    struct catalog *catalog; /* as of the present request's beginning */
    int64_t change_number;   /* of the store when the catalog was read */
};

/** Errors: those of store_open(), tiler_new(), crs_new(). */
enum err_code ogc_worker_new(const char *store_path, struct ogc_worker **out,
                             struct err *err) MUST_USE;
void ogc_worker_free(struct ogc_worker *w); /* accepts NULL */

/** Before each request: its work stops when `cancel` becomes true or the deadline passes
 * (store_set_interrupt()). Looks whether the store has changed since the last one, which costs a
 * few microseconds; where that fails the catalog stays what it was. */
void ogc_worker_begin(struct ogc_worker *w, const atomic_bool *cancel, int64_t deadline_us);

/** What a failure of reading a layer means to a client: a layer that was replaced between the
 * request's beginning and its reading is a matter of trying again (BUSY, not CONFLICT). */
enum err_code ogc_worker_failed(enum err_code rc, struct err *err);

/** The worker that runs this request; not for light routes. */
struct ogc_worker *ogc_worker_of(const struct request *r);

#endif
