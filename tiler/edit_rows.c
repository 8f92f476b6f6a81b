#include "tiler/edit_rows.h"

#include "tiler/grid.h"

#define LON_LAT_EPSG 4326
/* What a box grows on its way between two CRSs: shares of its size, and degrees. */
#define MARGIN_SHARE 0.02
#define MARGIN_DEG   1e-6

void edit_rows_init(struct edit_rows *r, struct store *s, const struct layer *l,
                    struct shape_maker *m)
{
    *r = (struct edit_rows){.store = s, .layer = l, .maker = m};
    arena_init(&r->arena, SIZE_MAX);
}

void edit_rows_clear(struct edit_rows *r)
{
    arena_clear(&r->arena);
}

static void widen(struct bbox *b)
{
    const double dx = (b->max_x - b->min_x) * MARGIN_SHARE + MARGIN_DEG;
    const double dy = (b->max_y - b->min_y) * MARGIN_SHARE + MARGIN_DEG;
    b->min_x = b->min_x - dx < -180 ? -180 : b->min_x - dx;
    b->min_y = b->min_y - dy < -90 ? -90 : b->min_y - dy;
    b->max_x = b->max_x + dx > 180 ? 180 : b->max_x + dx;
    b->max_y = b->max_y + dy > 90 ? 90 : b->max_y + dy;
}

/* What lies beyond the square in the north or south is on its edge. */
static struct bbox degrees_of(const struct grid_box *b)
{
    struct bbox deg;
    grid_to_degrees(b->min_x, b->max_y, &deg.min_x, &deg.min_y);
    grid_to_degrees(b->max_x, b->min_y, &deg.max_x, &deg.max_y);
    deg.min_y = b->max_y == UINT32_MAX ? -90 : deg.min_y;
    deg.max_y = b->min_y == 0 ? 90 : deg.max_y;
    widen(&deg);
    return deg;
}

/* One after the other; of a query for one fid the first alone. */
static enum err_code take_rows(struct edit_rows *r, const struct feature_query *q, int64_t only,
                               shape_taker *take, void *state, struct err *err)
{
    struct feature_cursor *cursor = NULL;
    bool more = true;
    enum err_code rc = store_query_features(r->store, q, &cursor, err);
    while (!rc && more) {
        struct feature f;
        arena_reset(&r->arena);
        rc = feature_cursor_next(cursor, &r->arena, &f, &more, err);
        if (!rc && more && (!only || f.fid == only))
            rc = shape_maker_make(r->maker, &f, take, state, err);
        more = more && !only;
    }
    feature_cursor_close(cursor);
    return rc;
}

enum err_code edit_rows_of_fid(struct edit_rows *r, int64_t fid, shape_taker *take, void *state,
                               struct err *err)
{
    const struct feature_query q = {.layer = r->layer, .after_fid = fid - 1};
    return take_rows(r, &q, fid, take, state, err);
}

enum err_code edit_rows_in_box(struct edit_rows *r, const struct grid_box *box, shape_taker *take,
                               void *state, struct err *err)
{
    struct feature_query q = {.layer = r->layer, .boxes = {degrees_of(box)}, .n_boxes = 1};
    enum err_code rc = OK;
    if (r->layer->epsg != LON_LAT_EPSG) {
        const struct bbox deg = q.boxes[0];
        rc =
            crs_transform_bbox(r->maker->crs, LON_LAT_EPSG, r->layer->epsg, &deg, &q.boxes[0], err);
    }
    return rc ? rc : take_rows(r, &q, 0, take, state, err);
}

enum err_code edit_rows_grid_box(struct edit_rows *r, const struct bbox *box, struct grid_box *out,
                                 struct err *err)
{
    struct bbox deg = *box;
    enum err_code rc = OK;
    if (r->layer->epsg != LON_LAT_EPSG)
        rc = crs_transform_bbox(r->maker->crs, r->layer->epsg, LON_LAT_EPSG, box, &deg, err);
    if (rc)
        return rc;
    widen(&deg);
    grid_from_degrees(deg.min_x, deg.max_y, &out->min_x, &out->min_y);
    grid_from_degrees(deg.max_x, deg.min_y, &out->max_x, &out->max_y);
    return OK;
}
