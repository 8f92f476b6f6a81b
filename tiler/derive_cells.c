#include "tiler/derive_cells.h"

#include "base/lane.h"
#include "base/mem.h"
#include "tiler/blocks.h"
#include "tiler/cell_derive.h"
#include "tiler/chunk_sink.h"
#include "tiler/clusters.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_columns.h"
#include "tiler/line_groups.h"
#include "tiler/shape_runs.h"

/* A cell is so many runs of some dozens of shapes, or fewer when these are large. More are better for
 * what a cell's border costs, fewer for the processor's caches. */
#define RUNS_PER_CELL  64
#define BYTES_PER_CELL ((uint64_t)4 << 20)
#define CELL_MAX_BYTES ((size_t)8 << 30)
/* Of shapes that only touch a cell: so many at the most, for some layers are one heap. What is left
 * out of it may be drawn with other vertices than its neighbour. */
#define AROUND_MAX_BYTES ((size_t)32 << 20)
#define N_BATCHES        3
#define LABEL_MAX_BYTES  64

/* A cell on its way: one thread works it out, the other takes what came of it. */
struct batch {
    size_t first_run, n_runs;
    struct cell cell;
    struct cell_drawables drawables;
};

struct deriving {
    const struct derive_job *job;
    struct shape_runs runs;
    struct cell_deriver deriver; /* the lane's */
    struct batch batches[N_BATCHES];
    struct chunk_sink sink;
    struct blocks *blocks;
    struct clusters *clusters;
    struct line_groups *lines;
    struct label_placer *placer; /* NULL: nothing is labelled */
    struct buf label;
};

/* --- out of the spool, into runs ----------------------------------------------------------- */

