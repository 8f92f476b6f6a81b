#include "tiler/clusters.h"

#include "base/mem.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_values.h"
#include "tiler/min_zoom.h"

#include <string.h>

#define SQUARE_BITS 4 /* a sixteenth of a tile: 32 CSS pixels */
#define BYTES_MAX   ((size_t)1 << 30)

/* The square of a zoom that the curve is in. */
struct square {
    uint64_t cell;
    uint64_t n_points;
    double sum_x, sum_y;
    struct aggregate_sum *sums;
};

/* The point before, which waits for the next to tell whether it is alone. */
struct waiting {
    bool is_there;
    uint64_t key;
    uint8_t min_zoom; /* as far as the point before it tells */
    struct vertex_gu at;
    struct drawable d;
    struct buf bytes; /* its geometry and values */
};

struct clusters {
    const struct layer_drawing *drawing;
    struct chunk_sink *sink;
    struct square squares[ALL_POINTS_DRAWN_ZOOM];
    struct waiting waiting;
    struct aggregate_sum *sums; /* of all squares, and of one point */
    size_t room_sums;
    struct buf geometry, values;
};

enum err_code clusters_new(struct clusters **out, struct err *err)
{
    struct clusters *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    buf_init(&c->geometry, BYTES_MAX);
    buf_init(&c->values, BYTES_MAX);
    buf_init(&c->waiting.bytes, BYTES_MAX);
    *out = c;
    return OK;
}

void clusters_free(struct clusters *c)
{
    if (!c)
        return;
    mem_free(c->sums);
    buf_clear(&c->geometry);
    buf_clear(&c->values);
    buf_clear(&c->waiting.bytes);
    mem_free(c);
}

enum err_code clusters_start(struct clusters *c, const struct layer_drawing *drawing,
                             struct chunk_sink *sink, struct err *err)
{
    const size_t n = drawing->n_aggregates;
    if (mem_grow((void **)&c->sums, &c->room_sums, n * (ALL_POINTS_DRAWN_ZOOM + 1) + 1,
                 sizeof *c->sums, err))
        return NO_MEMORY;
    c->drawing = drawing;
    c->sink = sink;
    c->waiting.is_there = false;
    for (size_t zoom = 0; zoom < ALL_POINTS_DRAWN_ZOOM; zoom++)
        c->squares[zoom] = (struct square){.sums = c->sums + n * zoom};
    return OK;
}

static uint64_t square_of(uint64_t key, int zoom)
{
    return key >> (64 - 2 * (zoom + SQUARE_BITS));
}

/* The lowest zoom at which two points lie in different squares. */
static uint8_t zoom_apart(uint64_t a, uint64_t b)
{
    for (uint8_t zoom = 0; zoom < ALL_POINTS_DRAWN_ZOOM; zoom++)
        if (square_of(a, zoom) != square_of(b, zoom))
            return zoom;
    return ALL_POINTS_DRAWN_ZOOM;
}

static enum err_code put_cluster(struct clusters *c, uint8_t zoom, const struct square *s,
                                 struct err *err)
{
    const struct vertex_gu at = {(uint32_t)(s->sum_x / (double)s->n_points),
                                 (uint32_t)(s->sum_y / (double)s->n_points)};
    const struct grid_box box = {at.x, at.y, at.x, at.y};
    buf_reset(&c->geometry);
    buf_reset(&c->values);
    drawable_put_point(&c->geometry, at, zoom);
    group_values_put(&c->values, c->drawing, true, s->n_points, (struct span){0}, s->sums);
    enum err_code rc = buf_status(&c->geometry, err);
    if (!rc)
        rc = buf_status(&c->values, err);
    const struct drawable d = {.n_features = (uint32_t)s->n_points,
                               .box = box,
                               .geometry = span_of_buf(&c->geometry),
                               .values = span_of_buf(&c->values)};
    return rc ? rc : chunk_sink_put(c->sink, ROLE_GROUP, zoom, zoom, &d, err);
}

static enum err_code end_square(struct clusters *c, uint8_t zoom, struct err *err)
{
    struct square *s = &c->squares[zoom];
    const enum err_code rc = s->n_points ? put_cluster(c, zoom, s, err) : OK;
    s->n_points = 0;
    return rc;
}

/* What of the point's values is added up, behind the sums of the squares. */
static enum err_code read_sums(struct clusters *c, struct span values, struct aggregate_sum **out,
                               struct err *err)
{
    const struct layer_drawing *d = c->drawing;
    struct aggregate_sum *const sums = c->sums + d->n_aggregates * ALL_POINTS_DRAWN_ZOOM;
    struct bytes r = bytes_of_span(values);
    memset(sums, 0, d->n_aggregates * sizeof *sums);
    for (int field = 0; r.at < r.end && d->n_aggregates; field++) {
        struct value v;
        if (value_unpack(&r, &v, err))
            return BAD_DATA;
        for (size_t i = 0; i < d->n_aggregates; i++)
            if (d->aggregates[i].field == field)
                aggregate_sum_add(&sums[i], &v);
    }
    *out = sums;
    return OK;
}

/* The point that waited goes where it is drawn, and into the squares where it is not alone. */
static enum err_code settle(struct clusters *c, struct err *err)
{
    struct waiting *w = &c->waiting;
    const size_t n_aggregates = c->drawing->n_aggregates;
    struct aggregate_sum *sums = NULL;
    w->is_there = false;
    enum err_code rc = read_sums(c, w->d.values, &sums, err);
    for (uint8_t zoom = 0; !rc && zoom < w->min_zoom; zoom++) {
        struct square *s = &c->squares[zoom];
        if (s->n_points && s->cell != square_of(w->key, zoom))
            rc = end_square(c, zoom, err);
        if (s->n_points == 0) {
            s->cell = square_of(w->key, zoom);
            s->sum_x = s->sum_y = 0;
            memset(s->sums, 0, n_aggregates * sizeof *s->sums);
        }
        s->n_points++;
        s->sum_x += w->at.x;
        s->sum_y += w->at.y;
        for (size_t i = 0; i < n_aggregates; i++)
            aggregate_sum_join(&s->sums[i], &sums[i]);
    }
    return rc ? rc : chunk_sink_put(c->sink, ROLE_FEATURE, w->min_zoom, ZOOM_MAX, &w->d, err);
}

enum err_code clusters_add(struct clusters *c, const struct drawable *d, uint64_t key,
                           struct vertex_gu at, struct err *err)
{
    struct waiting *w = &c->waiting;
    uint8_t apart = 0;
    enum err_code rc = OK;
    if (w->is_there) {
        apart = zoom_apart(w->key, key);
        w->min_zoom = apart > w->min_zoom ? apart : w->min_zoom;
        rc = settle(c, err);
    }
    buf_reset(&w->bytes);
    buf_put(&w->bytes, d->geometry.at, d->geometry.len_bytes);
    buf_put(&w->bytes, d->values.at, d->values.len_bytes);
    if (!rc)
        rc = buf_status(&w->bytes, err);
    if (rc)
        return rc;
    w->is_there = true;
    w->key = key;
    w->min_zoom = apart;
    w->at = at;
    w->d = *d;
    w->d.geometry.at = (const char *)w->bytes.data;
    w->d.values.at = (const char *)w->bytes.data + d->geometry.len_bytes;
    return OK;
}

enum err_code clusters_finish(struct clusters *c, struct err *err)
{
    enum err_code rc = c->waiting.is_there ? settle(c, err) : OK;
    for (uint8_t zoom = 0; !rc && zoom < ALL_POINTS_DRAWN_ZOOM; zoom++)
        rc = end_square(c, zoom, err);
    return rc;
}
