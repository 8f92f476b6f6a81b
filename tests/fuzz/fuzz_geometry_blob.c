/* SpatiaLite's geometry blobs of anybody: what is read keeps base/geom.h's promises, and reads the
 * same again after it was written. */
#include "store/geometry_blob.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_promises(const struct geom *g)
{
    check(g->type >= GEOM_POINT && g->type <= GEOM_COLLECTION);
    check(g->type >= GEOM_MULTIPOINT || g->n_parts <= 1);
    uint32_t ring = 0, vertex = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        check(g->part_kind[i] == GEOM_KIND_POLYGON || g->part_end[i] == ring + 1);
        check(g->type == GEOM_COLLECTION || g->part_kind[i] == geom_kind_of(g->type));
        ring = g->part_end[i];
    }
    for (size_t i = 0; i < g->n_rings; i++) {
        check(g->ring_end[i] > vertex);
        vertex = g->ring_end[i];
    }
    check(ring == g->n_rings && vertex == g->n_vertices);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf blob;
    struct geom g, back;
    struct err err = {0};
    arena_init(&a, (size_t)64 << 20);
    buf_init(&blob, (size_t)64 << 20);
    if (!geometry_blob_read((struct span){(const char *)data, size}, &a, &g, &err)) {
        check_promises(&g);
        const struct bbox box = geom_bbox(&g);
        if (g.n_parts > 0) {
            const struct geometry_column column = {GEOM_COLLECTION, g.z != NULL, 4326};
            check(!geometry_blob_put(&blob, &g, &column, &box, &err));
            const struct span again = {(const char *)blob.data, blob.len_bytes};
            check(!geometry_blob_read(again, &a, &back, &err));
            check(back.type == g.type && back.n_parts == g.n_parts && back.n_rings == g.n_rings &&
                  back.n_vertices == g.n_vertices && !back.z == !g.z);
        }
    }
    buf_clear(&blob);
    arena_clear(&a);
    return 0;
}
