/*
 * Cold tiles, one thread: for each zoom the slowest of the tiles around a place, rendered and
 * compressed as a worker of the server does it, without any cache of tiles. Prints a table; asserts
 * nothing. Milliseconds are of processor time, which other work on the machine disturbs least; the
 * last column is of the clock on the wall.
 *
 *   bench_tiles STORE LAYER LON LAT [REPEATS]
 */
#include "base/when.h"
#include "tests/bench/tile_worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEIGHBOURS = 2 };

struct timing {
    double render_ms, gzip_ms, wall_ms;
    size_t raw_bytes, gzip_bytes;
    struct tile_layer_report report;
};

static enum err_code measure(struct tile_worker *w, struct tile_address at, struct timing *t,
                             struct err *err)
{
    const int64_t start_us = when_monotonic_us();
    double start_ms = tile_worker_cpu_ms();
    enum err_code rc = tile_worker_make(w, at, err);
    t->render_ms = tile_worker_cpu_ms() - start_ms;

    start_ms = tile_worker_cpu_ms();
    if (!rc)
        rc = tile_worker_pack(w, err);
    t->gzip_ms = tile_worker_cpu_ms() - start_ms;
    t->wall_ms = (double)(when_monotonic_us() - start_us) / 1000;
    t->raw_bytes = w->tile.len_bytes;
    t->gzip_bytes = w->packed.len_bytes;
    t->report = w->report;
    return rc;
}

static int by_total(const void *a, const void *b)
{
    const struct timing *s = a, *t = b;
    double ds = s->render_ms + s->gzip_ms, dt = t->render_ms + t->gzip_ms;
    return (ds > dt) - (ds < dt);
}

/* The slowest of the tiles around the place: the one a reader of the table should worry about. */
static enum err_code slowest_near(struct tile_worker *w, struct tile_address middle,
                                  struct tile_address *out, struct err *err)
{
    double worst_ms = -1;
    for (int dx = -NEIGHBOURS; dx <= NEIGHBOURS; dx++) {
        for (int dy = -NEIGHBOURS; dy <= NEIGHBOURS; dy++) {
            int64_t x = (int64_t)middle.x + dx, y = (int64_t)middle.y + dy;
            if (!tile_address_is_ok(middle.z, x, y))
                continue;
            struct tile_address at = {middle.z, (uint32_t)x, (uint32_t)y};
            struct timing t = {0};
            enum err_code rc = measure(w, at, &t, err);
            if (rc)
                return rc;
            if (t.render_ms + t.gzip_ms > worst_ms) {
                worst_ms = t.render_ms + t.gzip_ms;
                *out = at;
            }
        }
    }
    return OK;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: %s STORE LAYER LON LAT [REPEATS]\n", argv[0]);
        return 2;
    }
    struct err err = {0};
    uint32_t x_gu, y_gu;
    double lon_deg, lat_deg;
    int64_t repeats = 5;
    if (text_parse_f64(argv[3], &lon_deg, &err) || text_parse_f64(argv[4], &lat_deg, &err) ||
        (argc > 5 && text_parse_i64(argv[5], &repeats, &err)) || repeats < 1 || repeats > 1000) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    grid_from_degrees(lon_deg, lat_deg, &x_gu, &y_gu);
    struct timing *runs = calloc((size_t)repeats, sizeof *runs);
    if (!runs)
        return 1;
    printf("| tile | drawables | features | left out | KB raw | KB gzip | render ms | gzip ms | "
           "best ms | total ms | worst ms | wall ms "
           "|\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    struct tile_worker w = {0};
    enum err_code rc = tile_worker_open(&w, argv[1], argv[2], &err);
    for (uint8_t z = 6; !rc && z <= 16; z++) {
        struct tile_address at = {z, x_gu >> (GRID_BITS - z), y_gu >> (GRID_BITS - z)};
        rc = slowest_near(&w, at, &at, &err);
        for (int64_t i = 0; !rc && i < repeats; i++)
            rc = measure(&w, at, &runs[i], &err);
        if (rc)
            break;
        qsort(runs, (size_t)repeats, sizeof *runs, by_total);
        const struct timing *m = &runs[repeats / 2], *last = &runs[repeats - 1];
        printf("| %u/%u/%u | %llu | %llu | %llu | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f | "
               "%.1f |\n",
               at.z, at.x, at.y, (unsigned long long)m->report.n_found,
               (unsigned long long)m->report.n_features, (unsigned long long)m->report.n_left_out,
               (double)m->raw_bytes / 1024, (double)m->gzip_bytes / 1024, m->render_ms, m->gzip_ms,
               runs[0].render_ms + runs[0].gzip_ms, m->render_ms + m->gzip_ms,
               last->render_ms + last->gzip_ms, m->wall_ms);
    }
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    tile_worker_close(&w);
    free(runs);
    return rc ? 1 : 0;
}
