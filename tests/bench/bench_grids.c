/*
 * What a tile of each grid costs beside its twins in Web Mercator: the tiles of the zoom that it
 * takes its drawables from, around the same place. Prints a table; asserts nothing. Milliseconds are
 * of processor time, the middle of REPEATS runs over a tile and its neighbours; rendering only, for
 * compression does not know of grids.
 *
 *   bench_grids STORE LAYER LON LAT [REPEATS]
 */
#include "tiler/grid_set.h"
#include "tiler/tiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LON_LAT = 4326, NEIGHBOURS = 1, MAX_REPEATS = 100, MAX_BYTES = 256 << 20 };

struct bench {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer;
    struct tiler *tiler;
    struct grid_set *grids;
    struct crs *crs;
    struct buf tile;
    double lon_deg, lat_deg;
    int64_t repeats;
};

/* Of a tile and its neighbours together. */
struct cost {
    double ms;
    uint64_t n_features, n_vertices;
};

static double cpu_ms(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static enum err_code render_around(struct bench *b, const struct tile_grid *g,
                                   struct tile_address middle, struct cost *out, struct err *err)
{
    struct cost c = {0};
    for (int i = 0; i < (2 * NEIGHBOURS + 1) * (2 * NEIGHBOURS + 1); i++) {
        const struct tile_address at = {
            middle.z, middle.x + (uint32_t)(i % (2 * NEIGHBOURS + 1) - NEIGHBOURS),
            middle.y + (uint32_t)(i / (2 * NEIGHBOURS + 1) - NEIGHBOURS)};
        const struct tile_request request = {
            at, &b->layer, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, g->is_web_mercator ? NULL : g};
        struct tile_report report = {0};
        if (!tile_grid_has(g, at))
            continue;
        buf_reset(&b->tile);
        const double start_ms = cpu_ms();
        const enum err_code rc = tiler_render(b->tiler, b->store, &request, &b->tile, &report, err);
        if (rc)
            return rc;
        c.ms += cpu_ms() - start_ms;
        c.n_features += report.layers[0].n_features;
        c.n_vertices += report.layers[0].n_vertices;
    }
    *out = c;
    return OK;
}

static int by_ms(const void *a, const void *b)
{
    const struct cost *s = a, *t = b;
    return (s->ms > t->ms) - (s->ms < t->ms);
}

static enum err_code measure(struct bench *b, const struct tile_grid *g, uint8_t level,
                             struct cost *out, struct err *err)
{
    struct cost runs[MAX_REPEATS];
    struct tile_limits at;
    double xy[2] = {b->lon_deg, b->lat_deg};
    enum err_code rc = crs_transform(b->crs, LON_LAT, g->epsg, xy, 1, NULL, err);
    if (rc)
        return rc;
    const struct bbox place = {xy[0], xy[1], xy[0], xy[1]};
    if (!tile_grid_limits(g, level, &place, &at))
        return err_set(err, BAD_ARG, "%s has no tile there", g->id);
    const struct tile_address middle = {level, at.min_col, at.min_row};
    for (int64_t i = 0; i < b->repeats && !rc; i++)
        rc = render_around(b, g, middle, &runs[i], err);
    if (rc)
        return rc;
    qsort(runs, (size_t)b->repeats, sizeof *runs, by_ms);
    *out = runs[b->repeats / 2];
    return OK;
}

static double us_each(const struct cost *c)
{
    return c->n_features ? c->ms * 1000 / (double)c->n_features : 0;
}

static enum err_code compare(struct bench *b, const struct tile_grid *g, struct err *err)
{
    const struct tile_grid *mercator = grid_set_find(b->grids, "WebMercatorQuad");
    for (uint8_t level = 0; level < g->n_levels; level++) {
        struct cost twin, cost;
        const uint8_t zoom = g->levels[level].zoom;
        if (zoom < 6 || zoom > 17 || (level > 0 && g->levels[level - 1].zoom == zoom))
            continue;
        enum err_code rc = measure(b, mercator, zoom, &twin, err);
        if (!rc)
            rc = measure(b, g, level, &cost, err);
        if (rc)
            return rc;
        printf("| %s %s | %u | %llu | %llu | %.2f | %.2f | %.2f | %.2f | %.2f |\n", g->id,
               g->levels[level].id, zoom, (unsigned long long)cost.n_features,
               (unsigned long long)twin.n_features, cost.ms, twin.ms, us_each(&cost),
               us_each(&twin), us_each(&twin) > 0 ? us_each(&cost) / us_each(&twin) : 0);
    }
    return OK;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct bench b = {.repeats = 5};
    if (argc < 5) {
        fprintf(stderr, "usage: %s STORE LAYER LON LAT [REPEATS]\n", argv[0]);
        return 2;
    }
    if (text_parse_f64(argv[3], &b.lon_deg, &err) || text_parse_f64(argv[4], &b.lat_deg, &err) ||
        (argc > 5 && text_parse_i64(argv[5], &b.repeats, &err)) || b.repeats < 1 ||
        b.repeats > MAX_REPEATS) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    buf_init(&b.tile, MAX_BYTES);
    enum err_code rc = store_open(argv[1], STORE_READ, &b.store, &err);
    if (!rc)
        rc = store_read_catalog(b.store, &b.catalog, &err);
    if (!rc)
        rc = tiler_new(&b.tiler, &err);
    if (!rc)
        rc = crs_new(&b.crs, &err);
    if (!rc)
        rc = grid_set_new(NULL, &b.grids, &err);
    b.layer = rc ? NULL : catalog_find(b.catalog, span_of(argv[2]));
    if (!rc && !b.layer)
        rc = err_set(&err, NOT_FOUND, "no layer '%s' in %s", argv[2], argv[1]);
    if (!rc)
        printf("| grid, level | zoom | features | of twins | ms | of twins | us a feature | of "
               "twins | ratio |\n|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; !rc && i < b.grids->n_grids; i++)
        if (!b.grids->grids[i]->is_web_mercator)
            rc = compare(&b, b.grids->grids[i], &err);
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    buf_clear(&b.tile);
    grid_set_free(b.grids);
    crs_free(b.crs);
    tiler_free(b.tiler);
    catalog_unref(b.catalog);
    store_close(b.store);
    return rc ? 1 : 0;
}
