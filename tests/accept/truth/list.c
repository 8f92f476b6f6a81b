#include "tests/accept/truth/judge.h"

#include <stdio.h>
#include <stdlib.h>

/* Tiles are taken in squares of four, so that neighbours are together in a sample. */
static uint64_t rank_of(uint32_t z, uint64_t tile)
{
    return mix(z ^ mix((tile >> 33) << 32 | (tile & UINT32_MAX) >> 1));
}

struct ranked {
    uint64_t rank, tile;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *s = a, *t = b;
    if (s->rank != t->rank)
        return s->rank < t->rank ? -1 : 1;
    return (s->tile > t->tile) - (s->tile < t->tile);
}

void judge_list(const struct source *s, const struct judge_options *o)
{
    for (int z = o->first_zoom; z <= o->last_zoom; z++) {
        struct tile_items items;
        source_tiles(s, (uint32_t)z, o->buffer_tu / 4096.0, &items);
        struct ranked *tiles = make(items.n, sizeof *tiles);
        size_t n = 0;
        for (size_t i = 0; i < items.n; i++)
            if (n == 0 || tiles[n - 1].tile != items.items[i].tile)
                tiles[n++] = (struct ranked){.tile = items.items[i].tile};
        if (o->most && n > o->most) {
            for (size_t i = 0; i < n; i++)
                tiles[i].rank = rank_of((uint32_t)z, tiles[i].tile);
            qsort(tiles, n, sizeof *tiles, by_rank);
            n = o->most;
        }
        for (size_t i = 0; i < n; i++)
            printf("%d %u %u\n", z, (unsigned)(tiles[i].tile >> 32), (unsigned)tiles[i].tile);
        free(tiles);
        free(items.items);
    }
}
