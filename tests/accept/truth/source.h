/*
 * The truth: a source's geometries as ogr2ogr writes them (CSV with WKT in EPSG:3857 and the id):
 *
 *   ogr2ogr -f CSV -lco GEOMETRY=AS_WKT -t_srs EPSG:3857 OUT.csv SOURCE -select ID
 */
#ifndef TESTS_TRUTH_SOURCE_H
#define TESTS_TRUTH_SOURCE_H

#include "tests/accept/truth/tool.h"

/* A place in Web Mercator's square: 0..1, y from the north. */
struct place {
    double x, y;
};

/* A ring or a line. Rings hold their first place again at the end, outer ones have positive area (y
 * points down), others negative. */
struct source_ring {
    size_t start, n;
    bool is_hole;
};

struct source_feature {
    const char *id;
    uint32_t first_ring, n_rings;
    double min_x, min_y, max_x, max_y;
};

struct source {
    size_t n_features, n_rings, n_places;
    struct source_feature *features;
    struct source_ring *rings;
    struct place *places;
    size_t room_features, room_rings, room_places;
    uint32_t *by_id; /* open addressing: feature + 1 */
    size_t n_by_id;
};

void source_read(const char *path, struct source *out);
void source_clear(struct source *s);
/** The feature's index, or SIZE_MAX. */
size_t source_find(const struct source *s, const char *id);

/** Tile units of a tile's corner at a zoom: place * scale - corner. */
struct tile_frame_tu {
    double scale, x, y;
};
struct tile_frame_tu frame_of(uint32_t z, uint32_t x, uint32_t y, uint32_t extent);

static inline struct place place_in(const struct tile_frame_tu *f, struct place p)
{
    return (struct place){p.x * f->scale - f->x, p.y * f->scale - f->y};
}

/** Which tiles of a zoom each thing touches, by tile. */
struct tile_item {
    uint64_t tile; /* x << 32 | y */
    uint32_t item;
};

struct tile_items {
    size_t n, room;
    struct tile_item *items;
};

/** `margin` is in tiles. */
void tile_items_add(struct tile_items *t, uint32_t z, double min_x, double min_y, double max_x,
                    double max_y, double margin, uint32_t item);
void tile_items_sort(struct tile_items *t);
/** The first of a tile's; `*n` of them. */
const struct tile_item *tile_items_of(const struct tile_items *t, uint32_t x, uint32_t y,
                                      size_t *n);
/** All features of the source. */
void source_tiles(const struct source *s, uint32_t z, double margin, struct tile_items *out);

#endif
