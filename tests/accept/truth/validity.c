#include "tests/accept/truth/judge.h"
#include "tests/accept/truth/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct count {
    size_t n_tiles, n_features, n_polygons, n_vertices;
    size_t n_malformed, n_outside, n_rings, n_geos, n_twice;
};

struct inspection {
    const struct judge_options *o;
    const struct tile_entry *entry;
    GEOSContextHandle_t geos;
    struct tile tile;
    struct count count;
    size_t n_faults;
};

static void fault(struct inspection *s, size_t *counter, const char *id, const char *words)
{
    ++*counter;
    if (s->n_faults++ < s->o->examples)
        printf("  %u/%u/%u feature '%s': %s\n", s->entry->z, s->entry->x, s->entry->y, id, words);
}

/* What GEOS is not asked: winding, order, closing vertices, area. NULL when it is right. */
static const char *ring_fault(const struct tile *t, const struct tile_ring *r, bool is_first)
{
    const struct point *p = t->points + r->start;
    if (r->n < 3)
        return "a ring of less than three vertices";
    for (uint32_t i = 0; i < r->n; i++) {
        const struct point *next = &p[i + 1 == r->n ? 0 : i + 1];
        if (p[i].x == next->x && p[i].y == next->y)
            return "a repeated vertex";
    }
    const int64_t area = ring_twice_area(t, r);
    if (area == 0)
        return "a ring without area";
    return is_first && area < 0 ? "a first ring that is wound as a hole" : NULL;
}

static void inspect_polygon(struct inspection *s, const struct tile_feature *f)
{
    for (uint32_t i = 0; i < f->n_rings; i++) {
        const char *words = ring_fault(&s->tile, &s->tile.rings[f->first_ring + i], i == 0);
        if (words) {
            fault(s, &s->count.n_rings, f->id, words);
            return;
        }
    }
    GEOSGeometry *a = shape_of(s->geos, &s->tile, f, 0, 0);
    char *reason = a ? GEOSisValidReason_r(s->geos, a) : NULL;
    if (!reason || strcmp(reason, "Valid Geometry") != 0)
        fault(s, &s->count.n_geos, f->id, reason ? reason : "GEOS does not take it");
    GEOSFree_r(s->geos, reason);
    GEOSGeom_destroy_r(s->geos, a);
}

static void inspect_line(struct inspection *s, const struct tile_feature *f)
{
    for (uint32_t i = 0; i < f->n_rings; i++) {
        const struct tile_ring *r = &s->tile.rings[f->first_ring + i];
        const struct point *p = s->tile.points + r->start;
        const char *words = r->n < 2 ? "a line of one vertex" : NULL;
        for (uint32_t k = 1; k < r->n; k++)
            if (p[k].x == p[k - 1].x && p[k].y == p[k - 1].y)
                words = "a repeated vertex";
        if (words)
            fault(s, &s->count.n_rings, f->id, words);
    }
}

static int by_number(const void *a, const void *b)
{
    const uint64_t s = *(const uint64_t *)a, t = *(const uint64_t *)b;
    return (s > t) - (s < t);
}

/* An id stands for one feature of the layer (4.2). */
static void inspect_numbers(struct inspection *s)
{
    uint64_t *numbers = make(s->tile.n_features, sizeof *numbers);
    for (size_t i = 0; i < s->tile.n_features; i++)
        numbers[i] = s->tile.features[i].number;
    if (s->tile.n_features)
        qsort(numbers, s->tile.n_features, sizeof *numbers, by_number);
    for (size_t i = 1; i < s->tile.n_features; i++)
        if (numbers[i] && numbers[i] == numbers[i - 1])
            fault(s, &s->count.n_twice, "", "an MVT id that two features have");
    free(numbers);
}

static void inspect_tile(struct inspection *s)
{
    const char *words = tile_read(&s->tile, s->entry->bytes, s->entry->n_bytes, s->o->id_key);
    const int32_t low = -s->o->buffer_tu, high = (int32_t)s->tile.extent + s->o->buffer_tu;
    if (!words && s->tile.version != 2)
        words = "not version 2";
    if (words) {
        fault(s, &s->count.n_malformed, "", words);
        return;
    }
    for (size_t i = 0; i < s->tile.n_features; i++) {
        const struct tile_feature *f = &s->tile.features[i];
        if (f->is_cut) {
            fault(s, &s->count.n_malformed, f->id, "commands that are not its type's");
            continue;
        }
        if (f->min_x < low || f->min_y < low || f->max_x > high || f->max_y > high)
            fault(s, &s->count.n_outside, f->id, "a vertex outside tile and buffer");
        if (f->type == TILE_POLYGON)
            inspect_polygon(s, f);
        else if (f->type == TILE_LINE)
            inspect_line(s, f);
        s->count.n_polygons += f->type == TILE_POLYGON;
    }
    inspect_numbers(s);
    s->count.n_tiles++;
    s->count.n_features += s->tile.n_features;
    s->count.n_vertices += s->tile.n_points;
}

size_t judge_validity(const struct tile_file *f, const struct judge_options *o)
{
    struct inspection s = {.o = o, .geos = shape_open()};
    printf("| z | tiles | features | polygons | vertices | malformed | outside | ring faults | "
           "invalid (GEOS) | ids twice |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < f->n; i++) {
        s.entry = &f->entries[i];
        inspect_tile(&s);
        if (i + 1 < f->n && f->entries[i + 1].z == s.entry->z)
            continue;
        const struct count *c = &s.count;
        printf("| %u | %zu | %zu | %zu | %zu | %zu | %zu | %zu | %zu | %zu |\n", s.entry->z,
               c->n_tiles, c->n_features, c->n_polygons, c->n_vertices, c->n_malformed,
               c->n_outside, c->n_rings, c->n_geos, c->n_twice);
        s.count = (struct count){0};
        fflush(stdout);
    }
    printf("faults: %zu\n", s.n_faults);
    tile_clear(&s.tile);
    GEOS_finish_r(s.geos);
    return s.n_faults;
}
