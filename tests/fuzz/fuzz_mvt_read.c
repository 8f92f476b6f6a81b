/* Hostile bytes as a vector tile: it is taken apart or refused with words, and its geometry keeps
 * what base/geom.h promises. */
#include "base/mvt_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_geom(const struct geom *g)
{
    size_t ring = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        ring = g->part_end[i];
    }
    check(ring == g->n_rings);
    check(g->n_rings == 0 || g->ring_end[g->n_rings - 1] == g->n_vertices);
    check((g->n_vertices == 0) == (g->type == GEOM_NONE));
}

static void check_feature(const struct mvt_reading *m, size_t layer, size_t feature)
{
    struct arena arena;
    struct err why = {0};
    struct mvt_reading_feature f;
    arena_init(&arena, (size_t)16 << 20);
    if (mvt_reading_feature(m, layer, feature, 10000, &arena, &f, &why)) {
        check(why.text[0]);
    } else {
        check_geom(&f.geom);
        for (size_t i = 0; i < f.n_properties; i++)
            check(f.properties[i].value.type != VALUE_NULL);
    }
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err = {0};
    const struct mvt_reading *m = NULL;
    arena_init(&arena, (size_t)64 << 20);
    if (mvt_reading_new((struct span){(const char *)data, size}, &arena, &m, &err)) {
        check(err.text[0]);
    } else {
        for (size_t i = 0; i < mvt_reading_n_layers(m); i++) {
            const struct mvt_layer_face face = mvt_reading_layer(m, i);
            check(face.name[0] && face.extent > 0);
            for (size_t k = 0; k < face.n_features; k++)
                check_feature(m, i, k);
        }
    }
    arena_clear(&arena);
    return 0;
}
