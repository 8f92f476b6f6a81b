#include "tiler/kept_shape.h"

#define MAX_VERTICES 5000000 /* of one feature */

static enum err_code shape_from_geom(const struct geom *g, struct tile_shape *out, struct err *err)
{
    const enum geom_kind kind = geom_kind_of(g->type);
    if (tile_shape_start(out, kind, g->n_parts, g->n_rings, g->n_vertices, err))
        return NO_MEMORY;
    for (size_t part = 0, ring = 0, vertex = 0; part < g->n_parts; part++) {
        for (; ring < g->part_end[part]; ring++) {
            for (; vertex < g->ring_end[ring]; vertex++)
                tile_shape_put(out, (struct vertex_tu){(int64_t)g->xy[2 * vertex],
                                                       (int64_t)g->xy[2 * vertex + 1]});
            tile_shape_end_ring(out);
        }
        tile_shape_end_part(out);
    }
    return OK;
}

enum err_code kept_read(struct kept_scratch *k, const struct mvt_reading *m, size_t layer,
                        size_t feature, struct mvt_reading_feature *out, bool *out_ok,
                        struct err *err)
{
    struct err why = {0};
    arena_reset(&k->feature);
    const enum err_code rc =
        mvt_reading_feature(m, layer, feature, MAX_VERTICES, &k->feature, out, &why);
    if (rc && rc != BAD_DATA)
        return err_set(err, rc, "%s", why.text);
    k->report.n_broken += rc == BAD_DATA;
    *out_ok = rc == OK;
    return rc ? OK : shape_from_geom(&out->geom, &k->shape, err);
}

enum err_code kept_clip(struct kept_scratch *k, const struct clip_box *box, struct err *err)
{
    if (k->shape.kind == GEOM_KIND_POLYGON && shape_is_within(&k->shape, box))
        return OK;
    if (clip_shape(&k->clipper, &k->shape, box, &k->clipped, err))
        return NO_MEMORY;
    tile_shape_swap(&k->shape, &k->clipped);
    return OK;
}

enum err_code kept_add(struct kept_scratch *k, size_t collage_layer, uint64_t place,
                       const struct mvt_reading_feature *of, const struct clip_box *box,
                       struct err *err)
{
    bool was_repaired = false;
    enum err_code rc = OK;
    if (k->shape.kind == GEOM_KIND_POLYGON)
        rc = tile_rings_settle(k->rings, &k->shape, box, &k->made, &was_repaired, err);
    k->report.n_repaired += was_repaired;
    if (rc || k->shape.n_parts == 0)
        return rc;
    k->report.n_features++;
    k->report.n_vertices += k->shape.n_vertices;
    return mvt_collage_add(k->collage, collage_layer, place, of, &k->shape, err);
}