static enum err_code fill_runs(struct deriving *d, struct err *err)
{
    struct spool *shapes = d->job->shapes;
    enum err_code rc = shape_runs_open(&d->runs, d->job->temp_folder, err);
    if (!rc)
        rc = spool_sort(shapes, err);
    while (!rc) {
        uint64_t key = 0;
        struct span record;
        bool more = false;
        rc = spool_next(shapes, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = shape_runs_put(&d->runs, key, record, err);
    }
    return rc ? rc : shape_runs_end(&d->runs, err);
}

/* --- the lane: cells are read and worked out ----------------------------------------------- */

static bool is_home(const struct batch *b, size_t run)
{
    return run >= b->first_run && run < b->first_run + b->n_runs;
}

/* The bytes of all runs of the cell and of those that reach into its box; those at home first. */
static enum err_code read_runs(const struct deriving *d, struct batch *b, struct grid_box *box,
                               size_t *home_bytes, struct err *err)
{
    struct buf *bytes = &b->cell.bytes;
    enum err_code rc = OK;
    bool has_polygons = false;
    *box = grid_box_empty();
    if (bytes->limit_bytes == 0)
        buf_init(bytes, CELL_MAX_BYTES);
    buf_reset(bytes);
    for (size_t run = b->first_run; !rc && run < b->first_run + b->n_runs; run++) {
        grid_box_join(box, &d->runs.runs[run].box);
        has_polygons |= d->runs.runs[run].has_polygons;
        rc = shape_runs_read(&d->runs, run, bytes, err);
    }
    *home_bytes = bytes->len_bytes;
    for (size_t run = 0; !rc && run < d->runs.n_runs; run++) {
        const struct shape_run *r = &d->runs.runs[run];
        const bool is_around = has_polygons && r->has_polygons && !is_home(b, run) &&
                               grid_box_meets(&r->box, box) &&
                               bytes->len_bytes - *home_bytes + r->n_bytes <= AROUND_MAX_BYTES;
        if (is_around)
            rc = shape_runs_read(&d->runs, run, bytes, err);
    }
    return rc;
}

static enum err_code load(const struct deriving *d, struct batch *b, struct err *err)
{
    struct grid_box box, of_record;
    size_t home_bytes = 0;
    cell_reset(&b->cell);
    enum err_code rc = read_runs(d, b, &box, &home_bytes, err);
    const uint8_t *const home_end = b->cell.bytes.data + home_bytes;
    struct bytes r = {b->cell.bytes.data, b->cell.bytes.data + b->cell.bytes.len_bytes};
    while (!rc && r.at < r.end) {
        const bool home = r.at < home_end;
        uint64_t key = 0;
        struct span record;
        if (shape_runs_next(&r, &key, &record, err) ||
            shape_record_read_box(record, &of_record, err))
            return BAD_DATA;
        if (home || grid_box_meets(&of_record, &box))
            rc = cell_add(&b->cell, record, key, home, err);
    }
    return rc;
}

static enum err_code work(void *state, void *batch, struct err *err)
{
    struct deriving *d = state;
    struct batch *b = batch;
    const enum err_code rc = load(d, b, err);
    return rc ? rc : cell_derive(&d->deriver, &b->cell, &b->drawables, err);
}

/* --- the caller: drawables go into chunks, groups are made --------------------------------- */

/* The same feature, as the point where its label stands. */
static enum err_code put_label(struct deriving *d, const struct derived *made, uint8_t min_zoom,
                               const struct drawable *of, struct err *err)
{
    buf_reset(&d->label);
    drawable_put_point(&d->label, made->label, min_zoom);
    const enum err_code rc = buf_status(&d->label, err);
    struct drawable label = *of;
    label.box = (struct grid_box){made->label.x, made->label.y, made->label.x, made->label.y};
    label.geometry = span_of_buf(&d->label);
    return rc ? rc : chunk_sink_put(&d->sink, ROLE_LABEL, min_zoom, ZOOM_MAX, &label, err);
}

static enum err_code take_polygon(struct deriving *d, const struct batch *b,
                                  const struct derived *made, const struct drawable *drawable,
                                  struct err *err)
{
    const struct shape_record *r = &b->cell.shapes[made->shape].record;
    const struct small_polygon p = {.self = cell_owner(&b->cell, made->shape),
                                    .common = r->common,
                                    .edges = b->drawables.edges + made->first_edge,
                                    .n_edges = made->n_edges,
                                    .somewhere =
                                        b->cell.vertices[b->cell.shapes[made->shape].first_vertex]};
    enum err_code rc = chunk_sink_put(&d->sink, ROLE_FEATURE, r->min_zoom, ZOOM_MAX, drawable, err);
    if (!rc && made->has_label)
        rc = put_label(d, made, r->min_zoom, drawable, err);
    return rc ? rc : blocks_add(d->blocks, &p, err);
}

static enum err_code take_line(struct deriving *d, const struct batch *b,
                               const struct derived *made, const struct drawable *drawable,
                               struct err *err)
{
    const struct cell *c = &b->cell;
    const struct cell_shape *s = &c->shapes[made->shape];
    const struct short_lines lines = {.self = cell_owner(c, made->shape),
                                      .common = s->record.common,
                                      .vertices = c->vertices,
                                      .first = s->first_vertex,
                                      .end = c->ring_end + s->first_ring,
                                      .n_lines = s->record.n_rings};
    const enum err_code rc =
        chunk_sink_put(&d->sink, ROLE_FEATURE, s->record.min_zoom, ZOOM_MAX, drawable, err);
    return rc ? rc : line_groups_add(d->lines, &lines, err);
}

static enum err_code take_point(struct deriving *d, const struct batch *b,
                                const struct derived *made, const struct drawable *drawable,
                                struct err *err)
{
    const struct grid_box *box = &drawable->box;
    const struct vertex_gu middle = {box->min_x + (box->max_x - box->min_x) / 2,
                                     box->min_y + (box->max_y - box->min_y) / 2};
    return clusters_add(d->clusters, drawable, b->cell.shapes[made->shape].key, middle, err);
}

static enum err_code take(struct deriving *d, const struct batch *b, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < b->drawables.n_derived; i++) {
        const struct derived *made = &b->drawables.derived[i];
        const struct shape_record *r = &b->cell.shapes[made->shape].record;
        const struct drawable drawable = {
            .fid = r->fid,
            .number = r->number,
            .n_features = 1,
            .box = r->box,
            .geometry = {(const char *)b->drawables.geometry.data + made->geometry_at,
                         made->geometry_bytes},
            .values = r->values,
        };
        switch (r->kind) {
        case GEOM_KIND_POINT:
            rc = take_point(d, b, made, &drawable, err);
            break;
        case GEOM_KIND_LINE:
            rc = take_line(d, b, made, &drawable, err);
            break;
        case GEOM_KIND_POLYGON:
            rc = take_polygon(d, b, made, &drawable, err);
            break;
        }
    }
    return rc;
}

