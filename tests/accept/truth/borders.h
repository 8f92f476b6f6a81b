/* The borders that polygons of a source share: edges that stand in both exactly, and edges of one
 * on which vertices of the other lie. */
#ifndef TESTS_TRUTH_BORDERS_H
#define TESTS_TRUTH_BORDERS_H

#include "tests/accept/truth/source.h"

/* Along `a`'s ring in its own direction; `b` has the same the other way round. */
struct border {
    uint32_t a, b; /* features */
    bool is_t;     /* found by vertices on edges */
    size_t start;  /* in places */
    uint32_t n;    /* places, at least 2 */
};

struct borders {
    size_t n, room;
    struct border *borders;
    size_t n_places, room_places; /* of the borders found by vertices on edges */
    struct place *places;
    size_t n_exact_edges, n_t_edges, n_single_edges, n_pairs;
    double exact_m, t_m; /* lengths, as Web Mercator has them */
};

/** `touch_m`: so far from an edge a vertex still lies on it, in EPSG:3857's metres. */
void borders_find(const struct source *s, double touch_m, struct borders *out);
void borders_clear(struct borders *b);

static inline const struct place *border_places(const struct source *s, const struct borders *all,
                                                const struct border *b)
{
    return (b->is_t ? all->places : s->places) + b->start;
}

#endif
