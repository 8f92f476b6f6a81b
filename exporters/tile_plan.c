#include "exporters/tile_plan.h"

#include "base/mem.h"
#include "base/tile_number.h"
#include "store/store.h"
#include "store/tileset.h"
#include "tiler/kept_zoom.h"
#include "tiler/tiler.h"

#define ASK_EVERY 256

void tile_plan_clear(struct tile_plan *p)
{
    mem_free(p->ranges);
    *p = (struct tile_plan){0};
}

static enum err_code add(struct tile_plan *p, uint64_t number, struct err *err)
{
    struct tile_range *last = p->n ? &p->ranges[p->n - 1] : NULL;
    p->n_tiles++;
    if (last && last->first + last->n == number) {
        last->n++;
        return OK;
    }
    if (mem_grow((void **)&p->ranges, &p->room, p->n + 1, sizeof *p->ranges, err))
        return NO_MEMORY;
    p->ranges[p->n++] = (struct tile_range){number, 1};
    return OK;
}

/* --- is there anything? --------------------------------------------------------------------- */

static bool boxes_meet(const struct grid_box *a, const struct grid_box *b)
{
    return a->min_x <= b->max_x && a->max_x >= b->min_x && a->min_y <= b->max_y &&
           a->max_y >= b->min_y;
}

/* The square itself, for here it counts which tiles are wanted: a neighbour's buffer does not. */
static bool is_wanted(const struct tile_wish *wish, struct tile_address at)
{
    struct grid_box box = tile_grid_box(at, TILE_EXTENT_TU, 0);
    /* What begins there is the next tile's. */
    box.max_x -= box.max_x < UINT32_MAX;
    box.max_y -= box.max_y < UINT32_MAX;
    bool any = wish->n_within == 0;
    for (size_t i = 0; i < wish->n_within; i++)
        any = any || boxes_meet(&wish->within[i], &box);
    return any;
}

/* The columns, or rows, at zoom `to` of one at zoom `from`; with `margin` more on each side, within the
 * world. */
static void range_at(uint32_t at, int from, int to, uint32_t margin, uint32_t *min, uint32_t *max)
{
    const uint32_t last = (uint32_t)((UINT64_C(1) << to) - 1);
    *min = to < from ? at >> (from - to) : at << (to - from);
    *max = to < from ? *min : *min + (uint32_t)((UINT64_C(1) << (to - from)) - 1);
    *min -= *min < margin ? *min : margin;
    *max += last - *max < margin ? last - *max : margin;
}

/* Whether there are kept tiles from which those of that zoom within the square are made. */
static enum err_code look_kept(struct store *s, const struct layer *layer, struct tile_address at,
                               int zoom, bool *out, struct err *err)
{
    struct kept_zoom box = {.zoom = kept_zoom_source(layer, zoom)};
    uint64_t n = 0;
    /* An under-zoomed tile has a buffer, in which its neighbours' tiles lie. */
    const uint32_t margin = box.zoom > zoom;
    range_at(at.x, at.z, box.zoom, margin, &box.min_x, &box.max_x);
    range_at(at.y, at.z, box.zoom, margin, &box.min_y, &box.max_y);
    const enum err_code rc = store_list_kept_tiles(s, layer, &box, NULL, 0, &n, err);
    if (!rc)
        *out = n > 0;
    return rc;
}

/* Whether tiles of that zoom within the square may hold something of a layer. */
static enum err_code look(struct store *s, const struct layer *layer, struct tile_address at,
                          int zoom, bool *out, struct err *err)
{
    if (layer->kept)
        return look_kept(s, layer, at, zoom, out, err);
    const struct chunk_query q = {.layer = layer,
                                  .box = tile_grid_box(at, TILE_EXTENT_TU, TILE_BUFFER_TU),
                                  .zoom = (uint8_t)zoom};
    if (zoom < layer->min_zoom) {
        *out = false;
        return OK;
    }
    return store_has_chunks(s, &q, out, err);
}

static enum err_code look_all(struct store *s, const struct tile_wish *wish, struct tile_address at,
                              int zoom, bool *out, struct err *err)
{
    bool any = false;
    enum err_code rc = OK;
    if (is_wanted(wish, at)) {
        for (size_t i = 0; !rc && !any && i < wish->n_layers; i++)
            rc = look(s, wish->layers[i], at, zoom, &any, err);
    }
    if (!rc)
        *out = any;
    return rc;
}

/* --- the walk ------------------------------------------------------------------------------- */

/* A square, by its place among those of its zoom. */
struct square {
    int zoom;
    uint64_t place;
};

/* The one behind it that is not within it; false when there is none. */
static bool step_over(struct square *q)
{
    while (q->zoom > 0 && (q->place & 3) == 3) {
        q->zoom--;
        q->place >>= 2;
    }
    q->place++;
    return q->zoom > 0;
}

static enum err_code plan_zoom(struct store *s, const struct tile_wish *wish, int zoom,
                               struct tile_plan *p, uint64_t *n_looks, struct err *err)
{
    enum err_code rc = OK;
    struct square q = {0, 0};
    for (bool more = true; !rc && more;) {
        const uint64_t number = tile_number_first(q.zoom) + q.place;
        const struct tile_place place = tile_number_place(number);
        const struct tile_address at = {(uint8_t)place.z, place.x, place.y};
        bool any = false;
        if (++*n_looks % ASK_EVERY == 0 && wish->go_on && !wish->go_on(wish->state, p->n_tiles))
            return err_set(err, CANCELED, "the export was canceled");
        rc = look_all(s, wish, at, zoom, &any, err);
        if (!rc && any && q.zoom == zoom)
            rc = add(p, number, err);
        if (any && q.zoom < zoom)
            q = (struct square){q.zoom + 1, q.place << 2};
        else
            more = step_over(&q);
    }
    return rc;
}

enum err_code tile_plan_make(struct store *s, const struct tile_wish *wish, struct tile_plan *out,
                             struct err *err)
{
    struct tile_plan p = {0};
    uint64_t n_looks = 0;
    enum err_code rc = OK;
    for (int zoom = wish->min_zoom; !rc && zoom <= wish->max_zoom; zoom++)
        rc = plan_zoom(s, wish, zoom, &p, &n_looks, err);
    if (rc)
        tile_plan_clear(&p);
    else
        *out = p;
    return rc;
}

/* --- walking a plan ------------------------------------------------------------------------- */

struct tile_plan_walk tile_plan_from(const struct tile_plan *p, uint64_t first,
                                     uint64_t *out_n_skipped)
{
    struct tile_plan_walk w = {.plan = p};
    *out_n_skipped = 0;
    while (w.range < p->n && p->ranges[w.range].first + p->ranges[w.range].n <= first)
        *out_n_skipped += p->ranges[w.range++].n;
    if (w.range < p->n && p->ranges[w.range].first < first) {
        w.next = first - p->ranges[w.range].first;
        *out_n_skipped += w.next;
    }
    return w;
}

bool tile_plan_next(struct tile_plan_walk *w, uint64_t *out_number)
{
    if (w->range == w->plan->n)
        return false;
    const struct tile_range *r = &w->plan->ranges[w->range];
    *out_number = r->first + w->next;
    if (++w->next == r->n) {
        w->range++;
        w->next = 0;
    }
    return true;
}
