#include "tiler/derive_edit.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "tiler/cell_batch.h"
#include "tiler/edit_cells.h"
#include "tiler/edit_replace.h"
#include "tiler/grid.h"
#include "tiler/group_columns.h"
#include "tiler/kept_outline.h"
#include "tiler/min_zoom.h"
#include "tiler/owner.h"

#include <stdlib.h>
#include <string.h>

/*
 * What is derived of a polygon hangs on those that touch it, and what is derived of a block on its
 * polygons. So it is enough to make anew the cells of the lower step (tiler/kept_outline.h) in which
 * polygons lie that were changed or touch such a one; then, from the outlines that are kept at the
 * two steps, the blocks of lower zooms over these.
 */

#define BYTES_MAX ((size_t)8 << 30)

/* A polygon's place among the records of a cell. */
struct record_place {
    uint64_t key;
    size_t at, n_bytes;
};

struct edit {
    const atomic_bool *cancel;
    struct feature_editor *editor;
    const struct layer *layer;
    struct edit_rows rows;
    struct edit_cells cells;
    struct batch_worker worker;
    struct cell_batch batch;
    struct edit_replacer replacer;
    struct drawable_list outlines;
    struct block_edge *edges; /* of an outline */
    struct buf records, label;
    struct record_place *places; /* of those at home; of outlines: `at` is their index */
    size_t n_places, room_places, room_edges;
    size_t n_columns[N_ROLES];
    struct grid_box reach; /* of all that was made anew, before and after */
};

/* --- a cell of the lower step -------------------------------------------------------------- */

static struct edit_region region_of(uint64_t cell, uint8_t zoom, uint8_t highest_zoom)
{
    const uint64_t first = block_cell_key(cell, zoom);
    return (struct edit_region){
        .first_key = first,
        .last_key = first + (block_cell_key(1, zoom) - 1),
        .lowest_zoom = zoom,
        .highest_zoom = highest_zoom,
        .has_polygons = zoom == LOWER_STEP_ZOOM,
    };
}

/* The square of a cell. */
static struct grid_box cell_box(uint64_t cell, uint8_t zoom)
{
    const uint32_t side = UINT32_MAX >> (zoom + BLOCK_CELL_BITS);
    struct grid_box b;
    hilbert_place(block_cell_key(cell, zoom), &b.min_x, &b.min_y);
    b.min_x &= ~side;
    b.min_y &= ~side;
    b.max_x = b.min_x + side;
    b.max_y = b.min_y + side;
    return b;
}

/* Rounding to the lattice of a zoom moves a vertex by less than that. */
static void widen(struct grid_box *b, uint8_t zoom)
{
    const uint32_t unit = UINT32_C(2) << (GRID_DETAIL_ZOOM - zoom);
    b->min_x = b->min_x > unit ? b->min_x - unit : 0;
    b->min_y = b->min_y > unit ? b->min_y - unit : 0;
    b->max_x = b->max_x < UINT32_MAX - unit ? b->max_x + unit : UINT32_MAX;
    b->max_y = b->max_y < UINT32_MAX - unit ? b->max_y + unit : UINT32_MAX;
}

/* Rows on their way into a cell. */
struct gathering {
    struct edit *e;
    const struct edit_region *region;
    struct grid_box home; /* the box around those of the region */
    bool around;          /* those of the region are there: now the others */
};

static void put_record(struct buf *b, uint64_t key, struct span record)
{
    buf_put(b, &key, sizeof key);
    buf_put_varint(b, record.len_bytes);
    buf_put(b, record.at, record.len_bytes);
}