/* So many runs as make a cell. */
static size_t n_runs_of_cell(const struct shape_runs *r, size_t first)
{
    uint64_t n_bytes = 0;
    size_t n = 0;
    while (first + n < r->n_runs && n < RUNS_PER_CELL && n_bytes < BYTES_PER_CELL)
        n_bytes += r->runs[first + n++].n_bytes;
    return n;
}

static enum err_code derive_all(struct deriving *d, struct lane *lane, struct err *err)
{
    enum err_code rc = OK;
    size_t n_given = 0;
    for (size_t run = 0; !rc && run < d->runs.n_runs;) {
        struct batch *b = lane_batch(lane);
        rc = n_given >= N_BATCHES ? take(d, b, err) : OK;
        if (rc)
            break;
        b->first_run = run;
        b->n_runs = n_runs_of_cell(&d->runs, run);
        run += b->n_runs;
        rc = lane_give(lane, err);
        n_given++;
    }
    if (!rc)
        rc = lane_wait(lane, err);
    for (size_t i = n_given > N_BATCHES ? n_given - N_BATCHES : 0; !rc && i < n_given; i++)
        rc = take(d, &d->batches[i % N_BATCHES], err);
    return rc;
}

static enum err_code start_groups(struct deriving *d, struct err *err)
{
    const struct derive_job *job = d->job;
    const size_t n_columns[N_ROLES] = {
        [ROLE_FEATURE] = job->n_fields,
        [ROLE_GROUP] = group_n_columns(job->drawing),
        [ROLE_LABEL] = job->n_fields,
    };
    chunk_sink_start(&d->sink, job->writer, n_columns);
    enum err_code rc = blocks_new(&d->blocks, err);
    if (!rc)
        rc = clusters_new(&d->clusters, err);
    if (!rc)
        rc = line_groups_new(&d->lines, err);
    if (!rc && job->drawing->label_field >= 0)
        rc = label_placer_new(&d->placer, err);
    if (rc)
        return rc;
    d->deriver.placer = d->placer;
    blocks_start(d->blocks, job->drawing, &d->sink);
    line_groups_start(d->lines, job->drawing, &d->sink);
    return clusters_start(d->clusters, job->drawing, &d->sink, err);
}

static enum err_code run(struct deriving *d, struct err *err)
{
    void *batches[N_BATCHES];
    struct lane *lane = NULL;
    for (int i = 0; i < N_BATCHES; i++)
        batches[i] = &d->batches[i];
    enum err_code rc = fill_runs(d, err);
    if (!rc)
        rc = start_groups(d, err);
    if (!rc)
        rc = lane_new(batches, N_BATCHES, work, d, &lane, err);
    if (!rc)
        rc = derive_all(d, lane, err);
    lane_free(lane);
    if (!rc)
        rc = blocks_finish(d->blocks, err);
    if (!rc)
        rc = line_groups_finish(d->lines, err);
    if (!rc)
        rc = clusters_finish(d->clusters, err);
    return rc ? rc : chunk_sink_finish(&d->sink, err);
}

enum err_code derive_cells(const struct derive_job *job, struct err *err)
{
    struct deriving *d = mem_new(1, sizeof *d);
    if (!d)
        return err_no_memory(err, sizeof *d);
    d->job = job;
    d->runs.fd = -1;
    buf_init(&d->label, LABEL_MAX_BYTES);
    const enum err_code rc = run(d, err);
    for (int i = 0; i < N_BATCHES; i++) {
        cell_clear(&d->batches[i].cell);
        cell_drawables_clear(&d->batches[i].drawables);
    }
    shape_runs_close(&d->runs);
    cell_deriver_clear(&d->deriver);
    chunk_sink_clear(&d->sink);
    blocks_free(d->blocks);
    clusters_free(d->clusters);
    line_groups_free(d->lines);
    label_placer_free(d->placer);
    buf_clear(&d->label);
    mem_free(d);
    return rc;
}
