#include "tiler/cell_batch.h"

#include "base/mem.h"
#include "tiler/drawable_codec.h"

#define CELL_MAX_BYTES ((size_t)8 << 30)
/* Of shapes that only touch a cell: so many at the most, for some layers are one heap. What is left
 * out of it may be drawn with other vertices than its neighbour. */
#define AROUND_MAX_BYTES ((size_t)32 << 20)

void cell_batch_clear(struct cell_batch *b)
{
    cell_clear(&b->cell);
    cell_drawables_clear(&b->drawables);
    block_list_clear(&b->blocks);
    mem_free(b->home.boxes);
    b->home = (struct home_boxes){0};
}

void home_boxes_reset(struct home_boxes *h)
{
    h->all = grid_box_empty();
    h->n = 0;
}

enum err_code home_boxes_add(struct home_boxes *h, const struct grid_box *box, struct err *err)
{
    if (mem_grow((void **)&h->boxes, &h->room, h->n + 1, sizeof *h->boxes, err))
        return NO_MEMORY;
    h->boxes[h->n++] = *box;
    grid_box_join(&h->all, box);
    return OK;
}

bool home_boxes_meet(const struct home_boxes *h, const struct grid_box *box)
{
    if (!grid_box_meets(&h->all, box))
        return false;
    for (size_t i = 0; i < h->n; i++)
        if (grid_box_meets(&h->boxes[i], box))
            return true;
    return false;
}

enum err_code batch_worker_init(struct batch_worker *w, const struct shape_runs *runs,
                                const struct layer_drawing *drawing, struct err *err)
{
    w->runs = runs;
    w->drawing = drawing;
    enum err_code rc = blocks_new(&w->blocks, err);
    if (!rc && drawing->label_field >= 0)
        rc = label_placer_new(&w->placer, err);
    w->deriver.placer = w->placer;
    return rc;
}

void batch_worker_clear(struct batch_worker *w)
{
    cell_deriver_clear(&w->deriver);
    label_placer_free(w->placer);
    blocks_free(w->blocks);
    *w = (struct batch_worker){0};
}

static bool is_home(const struct cell_batch *b, size_t run)
{
    return run >= b->first_run && run < b->first_run + b->n_runs;
}

/* The bytes of all runs of the cell and of those that reach into its box; those at home first. */
static enum err_code read_runs(const struct shape_runs *runs, struct cell_batch *b,
                               size_t *home_bytes, struct err *err)
{
    struct buf *bytes = &b->cell.bytes;
    enum err_code rc = OK;
    bool has_polygons = false;
    home_boxes_reset(&b->home);
    if (bytes->limit_bytes == 0)
        buf_init(bytes, CELL_MAX_BYTES);
    buf_reset(bytes);
    for (size_t run = b->first_run; !rc && run < b->first_run + b->n_runs; run++) {
        has_polygons |= runs->runs[run].has_polygons;
        rc = home_boxes_add(&b->home, &runs->runs[run].box, err);
        if (!rc)
            rc = shape_runs_read(runs, run, bytes, err);
    }
    *home_bytes = bytes->len_bytes;
    for (size_t run = 0; !rc && run < runs->n_runs; run++) {
        const struct shape_run *r = &runs->runs[run];
        const bool is_around = has_polygons && r->has_polygons && !is_home(b, run) &&
                               home_boxes_meet(&b->home, &r->box) &&
                               bytes->len_bytes - *home_bytes + r->n_bytes <= AROUND_MAX_BYTES;
        if (is_around)
            rc = shape_runs_read(runs, run, bytes, err);
    }
    return rc;
}

