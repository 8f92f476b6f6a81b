#include "server/ogc/ogc_worker.h"

#include "base/mem.h"

/* The number first: a change in between is then seen again, never missed. */
static enum err_code read_catalog(struct ogc_worker *w, struct err *err)
{
    struct catalog *catalog = NULL;
    int64_t change_number = 0;
    enum err_code rc = store_change_number(w->store, &change_number, err);
    if (!rc && w->catalog && change_number == w->change_number)
        return OK;
    if (!rc)
        rc = store_read_catalog(w->store, &catalog, err);
    if (rc)
        return rc;
    catalog_unref(w->catalog);
    w->catalog = catalog;
    w->change_number = change_number;
    return OK;
}

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
    if (!rc)
        rc = read_catalog(w, err);
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
    catalog_unref(w->catalog);
    crs_free(w->crs);
    tiler_free(w->tiler);
    if (w->store)
        store_close(w->store);
    mem_free(w);
}

void ogc_worker_begin(struct ogc_worker *w, const atomic_bool *cancel, int64_t deadline_us)
{
    store_set_interrupt(w->store, cancel, deadline_us);
    read_catalog(w, NULL); /* what went wrong here the request itself will meet too */
}

struct ogc_worker *ogc_worker_of(const struct request *r)
{
    return r->worker;
}

enum err_code ogc_worker_failed(enum err_code rc, struct err *err)
{
    return rc == CONFLICT ? err_set(err, BUSY, "%s", "the collection was replaced just now") : rc;
}