static enum err_code gather(void *state, uint64_t key, const struct shape_record *r,
                            struct span record, struct err *err)
{
    struct gathering *g = state;
    struct edit *e = g->e;
    const bool is_home = key >= g->region->first_key && key <= g->region->last_key;
    if (r->kind != GEOM_KIND_POLYGON || is_home == g->around)
        return OK;
    if (g->around) {
        if (grid_box_meets(&r->box, &g->home))
            put_record(&e->batch.cell.bytes, key, record);
        return buf_status(&e->batch.cell.bytes, err);
    }
    if (mem_grow((void **)&e->places, &e->room_places, e->n_places + 1, sizeof *e->places, err))
        return NO_MEMORY;
    const size_t at = e->records.len_bytes;
    put_record(&e->records, key, record);
    e->places[e->n_places++] = (struct record_place){key, at, e->records.len_bytes - at};
    grid_box_join(&g->home, &r->box);
    return buf_status(&e->records, err);
}

static int by_key(const void *a, const void *b)
{
    const struct record_place *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The shapes of a cell in the order of the curve, then all that touch them. */
static enum err_code read_cell(struct edit *e, const struct edit_region *region,
                               const struct grid_box *square, struct grid_box *home,
                               struct err *err)
{
    struct gathering g = {.e = e, .region = region, .home = grid_box_empty()};
    struct buf *bytes = &e->batch.cell.bytes;
    buf_reset(&e->records);
    buf_reset(bytes);
    e->n_places = 0;
    enum err_code rc = edit_rows_in_box(&e->rows, square, gather, &g, err);
    if (e->n_places)
        qsort(e->places, e->n_places, sizeof *e->places, by_key);
    for (size_t i = 0; i < e->n_places; i++)
        buf_put(bytes, e->records.data + e->places[i].at, e->places[i].n_bytes);
    const size_t home_bytes = bytes->len_bytes;
    g.around = true;
    if (!rc && e->n_places)
        rc = edit_rows_in_box(&e->rows, &g.home, gather, &g, err);
    if (!rc)
        rc = buf_status(bytes, err);
    *home = g.home;
    home_boxes_reset(&e->batch.home);
    if (!rc)
        rc = home_boxes_add(&e->batch.home, &g.home, err);
    return rc ? rc : cell_batch_read(&e->batch, home_bytes, err);
}

/* Beside the blocks that were made with it. */
static enum err_code put_polygon(struct edit *e, const struct derived *made, struct err *err)
{
    const struct cell_batch *b = &e->batch;
    struct listed_drawable l = {.role = ROLE_FEATURE,
                                .min_zoom = b->cell.shapes[made->shape].record.min_zoom,
                                .max_zoom = ZOOM_MAX,
                                .d = cell_batch_drawable(b, made)};
    enum err_code rc = drawable_list_put(&e->batch.blocks.made, &l, err);
    if (rc || !made->has_label)
        return rc;
    l.role = ROLE_LABEL;
    rc = cell_batch_label(b, made, &e->label, &l.d, err);
    return rc ? rc : drawable_list_put(&e->batch.blocks.made, &l, err);
}

static enum err_code join_drawn(void *state, const struct drawable *d, struct err *err)
{
    struct edit_region *region = state;
    const uint64_t key = shape_key(&d->box, d->number);
    (void)err;
    if (key >= region->first_key && key <= region->last_key)
        grid_box_join(&region->box, &d->box);
    return OK;
}

/* Its polygons and blocks. */
static enum err_code edit_cell(struct edit *e, uint64_t cell, bool *outlines_changed,
                               struct err *err)
{
    struct edit_region region = region_of(cell, LOWER_STEP_ZOOM, ALL_DRAWN_ZOOM - 1);
    const struct grid_box square = cell_box(cell, LOWER_STEP_ZOOM);
    const struct blocks_job job = {.drawing = e->layer->drawing, .lowest_zoom = LOWER_STEP_ZOOM};
    enum err_code rc = read_cell(e, &region, &square, &region.box, err);
    if (!rc)
        rc = batch_derive(&e->worker, &e->batch, &job, err);
    for (size_t i = 0; !rc && i < e->batch.drawables.n_derived; i++)
        rc = put_polygon(e, &e->batch.drawables.derived[i], err);
    grid_box_join(&region.box, &square);
    if (!rc)
        rc = edit_each_drawn(&e->cells, ROLE_FEATURE, ZOOM_MAX, &square, join_drawn, &region, err);
    widen(&region.box, LOWER_STEP_ZOOM);
    grid_box_join(&e->reach, &region.box);
    return rc ? rc
              : edit_replace(&e->replacer, e->editor, &region, &e->batch.blocks.made, e->n_columns,
                             outlines_changed, err);
}

/* --- lower zooms --------------------------------------------------------------------------- */

/* Outlines on their way out of the store. */
struct outlines_wanted {
    struct edit *e;
    const struct edit_region *region;
};

static enum err_code take_outline(void *state, const struct drawable *d, struct err *err)
{
    const struct outlines_wanted *w = state;
    struct edit *e = w->e;
    struct listed_drawable l = {.role = ROLE_OUTLINE, .d = *d};
    if (d->number < w->region->first_key || d->number > w->region->last_key)
        return OK;
    l.d.values = (struct span){0};
    if (mem_grow((void **)&e->places, &e->room_places, e->n_places + 1, sizeof *e->places, err))
        return NO_MEMORY;
    e->places[e->n_places++] = (struct record_place){.key = d->number, .at = e->outlines.n};
    return drawable_list_put(&e->outlines, &l, err);
}

/* The outlines that are kept at a step in a part of the curve, in its order. */
static enum err_code read_outlines(struct edit *e, uint8_t step, const struct edit_region *region,
                                   const struct grid_box *square, struct err *err)
{
    struct outlines_wanted wanted = {e, region};
    drawable_list_reset(&e->outlines);
    e->n_places = 0;
    const enum err_code rc = edit_each_drawn(&e->cells, ROLE_OUTLINE, kept_zoom_of_step(step),
                                             square, take_outline, &wanted, err);
    if (e->n_places)
        qsort(e->places, e->n_places, sizeof *e->places, by_key);
    return rc;
}

static void join_edges(struct grid_box *box, const struct block_piece *p)
{
    for (size_t i = 0; i < p->n_edges; i++) {
        const struct vertex_gu v = p->edges[i].from;
        grid_box_join(box, &(struct grid_box){v.x, v.y, v.x, v.y});
    }
    const struct vertex_gu v = p->somewhere;
    grid_box_join(box, &(struct grid_box){v.x, v.y, v.x, v.y});
}

/* The blocks of some zooms, from the outlines kept at the step above them. */
static enum err_code edit_zooms(struct edit *e, uint8_t step, struct edit_region *region,
                                const struct grid_box *square, struct err *err)
{
    const struct blocks_job job = {.drawing = e->layer->drawing,
                                   .lowest_zoom = region->lowest_zoom};
    bool outlines_changed = false;
    enum err_code rc = read_outlines(e, step, region, square, err);
    block_list_reset(&e->batch.blocks);
    blocks_start(e->worker.blocks, &job, &e->batch.blocks);
    region->box = e->reach;
    grid_box_join(&region->box, square);
    for (size_t i = 0; !rc && i < e->n_places; i++) {
        const struct listed_drawable l = drawable_list_at(&e->outlines, e->places[i].at);
        struct block_piece piece;
        rc = kept_outline_get(&l.d, &e->edges, &e->room_edges, &piece, err);
        if (rc)
            break;
        join_edges(&region->box, &piece);
        rc = blocks_add(e->worker.blocks, &piece, err);
    }
    if (!rc)
        rc = blocks_finish(e->worker.blocks, err);
    widen(&region->box, region->lowest_zoom);
    return rc ? rc
              : edit_replace(&e->replacer, e->editor, region, &e->batch.blocks.made, e->n_columns,
                             &outlines_changed, err);
}

static enum err_code edit_below(struct edit *e, struct err *err)
{
    static const struct grid_box world = {0, 0, UINT32_MAX, UINT32_MAX};
    const int down = 2 * (LOWER_STEP_ZOOM - UPPER_STEP_ZOOM);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < e->cells.n_cells; i++) {
        const uint64_t cell = e->cells.cells[i] >> down;
        if (i > 0 && e->cells.cells[i - 1] >> down == cell)
            continue;
        struct edit_region region = region_of(cell, UPPER_STEP_ZOOM, LOWER_STEP_ZOOM - 1);
        const struct grid_box square = cell_box(cell, UPPER_STEP_ZOOM);
        rc = cancel_check(e->cancel, "the drawing", err);
        if (!rc)
            rc = edit_zooms(e, LOWER_STEP_ZOOM, &region, &square, err);
        grid_box_join(&e->reach, &region.box);
    }
    if (rc)
        return rc;
    struct edit_region all = {.last_key = UINT64_MAX, .highest_zoom = UPPER_STEP_ZOOM - 1};
    return edit_zooms(e, UPPER_STEP_ZOOM, &all, &world, err);
}

