#include "server/ogc/tile_limits.h"

struct tile_cover tile_cover_of(const struct layer *const *layers, size_t n_layers)
{
    struct tile_cover cover = {bbox_empty(), TILE_MAX_ZOOM, 0};
    for (size_t i = 0; i < n_layers; i++) {
        if (bbox_is_empty(&layers[i]->bbox_deg))
            continue;
        bbox_join(&cover.bbox_deg, &layers[i]->bbox_deg);
        if (layers[i]->min_zoom < cover.min_zoom)
            cover.min_zoom = layers[i]->min_zoom;
        if (layers[i]->max_zoom > cover.max_zoom)
            cover.max_zoom = layers[i]->max_zoom;
    }
    if (cover.max_zoom < cover.min_zoom)
        cover.max_zoom = cover.min_zoom;
    if (cover.max_zoom > TILE_MAX_ZOOM)
        cover.max_zoom = TILE_MAX_ZOOM;
    return cover;
}

bool tile_limits_at(const struct tile_cover *cover, int zoom, struct tile_limits *out)
{
    if (bbox_is_empty(&cover->bbox_deg) || zoom < cover->min_zoom || zoom > TILE_MAX_ZOOM)
        return false;
    struct tile_limits l;
    const struct bbox *b = &cover->bbox_deg;
    grid_from_degrees(b->min_x, b->max_y, &l.min_col, &l.min_row);
    grid_from_degrees(b->max_x, b->min_y, &l.max_col, &l.max_row);
    const int shift = GRID_BITS - zoom;
    /* In 64 bits, for at zoom 0 the shift is the whole width of a grid unit. */
    *out = (struct tile_limits){
        .min_row = (uint32_t)((uint64_t)l.min_row >> shift),
        .max_row = (uint32_t)((uint64_t)l.max_row >> shift),
        .min_col = (uint32_t)((uint64_t)l.min_col >> shift),
        .max_col = (uint32_t)((uint64_t)l.max_col >> shift),
    };
    return true;
}

bool tile_cover_has(const struct tile_cover *cover, struct tile_address at)
{
    struct tile_limits l;
    return tile_limits_at(cover, at.z, &l) && at.y >= l.min_row && at.y <= l.max_row &&
           at.x >= l.min_col && at.x <= l.max_col;
}

void tile_limits_put(struct doc *d, const struct request *r, const struct tile_cover *cover)
{
    struct doc *list = doc_array(d, "tileMatrixSetLimits");
    for (int zoom = 0; zoom <= TILE_MAX_ZOOM; zoom++) {
        struct tile_limits l;
        if (!tile_limits_at(cover, zoom, &l))
            continue;
        struct doc *item = doc_add_object(list);
        doc_text(item, "tileMatrix", arena_printf(r->arena, NULL, "%d", zoom));
        doc_int(item, "minTileRow", l.min_row);
        doc_int(item, "maxTileRow", l.max_row);
        doc_int(item, "minTileCol", l.min_col);
        doc_int(item, "maxTileCol", l.max_col);
    }
}
