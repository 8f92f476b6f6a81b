#include "server/ogc/tile_limits.h"

#include "store/tileset.h"
#include "tiler/kept_zoom.h"

#include <math.h>

#define LON_LAT 4326

/* What reaches over 180 degrees is drawn at both ends of the map. */
static void join_on_map(struct bbox *all, struct bbox b)
{
    if (b.min_x < -180 || b.max_x > 180) {
        b.min_x = -180;
        b.max_x = 180;
    }
    bbox_join(all, &b);
}

struct tile_cover tile_cover_of(const struct layer *const *layers, size_t n_layers)
{
    struct tile_cover cover = {.bbox_deg = bbox_empty(),
                               .min_zoom = TILE_MAX_ZOOM,
                               .made_deg = bbox_empty(),
                               .made_min_zoom = TILE_MAX_ZOOM,
                               .layers = layers,
                               .n_layers = n_layers};
    for (size_t i = 0; i < n_layers; i++) {
        const struct layer *l = layers[i];
        if (bbox_is_empty(&l->bbox_deg))
            continue;
        join_on_map(&cover.bbox_deg, l->bbox_deg);
        if (l->min_zoom < cover.min_zoom)
            cover.min_zoom = l->min_zoom;
        if (l->max_zoom > cover.max_zoom)
            cover.max_zoom = l->max_zoom;
        if (l->kept)
            continue;
        join_on_map(&cover.made_deg, l->bbox_deg);
        if (l->min_zoom < cover.made_min_zoom)
            cover.made_min_zoom = l->min_zoom;
    }
    if (cover.max_zoom < cover.min_zoom)
        cover.max_zoom = cover.min_zoom;
    if (cover.max_zoom > TILE_MAX_ZOOM)
        cover.max_zoom = TILE_MAX_ZOOM;
    return cover;
}

bool tile_cover_is_web_mercator(const struct tile_cover *cover)
{
    return !cover->grid || cover->grid->is_web_mercator;
}

static struct bbox common_part(const struct bbox *a, const struct bbox *b)
{
    return (struct bbox){fmax(a->min_x, b->min_x), fmax(a->min_y, b->min_y),
                         fmin(a->max_x, b->max_x), fmin(a->max_y, b->max_y)};
}

enum err_code tile_cover_in(const struct tile_grid *grid, struct crs *crs,
                            const struct layer *const *layers, size_t n_layers,
                            struct tile_cover *out, struct err *err)
{
    struct tile_cover cover = tile_cover_of(layers, n_layers);
    cover.grid = grid;
    cover.made = bbox_empty();
    if (!tile_cover_is_web_mercator(&cover) && bbox_meets(&cover.made_deg, &grid->area_deg)) {
        const struct bbox part_deg = common_part(&cover.made_deg, &grid->area_deg);
        struct err why = {0};
        const enum err_code rc =
            crs_transform_bbox(crs, LON_LAT, grid->epsg, &part_deg, &cover.made, &why);
        if (rc && rc != BAD_DATA)
            return err_set(err, rc, "%s", why.text);
    }
    *out = cover;
    return OK;
}

static int n_levels(const struct tile_cover *cover)
{
    return cover->grid ? (int)cover->grid->n_levels : TILE_MAX_ZOOM + 1;
}

int tile_cover_first(const struct tile_cover *cover)
{
    struct tile_limits l;
    for (int level = 0; level < n_levels(cover); level++)
        if (tile_limits_at(cover, level, &l))
            return level;
    return -1;
}

/* Tiles are made from a zoom on at every zoom, where the box is. */
static bool made_zoom_limits(const struct tile_cover *cover, int zoom, struct tile_limits *out)
{
    if (bbox_is_empty(&cover->made_deg) || zoom < cover->made_min_zoom || zoom > TILE_MAX_ZOOM)
        return false;
    struct tile_limits l;
    const struct bbox *b = &cover->made_deg;
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

static bool made_limits_at(const struct tile_cover *cover, int level, struct tile_limits *out)
{
    if (tile_cover_is_web_mercator(cover))
        return made_zoom_limits(cover, level, out);
    return cover->grid->levels[level].zoom >= cover->made_min_zoom &&
           tile_grid_limits(cover->grid, (uint8_t)level, &cover->made, out);
}

static void join_kept(struct tile_limits *l, const struct kept_zoom *z, bool any)
{
    if (!any) {
        *l = (struct tile_limits){z->min_y, z->max_y, z->min_x, z->max_x};
        return;
    }
    l->min_row = z->min_y < l->min_row ? z->min_y : l->min_row;
    l->max_row = z->max_y > l->max_row ? z->max_y : l->max_row;
    l->min_col = z->min_x < l->min_col ? z->min_x : l->min_col;
    l->max_col = z->max_x > l->max_col ? z->max_x : l->max_col;
}

/* Where a kept layer has tiles at a zoom, or where those are that they are made from. */
static bool kept_limits_at(const struct layer *layer, int zoom, struct kept_zoom *out)
{
    const int source = kept_zoom_source(layer, zoom);
    const struct kept_zoom *z = kept_tiles_zoom(layer->kept, source);
    if (!z)
        return false;
    const int finer = zoom > source ? zoom - source : 0;
    const int coarser = zoom < source ? source - zoom : 0;
    *out = (struct kept_zoom){
        .zoom = zoom,
        .min_x = z->min_x << finer >> coarser,
        .min_y = z->min_y << finer >> coarser,
        .max_x = (((z->max_x + 1) << finer) - 1) >> coarser,
        .max_y = (((z->max_y + 1) << finer) - 1) >> coarser,
    };
    return true;
}

bool tile_limits_at(const struct tile_cover *cover, int level, struct tile_limits *out)
{
    struct tile_limits l = {0};
    if (level >= n_levels(cover))
        return false;
    bool any = made_limits_at(cover, level, &l);
    /* Tiles are made from kept ones at the zooms that the tileset has: alone, these are the archive's,
     * beside layers that are made also those from where the first of them is drawn. */
    const bool has_zoom = tile_cover_is_web_mercator(cover) &&
                          (any || (level >= cover->min_zoom && level <= cover->max_zoom));
    for (size_t i = 0; has_zoom && i < cover->n_layers; i++) {
        struct kept_zoom z;
        if (!cover->layers[i]->kept || !kept_limits_at(cover->layers[i], level, &z))
            continue;
        join_kept(&l, &z, any);
        any = true;
    }
    if (any)
        *out = l;
    return any;
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
    for (int level = 0; level < n_levels(cover); level++) {
        struct tile_limits l;
        if (!tile_limits_at(cover, level, &l))
            continue;
        struct doc *item = doc_add_object(list);
        doc_text(item, "tileMatrix",
                 cover->grid ? cover->grid->levels[level].id
                             : arena_printf(r->arena, NULL, "%d", level));
        doc_int(item, "minTileRow", l.min_row);
        doc_int(item, "maxTileRow", l.max_row);
        doc_int(item, "minTileCol", l.min_col);
        doc_int(item, "maxTileCol", l.max_col);
    }
}
