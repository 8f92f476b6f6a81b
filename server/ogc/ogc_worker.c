#include "server/ogc/ogc_worker.h"

#include "base/mem.h"

enum err_code ogc_worker_new(const char *store_path, struct ogc_worker **out, struct err *err)
{
    struct ogc_worker *w = mem_new(1, sizeof *w);
    if (!w)
        return err_no_memory(err, sizeof *w);
    enum err_code rc = store_open(store_path, STORE_READ, &w->store, err);
    if (!rc)
        rc = tiler_new(&w->tiler, err);
    if (!rc)
        rc = crs_new(&w->crs, err);
    if (rc)
        ogc_worker_free(w);
    else
        *out = w;
    return rc;
}

void ogc_worker_free(struct ogc_worker *w)
{
    if (!w)
        return;
    crs_free(w->crs);
    tiler_free(w->tiler);
    if (w->store)
        store_close(w->store);
    mem_free(w);
}

struct ogc_worker *ogc_worker_of(const struct request *r)
{
    return r->worker;
}

enum err_code ogc_worker_failed(enum err_code rc, struct err *err)
{
    return rc == CONFLICT ? err_set(err, BUSY, "%s", "the collection was replaced just now") : rc;
}
