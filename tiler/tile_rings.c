#include "tiler/tile_rings.h"

#include "base/geos.h"
#include "base/mem.h"
#include "base/ring_check.h"
#include "tiler/clip.h"

#include <string.h>

/* Parts of one feature are compared pair by pair up to this number; beyond it GEOS does it. */
#define MAX_COMPARED_PARTS 32

struct tile_rings {
    struct ring_check *check;
    struct geos *geos;
    /* The rings closed, as the checks and GEOS read them. */
    double *xy;
    uint32_t *ring_end, *part_end;
    uint8_t *part_kind;
    size_t room_xy, room_rings, room_parts, room_kinds;
};

enum err_code tile_rings_new(struct tile_rings **out, struct err *err)
{
    struct tile_rings *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    t->check = ring_check_new();
    enum err_code rc = t->check ? geos_new(&t->geos, err) : err_no_memory(err, sizeof *t);
    if (rc) {
        tile_rings_free(t);
        return rc;
    }
    *out = t;
    return OK;
}

void tile_rings_free(struct tile_rings *t)
{
    if (!t)
        return;
    ring_check_free(t->check);
    geos_free(t->geos);
    mem_free(t->xy);
    mem_free(t->ring_end);
    mem_free(t->part_end);
    mem_free(t->part_kind);
    mem_free(t);
}

/* Coordinates are within the tile and its buffer: products stay far from 2^63. */
static int64_t cross(struct vertex_tu o, struct vertex_tu a, struct vertex_tu b)
{
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

static bool turns_back(struct vertex_tu a, struct vertex_tu b, struct vertex_tu c)
{
    return cross(a, b, c) == 0 && (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) < 0;
}

/* Takes out vertices at which the ring runs back on itself; returns how many are left, 0 when they
 * are no ring. */
static size_t drop_spikes(struct vertex_tu *v, size_t n)
{
    size_t end = 0;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_tu next = v[i];
        while (end >= 2 && turns_back(v[end - 2], v[end - 1], next))
            end--;
        if (end == 0 || !vertex_tu_is_same(v[end - 1], next))
            v[end++] = next;
    }
    size_t start = 0;
    while (end - start >= 3) {
        if (vertex_tu_is_same(v[end - 1], v[start]) || turns_back(v[end - 2], v[end - 1], v[start]))
            end--;
        else if (turns_back(v[end - 1], v[start], v[start + 1]))
            start++;
        else
            break;
    }
    if (end - start < 3)
        return 0;
    memmove(v, v + start, (end - start) * sizeof *v);
    return end - start;
}

static int64_t ring_area2_tu(const struct vertex_tu *v, size_t n)
{
    int64_t twice = 0;
    for (size_t i = 1; i + 1 < n; i++)
        twice += cross(v[0], v[i], v[i + 1]);
    return twice;
}

static void reverse(struct vertex_tu *v, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const struct vertex_tu was = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = was;
    }
}

/* Whether a ring of positive area turns one way only, and once around: then it is simple, and most
 * rings of most tiles are like that. It has no spikes. */
static bool is_convex(const struct vertex_tu *v, size_t n)
{
    int n_turns_of_x = 0;
    int64_t last_dx = 0, first_dx = 0;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_tu b = v[i], c = v[i + 1 < n ? i + 1 : 0];
        if (cross(v[i ? i - 1 : n - 1], b, c) < 0)
            return false;
        const int64_t dx = c.x - b.x;
        if (dx == 0)
            continue;
        n_turns_of_x += last_dx != 0 && (dx > 0) != (last_dx > 0);
        first_dx = first_dx ? first_dx : dx;
        last_dx = dx;
    }
    return n_turns_of_x + ((first_dx > 0) != (last_dx > 0)) == 2;
}

/* Drops collapsed rings and, with its outer ring, a whole part; winds what is left. In place: rings
 * only move towards the front. */
static void tidy(struct tile_shape *s)
{
    const size_t n_parts = s->n_parts;
    size_t ring = 0, read = 0, write = 0;
    s->n_parts = s->n_rings = 0;
    for (size_t part = 0; part < n_parts; part++) {
        const size_t n_rings_before = s->n_rings, last_ring = s->part_end[part];
        bool has_outer = true;
        for (const size_t outer = ring; ring < last_ring; ring++) {
            const size_t n_read = s->ring_end[ring] - read;
            struct vertex_tu *v = s->vertices + write;
            memmove(v, s->vertices + read, n_read * sizeof *v);
            read += n_read;
            const size_t n = has_outer ? drop_spikes(v, n_read) : 0;
            const int64_t area2 = n ? ring_area2_tu(v, n) : 0;
            if (area2 == 0) {
                has_outer = has_outer && ring != outer;
                continue;
            }
            if ((area2 > 0) != (ring == outer))
                reverse(v, n);
            write += n;
            s->ring_end[s->n_rings++] = (uint32_t)write;
        }
        if (s->n_rings > n_rings_before)
            s->part_end[s->n_parts++] = (uint32_t)s->n_rings;
    }
    s->n_vertices = write;
}

