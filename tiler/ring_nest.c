#include "tiler/ring_nest.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "tiler/tile_rings.h"

#include <stdlib.h>
#include <string.h>

#define NO_RING UINT32_MAX

struct box_tu {
    int64_t min_x, min_y, max_x, max_y;
};

struct ring_face {
    struct box_tu box;
    int64_t area2;
    uint32_t ring, outer; /* `outer` of a hole: the index of the ring around it, among the faces */
    uint32_t next_hole;   /* of an outer ring its first, of a hole the next one; NO_RING: none */
    uint64_t on_curve;    /* of an outer ring: its place on the Hilbert curve */
};

struct ring_nester {
    struct tile_rings *rings;
    struct ring_face *faces; /* the outer ones first, from the smallest; then holes */
    size_t n_outer, n_faces, room_faces;
    struct tile_shape part;
    struct box_tu *boxes;
    uint32_t *order, *active;
    size_t room_boxes, room_order, room_active;
};

enum err_code ring_nester_new(struct ring_nester **out, struct err *err)
{
    struct ring_nester *n = mem_new(1, sizeof *n);
    if (!n)
        return err_no_memory(err, sizeof *n);
    const enum err_code rc = tile_rings_new(&n->rings, err);
    if (rc)
        ring_nester_free(n);
    else
        *out = n;
    return rc;
}

void ring_nester_free(struct ring_nester *n)
{
    if (!n)
        return;
    tile_rings_free(n->rings);
    tile_shape_clear(&n->part);
    mem_free(n->faces);
    mem_free(n->boxes);
    mem_free(n->order);
    mem_free(n->active);
    mem_free(n);
}

static struct box_tu box_of(const struct vertex_tu *v, size_t n)
{
    struct box_tu b = {v[0].x, v[0].y, v[0].x, v[0].y};
    for (size_t i = 1; i < n; i++) {
        b.min_x = v[i].x < b.min_x ? v[i].x : b.min_x;
        b.min_y = v[i].y < b.min_y ? v[i].y : b.min_y;
        b.max_x = v[i].x > b.max_x ? v[i].x : b.max_x;
        b.max_y = v[i].y > b.max_y ? v[i].y : b.max_y;
    }
    return b;
}

static bool box_meets(const struct box_tu *a, const struct box_tu *b)
{
    return a->min_x <= b->max_x && a->max_x >= b->min_x && a->min_y <= b->max_y &&
           a->max_y >= b->min_y;
}

static bool box_holds(const struct box_tu *outer, const struct box_tu *inner)
{
    return outer->min_x <= inner->min_x && outer->max_x >= inner->max_x &&
           outer->min_y <= inner->min_y && outer->max_y >= inner->max_y;
}

static int64_t area2_of(const struct vertex_tu *v, size_t n)
{
    int64_t twice = 0;
    for (size_t i = 1; i + 1 < n; i++)
        twice +=
            (v[i].x - v[0].x) * (v[i + 1].y - v[0].y) - (v[i].y - v[0].y) * (v[i + 1].x - v[0].x);
    return twice;
}

static int by_area(const void *a, const void *b)
{
    const struct ring_face *x = a, *y = b;
    if ((x->area2 > 0) != (y->area2 > 0))
        return x->area2 > 0 ? -1 : 1;
    if (x->area2 != y->area2)
        return x->area2 < y->area2 ? -1 : 1;
    if (x->box.min_x != y->box.min_x)
        return x->box.min_x < y->box.min_x ? -1 : 1;
    if (x->box.min_y != y->box.min_y)
        return x->box.min_y < y->box.min_y ? -1 : 1;
    return (x->ring > y->ring) - (x->ring < y->ring);
}

static enum err_code list_faces(struct ring_nester *n, const struct tile_shape *rings,
                                struct err *err)
{
    n->n_faces = n->n_outer = 0;
    if (mem_grow((void **)&n->faces, &n->room_faces, rings->n_rings, sizeof *n->faces, err))
        return NO_MEMORY;
    for (size_t ring = 0; ring < rings->n_rings; ring++) {
        const size_t start = tile_shape_ring_start(rings, ring);
        const size_t n_vertices = rings->ring_end[ring] - start;
        const struct vertex_tu *v = rings->vertices + start;
        const int64_t area2 = area2_of(v, n_vertices);
        if (area2 == 0)
            continue;
        n->faces[n->n_faces++] = (struct ring_face){.box = box_of(v, n_vertices),
                                                    .area2 = area2,
                                                    .ring = (uint32_t)ring,
                                                    .next_hole = NO_RING};
        n->n_outer += area2 > 0;
    }
    if (n->n_faces)
        qsort(n->faces, n->n_faces, sizeof *n->faces, by_area);
    return OK;
}

