/*
 * Render many tiles of one layer into a file, as a worker of the server does: for the judge of tiles
 * (tests/accept/truth).
 *
 *   dump_tiles STORE LAYER OUT <ADDRESSES      "z x y", one a line
 *
 * For each tile writes five little-endian 32-bit numbers (z, x, y, bytes compressed, bytes) and the tile,
 * not compressed. Prints the time that it took.
 */
#include "base/when.h"
#include "tests/bench/tile_worker.h"

#include <stdio.h>

enum { N_NUMBERS = 5 };

static enum err_code write_tile(const struct tile_worker *w, struct tile_address at, FILE *out,
                                struct err *err)
{
    const uint32_t numbers[N_NUMBERS] = {at.z, at.x, at.y, (uint32_t)w->packed.len_bytes,
                                         (uint32_t)w->tile.len_bytes};
    for (size_t i = 0; i < sizeof numbers; i++)
        fputc((int)(numbers[i / 4] >> 8 * (i % 4) & 255), out);
    fwrite(w->tile.data, 1, w->tile.len_bytes, out);
    return ferror(out) ? err_set(err, IO, "the tiles cannot be written") : OK;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s STORE LAYER OUT <ADDRESSES\n", argv[0]);
        return 2;
    }
    struct tile_worker w;
    struct err err = {0};
    struct tile_address at;
    bool is_more = true;
    size_t n = 0;
    const int64_t start_us = when_monotonic_us();
    enum err_code rc = tile_worker_open(&w, argv[1], argv[2], &err);
    FILE *out = rc ? NULL : fopen(argv[3], "wb");
    if (!rc && !out)
        rc = err_set(&err, IO, "%s cannot be written", argv[3]);
    while (!rc) {
        rc = tile_worker_next(&at, &is_more, &err);
        if (rc || !is_more)
            break;
        rc = tile_worker_make(&w, at, &err);
        if (!rc)
            rc = tile_worker_pack(&w, &err);
        if (!rc)
            rc = write_tile(&w, at, out, &err);
        n += !rc;
    }
    if (out && fclose(out) && !rc)
        rc = err_set(&err, IO, "%s cannot be written", argv[3]);
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    printf("%zu tiles in %.1f s\n", n, (double)(when_monotonic_us() - start_us) / 1e6);
    tile_worker_close(&w);
    return rc ? 1 : 0;
}
