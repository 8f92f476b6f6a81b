/* Packed geometry of strangers: unpacked, measured, wound, checked, repaired, packed again. */
#include "base/geom.h"
#include "base/geos.h"
#include "base/ring_check.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_BYTES    (1 << 22)
#define LIMIT_VERTICES 300 /* GEOS takes its time */

/* LeakSanitizer asks for this: GEOS 3.11 leaks a few hundred bytes inside its buffer operation when
 * that ends in an exception. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libgeos";
}

/* A yes of ours must be a yes of GEOS. */
static void check_rings(struct geos *geos, const struct geom *g, struct arena *a)
{
    struct ring_check *check = ring_check_new();
    size_t first = 0, start = 0;
    for (size_t part = 0; check && part < g->n_parts; part++) {
        const size_t n_rings = g->part_end[part] - first;
        uint32_t *ends = calloc(n_rings, sizeof *ends);
        for (size_t i = 0; ends && i < n_rings; i++)
            ends[i] = g->ring_end[first + i] - (uint32_t)start;
        const bool polygon = g->part_kind[part] == GEOM_KIND_POLYGON;
        double *xy = g->xy + 2 * start;
        if (ends && polygon && ring_check_polygon(check, xy, ends, n_rings)) {
            uint8_t kind = GEOM_KIND_POLYGON;
            uint32_t end = (uint32_t)n_rings;
            const struct geom one = {.type = GEOM_POLYGON,
                                     .n_parts = 1,
                                     .n_rings = n_rings,
                                     .n_vertices = ends[n_rings - 1],
                                     .xy = xy,
                                     .ring_end = ends,
                                     .part_end = &end,
                                     .part_kind = &kind};
            bool valid = false;
            if (geos_is_valid(geos, &one, a, &valid, NULL, NULL) == OK && !valid)
                abort();
        }
        free(ends);
        first = g->part_end[part];
        start = g->ring_end[first - 1];
    }
    ring_check_free(check);
}

static void use(const struct geom *in, struct arena *a)
{
    struct geos *geos = NULL;
    struct geom copy, valid;
    struct err err = {0};
    bool good = false;
    struct bbox box = geom_bbox(in);
    (void)bbox_is_empty(&box);
    if (geom_copy(in, a, &copy, &err) || geos_new(&geos, &err))
        return;
    geom_wind(&copy);
    if (copy.n_vertices <= LIMIT_VERTICES) {
        check_rings(geos, &copy, a);
        if (geos_make_valid(geos, &copy, a, &valid, &err) == OK &&
            geos_is_valid(geos, &valid, a, &good, NULL, &err) == OK && !good)
            abort();
        if (geos_make_valid_on_grid(geos, &copy, 1, a, &valid, &err) == OK &&
            geos_is_valid(geos, &valid, a, &good, NULL, &err) == OK && !good)
            abort();
    }
    geos_free(geos);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct geom g, again;
    struct buf packed;
    struct bytes r = {data, data + size};
    arena_init(&a, LIMIT_BYTES);
    buf_init(&packed, SIZE_MAX);
    if (geom_unpack(&r, &a, &g, NULL) == OK) {
        geom_pack(&packed, &g);
        struct bytes second = {packed.data, packed.data + packed.len_bytes};
        if (geom_unpack(&second, &a, &again, NULL) == OK &&
            memcmp(g.xy, again.xy, g.n_vertices * 16) != 0)
            abort();
        use(&g, &a);
    }
    buf_clear(&packed);
    arena_clear(&a);
    return 0;
}
