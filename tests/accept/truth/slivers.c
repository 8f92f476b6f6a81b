/*
 * Slivers along borders that the source's polygons share. Each such border is followed, within each
 * tile, along the boundary of what draws the polygon on its one side and along the boundary of what
 * draws the other: a feature of its own or a group. Where both ways are the same there is nothing. What
 * lies between them is a gap where nothing of the tile covers it, and an overlap where both do.
 */
#include "tests/accept/truth/borders.h"
#include "tests/accept/truth/inside.h"
#include "tests/accept/truth/judge.h"
#include "tests/accept/truth/ring_path.h"
#include "tests/accept/truth/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cells of a tile, to find its features by place. */
enum { CELL_ZOOM = 6 };

#define NO_AREA_TU2 1e-6

struct kind {
    double area, wide_area, width;
};

struct count {
    size_t n_tiles, n_borders, n_within, n_undrawn;
    double length;
    struct kind gap, overlap;
};

struct pairs {
    size_t n, room;
    uint64_t *items;
};

struct search {
    const struct judge_options *o;
    const struct source *source;
    const struct borders *borders;
    const struct tile_entry *entry;
    GEOSContextHandle_t geos;
    struct tile tile;
    uint32_t *drawn_by; /* of each source feature: the tile's feature + 1, when drawn_in says so */
    uint32_t *drawn_in; /* number of the tile */
    uint32_t n_tile;
    bool *is_group; /* of each feature of the tile */
    size_t room_group;
    struct tile_items cells;
    struct place *inside; /* of each source feature, NAN: not looked for yet */
    struct ring_path a, b, piece;
    struct count count;
    struct pairs judged, touched, wide;
    size_t n_faults;
};

static void add_pair(struct pairs *p, const struct border *b)
{
    const uint64_t pair = (uint64_t)b->a << 32 | b->b;
    if (p->n && p->items[p->n - 1] == pair)
        return;
    p->items = grow(p->items, p->n, &p->room, sizeof pair);
    p->items[p->n++] = pair;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t s = *(const uint64_t *)a, t = *(const uint64_t *)b;
    return (s > t) - (s < t);
}

static size_t settle(struct pairs *p)
{
    if (p->n)
        qsort(p->items, p->n, sizeof *p->items, by_number);
    size_t n = p->n > 0;
    for (size_t i = 1; i < p->n; i++)
        n += p->items[i] != p->items[i - 1];
    p->n = 0;
    return n;
}

/* 0..1 across tile and buffer. */
static double in_cells(const struct search *s, double tu)
{
    const double b = s->o->buffer_tu;
    return fmin(1 - 1e-9, fmax(0, (tu + b) / (s->tile.extent + 2 * b)));
}

static void index_tile(struct search *s)
{
    const struct tile *t = &s->tile;
    s->n_tile++;
    s->cells.n = 0;
    s->is_group = grow(s->is_group, t->n_features, &s->room_group, sizeof *s->is_group);
    while (s->room_group < t->n_features)
        s->is_group = grow(s->is_group, s->room_group, &s->room_group, sizeof *s->is_group);
    for (size_t i = 0; i < t->n_features; i++) {
        const struct tile_feature *f = &t->features[i];
        const size_t at = f->id[0] ? source_find(s->source, f->id) : SIZE_MAX;
        s->is_group[i] = at == SIZE_MAX;
        if (at != SIZE_MAX) {
            s->drawn_by[at] = (uint32_t)i;
            s->drawn_in[at] = s->n_tile;
        }
        if (f->type == TILE_POLYGON && !f->is_cut)
            tile_items_add(&s->cells, CELL_ZOOM, in_cells(s, f->min_x), in_cells(s, f->min_y),
                           in_cells(s, f->max_x), in_cells(s, f->max_y), 0, (uint32_t)i);
    }
    tile_items_sort(&s->cells);
}

static const struct tile_item *cell_of(const struct search *s, double x, double y, size_t *n)
{
    const double cells = ldexp(1, CELL_ZOOM);
    return tile_items_of(&s->cells, (uint32_t)(in_cells(s, x) * cells),
                         (uint32_t)(in_cells(s, y) * cells), n);
}

