/*
 * Cold tiles, one thread: for each zoom the densest of the tiles around a place, rendered and
 * compressed on a fresh store connection each time. Prints a table; asserts nothing.
 *
 *   bench_tiles STORE LAYER LON LAT [REPEATS]
 */
#include "base/gzip.h"
#include "base/when.h"
#include "tiler/tiler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEIGHBOURS = 2, GZIP_LEVEL = 4 };

struct timing {
    double open_ms, render_ms, gzip_ms;
    size_t raw_bytes, gzip_bytes;
    struct tile_layer_report report;
};

static double ms_since(int64_t start_us)
{
    return (double)(when_monotonic_us() - start_us) / 1000;
}

static enum err_code measure(const char *path, const char *name, struct tile_address at,
                             struct timing *t, struct err *err)
{
    struct store *store = NULL;
    struct catalog *catalog = NULL;
    struct tiler *tiler = NULL;
    struct gzip *gzip = NULL;
    struct buf tile, packed;
    struct tile_report report = {0};
    buf_init(&tile, 256u << 20);
    buf_init(&packed, 256u << 20);

    int64_t start_us = when_monotonic_us();
    enum err_code rc = store_open(path, STORE_READ, &store, err);
    if (!rc)
        rc = store_read_catalog(store, &catalog, err);
    if (!rc)
        rc = tiler_new(&tiler, err);
    if (!rc)
        rc = gzip_new(GZIP_LEVEL, &gzip, err);
    const struct layer *layer = rc ? NULL : catalog_find(catalog, span_of(name));
    if (!rc && !layer)
        rc = err_set(err, NOT_FOUND, "no layer '%s' in %s", name, path);
    t->open_ms = ms_since(start_us);

    start_us = when_monotonic_us();
    struct tile_request request = {
        .at = at, .layers = &layer, .n_layers = 1, .buffer_tu = TILE_BUFFER_TU};
    if (!rc)
        rc = tiler_render(tiler, store, &request, &tile, &report, err);
    t->render_ms = ms_since(start_us);

    start_us = when_monotonic_us();
    if (!rc && tile.len_bytes)
        rc = gzip_compress(gzip, (struct span){(const char *)tile.data, tile.len_bytes}, &packed,
                           err);
    t->gzip_ms = ms_since(start_us);
    t->raw_bytes = tile.len_bytes;
    t->gzip_bytes = packed.len_bytes;
    t->report = report.layers[0];

    buf_clear(&packed);
    buf_clear(&tile);
    gzip_free(gzip);
    tiler_free(tiler);
    catalog_unref(catalog);
    store_close(store);
    return rc;
}

static int by_total(const void *a, const void *b)
{
    const struct timing *s = a, *t = b;
    double ds = s->render_ms + s->gzip_ms, dt = t->render_ms + t->gzip_ms;
    return (ds > dt) - (ds < dt);
}

/* The slowest of the tiles around the place: the one a reader of the table should worry about. */
static enum err_code slowest_near(const char *path, const char *name, struct tile_address middle,
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
            enum err_code rc = measure(path, name, at, &t, err);
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
           "total ms | worst ms |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (uint8_t z = 6; z <= 16; z++) {
        struct tile_address at = {z, x_gu >> (GRID_BITS - z), y_gu >> (GRID_BITS - z)};
        enum err_code rc = slowest_near(argv[1], argv[2], at, &at, &err);
        for (int64_t i = 0; !rc && i < repeats; i++)
            rc = measure(argv[1], argv[2], at, &runs[i], &err);
        if (rc) {
            fprintf(stderr, "%s\n", err.text);
            free(runs);
            return 1;
        }
        qsort(runs, (size_t)repeats, sizeof *runs, by_total);
        const struct timing *m = &runs[repeats / 2], *w = &runs[repeats - 1];
        printf("| %u/%u/%u | %llu | %llu | %llu | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f |\n",
               at.z, at.x, at.y, (unsigned long long)m->report.n_found,
               (unsigned long long)m->report.n_features, (unsigned long long)m->report.n_left_out,
               (double)m->raw_bytes / 1024, (double)m->gzip_bytes / 1024, m->render_ms, m->gzip_ms,
               m->render_ms + m->gzip_ms, w->render_ms + w->gzip_ms);
    }
    free(runs);
    return 0;
}
