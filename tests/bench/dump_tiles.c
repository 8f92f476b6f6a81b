/*
 * Render many tiles of one layer into a file, as a worker of the server does.
 *
 *   dump_tiles STORE LAYER OUT <ADDRESSES
 *
 * Reads addresses "z x y", one a line. For each tile writes five little-endian 32-bit numbers (z, x, y,
 * bytes compressed, bytes) and the tile, not compressed. Prints the time that it took.
 */
#include "base/gzip.h"
#include "base/when.h"
#include "tiler/tiler.h"

#include <inttypes.h>
#include <stdio.h>

enum { GZIP_LEVEL = 4, MAX_BYTES = 256 << 20 };

struct dump {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer;
    struct tiler *tiler;
    struct gzip *gzip;
    struct buf tile, packed;
    FILE *out;
};

static enum err_code dump_open(struct dump *d, char **argv, struct err *err)
{
    buf_init(&d->tile, MAX_BYTES);
    buf_init(&d->packed, MAX_BYTES);
    enum err_code rc = store_open(argv[1], STORE_READ, &d->store, err);
    if (!rc)
        rc = store_read_catalog(d->store, &d->catalog, err);
    if (!rc)
        rc = tiler_new(&d->tiler, err);
    if (!rc)
        rc = gzip_new(GZIP_LEVEL, &d->gzip, err);
    d->layer = rc ? NULL : catalog_find(d->catalog, span_of(argv[2]));
    if (!rc && !d->layer)
        rc = err_set(err, NOT_FOUND, "no layer '%s' in %s", argv[2], argv[1]);
    if (!rc)
        d->out = fopen(argv[3], "wb");
    if (!rc && !d->out)
        rc = err_set(err, IO, "%s cannot be written", argv[3]);
    return rc;
}

static void dump_close(struct dump *d)
{
    buf_clear(&d->packed);
    buf_clear(&d->tile);
    gzip_free(d->gzip);
    tiler_free(d->tiler);
    catalog_unref(d->catalog);
    store_close(d->store);
}

static enum err_code dump_tile(struct dump *d, struct tile_address at, struct err *err)
{
    const struct tile_request request = {
        .at = at, .layers = &d->layer, .n_layers = 1, .buffer_tu = TILE_BUFFER_TU};
    buf_reset(&d->tile);
    buf_reset(&d->packed);
    enum err_code rc = tiler_render(d->tiler, d->store, &request, &d->tile, NULL, err);
    if (!rc && d->tile.len_bytes)
        rc = gzip_compress(d->gzip, (struct span){(const char *)d->tile.data, d->tile.len_bytes},
                           &d->packed, err);
    if (rc)
        return rc;
    const uint32_t numbers[] = {at.z, at.x, at.y, (uint32_t)d->packed.len_bytes,
                                (uint32_t)d->tile.len_bytes};
    for (size_t i = 0; i < 20; i++)
        fputc((int)(numbers[i / 4] >> 8 * (i % 4) & 255), d->out);
    fwrite(d->tile.data, 1, d->tile.len_bytes, d->out);
    return ferror(d->out) ? err_set(err, IO, "the file cannot be written") : OK;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s STORE LAYER OUT <ADDRESSES\n", argv[0]);
        return 2;
    }
    struct dump d = {0};
    struct err err = {0};
    const int64_t start_us = when_monotonic_us();
    size_t n = 0;
    unsigned z;
    uint32_t x, y;
    enum err_code rc = dump_open(&d, argv, &err);
    while (!rc && scanf("%u %" SCNu32 " %" SCNu32, &z, &x, &y) == 3) {
        if (!tile_address_is_ok(z, x, y))
            rc = err_set(&err, BAD_ARG, "there is no tile %u/%" PRIu32 "/%" PRIu32, z, x, y);
        else
            rc = dump_tile(&d, (struct tile_address){(uint8_t)z, x, y}, &err);
        n += !rc;
    }
    if (d.out && fclose(d.out) && !rc)
        rc = err_set(&err, IO, "the file cannot be written");
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    printf("%zu tiles in %.1f s\n", n, (double)(when_monotonic_us() - start_us) / 1e6);
    dump_close(&d);
    return rc ? 1 : 0;
}
