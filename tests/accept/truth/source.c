#include "tests/accept/truth/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF_WORLD_M 20037508.342789244 /* pi times EPSG:3857's radius of 6378137 m */

static void put_place(struct source *s, struct source_feature *f, double x_m, double y_m)
{
    const struct place p = {x_m / HALF_WORLD_M / 2 + 0.5, 0.5 - y_m / HALF_WORLD_M / 2};
    s->places = grow(s->places, s->n_places, &s->room_places, sizeof *s->places);
    s->places[s->n_places++] = p;
    f->min_x = fmin(f->min_x, p.x);
    f->min_y = fmin(f->min_y, p.y);
    f->max_x = fmax(f->max_x, p.x);
    f->max_y = fmax(f->max_y, p.y);
}

static double twice_area(const struct place *p, size_t n)
{
    double twice = 0;
    for (size_t i = 0; i + 1 < n; i++)
        twice +=
            (p[i].x - p[0].x) * (p[i + 1].y - p[0].y) - (p[i + 1].x - p[0].x) * (p[i].y - p[0].y);
    return twice;
}

static void wind(struct source *s, struct source_ring *r)
{
    struct place *p = s->places + r->start;
    if ((twice_area(p, r->n) < 0) == r->is_hole)
        return;
    for (size_t i = 0, k = r->n - 1; i < k; i++, k--) {
        const struct place kept = p[i];
        p[i] = p[k];
        p[k] = kept;
    }
}

/* "MULTIPOLYGON (((x y,x y),(x y)))": what stands in the innermost brackets is a ring, the first
 * of its bracket an outer one. */
static const char *read_wkt(struct source *s, struct source_feature *f, const char *p,
                            const char *end)
{
    size_t in_bracket = 0;
    while (p < end && *p != '(' && *p != '"' && *p != '\n')
        p++;
    for (; p < end && *p != '"' && *p != '\n'; p++) {
        if (*p == '(') {
            /* "((" begins a polygon: the ring that follows is its outer one. */
            in_bracket = p + 1 < end && p[1] == '(' ? 0 : in_bracket;
            continue;
        }
        if (*p == ')' || *p == ',' || *p == ' ')
            continue;
        struct source_ring ring = {s->n_places, 0, in_bracket++ > 0};
        while (p < end && *p != ')') {
            char *next;
            const double x_m = strtod(p, &next), y_m = strtod(next, &next);
            if (next == p)
                die("a geometry that is no WKT");
            put_place(s, f, x_m, y_m);
            p = next;
            while (p < end && *p != ',' && *p != ')')
                p++;
            p += p < end && *p == ',';
        }
        ring.n = s->n_places - ring.start;
        s->rings = grow(s->rings, s->n_rings, &s->room_rings, sizeof *s->rings);
        s->rings[s->n_rings++] = ring;
        const struct place *first = s->places + ring.start;
        if (ring.n > 3 && memcmp(first, first + ring.n - 1, sizeof *first) == 0)
            wind(s, &s->rings[s->n_rings - 1]);
    }
    f->n_rings = (uint32_t)s->n_rings - f->first_ring;
    return p;
}

static void index_ids(struct source *s)
{
    s->n_by_id = 64;
    while (s->n_by_id < 2 * s->n_features)
        s->n_by_id *= 2;
    s->by_id = make(s->n_by_id, sizeof *s->by_id);
    for (size_t i = 0; i < s->n_features; i++) {
        const char *id = s->features[i].id;
        size_t at = mix_bytes(id, strlen(id)) & (s->n_by_id - 1);
        while (s->by_id[at])
            at = (at + 1) & (s->n_by_id - 1);
        s->by_id[at] = (uint32_t)i + 1;
    }
}

void source_read(const char *path, struct source *out)
{
    const struct file_bytes file = file_map(path);
    const char *p = (const char *)file.at, *end = p + file.n;
    *out = (struct source){0};
    if (file.n < 4 || memcmp(p, "WKT,", 4) != 0)
        die("%s is no CSV whose first column is WKT", path);
    p = memchr(p, '\n', file.n);
    for (p = p ? p + 1 : end; p < end; p++) {
        struct source_feature f = {
            .first_ring = (uint32_t)out->n_rings, .min_x = 2, .min_y = 2, .max_x = -1, .max_y = -1};
        p += *p == '"';
        p = read_wkt(out, &f, p, end);
        while (p < end && (*p == '"' || *p == ','))
            p++;
        size_t n = 0;
        while (p + n < end && p[n] != '"' && p[n] != ',' && p[n] != '\n' && p[n] != '\r')
            n++;
        char *id = make(n + 1, 1);
        memcpy(id, p, n);
        f.id = id;
        out->features = grow(out->features, out->n_features, &out->room_features, sizeof f);
        out->features[out->n_features++] = f;
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            break;
    }
    index_ids(out);
}

void source_clear(struct source *s)
{
    for (size_t i = 0; i < s->n_features; i++)
        free((char *)s->features[i].id);
    free(s->features);
    free(s->rings);
    free(s->places);
    free(s->by_id);
    *s = (struct source){0};
}

size_t source_find(const struct source *s, const char *id)
{
    size_t at = mix_bytes(id, strlen(id)) & (s->n_by_id - 1);
    while (s->by_id[at] && strcmp(s->features[s->by_id[at] - 1].id, id) != 0)
        at = (at + 1) & (s->n_by_id - 1);
    return s->by_id[at] ? s->by_id[at] - 1 : SIZE_MAX;
}

struct tile_frame_tu frame_of(uint32_t z, uint32_t x, uint32_t y, uint32_t extent)
{
    return (struct tile_frame_tu){ldexp(extent, (int)z), (double)x * extent, (double)y * extent};
}

void tile_items_add(struct tile_items *t, uint32_t z, double min_x, double min_y, double max_x,
                    double max_y, double margin, uint32_t item)
{
    const double n = ldexp(1, (int)z);
    const double first_x = fmax(0, floor(min_x * n - margin));
    const double first_y = fmax(0, floor(min_y * n - margin));
    const double last_x = fmin(n - 1, floor(max_x * n + margin));
    const double last_y = fmin(n - 1, floor(max_y * n + margin));
    for (double x = first_x; x <= last_x; x++)
        for (double y = first_y; y <= last_y; y++) {
            t->items = grow(t->items, t->n, &t->room, sizeof *t->items);
            t->items[t->n++] = (struct tile_item){(uint64_t)x << 32 | (uint64_t)y, item};
        }
}

static int by_tile(const void *a, const void *b)
{
    const struct tile_item *s = a, *t = b;
    if (s->tile != t->tile)
        return s->tile < t->tile ? -1 : 1;
    return (s->item > t->item) - (s->item < t->item);
}

void tile_items_sort(struct tile_items *t)
{
    if (t->n)
        qsort(t->items, t->n, sizeof *t->items, by_tile);
}

const struct tile_item *tile_items_of(const struct tile_items *t, uint32_t x, uint32_t y, size_t *n)
{
    const uint64_t tile = (uint64_t)x << 32 | y;
    size_t low = 0, high = t->n;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (t->items[middle].tile < tile)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < t->n && t->items[low + *n].tile == tile;)
        ++*n;
    return t->items + low;
}

void source_tiles(const struct source *s, uint32_t z, double margin, struct tile_items *out)
{
    *out = (struct tile_items){0};
    for (size_t i = 0; i < s->n_features; i++) {
        const struct source_feature *f = &s->features[i];
        if (f->n_rings)
            tile_items_add(out, z, f->min_x, f->min_y, f->max_x, f->max_y, margin, (uint32_t)i);
    }
    tile_items_sort(out);
}
