#include "tiler/tiler.h"

#include "base/mem.h"
#include "store/tileset.h"
#include "tiler/kept_render.h"
#include "tiler/painter.h"
#include "tiler/tile_budget.h"

#include <inttypes.h>

/* Drawing all of a zoom with its attributes, without them, the largest of it, and fewer of those.
 */
#define MAX_ATTEMPTS 4
/* After each so many drawables it is asked whether all will fit. */
#define SAMPLE 1000

struct tiler {
    struct painter *painter;
    struct kept_zoomer *kept;
    struct crs *crs;
    struct grid_mesh *mesh;
};

/* How the drawables of one layer are taken. */
struct plan {
    struct drawable_query query;
    struct tile_budget budget;
    uint64_t n_all; /* drawables of the tile's zoom; 0 until they are counted */
    uint8_t vertex_zoom;
    bool id_only;         /* no other attribute is drawn */
    bool chooses_by_size; /* else more than the budget means another attempt */
    struct size_choice choice;
};

enum err_code tiler_new(struct tiler **out, struct err *err)
{
    struct tiler *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    enum err_code rc = painter_new(&t->painter, err);
    if (!rc)
        rc = kept_zoomer_new(&t->kept, err);
    if (!rc)
        rc = crs_new(&t->crs, err);
    if (!rc)
        rc = grid_mesh_new(t->crs, &t->mesh, err);
    if (rc) {
        tiler_free(t);
        return rc;
    }
    *out = t;
    return OK;
}

void tiler_free(struct tiler *t)
{
    if (!t)
        return;
    grid_mesh_free(t->mesh);
    crs_free(t->crs);
    kept_zoomer_free(t->kept);
    painter_free(t->painter);
    mem_free(t);
}

/* How many drawables like those drawn so far the budget pays for. */
static uint64_t affordable(const struct tiler *t, const struct plan *plan, uint64_t n_drawn)
{
    return tile_budget_features(&plan->budget, n_drawn, painter_bytes(t->painter));
}

/* Whether the budget ends here, or will surely end before the drawables do: their mean size is
 * known to a quarter after the first sample, and better with each. */
static enum err_code is_over(const struct tiler *t, struct store *s, struct plan *plan,
                             uint64_t n_drawn, bool *out, struct err *err)
{
    *out = n_drawn >= plan->budget.n_features || painter_bytes(t->painter) >= plan->budget.n_bytes;
    if (*out || plan->chooses_by_size || n_drawn == 0 || n_drawn % SAMPLE != 0)
        return OK;
    const uint64_t n_wanted = affordable(t, plan, n_drawn);
    const uint64_t n_bearable = n_wanted + n_wanted / 4 / (n_drawn / SAMPLE);
    enum err_code rc = OK;
    if (plan->n_all == 0)
        rc = store_count_drawables(s, &plan->query, UINT64_MAX, &plan->n_all, err);
    *out = plan->n_all > n_bearable || plan->n_all > plan->budget.n_features;
    return rc;
}

/* Draw until the drawables or the budget end. `*out_n` is how many were drawn; `*out_over` whether
 * there are more. */
static enum err_code draw(struct tiler *t, struct store *s, struct plan *plan, uint64_t *out_n,
                          bool *out_over, struct err *err)
{
    struct drawable_cursor *cursor = NULL;
    plan->query.part = plan->chooses_by_size ? DRAWABLE_ALL : DRAWABLE_CONTENT;
    enum err_code rc = store_query_drawables(s, &plan->query, &cursor, err);
    if (rc)
        return rc;
    uint64_t n = 0;
    bool more = false, over = false;
    struct drawable d;
    while (!rc && !(rc = drawable_cursor_next(cursor, &d, &more, err)) && more) {
        if (plan->chooses_by_size && !size_choice_takes(&plan->choice, &d.box))
            continue;
        rc = is_over(t, s, plan, n, &over, err);
        if (over)
            break;
        if (!rc)
            rc = painter_add(t->painter, &d, err);
        n++;
    }
    drawable_cursor_close(cursor);
    *out_n = n;
    *out_over = over;
    return rc;
}