/* Whether a place is inside of a ring; on its line is neither. Twice the place's coordinates, so
 * that the middle of an edge has whole ones. */
static bool is_inside2(const struct vertex_tu *v, size_t n, int64_t x2, int64_t y2)
{
    bool inside = false;
    for (size_t i = 0, k = n - 1; i < n; k = i++) {
        const int64_t ay = 2 * v[k].y, by = 2 * v[i].y;
        if ((ay > y2) == (by > y2))
            continue;
        const int64_t ax = 2 * v[k].x, bx = 2 * v[i].x;
        const int64_t cross = (bx - ax) * (y2 - ay) - (x2 - ax) * (by - ay);
        inside ^= (by > ay) == (cross > 0);
    }
    return inside;
}

/* Most middles of a hole's edges are inside of the ring around it; one may lie on its line. */
static bool is_around(const struct tile_shape *rings, uint32_t outer, uint32_t hole)
{
    const size_t o = tile_shape_ring_start(rings, outer), h = tile_shape_ring_start(rings, hole);
    const size_t n_outer = rings->ring_end[outer] - o, n_hole = rings->ring_end[hole] - h;
    size_t n_inside = 0;
    for (size_t i = 0; i < n_hole; i++) {
        const struct vertex_tu a = rings->vertices[h + i];
        const struct vertex_tu b = rings->vertices[h + (i + 1 < n_hole ? i + 1 : 0)];
        n_inside += is_inside2(rings->vertices + o, n_outer, a.x + b.x, a.y + b.y);
    }
    return 2 * n_inside >= n_hole;
}

/* A hole without a ring around it is what rounding made of a sliver: it is no hole then. */
static void find_outers(struct ring_nester *n, const struct tile_shape *rings)
{
    for (size_t h = n->n_outer; h < n->n_faces; h++) {
        struct ring_face *hole = &n->faces[h];
        hole->outer = NO_RING;
        for (uint32_t o = 0; o < n->n_outer && hole->outer == NO_RING; o++) {
            struct ring_face *outer = &n->faces[o];
            if (outer->area2 <= -hole->area2 || !box_holds(&outer->box, &hole->box) ||
                !is_around(rings, outer->ring, hole->ring))
                continue;
            hole->outer = o;
            hole->next_hole = outer->next_hole;
            outer->next_hole = (uint32_t)h;
        }
    }
}

