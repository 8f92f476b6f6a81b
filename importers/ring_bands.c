#include "importers/ring_bands.h"

#include "base/mem.h"
#include "base/ring_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A segment stands in every band that it passes: so many times at the most, on average. */
#define BANDS_PER_SEGMENT 4
#define BANDS_MAX         ((size_t)1 << 20)

/* Pairs of segments whose boxes meet, for each segment: GEOS is left what holds more. */
#define PAIRS_PER_SEGMENT 256

enum { MET = 1, MET_ODDLY = 2 };

struct band_segment {
    double min_x, max_x;
    uint32_t vertex; /* where it begins */
    uint32_t ring;
};

struct ring_bands {
    const struct geom *rings;
    const double *area2;
    double min_y, per_y; /* bands for each unit of y */
    size_t n_bands;
    size_t *end; /* of each band, in segments */
    struct band_segment *segments;
    uint8_t *met;      /* of each ring: whether the ray has met it, and an odd number of times */
    uint32_t *touched; /* rings that it has met */
    struct ring_touch *touches;
    size_t n_touches;
    size_t room_end, room_segments, room_met, room_touched, room_touches;
};

enum err_code ring_bands_new(struct ring_bands **out, struct err *err)
{
    *out = mem_new(1, sizeof **out);
    return *out ? OK : err_no_memory(err, sizeof **out);
}

void ring_bands_free(struct ring_bands *b)
{
    if (!b)
        return;
    mem_free(b->end);
    mem_free(b->segments);
    mem_free(b->met);
    mem_free(b->touched);
    mem_free(b->touches);
    mem_free(b);
}

static const double *at(const struct ring_bands *b, size_t vertex)
{
    return b->rings->xy + 2 * vertex;
}

static size_t band_of(const struct ring_bands *b, double y)
{
    const double band = (y - b->min_y) * b->per_y;
    return !(band > 0) ? 0 : band < (double)b->n_bands ? (size_t)band : b->n_bands - 1;
}

/* Calls for each band that a segment of the rings passes. */
typedef void each_segment(struct ring_bands *b, size_t band, size_t vertex, size_t ring);

static void for_each(struct ring_bands *b, each_segment *each)
{
    const struct geom *g = b->rings;
    for (size_t ring = 0, v = 0; ring < g->n_rings; v = g->ring_end[ring++]) {
        for (; v + 1 < g->ring_end[ring]; v++) {
            const size_t from = band_of(b, at(b, v)[1]), to = band_of(b, at(b, v + 1)[1]);
            for (size_t band = from < to ? from : to; band <= (from < to ? to : from); band++)
                each(b, band, v, ring);
        }
    }
}

static size_t count_places(const struct ring_bands *b)
{
    const struct geom *g = b->rings;
    size_t n = 0;
    for (size_t ring = 0, v = 0; ring < g->n_rings; v = g->ring_end[ring++]) {
        for (; v + 1 < g->ring_end[ring]; v++) {
            const size_t from = band_of(b, at(b, v)[1]), to = band_of(b, at(b, v + 1)[1]);
            n += 1 + (from < to ? to - from : from - to);
        }
    }
    return n;
}

static void count_one(struct ring_bands *b, size_t band, size_t vertex, size_t ring)
{
    (void)vertex;
    (void)ring;
    b->end[band + 1]++;
}

static void put_one(struct ring_bands *b, size_t band, size_t vertex, size_t ring)
{
    const double p = at(b, vertex)[0], q = at(b, vertex + 1)[0];
    b->segments[b->end[band]++] =
        (struct band_segment){p < q ? p : q, p < q ? q : p, (uint32_t)vertex, (uint32_t)ring};
}

static void set_bands(struct ring_bands *b, const struct bbox *box, size_t n_bands)
{
    const double height = box->max_y - box->min_y;
    b->n_bands = n_bands;
    b->min_y = box->min_y;
    b->per_y = height > 0 ? (double)n_bands / height : 0;
}

enum err_code ring_bands_fill(struct ring_bands *b, const struct geom *rings, const double *area2,
                              struct err *err)
{
    const struct bbox box = geom_bbox(rings);
    size_t n_bands = rings->n_vertices < BANDS_MAX ? rings->n_vertices + 1 : BANDS_MAX;
    size_t n_places = 0;
    b->rings = rings;
    b->area2 = area2;
    for (;; n_bands = n_bands / 2 + 1) {
        set_bands(b, &box, n_bands);
        n_places = count_places(b);
        if (n_bands <= 2 || n_places <= BANDS_PER_SEGMENT * rings->n_vertices)
            break;
    }
    if (mem_grow((void **)&b->end, &b->room_end, n_bands + 1, sizeof *b->end, err) ||
        mem_grow((void **)&b->segments, &b->room_segments, n_places, sizeof *b->segments, err) ||
        mem_grow((void **)&b->met, &b->room_met, rings->n_rings, sizeof *b->met, err) ||
        mem_grow((void **)&b->touched, &b->room_touched, rings->n_rings, sizeof *b->touched, err))
        return NO_MEMORY;
    memset(b->met, 0, rings->n_rings * sizeof *b->met);
    memset(b->end, 0, (n_bands + 1) * sizeof *b->end);
    for_each(b, count_one);
    for (size_t band = 1; band <= n_bands; band++)
        b->end[band] += b->end[band - 1];
    for_each(b, put_one); /* end[band] was where the band begins */
    return OK;
}

static size_t band_start(const struct ring_bands *b, size_t band)
{
    return band ? b->end[band - 1] : 0;
}