/* What draws a feature of the source in this tile; SIZE_MAX: nothing does. */
static size_t drawer_of(struct search *s, uint32_t feature, const struct tile_frame_tu *frame)
{
    if (s->drawn_in[feature] == s->n_tile)
        return s->drawn_by[feature];
    if (isnan(s->inside[feature].x))
        s->inside[feature] = place_inside(s->source, &s->source->features[feature]);
    const struct place p = place_in(frame, s->inside[feature]);
    size_t n;
    const struct tile_item *items = cell_of(s, p.x, p.y, &n);
    for (size_t i = 0; i < n; i++)
        if (s->is_group[items[i].item] &&
            feature_holds(&s->tile, &s->tile.features[items[i].item], p))
            return items[i].item;
    return SIZE_MAX;
}

/* What GEOS makes of a feature near a box; valid. */
static GEOSGeometry *near(struct search *s, size_t feature, const double box[4])
{
    GEOSGeometry *whole = shape_valid(s->geos, &s->tile, &s->tile.features[feature], 0, 0);
    GEOSGeometry *cut = GEOSClipByRect_r(s->geos, whole, box[0], box[1], box[2], box[3]);
    if (!cut || GEOSisValid_r(s->geos, cut) != 1) {
        GEOSGeom_destroy_r(s->geos, cut);
        return whole;
    }
    GEOSGeom_destroy_r(s->geos, whole);
    return cut;
}

static GEOSGeometry *uncovered(struct search *s, GEOSGeometry *left, const double box[4])
{
    for (size_t i = 0; i < s->tile.n_features && !GEOSisEmpty_r(s->geos, left); i++) {
        const struct tile_feature *f = &s->tile.features[i];
        if (f->type == TILE_POLYGON && f->max_x >= box[0] && f->min_x <= box[2] &&
            f->max_y >= box[1] && f->min_y <= box[3])
            left = shape_difference(s->geos, left, near(s, i, box));
    }
    return left;
}

static void tell(struct search *s, const struct border *b, const char *what, const struct sliver *v)
{
    if (s->n_faults++ < s->o->examples)
        printf("  %u/%u/%u '%s' and '%s': %s of %.2f, %.2f wide at %.1f,%.1f\n", s->entry->z,
               s->entry->x, s->entry->y, s->source->features[b->a].id, s->source->features[b->b].id,
               what, v->wide_area, v->width, v->x, v->y);
}

static bool account(struct search *s, const struct border *b, const char *what, struct kind *k,
                    const GEOSGeometry *region)
{
    const struct sliver v = shape_sliver(s->geos, region);
    k->area += v.area;
    k->wide_area += v.wide_area;
    k->width = fmax(k->width, v.width);
    if (v.wide_area > 0) {
        add_pair(&s->wide, b);
        tell(s, b, what, &v);
    }
    return v.area > NO_AREA_TU2;
}

/* Both ways are known and differ. */
static void judge_region(struct search *s, const struct border *b, size_t a_at, size_t b_at)
{
    const size_t n = s->a.n + s->b.n;
    double *xy = make(n, 2 * sizeof *xy), box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        const struct place p = i < s->a.n ? s->a.places[i] : s->b.places[n - 1 - i];
        xy[2 * i] = p.x;
        xy[2 * i + 1] = p.y;
        box[0] = fmin(box[0], floor(p.x) - 1);
        box[1] = fmin(box[1], floor(p.y) - 1);
        box[2] = fmax(box[2], ceil(p.x) + 1);
        box[3] = fmax(box[3], ceil(p.y) + 1);
    }
    GEOSGeometry *region = shape_enclosed(s->geos, xy, n);
    free(xy);
    if (shape_area(s->geos, region) > NO_AREA_TU2) {
        GEOSGeometry *both = shape_intersection(s->geos, near(s, a_at, box), near(s, b_at, box));
        both = shape_intersection(s->geos, both, GEOSGeom_clone_r(s->geos, region));
        bool is_touched = account(s, b, "overlap", &s->count.overlap, both);
        GEOSGeom_destroy_r(s->geos, both);
        region = uncovered(s, region, box);
        is_touched = account(s, b, "gap", &s->count.gap, region) || is_touched;
        if (is_touched)
            add_pair(&s->touched, b);
    }
    GEOSGeom_destroy_r(s->geos, region);
}

