#include "tiler/tiler.h"

#include "base/mem.h"
#include "store/tileset.h"
#include "tiler/kept_render.h"
#include "tiler/painter.h"
#include "tiler/tile_budget.h"

#include <inttypes.h>

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
    struct chunk_query query;
    struct tile_budget budget;
    uint64_t n_all; /* drawables of the query's zoom on the tile, at least */
    uint8_t vertex_zoom;
    bool id_only; /* no other attribute of a feature is drawn */
    uint64_t next_sample;
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

static bool is_within(const struct grid_box *a, const struct grid_box *b)
{
    return a->min_x >= b->min_x && a->max_x <= b->max_x && a->min_y >= b->min_y &&
           a->max_y <= b->max_y;
}

/* How many drawables surely fall on the tile: those of whole chunks. */
static enum err_code count_all(struct store *s, struct plan *plan, struct err *err)
{
    struct chunk_cursor *cursor = NULL;
    struct chunk_query faces = plan->query;
    faces.part = CHUNK_FACE;
    plan->n_all = 0;
    enum err_code rc = store_query_chunks(s, &faces, &cursor, err);
    if (rc)
        return rc;
    struct chunk c;
    bool more = false;
    while (!(rc = chunk_cursor_next(cursor, &c, &more, err)) && more)
        if (is_within(&c.box, &plan->query.box))
            plan->n_all += c.n_drawables;
    chunk_cursor_close(cursor);
    return rc;
}

/* How many drawables like those drawn so far the budget pays for. */
static uint64_t affordable(const struct tiler *t, const struct plan *plan)
{
    return tile_budget_features(&plan->budget, painter_n_drawn(t->painter),
                                painter_bytes(t->painter));
}

/* Whether the budget ends here, or will surely end before the drawables do: their mean size is
 * known to a quarter after the first sample, and better with each. */
static bool is_over(const struct tiler *t, struct plan *plan)
{
    const uint64_t n_drawn = painter_n_drawn(t->painter);
    if (n_drawn > plan->budget.n_features || painter_bytes(t->painter) > plan->budget.n_bytes)
        return true;
    if (n_drawn < plan->next_sample)
        return false;
    plan->next_sample = n_drawn + SAMPLE;
    const uint64_t n_wanted = affordable(t, plan);
    return plan->n_all > n_wanted + n_wanted / 4 / (n_drawn / SAMPLE);
}

/* Draw until the drawables or the budget end. `*out_over` whether there are more. */
static enum err_code draw(struct tiler *t, struct store *s, struct plan *plan, bool *out_over,
                          struct err *err)
{
    struct chunk_cursor *cursor = NULL;
    plan->next_sample = SAMPLE;
    *out_over = plan->n_all > plan->budget.n_features && plan->query.zoom > 0;
    if (*out_over)
        return OK;
    enum err_code rc = store_query_chunks(s, &plan->query, &cursor, err);
    if (rc)
        return rc;
    struct chunk c;
    bool more = false;
    while (!rc && !*out_over && !(rc = chunk_cursor_next(cursor, &c, &more, err)) && more) {
        rc = painter_add(t->painter, &c, err);
        *out_over = is_over(t, plan);
        /* Nothing is coarser than zoom 0: from here on the rest is counted. */
        if (*out_over && plan->query.zoom == 0) {
            painter_limit(t->painter, painter_n_drawn(t->painter));
            *out_over = false;
        }
    }
    chunk_cursor_close(cursor);
    return rc;
}

/* Change a plan that went over its budget. A map whose densest tiles lack attributes is better than
 * a coarser one: who clicks can ask the API by id. After that the drawables of the zoom above are
 * taken, which stand for all that these do. */
static enum err_code replan(struct tiler *t, struct store *s, struct plan *plan, struct err *err)
{
    const bool lacks_bytes = affordable(t, plan) < plan->budget.n_features;
    if (lacks_bytes && !plan->id_only && plan->n_all <= plan->budget.n_features) {
        plan->id_only = true;
        return OK;
    }
    plan->query.zoom--;
    plan->vertex_zoom = plan->query.zoom;
    return count_all(s, plan, err);
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
    /* Below it there is nothing to draw, or it was said that nothing should be. */
    if (frame->zoom < layer->min_zoom || frame->is_nowhere) {
        *report = (struct tile_layer_report){.layer = layer->name, .drawn_zoom = frame->zoom};
        return OK;
    }
    enum err_code rc = count_all(s, &plan, err);
    for (bool over = true; !rc && over;) {
        rc = painter_start(t->painter, layer, frame, plan.vertex_zoom, err);
        if (!rc && plan.id_only)
            painter_keep_id_only(t->painter);
        if (!rc && plan.query.zoom == 0)
            painter_limit(t->painter, plan.budget.n_features);
        if (!rc)
            rc = draw(t, s, &plan, &over, err);
        if (!rc && over)
            rc = replan(t, s, &plan, err);
    }
    if (!rc)
        rc = painter_end(t->painter, out, report, err);
    report->drawn_zoom = plan.query.zoom;
    report->n_without_attributes = plan.id_only ? report->n_written : 0;
    return rc;
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
    bool is_coarser = false;
    for (size_t i = 0; i < request->n_layers && !rc; i++) {
        if (request->layers[i]->kept)
            continue;
        struct tile_layer_report of_layer = {0};
        rc = render_layer(t, s, &frame, request->layers[i], out, &of_layer, err);
        if (!rc && report)
            report->layers[n_made] = of_layer;
        is_coarser |= of_layer.drawn_zoom < frame.zoom;
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
        report->is_coarser = is_coarser;
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