/* Writes the rings of some parts closed into the scratch, as one geometry. */
static enum err_code close_rings(struct tile_rings *t, const struct tile_shape *s, size_t first,
                                 size_t n_parts, struct geom *out, struct err *err)
{
    const size_t first_ring = tile_shape_part_start(s, first);
    const size_t n_rings = s->part_end[first + n_parts - 1] - first_ring;
    const size_t first_vertex = tile_shape_ring_start(s, first_ring);
    const size_t n_vertices = s->ring_end[first_ring + n_rings - 1] - first_vertex + n_rings;
    enum err_code rc = mem_grow((void **)&t->xy, &t->room_xy, n_vertices, 2 * sizeof *t->xy, err);
    if (!rc)
        rc = mem_grow((void **)&t->ring_end, &t->room_rings, n_rings, sizeof *t->ring_end, err);
    if (!rc)
        rc = mem_grow((void **)&t->part_end, &t->room_parts, n_parts, sizeof *t->part_end, err);
    if (!rc)
        rc = mem_grow((void **)&t->part_kind, &t->room_kinds, n_parts, 1, err);
    if (rc)
        return rc;
    size_t n = 0;
    for (size_t ring = 0; ring < n_rings; ring++) {
        const size_t start = tile_shape_ring_start(s, first_ring + ring);
        const size_t end = s->ring_end[first_ring + ring];
        for (size_t i = start; i <= end; i++, n++) {
            const struct vertex_tu v = s->vertices[i < end ? i : start];
            t->xy[2 * n] = (double)v.x;
            t->xy[2 * n + 1] = (double)v.y;
        }
        t->ring_end[ring] = (uint32_t)n;
    }
    for (size_t part = 0; part < n_parts; part++) {
        t->part_end[part] = (uint32_t)(s->part_end[first + part] - first_ring);
        t->part_kind[part] = GEOM_KIND_POLYGON;
    }
    *out = (struct geom){
        .type = n_parts > 1 ? GEOM_MULTIPOLYGON : GEOM_POLYGON,
        .n_parts = n_parts,
        .n_rings = n_rings,
        .n_vertices = n_vertices,
        .xy = t->xy,
        .ring_end = t->ring_end,
        .part_end = t->part_end,
        .part_kind = t->part_kind,
    };
    return OK;
}

static struct bbox part_box(const struct tile_shape *s, size_t part)
{
    struct bbox box = bbox_empty();
    const size_t outer = tile_shape_part_start(s, part);
    for (size_t i = tile_shape_ring_start(s, outer); i < s->ring_end[outer]; i++)
        bbox_add(&box, (double)s->vertices[i].x, (double)s->vertices[i].y);
    return box;
}

static bool parts_are_apart(const struct tile_shape *s)
{
    if (s->n_parts > MAX_COMPARED_PARTS)
        return false;
    struct bbox boxes[MAX_COMPARED_PARTS];
    for (size_t i = 0; i < s->n_parts; i++) {
        boxes[i] = part_box(s, i);
        for (size_t k = 0; k < i; k++)
            if (bbox_meets(&boxes[i], &boxes[k]))
                return false;
    }
    return true;
}

static bool is_convex_part(const struct tile_shape *s, size_t part)
{
    const size_t ring = tile_shape_part_start(s, part);
    const size_t start = tile_shape_ring_start(s, ring);
    return s->part_end[part] == ring + 1 &&
           is_convex(s->vertices + start, s->ring_end[ring] - start);
}

static enum err_code is_surely_valid(struct tile_rings *t, const struct tile_shape *s, bool *out,
                                     struct err *err)
{
    bool valid = s->n_parts == 1 || parts_are_apart(s);
    for (size_t part = 0; part < s->n_parts && valid; part++) {
        struct geom g;
        if (is_convex_part(s, part))
            continue;
        if (close_rings(t, s, part, 1, &g, err))
            return NO_MEMORY;
        valid = ring_check_polygon(t->check, g.xy, g.ring_end, g.n_rings);
    }
    *out = valid;
    return OK;
}

static enum err_code shape_from_geom(const struct geom *g, struct tile_shape *out, struct err *err)
{
    if (tile_shape_start(out, GEOM_KIND_POLYGON, g->n_parts, g->n_rings, g->n_vertices, err))
        return NO_MEMORY;
    for (size_t part = 0, ring = 0, vertex = 0; part < g->n_parts; part++) {
        for (; ring < g->part_end[part]; ring++) {
            for (; vertex < g->ring_end[ring]; vertex++)
                tile_shape_put(out, (struct vertex_tu){(int64_t)g->xy[2 * vertex],
                                                       (int64_t)g->xy[2 * vertex + 1]});
            tile_shape_end_ring(out);
        }
        tile_shape_end_part(out);
    }
    return OK;
}

static enum err_code repair(struct tile_rings *t, struct tile_shape *s, const struct clip_box *box,
                            struct arena *a, bool *was_repaired, struct err *err)
{
    struct geom g, valid = {0};
    if (close_rings(t, s, 0, s->n_parts, &g, err))
        return NO_MEMORY;
    bool is_valid = false;
    enum err_code rc = geos_is_valid(t->geos, &g, a, &is_valid, NULL, err);
    if (rc || is_valid)
        return rc;
    *was_repaired = true;
    rc = geos_make_valid_on_grid(t->geos, &g, 1, a, &valid, err);
    /* What GEOS itself cannot mend is as good as collapsed: a tile is not refused for it. */
    if (rc && rc != BAD_DATA)
        return rc;
    rc = shape_from_geom(&valid, s, err);
    if (rc)
        return rc;
    tidy(s);
    if (!shape_is_within(s, box))
        s->n_parts = s->n_rings = s->n_vertices = 0;
    return OK;
}

enum err_code tile_rings_tidy(struct tile_rings *t, struct tile_shape *shape, bool *valid,
                              struct err *err)
{
    tidy(shape);
    *valid = shape->n_parts == 0;
    return *valid ? OK : is_surely_valid(t, shape, valid, err);
}

enum err_code tile_rings_settle(struct tile_rings *t, struct tile_shape *shape,
                                const struct clip_box *box, struct arena *a, bool *was_repaired,
                                struct err *err)
{
    bool valid = false;
    *was_repaired = false;
    const enum err_code rc = tile_rings_tidy(t, shape, &valid, err);
    return rc || valid ? rc : repair(t, shape, box, a, was_repaired, err);
}