/* --- all of it ----------------------------------------------------------------------------- */

/* Whether the layer is one of polygons whose outlines are kept. What lies beyond 180 degrees is drawn
 * elsewhere than its row says. */
static enum err_code can_edit(const struct edit *e, bool *out, struct err *err)
{
    const struct layer *l = e->layer;
    const struct chunk_query outlines = {.layer = l,
                                         .box = {0, 0, UINT32_MAX, UINT32_MAX},
                                         .zoom = kept_zoom_of_step(UPPER_STEP_ZOOM)};
    *out = (l->geom_type == GEOM_POLYGON || l->geom_type == GEOM_MULTIPOLYGON) &&
           feature_editor_n_features(e->editor) > 0 && l->bbox_deg.min_x >= -180 &&
           l->bbox_deg.max_x <= 180;
    return *out ? store_has_chunks(e->rows.store, &outlines, out, err) : OK;
}

static enum err_code make_anew(struct edit *e, const struct feature_change *changes, size_t n,
                               struct err *err)
{
    bool outlines_changed = false;
    enum err_code rc = batch_worker_init(&e->worker, NULL, e->layer->drawing, err);
    if (!rc)
        rc = edit_cells_find(&e->cells, changes, n, err);
    for (size_t i = 0; !rc && i < e->cells.n_cells; i++) {
        bool changed = false;
        rc = cancel_check(e->cancel, "the drawing", err);
        if (!rc)
            rc = edit_cell(e, e->cells.cells[i], &changed, err);
        outlines_changed |= changed;
    }
    return rc || !outlines_changed ? rc : edit_below(e, err);
}

