#include "tests/bench/tiles/tile_times.h"

#include <stdio.h>
#include <stdlib.h>

void tile_times_add(struct tile_times *t, struct tile_time one)
{
    if (t->n == t->room) {
        const size_t room = t->room ? 2 * t->room : 256;
        struct tile_time *more = realloc(t->times, room * sizeof *more);
        if (!more)
            return;
        t->times = more;
        t->room = room;
    }
    t->times[t->n++] = one;
}

static int by_size(const void *a, const void *b)
{
    const double s = *(const double *)a, t = *(const double *)b;
    return (s > t) - (s < t);
}

enum part { TOTAL, MAKE, GZIP, WALL, BYTES, N_PARTS };

static double part_of(const struct tile_time *t, enum part part)
{
    const double parts[N_PARTS] = {t->make_ms + t->gzip_ms, t->make_ms, t->gzip_ms, t->wall_ms,
                                   t->gzip_bytes};
    return parts[part];
}

/* Sorted, of one zoom. */
static size_t values_of(const struct tile_times *t, unsigned z, enum part part, double *out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->times[i].z == z)
            out[n++] = part_of(&t->times[i], part);
    qsort(out, n, sizeof *out, by_size);
    return n;
}

void tile_times_print(struct tile_times *t)
{
    double *v = malloc((t->n ? t->n : 1) * sizeof *v);
    for (unsigned z = 0; v && z <= 24; z++) {
        const size_t n = values_of(t, z, TOTAL, v);
        if (n == 0)
            continue;
        printf("%u\t%zu\t%.2f\t%.2f\t%.2f", z, n, v[n / 2], v[n * 99 / 100], v[n - 1]);
        for (enum part part = MAKE; part < N_PARTS; part++) {
            values_of(t, z, part, v);
            printf("\t%.2f", part == BYTES ? v[n / 2] / 1000 : v[n / 2]);
        }
        printf("\n");
    }
    free(v);
    free(t->times);
    *t = (struct tile_times){0};
}
