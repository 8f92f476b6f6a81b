/*
 * Painted area of each tile (the union of its polygons, within the tile) beside the true one (the
 * source's polygons, cut at the tile; they do not overlap).
 */
#include "tests/accept/truth/judge.h"
#include "tests/accept/truth/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BINS = 9 };

/* Tiles that hold less than this square's area are counted in the sum alone. */
#define SMALL_TU 64

static const double BIN_ENDS[BINS] = {0.5, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.5, INFINITY};

struct count {
    size_t n_tiles, n_small, n_off, bins[BINS];
    double true_area, painted, sum, low, high;
    const struct tile_entry *lowest, *highest;
};

struct survey {
    const struct judge_options *o;
    const struct source *source;
    GEOSContextHandle_t geos;
    struct tile tile;
    struct place *from, *to;
    size_t room_from, room_to;
    struct count count;
    size_t n_faults;
};

static size_t put(struct place **items, size_t n, size_t *room, struct place p)
{
    *items = grow(*items, n, room, sizeof p);
    (*items)[n] = p;
    return n + 1;
}

/* One side of Sutherland and Hodgman's: what runs along the border twice has no area there. */
static size_t cut(struct survey *s, size_t n, bool is_y, double limit, double sign)
{
    size_t n_to = 0;
    for (size_t i = 0; i < n; i++) {
        const struct place a = s->from[i], b = s->from[i + 1 == n ? 0 : i + 1];
        const double da = sign * ((is_y ? a.y : a.x) - limit);
        const double db = sign * ((is_y ? b.y : b.x) - limit);
        if (da >= 0)
            n_to = put(&s->to, n_to, &s->room_to, a);
        if ((da < 0) == (db < 0))
            continue;
        const double t = da / (da - db);
        n_to = put(&s->to, n_to, &s->room_to,
                   (struct place){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
    struct place *kept = s->from;
    const size_t room = s->room_from;
    s->from = s->to;
    s->room_from = s->room_to;
    s->to = kept;
    s->room_to = room;
    return n_to;
}

/* Signed, of the ring in s->from, within the tile. */
static double area_within(struct survey *s, size_t n, double extent)
{
    n = cut(s, n, false, 0, 1);
    n = cut(s, n, false, extent, -1);
    n = cut(s, n, true, 0, 1);
    n = cut(s, n, true, extent, -1);
    double twice = 0;
    for (size_t i = 0; i < n; i++) {
        const struct place a = s->from[i], b = s->from[i + 1 == n ? 0 : i + 1];
        twice += a.x * b.y - b.x * a.y;
    }
    return twice / 2;
}

static double true_area(struct survey *s, const struct source_feature *f,
                        const struct tile_frame_tu *frame, double extent)
{
    double area = 0;
    for (uint32_t i = 0; i < f->n_rings; i++) {
        const struct source_ring *r = &s->source->rings[f->first_ring + i];
        size_t n = 0;
        for (size_t k = 0; k + 1 < r->n; k++)
            n = put(&s->from, n, &s->room_from, place_in(frame, s->source->places[r->start + k]));
        area += area_within(s, n, extent);
    }
    return area;
}

static double painted_sum(struct survey *s)
{
    double area = 0;
    for (size_t i = 0; i < s->tile.n_features; i++) {
        const struct tile_feature *f = &s->tile.features[i];
        for (uint32_t k = 0; k < f->n_rings && f->type == TILE_POLYGON; k++) {
            const struct tile_ring *r = &s->tile.rings[f->first_ring + k];
            size_t n = 0;
            for (uint32_t v = 0; v < r->n; v++) {
                const struct point *p = &s->tile.points[r->start + v];
                n = put(&s->from, n, &s->room_from, (struct place){p->x, p->y});
            }
            area += area_within(s, n, s->tile.extent);
        }
    }
    return area;
}

static double painted_union(struct survey *s)
{
    GEOSGeometry **parts = make(s->tile.n_features, sizeof *parts);
    size_t n = 0;
    for (size_t i = 0; i < s->tile.n_features; i++)
        if (s->tile.features[i].type == TILE_POLYGON)
            parts[n++] = shape_valid(s->geos, &s->tile, &s->tile.features[i], 0, 0);
    const double e = s->tile.extent;
    GEOSGeometry *all =
        shape_intersection(s->geos, shape_union(s->geos, parts, n), shape_box(s->geos, 0, 0, e, e));
    const double area = shape_area(s->geos, all);
    GEOSGeom_destroy_r(s->geos, all);
    free(parts);
    return area;
}

static void survey_tile(struct survey *s, const struct tile_entry *e, const struct tile_items *all)
{
    struct count *c = &s->count;
    size_t n;
    const struct tile_item *items = tile_items_of(all, e->x, e->y, &n);
    if (tile_read(&s->tile, e->bytes, e->n_bytes, s->o->id_key))
        die("%u/%u/%u cannot be read", e->z, e->x, e->y);
    const struct tile_frame_tu frame = frame_of(e->z, e->x, e->y, s->tile.extent);
    double truth = 0;
    for (size_t i = 0; i < n; i++)
        truth += true_area(s, &s->source->features[items[i].item], &frame, s->tile.extent);
    const double painted = painted_union(s), sum = painted_sum(s);
    c->n_tiles++;
    c->true_area += truth;
    c->painted += painted;
    c->sum += sum;
    if (truth < SMALL_TU * SMALL_TU) {
        c->n_small++;
        return;
    }
    const double ratio = painted / truth;
    if (!c->lowest || ratio < c->low) {
        c->low = ratio;
        c->lowest = e;
    }
    if (!c->highest || ratio > c->high) {
        c->high = ratio;
        c->highest = e;
    }
    size_t bin = 0;
    while (bin + 1 < BINS && ratio > BIN_ENDS[bin])
        bin++;
    c->bins[bin]++;
    c->n_off += fabs(ratio - 1) > 0.02;
    if (s->o->each)
        printf("  %u/%u/%u true %.0f painted %.0f ratio %.4f sum %.4f\n", e->z, e->x, e->y, truth,
               painted, ratio, sum / truth);
}

static void print_row(const struct count *c, uint32_t z)
{
    const struct tile_entry none = {0};
    const struct tile_entry *low = c->lowest ? c->lowest : &none;
    const struct tile_entry *high = c->highest ? c->highest : &none;
    printf("| %u | %zu | %.4f | %.4f | %.4f %u/%u/%u | %.4f %u/%u/%u | %zu | %zu |", z, c->n_tiles,
           c->painted / c->true_area, (c->sum - c->painted) / c->true_area, c->low, low->z, low->x,
           low->y, c->high, high->z, high->x, high->y, c->n_off, c->n_small);
    for (size_t i = 0; i < BINS; i++)
        printf(" %zu", c->bins[i]);
    printf(" |\n");
}

size_t judge_coverage(const struct tile_file *f, const struct source *source,
                      const struct judge_options *o)
{
    struct survey s = {.o = o, .source = source, .geos = shape_open()};
    struct tile_items items = {0};
    printf(
        "| z | tiles | painted / true | painted twice / true | least | most | off by over 2 %% | "
        "with hardly anything | tiles by ratio up to 0.5 0.9 0.95 0.98 1.02 1.05 1.1 1.5 more "
        "|\n|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < f->n; i++) {
        const struct tile_entry *e = &f->entries[i];
        if (i == 0 || f->entries[i - 1].z != e->z)
            source_tiles(source, e->z, 0, &items);
        survey_tile(&s, e, &items);
        if (i + 1 < f->n && f->entries[i + 1].z == e->z)
            continue;
        print_row(&s.count, e->z);
        fflush(stdout);
        s.n_faults += s.count.n_off;
        s.count = (struct count){0};
        free(items.items);
    }
    printf("tiles off by over 2 %%: %zu\n", s.n_faults);
    tile_clear(&s.tile);
    free(s.from);
    free(s.to);
    GEOS_finish_r(s.geos);
    return s.n_faults;
}
