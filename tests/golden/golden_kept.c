/*
 * Golden tiles made out of kept ones: from their ancestor, or from descendants of the same zoom.
 * Decoded, compared as text with FOLDER/NAME.txt; see golden_tiles.c.
 *
 *   golden_kept FOLDER
 */
#include "tests/golden/golden_file.h"
#include "tests/golden/kept_sketch.h"
#include "tests/golden/mvt_read.h"
#include "tests/golden/small_store.h"
#include "tiler/kept_zoom.h"

#include <stdio.h>
#include <stdlib.h>

struct golden {
    const char *name, *why;
    struct tile_address at;
    uint32_t extent;
    struct kept_sketch tiles[5];
};

/* A square, a comb whose teeth point west, a line out and back, points. */
static const struct kept_feature TOWN[] = {
    {"areas", GEOM_KIND_POLYGON, 11, "square", "1024 1024, 3072 1024, 3072 3072, 1024 3072"},
    {"areas", GEOM_KIND_POLYGON, 12, "comb",
     "1900 2100, 3000 2100, 3000 2900, 1900 2900, 1900 2700, 2900 2700, 2900 2500, 1900 2500, "
     "1900 2300, 2900 2300"},
    {"areas", GEOM_KIND_POLYGON, 13, "ring",
     "2100 3200, 2500 3200, 2500 3600, 2100 3600; 2200 3300, 2200 3500, 2400 3500, 2400 3300"},
    {"areas", GEOM_KIND_POLYGON, 14, "elsewhere", "0 0, 100 0, 100 100"},
    {"ways", GEOM_KIND_LINE, 0, "out and back", "2200 2200, 1800 2300, 1800 2400, 2200 2500"},
    {"ways", GEOM_KIND_LINE, 21, "elsewhere", "0 10, 10 10"},
    {"places", GEOM_KIND_POINT, 31, "some", "2048 2048 | 2047 2047 | 3000 3000 | 1000 1000"},
    {NULL, GEOM_KIND_POINT, 0, NULL, NULL},
};

#define PIECE(id, name, text)                                                                      \
    (const struct kept_feature[])                                                                  \
    {                                                                                              \
        {"areas", GEOM_KIND_POLYGON, id, name, text},                                              \
            {"areas", GEOM_KIND_POLYGON, 99, "tiny",                                               \
             "2000 2000, 2008 2000, 2008 2008, 2000 2008"},                                        \
            {"places", GEOM_KIND_POINT, 0, "here", "1000 1000 | 4100 1000"},                       \
            {"places", GEOM_KIND_POINT, 0, "beside", "1010 1010"},                                 \
        {                                                                                          \
            NULL, GEOM_KIND_POINT, 0, NULL, NULL                                                   \
        }                                                                                          \
    }
#define END                                                                                        \
    {                                                                                              \
        {0, 0, 0}, NULL, NULL                                                                      \
    }

static const struct golden GOLDENS[] = {
    {"own",
     "a tile of the archive's own zoom is given as it was kept",
     {4, 5, 6},
     4096,
     {{{4, 5, 6}, TOWN, NULL}, END}},
    {"over",
     "one zoom beyond the archive: a quarter of the tile, twice as large",
     {5, 11, 13},
     4096,
     {{{4, 5, 6}, TOWN, NULL}, END}},
    {"far_over",
     "six zooms beyond the archive, in the middle of a square: filled, with its buffer",
     {10, 344, 408},
     4096,
     {{{4, 5, 6}, TOWN, NULL}, END}},
    {"extent",
     "an extent that is not 4096 stays",
     {6, 22, 26},
     512,
     {{{4, 5, 6},
       (const struct kept_feature[]){
           {"areas", GEOM_KIND_POLYGON, 1, "square", "250 250, 300 250, 300 300, 250 300"},
           {NULL, GEOM_KIND_POINT, 0, NULL, NULL}},
       NULL},
      END}},
    {"under",
     "one zoom before the archive: pieces of one feature are joined, others are not; what is too "
     "small, or next to another point, is left out",
     {3, 2, 3},
     4096,
     {{{4, 4, 6}, PIECE(7, "park", "3000 1000, 4160 1000, 4160 2000, 3000 2000"), NULL},
      {{4, 5, 6}, PIECE(7, "park", "-64 1000, 900 1000, 900 2000, -64 2000"), NULL},
      {{4, 5, 7}, PIECE(8, "field", "0 0, 4000 0, 4000 4000, 0 4000"), NULL},
      END}},
    {"beside",
     "what lies on a tile beside it reaches into the buffer",
     {3, 3, 3},
     4096,
     {{{4, 5, 6}, PIECE(7, "park", "3000 1000, 4160 1000, 4160 2000, 3000 2000"), NULL}, END}},
};

static void put_report(struct buf *b, const struct kept_report *r)
{
    buf_printf(b,
               "from zoom %d, tiles %llu, features %llu, too small %llu, left out %llu, broken "
               "%llu, repaired %llu, vertices %llu\n",
               r->source_zoom, (unsigned long long)r->n_tiles, (unsigned long long)r->n_features,
               (unsigned long long)r->n_too_small, (unsigned long long)r->n_left_out,
               (unsigned long long)r->n_broken, (unsigned long long)r->n_repaired,
               (unsigned long long)r->n_vertices);
}

static enum err_code tile_text(const struct golden *g, struct kept_zoomer *k, struct store *s,
                               struct buf *text, struct err *err)
{
    struct buf tile;
    struct arena arena;
    struct catalog *catalog = NULL;
    struct kept_report report;
    struct mvt_tile decoded;
    buf_init(&tile, 1 << 20);
    arena_init(&arena, 1 << 24);
    enum err_code rc = kept_sketch_keep(s, "kept", g->extent, g->tiles, err);
    if (!rc)
        rc = store_read_catalog(s, &catalog, err);
    if (!rc)
        rc = kept_zoom_render(k, s, catalog_find(catalog, span_of("kept")), g->at, &tile, &report,
                              err);
    const struct span bytes = {(const char *)tile.data, tile.len_bytes};
    if (!rc)
        rc = mvt_read(bytes, &arena, &decoded, err);
    if (!rc) {
        buf_printf(text, "%s\ntile %u/%u/%u\n", g->why, g->at.z, g->at.x, g->at.y);
        mvt_put_text(text, &decoded);
        put_report(text, &report);
        rc = buf_status(text, err);
    }
    catalog_unref(catalog);
    arena_clear(&arena);
    buf_clear(&tile);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    const bool bless = getenv("CASSINI_BLESS") != NULL;
    const size_t n = sizeof GOLDENS / sizeof GOLDENS[0];
    struct small_store store;
    struct kept_zoomer *k = NULL;
    struct err err = {0};
    size_t n_same = 0;
    if (small_store_open(&store, &err) || kept_zoomer_new(&k, &err)) {
        printf("%s\n", err.text);
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        struct buf got;
        buf_init(&got, 1 << 20);
        if (tile_text(&GOLDENS[i], k, store.store, &got, &err))
            printf("%s: %s\n", GOLDENS[i].name, err.text);
        else
            n_same += golden_file_check(argv[1], GOLDENS[i].name, &got, bless);
        buf_clear(&got);
    }
    kept_zoomer_free(k);
    small_store_close(&store);
    printf("%zu of %zu tiles %s\n", n_same, n, bless ? "written" : "are as they should be");
    return n_same != n;
}
