#include "tiler/derive_cells.h"

#include "base/cancel.h"
#include "base/lane.h"
#include "base/mem.h"
#include "tiler/block_joiner.h"
#include "tiler/cell_batch.h"
#include "tiler/chunk_sink.h"
#include "tiler/clusters.h"
#include "tiler/group_columns.h"
#include "tiler/line_groups.h"

/* A batch is so many runs of some dozens of shapes, or fewer when these are large. More are better for
 * what a batch's border costs, fewer for the processor's caches. */
#define RUNS_PER_BATCH  64
#define BYTES_PER_BATCH ((uint64_t)4 << 20)
#define N_LANES         2
#define N_BATCHES       2 /* of each lane: one that it works on, one that is taken */
#define LABEL_MAX_BYTES 64

/* A thread that works out every second batch. */
struct batch_lane {
    struct lane *lane;
    struct batch_worker worker;
    struct cell_batch batches[N_BATCHES];
};

struct deriving {
    const struct derive_job *job;
    struct shape_runs runs;
    struct batch_lane lanes[N_LANES];
    struct chunk_sink sink;
    struct block_joiner *joiner; /* of the pieces that batches leave */
    struct clusters *clusters;
    struct line_groups *lines;
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
        if (!rc)
            rc = cancel_check(d->job->cancel, "the drawing", err);
    }
    return rc ? rc : shape_runs_end(&d->runs, err);
}

/* --- the caller: drawables go into chunks, groups are made --------------------------------- */

static enum err_code take_polygon(struct deriving *d, const struct cell_batch *b,
                                  const struct derived *made, const struct drawable *drawable,
                                  struct err *err)
{
    const uint8_t min_zoom = b->cell.shapes[made->shape].record.min_zoom;
    struct drawable label;
    enum err_code rc = chunk_sink_put(&d->sink, ROLE_FEATURE, min_zoom, ZOOM_MAX, drawable, err);
    if (rc || !made->has_label)
        return rc;
    rc = cell_batch_label(b, made, &d->label, &label, err);
    return rc ? rc : chunk_sink_put(&d->sink, ROLE_LABEL, min_zoom, ZOOM_MAX, &label, err);
}

