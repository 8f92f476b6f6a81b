/*
 * What the time of a tile consists of, one thread: the same tile again and again, each time one
 * stage further, as the tiler goes through them. A stage's time is what it adds.
 *
 *   stage_tiles STORE LAYER REPEATS <ADDRESSES      "z x y", one a line
 *
 * Prints for each tile a row with microseconds of processor time a feature, medians: query (rows out
 * of the store), decode (chunks and vertices to tile units), clip, check (rings made valid), encode
 * (attributes and the message) and compress.
 */
#include "base/text.h"
#include "tests/bench/tile_worker.h"
#include "tiler/block_rings.h"
#include "tiler/chunk_read.h"
#include "tiler/clip.h"
#include "tiler/drawable_codec.h"
#include "tiler/tile_rings.h"

#include <stdio.h>
#include <stdlib.h>

enum stage { QUERY, DECODE, CLIP, CHECK, ENCODE, COMPRESS, N_STAGES };
enum { MAX_REPEATS = 1000 };

struct stages {
    struct tile_worker *worker;
    struct chunk_reader chunk;
    struct clipper clipper;
    struct tile_rings *rings;
    struct ring_tracer *tracer;
    struct tile_shape shape, clipped;
    struct tile_frame frame;
    size_t n_bytes; /* read, so that nothing is left out */
};

static enum err_code shape_to(struct stages *s, const struct drawable *d, enum stage last,
                              struct err *err)
{
    enum err_code rc =
        drawable_get_geometry(d->geometry, &d->box, s->frame.zoom, &s->frame, &s->shape, err);
    if (rc || last == DECODE || s->shape.n_vertices == 0)
        return rc;
    const bool is_polygon = s->shape.kind == GEOM_KIND_POLYGON;
    const bool may_leave = !shape_is_within(&s->shape, &s->frame.clip);
    if (may_leave || !is_polygon) {
        rc = clip_shape(&s->clipper, &s->shape, &s->frame.clip, &s->clipped, err);
        tile_shape_swap(&s->shape, &s->clipped);
    }
    const bool is_group = s->chunk.role == ROLE_GROUP;
    bool valid = is_group && !may_leave;
    if (!rc && last != CLIP && is_polygon && !is_group)
        rc = tile_rings_tidy(s->rings, &s->shape, &valid, err);
    if (rc || last == CLIP || !is_polygon || valid)
        return rc;
    return ring_retrace(s->tracer, &s->shape, !is_group, &s->clipped, err);
}

static enum err_code chunk_to(struct stages *s, const struct chunk *c, enum stage last,
                              struct err *err)
{
    s->n_bytes += c->content.len_bytes;
    if (last == QUERY)
        return OK;
    struct drawable d;
    bool more = true;
    enum err_code rc = chunk_reader_start(&s->chunk, c, err);
    while (!rc && !(rc = chunk_reader_next(&s->chunk, &d, &more, err)) && more)
        if (grid_box_meets(&d.box, &s->frame.box))
            rc = shape_to(s, &d, last, err);
    return rc;
}

static enum err_code run_to(struct stages *s, struct tile_address at, enum stage last,
                            struct err *err)
{
    if (last >= ENCODE) {
        const enum err_code rc = tile_worker_make(s->worker, at, err);
        return rc || last == ENCODE ? rc : tile_worker_pack(s->worker, err);
    }
    const struct chunk_query query = {
        .layer = s->worker->layer, .box = s->frame.box, .zoom = s->frame.zoom};
    struct chunk_cursor *cursor = NULL;
    struct chunk c;
    bool more = true;
    enum err_code rc = store_query_chunks(s->worker->store, &query, &cursor, err);
    while (!rc && !(rc = chunk_cursor_next(cursor, &c, &more, err)) && more)
        rc = chunk_to(s, &c, last, err);
    chunk_cursor_close(cursor);
    return rc;
}

static int by_size(const void *a, const void *b)
{
    const double s = *(const double *)a, t = *(const double *)b;
    return (s > t) - (s < t);
}

static enum err_code measure(struct stages *s, struct tile_address at, size_t repeats,
                             struct err *err)
{
    double times_ms[MAX_REPEATS], reached_ms[N_STAGES];
    s->frame = tile_frame(at, TILE_EXTENT_TU, TILE_BUFFER_TU);
    for (enum stage last = QUERY; last < N_STAGES; last++) {
        for (size_t i = 0; i < repeats; i++) {
            const double start_ms = tile_worker_cpu_ms();
            const enum err_code rc = run_to(s, at, last, err);
            if (rc)
                return rc;
            times_ms[i] = tile_worker_cpu_ms() - start_ms;
        }
        qsort(times_ms, repeats, sizeof *times_ms, by_size);
        reached_ms[last] = times_ms[repeats / 2];
    }
    const double n = (double)(s->worker->report.n_written ? s->worker->report.n_written : 1);
    printf("| %u/%u/%u | %.0f | %.2f |", at.z, at.x, at.y, n, reached_ms[COMPRESS]);
    for (enum stage i = QUERY; i < N_STAGES; i++)
        printf(" %.2f |", (reached_ms[i] - (i ? reached_ms[i - 1] : 0)) * 1000 / n);
    printf(" %.2f |\n", reached_ms[ENCODE] * 1000 / n);
    return OK;
}

int main(int argc, char **argv)
{
    int64_t repeats = 0;
    struct err err = {0};
    if (argc != 4 || text_parse_i64(argv[3], &repeats, &err) || repeats < 1 ||
        repeats > MAX_REPEATS) {
        fprintf(stderr, "usage: %s STORE LAYER REPEATS <ADDRESSES\n", argv[0]);
        return 2;
    }
    struct tile_worker w;
    struct stages s = {.worker = &w};
    struct tile_address at;
    bool more = true;
    enum err_code rc = tile_worker_open(&w, argv[1], argv[2], &err);
    if (!rc)
        rc = tile_rings_new(&s.rings, &err);
    if (!rc)
        rc = ring_tracer_new(&s.tracer, &err);
    printf("| tile | features | ms | query us | decode us | clip us | check us | encode us | "
           "compress us | without compression us |\n|---|---|---|---|---|---|---|---|---|---|\n");
    while (!rc && !(rc = tile_worker_next(&at, &more, &err)) && more)
        rc = measure(&s, at, (size_t)repeats, &err);
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    tile_rings_free(s.rings);
    ring_tracer_free(s.tracer);
    chunk_reader_clear(&s.chunk);
    clipper_clear(&s.clipper);
    tile_shape_clear(&s.shape);
    tile_shape_clear(&s.clipped);
    tile_worker_close(&w);
    return rc ? 1 : 0;
}