/* A piece of a border, in tile units, that lies within the tile. */
static void judge_piece(struct search *s, const struct border *b, size_t a_at, size_t b_at,
                        const struct place *p, size_t n)
{
    double length = 0;
    for (size_t i = 1; i < n; i++)
        length += hypot(p[i].x - p[i - 1].x, p[i].y - p[i - 1].y);
    const bool is_closed = n > 3 && hypot(p[n - 1].x - p[0].x, p[n - 1].y - p[0].y) < length / 100;
    if (is_closed) {
        judge_piece(s, b, a_at, b_at, p, n / 2 + 1);
        judge_piece(s, b, a_at, b_at, p + n / 2, n - n / 2);
        return;
    }
    const struct tile_feature *features = s->tile.features;
    s->count.length += length;
    ring_path_find(&s->tile, &features[a_at], p[0], p[n - 1], length, &s->a);
    ring_path_find(&s->tile, &features[b_at], p[0], p[n - 1], length, &s->b);
    if (!ring_path_is_same(&s->a, &s->b))
        judge_region(s, b, a_at, b_at);
}

/* The part of a segment within 0..extent; false when there is none. */
static bool cut_segment(struct place *a, struct place *b, double extent)
{
    double from = 0, to = 1;
    const double start[] = {a->x, a->y}, step[] = {b->x - a->x, b->y - a->y};
    for (int i = 0; i < 4; i++) {
        const int axis = i / 2;
        const double sign = i % 2 ? -1 : 1, limit = i % 2 ? extent : 0;
        const double slope = sign * step[axis], room = sign * (start[axis] - limit);
        if (slope == 0 && room < 0)
            return false;
        if (slope > 0)
            from = fmax(from, -room / slope);
        else if (slope < 0)
            to = fmin(to, -room / slope);
    }
    if (from >= to)
        return false;
    *a = (struct place){start[0] + from * step[0], start[1] + from * step[1]};
    *b = (struct place){start[0] + to * step[0], start[1] + to * step[1]};
    return true;
}

static void put(struct ring_path *out, struct place p)
{
    out->places = grow(out->places, out->n, &out->room, sizeof p);
    out->places[out->n++] = p;
}

static void judge_border(struct search *s, const struct border *b,
                         const struct tile_frame_tu *frame)
{
    const size_t a_at = drawer_of(s, b->a, frame), b_at = drawer_of(s, b->b, frame);
    if (a_at == SIZE_MAX || b_at == SIZE_MAX) {
        s->count.n_undrawn++;
        return;
    }
    if (a_at == b_at) {
        s->count.n_within++;
        return;
    }
    s->count.n_borders++;
    add_pair(&s->judged, b);
    const struct place *p = border_places(s->source, s->borders, b);
    s->piece.n = 0;
    for (uint32_t i = 0; i + 1 < b->n; i++) {
        struct place from = place_in(frame, p[i]), to = place_in(frame, p[i + 1]);
        const struct place whole_to = to;
        if (cut_segment(&from, &to, s->tile.extent)) {
            if (s->piece.n == 0)
                put(&s->piece, from);
            put(&s->piece, to);
            if (i + 2 < b->n && to.x == whole_to.x && to.y == whole_to.y)
                continue;
        }
        if (s->piece.n > 1)
            judge_piece(s, b, a_at, b_at, s->piece.places, s->piece.n);
        s->piece.n = 0;
    }
}

