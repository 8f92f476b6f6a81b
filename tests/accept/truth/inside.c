#include "tests/accept/truth/inside.h"

#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    const double s = *(const double *)a, t = *(const double *)b;
    return (s > t) - (s < t);
}

struct place place_inside(const struct source *s, const struct source_feature *f)
{
    /* Not the very middle: vertices often lie there. */
    const double y = f->min_y + (f->max_y - f->min_y) * 0.4871;
    struct place best = {(f->min_x + f->max_x) / 2, y};
    double *xs = NULL, widest = 0;
    size_t n = 0, room = 0;
    for (uint32_t i = 0; i < f->n_rings; i++) {
        const struct source_ring *r = &s->rings[f->first_ring + i];
        for (size_t k = r->start; k + 1 < r->start + r->n; k++) {
            const struct place a = s->places[k], b = s->places[k + 1];
            if ((a.y > y) == (b.y > y))
                continue;
            xs = grow(xs, n, &room, sizeof *xs);
            xs[n++] = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
        }
    }
    if (n)
        qsort(xs, n, sizeof *xs, by_size);
    for (size_t i = 0; i + 1 < n; i += 2)
        if (xs[i + 1] - xs[i] > widest) {
            widest = xs[i + 1] - xs[i];
            best.x = (xs[i] + xs[i + 1]) / 2;
        }
    free(xs);
    return best;
}
