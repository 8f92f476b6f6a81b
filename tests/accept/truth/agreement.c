/*
 * Neighbouring tiles overlap by twice their buffer: what both draw there must be the same. For each
 * feature that one of them has in that strip, the difference of the two shapes: none, or nowhere
 * wider than one tile unit, which clipping forces (where an edge is cut is rounded).
 */
#include "tests/accept/truth/judge.h"
#include "tests/accept/truth/shape.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A feature of one of the two tiles, by what names it. */
struct named {
    const struct tile_feature *feature;
    uint64_t name;
    bool is_right;
};

struct count {
    size_t n_pairs, n_features, n_absent, n_differ;
    double width;
};

struct comparison {
    const struct judge_options *o;
    GEOSContextHandle_t geos;
    struct tile left, right;
    const struct tile_entry *entry, *other;
    struct named *named;
    size_t n_named, room;
    double min_x, min_y, max_x, max_y; /* the strip, in the left tile's units */
    double dx, dy;                     /* from the right tile's units to the left's */
    struct count count;
    size_t n_faults;
};

static int by_name(const void *a, const void *b)
{
    const struct named *s = a, *t = b;
    if (s->name != t->name)
        return s->name < t->name ? -1 : 1;
    return (int)s->is_right - (int)t->is_right;
}

static void take(struct comparison *c, const struct tile *t, bool is_right)
{
    const double dx = is_right ? c->dx : 0, dy = is_right ? c->dy : 0;
    for (size_t i = 0; i < t->n_features; i++) {
        const struct tile_feature *f = &t->features[i];
        if (f->type != TILE_POLYGON || f->is_cut || f->max_x + dx < c->min_x ||
            f->min_x + dx > c->max_x || f->max_y + dy < c->min_y || f->min_y + dy > c->max_y)
            continue;
        c->named = grow(c->named, c->n_named, &c->room, sizeof *c->named);
        const uint64_t name = f->id[0] ? mix_bytes(f->id, strlen(f->id)) : mix(f->number);
        c->named[c->n_named++] = (struct named){f, name, is_right};
    }
}

/* What features of one name and tile draw in the strip. */
static GEOSGeometry *drawn(struct comparison *c, const struct named *n, size_t n_named,
                           bool is_right)
{
    GEOSGeometry *out = NULL;
    for (size_t i = 0; i < n_named; i++) {
        if (n[i].is_right != is_right)
            continue;
        GEOSGeometry *a = shape_valid(c->geos, is_right ? &c->right : &c->left, n[i].feature,
                                      is_right ? c->dx : 0, is_right ? c->dy : 0);
        if (out) {
            GEOSGeometry *both = GEOSUnion_r(c->geos, out, a);
            GEOSGeom_destroy_r(c->geos, out);
            GEOSGeom_destroy_r(c->geos, a);
            a = both;
        }
        out = a;
    }
    if (!out)
        return NULL;
    return shape_intersection(c->geos, out,
                              shape_box(c->geos, c->min_x, c->min_y, c->max_x, c->max_y));
}

static void compare(struct comparison *c, const struct named *n, size_t n_named)
{
    GEOSGeometry *left = drawn(c, n, n_named, false), *right = drawn(c, n, n_named, true);
    const bool is_absent = !left || !right;
    GEOSGeometry *differ = NULL;
    if (!is_absent)
        differ = GEOSSymDifference_r(c->geos, left, right);
    else
        differ = GEOSGeom_clone_r(c->geos, left ? left : right);
    const struct sliver s = differ ? shape_sliver(c->geos, differ) : (struct sliver){0};
    c->count.n_features++;
    if (s.wide_area > 0) {
        if (is_absent)
            c->count.n_absent++;
        else
            c->count.n_differ++;
        if (c->n_faults++ < c->o->examples)
            printf("  %u/%u/%u and %u/%u/%u feature '%s' %" PRIu64 ": %s, %.2f wide at %.1f,%.1f\n",
                   c->entry->z, c->entry->x, c->entry->y, c->other->z, c->other->x, c->other->y,
                   n->feature->id, n->feature->number,
                   is_absent ? (left ? "not in the second" : "not in the first") : "differs",
                   s.width, s.x, s.y);
    }
    c->count.width = fmax(c->count.width, s.width);
    GEOSGeom_destroy_r(c->geos, differ);
    GEOSGeom_destroy_r(c->geos, left);
    GEOSGeom_destroy_r(c->geos, right);
}

static void compare_tiles(struct comparison *c, bool is_below)
{
    const double e = c->left.extent, b = c->o->buffer_tu;
    c->dx = is_below ? 0 : e;
    c->dy = is_below ? e : 0;
    c->min_x = is_below ? -b : e - b;
    c->min_y = is_below ? e - b : -b;
    c->max_x = c->max_y = e + b;
    c->n_named = 0;
    take(c, &c->left, false);
    take(c, &c->right, true);
    if (c->n_named)
        qsort(c->named, c->n_named, sizeof *c->named, by_name);
    for (size_t first = 0, end; first < c->n_named; first = end) {
        for (end = first; end < c->n_named && c->named[end].name == c->named[first].name;)
            end++;
        compare(c, c->named + first, end - first);
    }
    c->count.n_pairs++;
}

size_t judge_agreement(const struct tile_file *f, const struct judge_options *o)
{
    struct comparison c = {.o = o, .geos = shape_open()};
    printf("| z | pairs of tiles | features in both strips | in one only | differ | widest |\n"
           "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < f->n; i++) {
        c.entry = &f->entries[i];
        const bool is_read = !tile_read(&c.left, c.entry->bytes, c.entry->n_bytes, o->id_key);
        for (int is_below = 0; is_below < 2 && is_read; is_below++) {
            c.other = tile_file_find(f, c.entry->z, c.entry->x + !is_below,
                                     c.entry->y + (uint32_t)is_below);
            if (c.other && !tile_read(&c.right, c.other->bytes, c.other->n_bytes, o->id_key))
                compare_tiles(&c, is_below);
        }
        if (i + 1 < f->n && f->entries[i + 1].z == c.entry->z)
            continue;
        printf("| %u | %zu | %zu | %zu | %zu | %.2f |\n", c.entry->z, c.count.n_pairs,
               c.count.n_features, c.count.n_absent, c.count.n_differ, c.count.width);
        c.count = (struct count){0};
        fflush(stdout);
    }
    printf("faults (wider than %.0f tile unit): %zu\n", SLIVER_LIMIT_TU, c.n_faults);
    free(c.named);
    tile_clear(&c.left);
    tile_clear(&c.right);
    GEOS_finish_r(c.geos);
    return c.n_faults;
}