/* From its first vertex in the west on, wherever it was traced from. */
static enum err_code put_ring(struct tile_shape *to, const struct tile_shape *rings, uint32_t ring,
                              struct err *err)
{
    const size_t start = tile_shape_ring_start(rings, ring);
    const size_t n = rings->ring_end[ring] - start;
    const struct vertex_tu *v = rings->vertices + start;
    size_t first = 0;
    for (size_t i = 1; i < n; i++)
        if (v[i].x < v[first].x || (v[i].x == v[first].x && v[i].y < v[first].y))
            first = i;
    if (tile_shape_reserve(to, 1, 1, n, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        tile_shape_put(to, v[first + i < n ? first + i : first + i - n]);
    tile_shape_end_ring(to);
    return OK;
}

static enum err_code append(struct tile_shape *to, const struct tile_shape *from, struct err *err)
{
    for (size_t part = 0; part < from->n_parts; part++) {
        for (size_t ring = tile_shape_part_start(from, part); ring < from->part_end[part]; ring++)
            if (put_ring(to, from, (uint32_t)ring, err))
                return NO_MEMORY;
        if (tile_shape_reserve(to, 1, 0, 0, err))
            return NO_MEMORY;
        tile_shape_end_part(to);
    }
    return OK;
}

static int by_curve(const void *a, const void *b, void *faces)
{
    const struct ring_face *x = (const struct ring_face *)faces + *(const uint32_t *)a;
    const struct ring_face *y = (const struct ring_face *)faces + *(const uint32_t *)b;
    if (x->on_curve != y->on_curve)
        return x->on_curve < y->on_curve ? -1 : 1;
    return (x->ring > y->ring) - (x->ring < y->ring);
}

/* The outer rings so that neighbours follow each other: steps between them are short then, and so
 * are their bytes in a tile. */
static enum err_code order_outers(struct ring_nester *n, struct err *err)
{
    if (mem_grow((void **)&n->order, &n->room_order, n->n_outer + 1, sizeof *n->order, err))
        return NO_MEMORY;
    for (size_t o = 0; o < n->n_outer; o++) {
        struct ring_face *f = &n->faces[o];
        f->on_curve =
            hilbert_key((uint32_t)(f->box.min_x + INT32_MAX), (uint32_t)(f->box.min_y + INT32_MAX));
        n->order[o] = (uint32_t)o;
    }
    if (n->n_outer > 1)
        qsort_r(n->order, n->n_outer, sizeof *n->order, by_curve, n->faces);
    return OK;
}

enum err_code ring_nest(struct ring_nester *n, const struct tile_shape *rings, bool are_noded,
                        struct arena *a, struct tile_shape *out, struct err *err)
{
    static const struct clip_box EVERYWHERE = {-((int64_t)1 << 40), (int64_t)1 << 40};
    enum err_code rc = list_faces(n, rings, err);
    if (rc)
        return rc;
    find_outers(n, rings);
    rc = order_outers(n, err);
    for (size_t i = 0; !rc && i < n->n_outer; i++) {
        const uint32_t o = n->order[i];
        bool was_repaired = false;
        rc = tile_shape_start(&n->part, GEOM_KIND_POLYGON, 1, 1, 0, err);
        if (!rc)
            rc = put_ring(&n->part, rings, n->faces[o].ring, err);
        for (uint32_t h = n->faces[o].next_hole; !rc && h != NO_RING; h = n->faces[h].next_hole)
            rc = put_ring(&n->part, rings, n->faces[h].ring, err);
        if (rc)
            break;
        tile_shape_end_part(&n->part);
        if (!are_noded)
            rc = tile_rings_settle(n->rings, &n->part, &EVERYWHERE, a, &was_repaired, err);
        if (!rc)
            rc = append(out, &n->part, err);
    }
    return rc;
}

/* --- sets ---------------------------------------------------------------------------------- */

static int by_min_x(const void *a, const void *b, void *boxes)
{
    const struct box_tu *x = (const struct box_tu *)boxes + *(const uint32_t *)a;
    const struct box_tu *y = (const struct box_tu *)boxes + *(const uint32_t *)b;
    if (x->min_x != y->min_x)
        return x->min_x < y->min_x ? -1 : 1;
    return (*(const uint32_t *)a > *(const uint32_t *)b) -
           (*(const uint32_t *)a < *(const uint32_t *)b);
}

/* The first set that none of those is in which this part meets; the sets are taken as bits first,
 * since there are seldom more than a few. */
static uint32_t free_set(const struct ring_nester *n, const uint32_t *set_of_part, size_t n_active,
                         uint32_t part)
{
    for (uint32_t base = 0;; base += 64) {
        uint64_t taken = 0;
        for (size_t i = 0; i < n_active; i++) {
            const uint32_t other = n->active[i], set = set_of_part[other];
            if (set >= base && set < base + 64 && box_meets(&n->boxes[other], &n->boxes[part]))
                taken |= UINT64_C(1) << (set - base);
        }
        if (~taken)
            return base + (uint32_t)__builtin_ctzll(~taken);
    }
}

enum err_code ring_deal(struct ring_nester *n, const struct tile_shape *parts,
                        uint32_t **set_of_part, size_t *room_sets, size_t *n_sets, struct err *err)
{
    *n_sets = 0;
    const size_t n_parts = parts->n_parts;
    if (mem_grow((void **)set_of_part, room_sets, n_parts, sizeof **set_of_part, err) ||
        mem_grow((void **)&n->boxes, &n->room_boxes, n_parts, sizeof *n->boxes, err) ||
        mem_grow((void **)&n->order, &n->room_order, n_parts, sizeof *n->order, err) ||
        mem_grow((void **)&n->active, &n->room_active, n_parts, sizeof *n->active, err))
        return NO_MEMORY;
    for (size_t part = 0; part < n_parts; part++) {
        const size_t ring = tile_shape_part_start(parts, part);
        const size_t start = tile_shape_ring_start(parts, ring);
        n->boxes[part] = box_of(parts->vertices + start, parts->ring_end[ring] - start);
        n->order[part] = (uint32_t)part;
    }
    if (n_parts > 1)
        qsort_r(n->order, n_parts, sizeof *n->order, by_min_x, n->boxes);
    size_t n_active = 0;
    for (size_t i = 0; i < n_parts; i++) {
        const uint32_t part = n->order[i];
        size_t n_left = 0;
        for (size_t k = 0; k < n_active; k++)
            if (n->boxes[n->active[k]].max_x >= n->boxes[part].min_x)
                n->active[n_left++] = n->active[k];
        n_active = n_left;
        const uint32_t set = free_set(n, *set_of_part, n_active, part);
        (*set_of_part)[part] = set;
        n->active[n_active++] = part;
        *n_sets = set + 1 > *n_sets ? set + 1 : *n_sets;
    }
    return OK;
}