enum err_code cell_batch_read(struct cell_batch *b, size_t home_bytes, struct err *err)
{
    struct grid_box of_record;
    struct bytes r = bytes_of_span(span_of_buf(&b->cell.bytes));
    const size_t around_bytes = b->cell.bytes.len_bytes - home_bytes;
    enum err_code rc = OK;
    cell_reset(&b->cell);
    while (!rc && r.at < r.end) {
        const bool home = (size_t)(r.end - r.at) > around_bytes;
        uint64_t key = 0;
        struct span record;
        if (shape_runs_next(&r, &key, &record, err) ||
            shape_record_read_box(record, &of_record, err))
            return BAD_DATA;
        if (home || home_boxes_meet(&b->home, &of_record))
            rc = cell_add(&b->cell, record, key, home, err);
    }
    return rc;
}

/* A polygon as it is drawn below its lowest zoom. */
static struct block_piece piece_of(const struct cell_batch *b, const struct derived *made)
{
    const struct cell_shape *s = &b->cell.shapes[made->shape];
    const uint8_t zoom = (uint8_t)(s->record.min_zoom - 1);
    return (struct block_piece){
        .zoom = zoom,
        .cell = block_cell(s->key, zoom),
        .key = s->key,
        .fid = s->record.fid,
        .group = s->record.group,
        .common = s->record.common,
        .n_features = 1,
        .edges = b->drawables.edges + made->first_edge,
        .n_edges = made->n_edges,
        .somewhere = b->cell.vertices[s->first_vertex],
    };
}

static enum err_code make_blocks(struct batch_worker *w, struct cell_batch *b,
                                 const struct blocks_job *job, struct err *err)
{
    enum err_code rc = OK;
    block_list_reset(&b->blocks);
    blocks_start(w->blocks, job, &b->blocks);
    for (size_t i = 0; !rc && i < b->drawables.n_derived; i++) {
        const struct derived *made = &b->drawables.derived[i];
        const struct shape_record *r = &b->cell.shapes[made->shape].record;
        if (r->kind != GEOM_KIND_POLYGON || r->min_zoom == 0)
            continue;
        const struct block_piece piece = piece_of(b, made);
        rc = blocks_add_polygon(w->blocks, &piece, err);
    }
    return rc ? rc : blocks_finish(w->blocks, err);
}

enum err_code batch_derive(struct batch_worker *w, struct cell_batch *b,
                           const struct blocks_job *job, struct err *err)
{
    const enum err_code rc = cell_derive(&w->deriver, &b->cell, &b->drawables, err);
    return rc ? rc : make_blocks(w, b, job, err);
}

enum err_code batch_work(struct batch_worker *w, struct cell_batch *b, struct err *err)
{
    size_t home_bytes = 0;
    enum err_code rc = read_runs(w->runs, b, &home_bytes, err);
    if (!rc)
        rc = cell_batch_read(b, home_bytes, err);
    if (rc)
        return rc;
    const struct cell *c = &b->cell;
    const struct curve_stretch stretch = {c->n_home ? c->shapes[0].key : 0,
                                          c->n_home ? c->shapes[c->n_home - 1].key : 0};
    const struct blocks_job job = {.drawing = w->drawing, .stretch = &stretch};
    return batch_derive(w, b, &job, err);
}

struct drawable cell_batch_drawable(const struct cell_batch *b, const struct derived *made)
{
    const struct shape_record *r = &b->cell.shapes[made->shape].record;
    return (struct drawable){
        .fid = r->fid,
        .number = r->number,
        .n_features = 1,
        .box = r->box,
        .geometry = {(const char *)b->drawables.geometry.data + made->geometry_at,
                     made->geometry_bytes},
        .values = r->values,
    };
}

enum err_code cell_batch_label(const struct cell_batch *b, const struct derived *made,
                               struct buf *scratch, struct drawable *out, struct err *err)
{
    const struct vertex_gu at = made->label;
    buf_reset(scratch);
    drawable_put_point(scratch, at, b->cell.shapes[made->shape].record.min_zoom);
    *out = cell_batch_drawable(b, made);
    out->box = (struct grid_box){at.x, at.y, at.x, at.y};
    out->geometry = span_of_buf(scratch);
    return buf_status(scratch, err);
}
