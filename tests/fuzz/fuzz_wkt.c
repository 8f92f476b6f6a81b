/* Hostile text as WKT: read or refused with words, and what is read keeps base/geom.h's promises. */
#include "base/wkt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_geom(const struct geom *g)
{
    size_t ring = 0, vertex = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        check(g->type == GEOM_COLLECTION || g->part_kind[i] == geom_kind_of(g->type));
        ring = g->part_end[i];
    }
    check(ring == g->n_rings);
    for (size_t i = 0; i < g->n_rings; i++) {
        check(g->ring_end[i] > vertex);
        vertex = g->ring_end[i];
    }
    check(vertex == g->n_vertices && (vertex == 0) == (g->type == GEOM_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span text = {(const char *)data, size};
    struct geom_builder b;
    geom_builder_init(&b, 1000);
    for (int keep_z = 0; keep_z < 2; keep_z++) {
        struct err err = {0};
        struct wkt w;
        const enum err_code rc = wkt_read(text, keep_z, &b, &w, &err);
        check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
        if (rc)
            continue;
        check(wkt_begins(text));
        check(w.srid >= 0 && (keep_z || !w.geom.z) && (!keep_z || w.n_heights == 0));
        check_geom(&w.geom);
    }
    geom_builder_clear(&b);
    return 0;
}
