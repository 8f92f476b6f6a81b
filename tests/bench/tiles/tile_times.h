/* How long tiles took, by zoom: a row for each, as tests/bench/tiles.sh reads it. */
#ifndef TESTS_BENCH_TILE_TIMES_H
#define TESTS_BENCH_TILE_TIMES_H

#include <stddef.h>

struct tile_time {
    unsigned z;
    double make_ms, gzip_ms; /* of processor time */
    double wall_ms;
    double gzip_bytes;
};

/** Starts zeroed. */
struct tile_times {
    size_t n, room;
    struct tile_time *times;
};

/** Without memory the time is forgotten. */
void tile_times_add(struct tile_times *t, struct tile_time one);
/** On stdout: zoom, tiles, and of processor milliseconds the median, the 99th percentile and the most;
 * medians of what they consist of (make, gzip); the median of the clock's; the median of KB
 * compressed. Parted by tabs. */
void tile_times_print(struct tile_times *t);

#endif
