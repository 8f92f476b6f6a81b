#include "tiler/clip.h"

#include "base/mem.h"

#include <math.h>

/* A side of the box: what is on the inner side of it stays. */
struct side {
    bool of_y, keeps_above; /* keeps coordinates above `at`, or those below */
    int64_t at;
};

#define N_SIDES 4

static void sides_of(const struct clip_box *box, struct side out[N_SIDES])
{
    for (int i = 0; i < N_SIDES; i++) {
        const bool keeps_above = i % 2 == 0;
        out[i] = (struct side){i >= 2, keeps_above, keeps_above ? box->min : box->max};
    }
}

static int64_t coordinate(const struct side *s, struct vertex_tu v)
{
    return s->of_y ? v.y : v.x;
}

static bool is_inside(const struct side *s, struct vertex_tu v)
{
    return s->keeps_above ? coordinate(s, v) >= s->at : coordinate(s, v) <= s->at;
}

/* Where a segment whose ends lie on different sides meets the side's line. The nearest whole
 * unit: with 2^37 units from end to end a double's rounding is below 2^-14 of one. */
static struct vertex_tu crossing(const struct side *s, struct vertex_tu a, struct vertex_tu b)
{
    /* Always from the same end, so that neighbours who share the segment agree. */
    if (coordinate(s, a) > coordinate(s, b)) {
        const struct vertex_tu was_a = a;
        a = b;
        b = was_a;
    }
    const double share = (double)(s->at - coordinate(s, a));
    const double length = (double)(coordinate(s, b) - coordinate(s, a));
    if (s->of_y)
        return (struct vertex_tu){a.x + llround((double)(b.x - a.x) * share / length), s->at};
    return (struct vertex_tu){s->at, a.y + llround((double)(b.y - a.y) * share / length)};
}

bool shape_is_within(const struct tile_shape *s, const struct clip_box *box)
{
    for (size_t i = 0; i < s->n_vertices; i++)
        if (!clip_box_has(box, s->vertices[i].x, s->vertices[i].y))
            return false;
    return true;
}

void clipper_clear(struct clipper *c)
{
    mem_free(c->from);
    mem_free(c->to);
    *c = (struct clipper){0};
}

/* Each of four sides adds at most a vertex for each that it takes away, and one more. */
static enum err_code reserve(struct clipper *c, size_t n, struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&c->from, &c->room_from, 2 * n + N_SIDES, sizeof *c->from, err);
    if (!rc)
        rc = mem_grow((void **)&c->to, &c->room_to, 2 * n + N_SIDES, sizeof *c->to, err);
    return rc;
}

static size_t clip_ring_at(const struct side *s, const struct vertex_tu *from, size_t n,
                           struct vertex_tu *to)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_tu a = from[i ? i - 1 : n - 1], b = from[i];
        const bool b_stays = is_inside(s, b);
        if (is_inside(s, a) != b_stays)
            to[n_out++] = crossing(s, a, b);
        if (b_stays)
            to[n_out++] = b;
    }
    return n_out;
}

static enum err_code clip_ring(struct clipper *c, const struct side *sides,
                               const struct vertex_tu *ring, size_t n, struct tile_shape *out,
                               struct err *err)
{
    for (int i = 0; i < N_SIDES && n > 0; i++) {
        if (reserve(c, n, err))
            return NO_MEMORY;
        n = clip_ring_at(&sides[i], i ? c->from : ring, n, c->to);
        struct vertex_tu *const clipped = c->to;
        c->to = c->from;
        c->from = clipped;
        const size_t room = c->room_to;
        c->room_to = c->room_from;
        c->room_from = room;
    }
    if (tile_shape_reserve(out, 1, 1, n, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        tile_shape_put(out, c->from[i]);
    tile_shape_end_ring(out);
    return OK;
}

static enum err_code clip_polygons(struct clipper *c, const struct side *sides,
                                   const struct tile_shape *in, struct tile_shape *out,
                                   struct err *err)
{
    for (size_t part = 0; part < in->n_parts; part++) {
        for (size_t ring = tile_shape_part_start(in, part); ring < in->part_end[part]; ring++) {
            const size_t start = tile_shape_ring_start(in, ring);
            if (clip_ring(c, sides, in->vertices + start, in->ring_end[ring] - start, out, err))
                return NO_MEMORY;
        }
        tile_shape_end_part(out);
    }
    return OK;
}

/* Cut the segment down to what lies in the box; false when nothing does. */
static bool clip_segment(const struct side *sides, struct vertex_tu *a, struct vertex_tu *b)
{
    for (int i = 0; i < N_SIDES; i++) {
        const bool a_stays = is_inside(&sides[i], *a), b_stays = is_inside(&sides[i], *b);
        if (!a_stays && !b_stays)
            return false;
        if (!a_stays)
            *a = crossing(&sides[i], *a, *b);
        else if (!b_stays)
            *b = crossing(&sides[i], *a, *b);
    }
    return true;
}

/* End the piece of line that is being built, or forget it when it is a point. */
static void end_piece(struct tile_shape *out)
{
    if (out->n_vertices - tile_shape_open_ring(out) < 2) {
        tile_shape_drop_ring(out);
        return;
    }
    tile_shape_end_ring(out);
    tile_shape_end_part(out);
}

static enum err_code clip_line(const struct side *sides, const struct vertex_tu *line, size_t n,
                               struct tile_shape *out, struct err *err)
{
    for (size_t i = 1; i < n; i++) {
        struct vertex_tu a = line[i - 1], b = line[i];
        if (!clip_segment(sides, &a, &b))
            continue;
        if (tile_shape_reserve(out, 1, 1, 2, err))
            return NO_MEMORY;
        tile_shape_put(out, a);
        tile_shape_put(out, b);
        const bool leaves_the_box = !vertex_tu_is_same(b, line[i]);
        if (leaves_the_box)
            end_piece(out);
    }
    end_piece(out);
    return OK;
}

static void keep_points(const struct clip_box *box, const struct tile_shape *in,
                        struct tile_shape *out)
{
    for (size_t i = 0; i < in->n_vertices; i++) {
        const struct vertex_tu v = in->vertices[i];
        if (!clip_box_has(box, v.x, v.y))
            continue;
        tile_shape_put(out, v);
        tile_shape_end_ring(out);
        tile_shape_end_part(out);
    }
}

enum err_code clip_shape(struct clipper *c, const struct tile_shape *in, const struct clip_box *box,
                         struct tile_shape *out, struct err *err)
{
    struct side sides[N_SIDES];
    sides_of(box, sides);
    if (tile_shape_start(out, in->kind, in->n_parts, in->n_rings, in->n_vertices, err))
        return NO_MEMORY;
    switch (in->kind) {
    case GEOM_KIND_POINT:
        keep_points(box, in, out);
        return OK;
    case GEOM_KIND_POLYGON:
        return clip_polygons(c, sides, in, out, err);
    case GEOM_KIND_LINE:
        break;
    }
    for (size_t ring = 0; ring < in->n_rings; ring++) {
        const size_t start = tile_shape_ring_start(in, ring);
        if (clip_line(sides, in->vertices + start, in->ring_end[ring] - start, out, err))
            return NO_MEMORY;
    }
    return OK;
}
