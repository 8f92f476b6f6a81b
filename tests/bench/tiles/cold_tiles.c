/*
 * Cold tiles, one thread: each tile of a list rendered and compressed once, as a worker of the server
 * does it, without any cache of tiles.
 *
 *   cold_tiles STORE LAYER <ADDRESSES      "z x y", one a line
 *
 * Prints a row for each zoom: tile_times.h.
 */
#include "base/when.h"
#include "tests/bench/tile_worker.h"
#include "tests/bench/tiles/tile_times.h"

#include <stdio.h>

static enum err_code measure(struct tile_worker *w, struct tile_address at, struct tile_time *t,
                             struct err *err)
{
    const int64_t start_us = when_monotonic_us();
    const double start_ms = tile_worker_cpu_ms();
    enum err_code rc = tile_worker_make(w, at, err);
    const double made_ms = tile_worker_cpu_ms();
    if (!rc)
        rc = tile_worker_pack(w, err);
    *t = (struct tile_time){.z = at.z,
                            .make_ms = made_ms - start_ms,
                            .gzip_ms = tile_worker_cpu_ms() - made_ms,
                            .wall_ms = (double)(when_monotonic_us() - start_us) / 1000,
                            .gzip_bytes = (double)w->packed.len_bytes};
    return rc;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s STORE LAYER <ADDRESSES\n", argv[0]);
        return 2;
    }
    struct tile_worker w;
    struct err err = {0};
    struct tile_times times = {0};
    struct tile_address at;
    bool is_more = true;
    enum err_code rc = tile_worker_open(&w, argv[1], argv[2], &err);
    while (!rc) {
        struct tile_time one;
        rc = tile_worker_next(&at, &is_more, &err);
        if (rc || !is_more)
            break;
        rc = measure(&w, at, &one, &err);
        if (!rc)
            tile_times_add(&times, one);
    }
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    tile_times_print(&times);
    tile_worker_close(&w);
    return rc ? 1 : 0;
}
