#include "tiler/tiler.h"

#include "base/mem.h"
#include "tiler/painter.h"
#include "tiler/tile_budget.h"

/* Drawing all of a zoom, a coarser zoom, and the largest of that one. */
#define MAX_ATTEMPTS 3

struct tiler {
    struct painter *painter;
};

/* How the drawables of one layer are taken. */
struct plan {
    struct drawable_query query;
    struct tile_budget budget;
    uint8_t vertex_zoom;
    bool chooses_by_size; /* else more than the budget means another attempt */
    struct size_choice choice;
};

enum err_code tiler_new(struct tiler **out, struct err *err)
{
    struct tiler *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    const enum err_code rc = painter_new(&t->painter, err);
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
    painter_free(t->painter);
    mem_free(t);
}

/* Draw until the drawables or the budget end. `*out_n` is how many were drawn; `*out_over` whether
 * there were more. */
static enum err_code draw(struct tiler *t, struct store *s, struct plan *plan, uint64_t *out_n,
                          bool *out_over, struct err *err)
{
    struct drawable_cursor *cursor = NULL;
    enum err_code rc = store_query_drawables(s, &plan->query, &cursor, err);
    if (rc)
        return rc;
    uint64_t n = 0;
    bool more = false, over = false;
    struct drawable d;
    while (!over && !(rc = drawable_cursor_next(cursor, &d, &more, err)) && more) {
        if (plan->chooses_by_size && !size_choice_takes(&plan->choice, &d.box))
            continue;
        over = n >= plan->budget.n_features || painter_bytes(t->painter) >= plan->budget.n_bytes;
        if (!over && (rc = painter_add(t->painter, &d, err)))
            break;
        n += !over;
    }
    drawable_cursor_close(cursor);
    *out_n = n;
    *out_over = over;
    return rc;
}

/* The finest zoom below the plan's whose drawables are no more than `n_wanted`; when there is none,
 * zoom 0 and the largest of its drawables. */
static enum err_code plan_coarser_zoom(struct store *s, struct plan *plan, uint64_t n_wanted,
                                       struct err *err)
{
    uint64_t n = UINT64_MAX;
    while (plan->query.zoom > 0 && n > n_wanted) {
        plan->query.zoom--;
        const enum err_code rc = store_count_drawables(s, &plan->query, n_wanted + 1, &n, err);
        if (rc)
            return rc;
    }
    plan->chooses_by_size = n > n_wanted;
    return OK;
}

static enum err_code plan_by_size(struct store *s, struct plan *plan, uint64_t n_wanted,
                                  struct err *err)
{
    plan->chooses_by_size = true;
    plan->choice = (struct size_choice){0};
    struct drawable_cursor *cursor = NULL;
    enum err_code rc = store_query_drawables(s, &plan->query, &cursor, err);
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

/* Change a plan that went over its budget after `n_drawn` drawables. */
static enum err_code replan(struct tiler *t, struct store *s, struct plan *plan, uint64_t n_drawn,
                            bool is_last, struct err *err)
{
    const uint64_t n_wanted =
        tile_budget_features(&plan->budget, n_drawn, painter_bytes(t->painter));
    plan->vertex_zoom -= plan->vertex_zoom > 0;
    if (!is_last) {
        const enum err_code rc = plan_coarser_zoom(s, plan, n_wanted, err);
        if (rc || !plan->chooses_by_size)
            return rc;
    }
    return plan_by_size(s, plan, n_wanted, err);
}

static enum err_code render_layer(struct tiler *t, struct store *s, const struct tile_request *r,
                                  const struct layer *layer, struct buf *out,
                                  struct tile_layer_report *report, struct err *err)
{
    struct plan plan = {
        .query = {layer, tile_grid_box(r->at, r->buffer_tu), r->at.z},
        .budget = tile_budget_of(layer),
        .vertex_zoom = r->at.z,
    };
    uint64_t n_drawn = 0;
    bool over = false;
    /* Ends: the last plan chooses by size. */
    for (int attempt = 2;; attempt++) {
        enum err_code rc =
            painter_start(t->painter, layer, r->at, r->buffer_tu, plan.vertex_zoom, err);
        if (!rc)
            rc = draw(t, s, &plan, &n_drawn, &over, err);
        if (rc)
            return rc;
        if (!over || plan.chooses_by_size)
            break;
        rc = replan(t, s, &plan, n_drawn, attempt == MAX_ATTEMPTS, err);
        if (rc)
            return rc;
    }
    const enum err_code rc = painter_end(t->painter, out, report, err);
    report->drawn_zoom = plan.query.zoom;
    if (rc || (plan.query.zoom == r->at.z && !plan.chooses_by_size))
        return rc;
    uint64_t n_of_zoom = 0;
    plan.query.zoom = r->at.z;
    if (store_count_drawables(s, &plan.query, UINT64_MAX, &n_of_zoom, err))
        return err_add(err, "what the tile leaves out");
    report->n_left_out = n_of_zoom - n_drawn;
    return OK;
}

static enum err_code check_request(const struct tile_request *r, struct err *err)
{
    if (!tile_address_is_ok(r->at.z, r->at.x, r->at.y))
        return err_set(err, BAD_ARG, "there is no tile %u/%u/%u", r->at.z, r->at.x, r->at.y);
    if (r->n_layers < 1 || r->n_layers > TILE_MAX_LAYERS)
        return err_set(err, BAD_ARG, "a tile has 1 to %d layers, not %zu", TILE_MAX_LAYERS,
                       r->n_layers);
    for (size_t i = 0; i < r->n_layers; i++)
        for (size_t k = 0; k < i; k++)
            if (text_eq(r->layers[i]->name, r->layers[k]->name))
                return err_set(err, BAD_ARG, "layer '%s' is named twice", r->layers[i]->name);
    return OK;
}

enum err_code tiler_render(struct tiler *t, struct store *s, const struct tile_request *request,
                           struct buf *out, struct tile_report *report, struct err *err)
{
    enum err_code rc = check_request(request, err);
    const size_t n_before = out->len_bytes;
    struct tile_layer_report of_layer;
    for (size_t i = 0; i < request->n_layers && !rc; i++) {
        of_layer = (struct tile_layer_report){0};
        rc = render_layer(t, s, request, request->layers[i], out, &of_layer, err);
        if (!rc && report)
            report->layers[i] = of_layer;
    }
    if (rc)
        out->len_bytes = n_before;
    else if (report)
        report->n_layers = request->n_layers;
    return rc;
}
