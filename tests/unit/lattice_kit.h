/* Edges of a test, with room of their own. */
#ifndef TESTS_LATTICE_KIT_H
#define TESTS_LATTICE_KIT_H

#include "tests/unit/unit.h"

#include "base/mem.h"
#include "tiler/lattice_node.h"

struct some {
    struct lattice_edge *edges;
    size_t n, room;
};

static inline void kit_edge(struct some *s, int64_t ax, int64_t ay, int64_t bx, int64_t by)
{
    struct err err = {0};
    assert_ok(mem_grow((void **)&s->edges, &s->room, s->n + 1, sizeof *s->edges, &err));
    s->edges[s->n++] = (struct lattice_edge){{ax, ay}, {bx, by}, UINT32_MAX, false, true};
}

static inline void kit_edges(struct some *s, int64_t (*v)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        kit_edge(s, v[i][0], v[i][1], v[(i + 1) % n][0], v[(i + 1) % n][1]);
}

#endif
