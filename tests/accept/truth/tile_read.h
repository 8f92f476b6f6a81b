/* A reader of vector tiles from the specification (2.1) and nothing else, into whole numbers. */
#ifndef TESTS_TRUTH_TILE_READ_H
#define TESTS_TRUTH_TILE_READ_H

#include "tests/accept/truth/tool.h"

struct point {
    int32_t x, y;
};

enum tile_type { TILE_POINT = 1, TILE_LINE = 2, TILE_POLYGON = 3 };

/* A ring or a line; rings as they are written, without the first vertex again at the end. */
struct tile_ring {
    uint32_t start, n; /* in points */
};

struct tile_feature {
    uint64_t number; /* MVT's id, 0: none */
    const char *id;  /* the public id, an attribute; "" when there is none */
    enum tile_type type;
    uint32_t first_ring, n_rings;
    int32_t min_x, min_y, max_x, max_y;
    bool is_cut; /* its commands are not what the specification says */
};

/** Starts zeroed; its arrays are kept for the next tile. One layer. */
struct tile {
    uint32_t version, extent;
    size_t n_features, n_rings, n_points, n_text;
    struct tile_feature *features;
    struct tile_ring *rings;
    struct point *points;
    char *text;
    size_t room_features, room_rings, room_points, room_text;
};

/** Whose public ids stand in the attribute `id_key`. NULL when it is a tile of at most one layer, else
 * what is wrong. */
const char *tile_read(struct tile *t, const uint8_t *bytes, size_t n, const char *id_key);
void tile_clear(struct tile *t);

/** Twice the signed area; positive for outer rings. */
int64_t ring_twice_area(const struct tile *t, const struct tile_ring *r);

#endif
