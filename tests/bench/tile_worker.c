#include "tests/bench/tile_worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { GZIP_LEVEL = 4, MAX_BYTES = 256 << 20 };

enum err_code tile_worker_open(struct tile_worker *w, const char *store, const char *layer,
                               struct err *err)
{
    *w = (struct tile_worker){0};
    buf_init(&w->tile, MAX_BYTES);
    buf_init(&w->packed, MAX_BYTES);
    enum err_code rc = store_open(store, STORE_READ, &w->store, err);
    if (!rc)
        rc = store_read_catalog(w->store, &w->catalog, err);
    if (!rc)
        rc = tiler_new(&w->tiler, err);
    if (!rc)
        rc = gzip_new(GZIP_LEVEL, &w->gzip, err);
    w->layer = rc ? NULL : catalog_find(w->catalog, span_of(layer));
    if (!rc && !w->layer)
        rc = err_set(err, NOT_FOUND, "no layer '%s' in %s", layer, store);
    return rc;
}

void tile_worker_close(struct tile_worker *w)
{
    buf_clear(&w->packed);
    buf_clear(&w->tile);
    gzip_free(w->gzip);
    tiler_free(w->tiler);
    catalog_unref(w->catalog);
    store_close(w->store);
}

enum err_code tile_worker_make(struct tile_worker *w, struct tile_address at, struct err *err)
{
    struct tile_report report = {0};
    const struct tile_request request = {.at = at,
                                         .layers = &w->layer,
                                         .n_layers = 1,
                                         .buffer_tu = TILE_BUFFER_TU,
                                         .extent_tu = TILE_EXTENT_TU};
    buf_reset(&w->tile);
    const enum err_code rc = tiler_render(w->tiler, w->store, &request, &w->tile, &report, err);
    w->report = report.layers[0];
    return rc;
}

enum err_code tile_worker_pack(struct tile_worker *w, struct err *err)
{
    const struct span tile = {(const char *)w->tile.data, w->tile.len_bytes};
    buf_reset(&w->packed);
    return tile.len_bytes ? gzip_compress(w->gzip, tile, &w->packed, err) : OK;
}

enum err_code tile_worker_next(struct tile_address *out, bool *out_more, struct err *err)
{
    unsigned z;
    uint32_t x, y;
    *out_more = scanf("%u %" SCNu32 " %" SCNu32, &z, &x, &y) == 3;
    if (!*out_more)
        return OK;
    if (!tile_address_is_ok(z, x, y))
        return err_set(err, BAD_ARG, "there is no tile %u/%" PRIu32 "/%" PRIu32, z, x, y);
    *out = (struct tile_address){(uint8_t)z, x, y};
    return OK;
}

double tile_worker_cpu_ms(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}