/* The coarsest zoom whose drawables are still more than `n_wanted`: what is chosen among them holds
 * all that is drawn at the zoom above, where there is room for all. */
static enum err_code find_zoom(struct store *s, struct drawable_query *q, uint64_t n_wanted,
                               struct err *err)
{
    struct drawable_query coarser = *q;
    while (coarser.zoom > 0) {
        uint64_t n = 0;
        coarser.zoom--;
        const enum err_code rc = store_count_drawables(s, &coarser, n_wanted + 1, &n, err);
        if (rc)
            return rc;
        if (n <= n_wanted)
            break;
        q->zoom = coarser.zoom;
    }
    return OK;
}

/* Draw the `n_wanted` largest. */
static enum err_code plan_largest(struct store *s, struct plan *plan, uint64_t n_wanted,
                                  struct err *err)
{
    plan->vertex_zoom -= plan->vertex_zoom > 0;
    plan->chooses_by_size = true;
    plan->choice = (struct size_choice){0};
    struct drawable_cursor *cursor = NULL;
    enum err_code rc = find_zoom(s, &plan->query, n_wanted, err);
    struct drawable_query boxes = plan->query;
    boxes.part = DRAWABLE_BOX;
    if (!rc)
        rc = store_query_drawables(s, &boxes, &cursor, err);
    if (rc)
        return rc;
    bool more = false;
    struct drawable d;
    while (!(rc = drawable_cursor_next(cursor, &d, &more, err)) && more)
        size_choice_count(&plan->choice, &d.box);
    drawable_cursor_close(cursor);
    size_choice_make(&plan->choice, n_wanted);
    return rc;
}

/* Change a plan that went over its budget after `n_drawn` drawables. A map whose densest tiles lack
 * attributes is better than one with holes: who clicks can ask the API by id. */
static enum err_code replan(struct tiler *t, struct store *s, struct plan *plan, uint64_t n_drawn,
                            struct err *err)
{
    uint64_t n_wanted = affordable(t, plan, n_drawn);
    const bool lacks_bytes = n_wanted < plan->budget.n_features;
    if (lacks_bytes && !plan->id_only) {
        plan->id_only = true;
        if (plan->n_all <= plan->budget.n_features)
            return OK;
        n_wanted = plan->budget.n_features;
    }
    return plan_largest(s, plan, n_wanted, err);
}

static enum err_code render_layer(struct tiler *t, struct store *s, const struct tile_frame *frame,
                                  const struct layer *layer, struct buf *out,
                                  struct tile_layer_report *report, struct err *err)
{
    struct plan plan = {
        .query = {.layer = layer, .box = frame->box, .zoom = frame->zoom},
        .budget = tile_budget_of(layer),
        .vertex_zoom = frame->zoom,
    };
    uint64_t n_drawn = 0;
    /* Below it there is nothing to draw, or it was said that nothing should be. */
    if (frame->zoom < layer->min_zoom || frame->is_nowhere) {
        *report = (struct tile_layer_report){.layer = layer->name, .drawn_zoom = frame->zoom};
        return OK;
    }
    bool over = true;
    for (int attempt = 1; over; attempt++) {
        enum err_code rc = painter_start(t->painter, layer, frame, plan.vertex_zoom, err);
        if (!rc && plan.id_only)
            painter_keep_id_only(t->painter);
        if (!rc)
            rc = draw(t, s, &plan, &n_drawn, &over, err);
        /* What the last attempt has drawn is kept. */
        over = over && attempt < MAX_ATTEMPTS;
        if (!rc && over)
            rc = replan(t, s, &plan, n_drawn, err);
        if (rc)
            return rc;
    }
    const enum err_code rc = painter_end(t->painter, out, report, err);
    report->drawn_zoom = plan.query.zoom;
    report->n_without_attributes = plan.id_only ? report->n_written : 0;
    if (rc || !plan.chooses_by_size)
        return rc;
    plan.query.zoom = frame->zoom;
    if (plan.n_all == 0 && store_count_drawables(s, &plan.query, UINT64_MAX, &plan.n_all, err))
        return err_add(err, "what the tile leaves out");
    report->n_left_out = plan.n_all - n_drawn;
    return OK;
}