static enum err_code take_line(struct deriving *d, const struct cell_batch *b,
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

static enum err_code take_point(struct deriving *d, const struct cell_batch *b,
                                const struct derived *made, const struct drawable *drawable,
                                struct err *err)
{
    const struct grid_box *box = &drawable->box;
    const struct vertex_gu middle = {box->min_x + (box->max_x - box->min_x) / 2,
                                     box->min_y + (box->max_y - box->min_y) / 2};
    return clusters_add(d->clusters, drawable, b->cell.shapes[made->shape].key, middle, err);
}

static enum err_code take_shapes(struct deriving *d, const struct cell_batch *b, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < b->drawables.n_derived; i++) {
        const struct derived *made = &b->drawables.derived[i];
        const struct drawable drawable = cell_batch_drawable(b, made);
        switch (b->cell.shapes[made->shape].record.kind) {
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

static enum err_code put_made(void *state, const struct drawable_list *l, struct err *err)
{
    struct deriving *d = state;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < l->n; i++) {
        const struct listed_drawable m = drawable_list_at(l, i);
        rc = chunk_sink_put(&d->sink, m.role, m.min_zoom, m.max_zoom, &m.d, err);
    }
    return rc;
}

static enum err_code take(struct deriving *d, struct cell_batch *b, struct err *err)
{
    enum err_code rc = take_shapes(d, b, err);
    if (!rc)
        rc = put_made(d, &b->blocks.made, err);
    return rc ? rc : block_joiner_put(d->joiner, &b->blocks, err);
}

/* --- the lanes ----------------------------------------------------------------------------- */

/* So many runs as make a batch. */
static size_t n_runs_of_batch(const struct shape_runs *r, size_t first)
{
    uint64_t n_bytes = 0;
    size_t n = 0;
    while (first + n < r->n_runs && n < RUNS_PER_BATCH && n_bytes < BYTES_PER_BATCH)
        n_bytes += r->runs[first + n++].n_bytes;
    return n;
}

static enum err_code work(void *worker, void *batch, struct err *err)
{
    return batch_work(worker, batch, err);
}

static enum err_code start_lanes(struct deriving *d, struct err *err)
{
    enum err_code rc = OK;
    for (int i = 0; !rc && i < N_LANES; i++) {
        struct batch_lane *l = &d->lanes[i];
        rc = batch_worker_init(&l->worker, &d->runs, d->job->drawing, err);
        if (!rc)
            rc = lane_new(l->batches, N_BATCHES, sizeof l->batches[0], work, &l->worker, &l->lane,
                          err);
    }
    return rc;
}

static void clear_lanes(struct deriving *d)
{
    for (int i = 0; i < N_LANES; i++) {
        struct batch_lane *l = &d->lanes[i];
        lane_free(l->lane);
        for (int k = 0; k < N_BATCHES; k++)
            cell_batch_clear(&l->batches[k]);
        batch_worker_clear(&l->worker);
    }
}

/* Batches are given to the lanes in turn, and taken in the same order: when a lane's memory for the
 * next is free, what stood there is the oldest that is not taken. */
static enum err_code derive_all(struct deriving *d, struct err *err)
{
    enum { N_UNDER_WAY = N_LANES * N_BATCHES };
    enum err_code rc = OK;
    size_t n_given = 0;
    for (size_t run = 0; !rc && run < d->runs.n_runs; n_given++) {
        struct lane *lane = d->lanes[n_given % N_LANES].lane;
        struct cell_batch *b = lane_batch(lane);
        rc = cancel_check(d->job->cancel, "the drawing", err);
        if (!rc && n_given >= N_UNDER_WAY)
            rc = take(d, b, err);
        if (rc)
            break;
        b->first_run = run;
        b->n_runs = n_runs_of_batch(&d->runs, run);
        run += b->n_runs;
        rc = lane_give(lane, err);
    }
    for (int i = 0; !rc && i < N_LANES; i++)
        rc = lane_wait(d->lanes[i].lane, err);
    for (size_t i = n_given > N_UNDER_WAY ? n_given - N_UNDER_WAY : 0; !rc && i < n_given; i++)
        rc = take(d, &d->lanes[i % N_LANES].batches[i / N_LANES % N_BATCHES], err);
    return rc;
}

static enum err_code put_chunk(void *writer, const struct chunk *c, struct err *err)
{
    return layer_writer_put_chunk(writer, c, err);
}

static enum err_code start_groups(struct deriving *d, struct err *err)
{
    const struct derive_job *job = d->job;
    const size_t n_columns[N_ROLES] = {
        [ROLE_FEATURE] = job->n_fields,
        [ROLE_GROUP] = group_n_columns(job->drawing),
        [ROLE_LABEL] = job->n_fields,
    };
    chunk_sink_start(&d->sink, put_chunk, job->writer, n_columns);
    enum err_code rc = block_joiner_new(job->drawing, put_made, d, &d->joiner, err);
    if (!rc)
        rc = clusters_new(&d->clusters, err);
    if (!rc)
        rc = line_groups_new(&d->lines, err);
    if (rc)
        return rc;
    line_groups_start(d->lines, job->drawing, &d->sink);
    return clusters_start(d->clusters, job->drawing, &d->sink, err);
}

static enum err_code run(struct deriving *d, struct err *err)
{
    enum err_code rc = fill_runs(d, err);
    if (!rc)
        rc = start_groups(d, err);
    if (!rc)
        rc = start_lanes(d, err);
    if (!rc)
        rc = derive_all(d, err);
    if (!rc)
        rc = block_joiner_finish(d->joiner, err);
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
    clear_lanes(d);
    shape_runs_close(&d->runs);
    chunk_sink_clear(&d->sink);
    block_joiner_free(d->joiner);
    clusters_free(d->clusters);
    line_groups_free(d->lines);
    buf_clear(&d->label);
    mem_free(d);
    return rc;
}