static void print_row(struct search *s)
{
    const struct count *c = &s->count;
    const size_t n_judged = settle(&s->judged), n_touched = settle(&s->touched);
    printf("| %u | %zu | %zu | %zu | %zu | %zu | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | "
           "%zu | %zu |\n",
           s->entry->z, c->n_tiles, c->n_borders, n_judged, c->n_within, c->n_undrawn, c->length,
           c->gap.area, c->gap.wide_area, c->gap.width, c->overlap.area, c->overlap.wide_area,
           c->overlap.width, n_touched, settle(&s->wide));
    fflush(stdout);
    s->count = (struct count){0};
}

static void list_borders(const struct search *s, uint32_t z, struct tile_items *out)
{
    *out = (struct tile_items){0};
    for (size_t i = 0; i < s->borders->n; i++) {
        if (s->o->every > 1 && mix(i) % s->o->every != 0)
            continue;
        const struct border *b = &s->borders->borders[i];
        const struct place *p = border_places(s->source, s->borders, b);
        double box[4] = {p[0].x, p[0].y, p[0].x, p[0].y};
        for (uint32_t k = 1; k < b->n; k++) {
            box[0] = fmin(box[0], p[k].x);
            box[1] = fmin(box[1], p[k].y);
            box[2] = fmax(box[2], p[k].x);
            box[3] = fmax(box[3], p[k].y);
        }
        tile_items_add(out, z, box[0], box[1], box[2], box[3], 0, (uint32_t)i);
    }
    tile_items_sort(out);
}

static void judge_tile(struct search *s, const struct tile_items *all)
{
    size_t n;
    const struct tile_item *items = tile_items_of(all, s->entry->x, s->entry->y, &n);
    if (tile_read(&s->tile, s->entry->bytes, s->entry->n_bytes, s->o->id_key))
        die("%u/%u/%u cannot be read", s->entry->z, s->entry->x, s->entry->y);
    const struct tile_frame_tu frame =
        frame_of(s->entry->z, s->entry->x, s->entry->y, s->tile.extent);
    index_tile(s);
    s->count.n_tiles++;
    for (size_t i = 0; i < n; i++)
        judge_border(s, &s->borders->borders[items[i].item], &frame);
}

size_t judge_slivers(const struct tile_file *f, const struct source *source,
                     const struct judge_options *o)
{
    struct borders borders;
    borders_find(source, o->touch_m, &borders);
    printf(
        "source: %zu polygons, %zu neighbouring pairs; edges in two %zu (%.0f km), edges that lie "
        "on others' %zu (%.0f km), edges in one %zu\n\n",
        source->n_features, borders.n_pairs, borders.n_exact_edges, borders.exact_m / 1000,
        borders.n_t_edges, borders.t_m / 1000, borders.n_single_edges);
    struct search s = {.o = o, .source = source, .borders = &borders, .geos = shape_open()};
    s.drawn_by = make(source->n_features, sizeof *s.drawn_by);
    s.drawn_in = make(source->n_features, sizeof *s.drawn_in);
    s.inside = make(source->n_features, sizeof *s.inside);
    for (size_t i = 0; i < source->n_features; i++)
        s.inside[i].x = NAN;
    printf(
        "| z | tiles | borders judged | pairs judged | within one group | not drawn | length | gap "
        "| of it wide | widest | overlap | of it wide | widest | pairs touched | pairs wide |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    struct tile_items items = {0};
    for (size_t i = 0; i < f->n; i++) {
        s.entry = &f->entries[i];
        if (i == 0 || f->entries[i - 1].z != s.entry->z)
            list_borders(&s, s.entry->z, &items);
        judge_tile(&s, &items);
        if (i + 1 < f->n && f->entries[i + 1].z == s.entry->z)
            continue;
        print_row(&s);
        free(items.items);
    }
    printf("slivers wider than %.0f tile unit: %zu\n", SLIVER_LIMIT_TU, s.n_faults);
    GEOS_finish_r(s.geos);
    free(s.drawn_by);
    free(s.drawn_in);
    free(s.inside);
    free(s.is_group);
    free(s.cells.items);
    free(s.a.places);
    free(s.b.places);
    free(s.piece.places);
    free(s.judged.items);
    free(s.touched.items);
    free(s.wide.items);
    tile_clear(&s.tile);
    borders_clear(&borders);
    return s.n_faults;
}