uint32_t ring_bands_around(struct ring_bands *b, uint32_t ring, const double *xy, bool only_outer)
{
    const size_t band = band_of(b, xy[1]);
    size_t n_touched = 0;
    for (size_t i = band_start(b, band); i < b->end[band]; i++) {
        const struct band_segment *s = &b->segments[i];
        if (s->min_x >= xy[0])
            break;
        if (s->ring == ring || (only_outer && b->area2[s->ring] < 0))
            continue;
        const double *p = at(b, s->vertex), *q = at(b, (size_t)s->vertex + 1);
        if ((p[1] > xy[1]) == (q[1] > xy[1]) ||
            !(p[0] + (q[0] - p[0]) * ((xy[1] - p[1]) / (q[1] - p[1])) < xy[0]))
            continue;
        if (!b->met[s->ring])
            b->touched[n_touched++] = s->ring;
        b->met[s->ring] = (uint8_t)((b->met[s->ring] ^ MET_ODDLY) | MET);
    }
    uint32_t best = RING_NONE;
    for (size_t i = 0; i < n_touched; i++) {
        const uint32_t other = b->touched[i];
        if ((b->met[other] & MET_ODDLY) &&
            (best == RING_NONE || fabs(b->area2[other]) < fabs(b->area2[best])))
            best = other;
        b->met[other] = 0;
    }
    return best;
}

/* ---- crossings ----------------------------------------------------------------------------- */

static int by_min_x(const void *a, const void *b)
{
    const struct band_segment *p = a, *q = b;
    return p->min_x < q->min_x ? -1 : p->min_x > q->min_x;
}

static bool is_same(const double *p, const double *q)
{
    return p[0] == q[0] && p[1] == q[1];
}

/* Two segments from one place: whether they surely run different ways. */
static bool fork(const double *from, const double *p, const double *q)
{
    return ring_turn(from, p, q) ||
           (p[0] - from[0]) * (q[0] - from[0]) + (p[1] - from[1]) * (q[1] - from[1]) < 0;
}

static bool meet_in_ends_only(const double *p, const double *q, const double *r, const double *s)
{
    if (is_same(p, r))
        return fork(p, q, s);
    if (is_same(p, s))
        return fork(p, q, r);
    if (is_same(q, r))
        return fork(q, p, s);
    if (is_same(q, s))
        return fork(q, p, r);
    const int side_r = ring_turn(p, q, r), side_p = ring_turn(r, s, p);
    return (side_r && side_r == ring_turn(p, q, s)) || (side_p && side_p == ring_turn(r, s, q));
}

static bool is_apart_in_y(const double *p, const double *q, const double *r, const double *s)
{
    return fmin(p[1], q[1]) > fmax(r[1], s[1]) || fmax(p[1], q[1]) < fmin(r[1], s[1]);
}

/* Whether a vertex is between the ends of a segment, on it or next to it. */
static bool is_on(const double *p, const double *q, const double *v)
{
    return !is_same(p, v) && !is_same(q, v) && ring_turn(p, q, v) == 0 &&
           (v[0] - p[0]) * (q[0] - p[0]) + (v[1] - p[1]) * (q[1] - p[1]) > 0 &&
           (v[0] - q[0]) * (p[0] - q[0]) + (v[1] - q[1]) * (p[1] - q[1]) > 0;
}

static enum err_code note_touches(struct ring_bands *b, uint32_t one, uint32_t two, struct err *err)
{
    const struct ring_touch pairs[] = {{one, two}, {one, two + 1}, {two, one}, {two, one + 1}};
    if (mem_grow((void **)&b->touches, &b->room_touches, b->n_touches + 4, sizeof *b->touches, err))
        return NO_MEMORY;
    for (int i = 0; i < 4; i++) {
        const uint32_t segment = pairs[i].segment;
        if (is_on(at(b, segment), at(b, (size_t)segment + 1), at(b, pairs[i].vertex)))
            b->touches[b->n_touches++] = pairs[i];
    }
    return OK;
}

/* Compare a segment of a band, which is sorted, with those behind it. */
static enum err_code compare(struct ring_bands *b, size_t first, size_t end, bool *crosses,
                             size_t *n_pairs, struct err *err)
{
    const struct band_segment *one = &b->segments[first];
    const double *p = at(b, one->vertex), *q = at(b, (size_t)one->vertex + 1);
    for (size_t k = first + 1; k < end && b->segments[k].min_x <= one->max_x; k++) {
        const struct band_segment *two = &b->segments[k];
        const double *r = at(b, two->vertex), *s = at(b, (size_t)two->vertex + 1);
        ++*n_pairs;
        if (is_apart_in_y(p, q, r, s) || meet_in_ends_only(p, q, r, s))
            continue;
        crosses[one->ring] = crosses[two->ring] = true;
        if (note_touches(b, one->vertex, two->vertex, err))
            return NO_MEMORY;
    }
    return OK;
}

enum err_code ring_bands_cross(struct ring_bands *b, bool *crosses,
                               const struct ring_touch **out_touches, size_t *out_n,
                               bool *out_known, struct err *err)
{
    size_t n_pairs = 0;
    const size_t n_pairs_max = PAIRS_PER_SEGMENT * b->rings->n_vertices;
    enum err_code rc = OK;
    b->n_touches = 0;
    for (size_t band = 0; !rc && band < b->n_bands; band++) {
        const size_t first = band_start(b, band), end = b->end[band];
        qsort(b->segments + first, end - first, sizeof *b->segments, by_min_x);
        for (size_t i = first; !rc && i < end && n_pairs <= n_pairs_max; i++)
            rc = compare(b, i, end, crosses, &n_pairs, err);
    }
    *out_touches = b->touches;
    *out_n = b->n_touches;
    *out_known = n_pairs <= n_pairs_max;
    return rc;
}
