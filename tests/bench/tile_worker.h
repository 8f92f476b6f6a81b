/* What a worker of the server holds, to make tiles of one layer: for the benchmarks and the judge's
 * driver. */
#ifndef TESTS_BENCH_TILE_WORKER_H
#define TESTS_BENCH_TILE_WORKER_H

#include "base/gzip.h"
#include "tiler/tiler.h"

struct tile_worker {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer;
    struct tiler *tiler;
    struct gzip *gzip;
    struct buf tile, packed;
    struct tile_layer_report report; /* of the last tile */
};

/** Errors NOT_FOUND no such layer; those of store_open() */
enum err_code tile_worker_open(struct tile_worker *w, const char *store, const char *layer,
                               struct err *err) MUST_USE;
void tile_worker_close(struct tile_worker *w);

/** Into w->tile. Errors those of tiler_render() */
enum err_code tile_worker_make(struct tile_worker *w, struct tile_address at,
                               struct err *err) MUST_USE;
/** w->tile into w->packed, as the server does by default. */
enum err_code tile_worker_pack(struct tile_worker *w, struct err *err) MUST_USE;

/** The next address "z x y" of standard input; `*out_more` false at its end. Errors BAD_ARG no tile */
enum err_code tile_worker_next(struct tile_address *out, bool *out_more, struct err *err) MUST_USE;

/** Of this process. */
double tile_worker_cpu_ms(void);

#endif