static bool is_web_mercator(const struct tile_request *r)
{
    return !r->grid || r->grid->is_web_mercator;
}

static enum err_code check_request(const struct tile_request *r, struct err *err)
{
    if (r->grid ? !tile_grid_has(r->grid, r->at) : !tile_address_is_ok(r->at.z, r->at.x, r->at.y))
        return err_set(err, BAD_ARG, "there is no tile %u/%u/%u%s%s", r->at.z, r->at.x, r->at.y,
                       r->grid ? " in " : "", r->grid ? r->grid->id : "");
    if (r->extent_tu < TILE_MIN_EXTENT_TU || r->extent_tu > TILE_MAX_EXTENT_TU)
        return err_set(err, BAD_ARG, "a tile is %d to %d units wide, not %" PRIu32,
                       TILE_MIN_EXTENT_TU, TILE_MAX_EXTENT_TU, r->extent_tu);
    if (r->buffer_tu > r->extent_tu)
        return err_set(err, BAD_ARG,
                       "a buffer of %" PRIu32 " units is wider than the tile's %" PRIu32,
                       r->buffer_tu, r->extent_tu);
    if (r->n_layers < 1 || r->n_layers > TILE_MAX_LAYERS)
        return err_set(err, BAD_ARG, "a tile has 1 to %d layers, not %zu", TILE_MAX_LAYERS,
                       r->n_layers);
    for (size_t i = 0; i < r->n_layers; i++) {
        if (layer_has_images(r->layers[i]))
            return err_set(err, BAD_ARG, "layer '%s' holds images, which no vector tile can hold",
                           r->layers[i]->name);
        if (r->layers[i]->kept && !is_web_mercator(r))
            return err_set(err, BAD_ARG, "layer '%s' holds tiles of Web Mercator, not of %s",
                           r->layers[i]->name, r->grid->id);
        for (size_t k = 0; k < i; k++)
            if (text_eq(r->layers[i]->name, r->layers[k]->name))
                return err_set(err, BAD_ARG, "layer '%s' is named twice", r->layers[i]->name);
    }
    return OK;
}

static enum err_code find_frame(struct tiler *t, const struct tile_request *r,
                                struct tile_frame *out, struct err *err)
{
    if (!is_web_mercator(r))
        return tile_frame_of_grid(r->grid, r->at, r->extent_tu, r->buffer_tu, t->crs, t->mesh, out,
                                  err);
    *out = tile_frame(r->at, r->extent_tu, r->buffer_tu);
    return OK;
}

enum err_code tiler_render(struct tiler *t, struct store *s, const struct tile_request *request,
                           struct buf *out, struct tile_report *report, struct err *err)
{
    struct tile_frame frame;
    enum err_code rc = check_request(request, err);
    if (!rc)
        rc = find_frame(t, request, &frame, err);
    const size_t n_before = out->len_bytes;
    size_t n_made = 0, n_kept = 0;
    for (size_t i = 0; i < request->n_layers && !rc; i++) {
        if (request->layers[i]->kept)
            continue;
        struct tile_layer_report of_layer = {0};
        rc = render_layer(t, s, &frame, request->layers[i], out, &of_layer, err);
        if (!rc && report)
            report->layers[n_made] = of_layer;
        n_made++;
    }
    for (size_t i = 0; i < request->n_layers && !rc; i++) {
        if (request->layers[i]->kept)
            rc = kept_render(t->kept, s, request->layers[i], request->at, out,
                             report ? &report->kept[n_kept++] : NULL, err);
    }
    if (rc) {
        out->len_bytes = n_before;
    } else if (report) {
        report->n_layers = n_made;
        report->n_kept = n_kept;
    }
    return rc;
}

enum err_code tiler_render_kept(struct tiler *t, struct store *s, const struct layer *layer,
                                struct tile_address at, struct buf *out, struct kept_report *report,
                                struct err *err)
{
    return kept_zoom_render(t->kept, s, layer, at, out, report, err);
}