enum err_code derive_edit(struct shape_maker *m, struct feature_editor *editor,
                          const struct feature_change *changes, size_t n, const atomic_bool *cancel,
                          bool *out_done, struct err *err)
{
    struct edit *e = mem_new(1, sizeof *e);
    if (!e)
        return err_no_memory(err, sizeof *e);
    const struct layer *l = feature_editor_layer(editor);
    e->cancel = cancel;
    e->editor = editor;
    e->layer = l;
    e->reach = grid_box_empty();
    e->n_columns[ROLE_FEATURE] = e->n_columns[ROLE_LABEL] = l->n_fields;
    e->n_columns[ROLE_GROUP] = group_n_columns(l->drawing);
    buf_init(&e->batch.cell.bytes, BYTES_MAX);
    buf_init(&e->records, BYTES_MAX);
    buf_init(&e->label, BYTES_MAX);
    edit_rows_init(&e->rows, feature_editor_store(editor), l, m);
    e->cells.rows = &e->rows;
    enum err_code rc = shape_maker_start(m, l->epsg, l->drawing, err);
    if (!rc)
        rc = can_edit(e, out_done, err);
    if (!rc && *out_done)
        rc = make_anew(e, changes, n, err);
    edit_cells_clear(&e->cells);
    edit_rows_clear(&e->rows);
    batch_worker_clear(&e->worker);
    cell_batch_clear(&e->batch);
    edit_replacer_clear(&e->replacer);
    drawable_list_clear(&e->outlines);
    buf_clear(&e->records);
    buf_clear(&e->label);
    mem_free(e->places);
    mem_free(e->edges);
    mem_free(e);
    return rc;
}
