#include "tests/accept/truth/tile_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const uint8_t *at, *end;
    bool failed;
};

struct message_field {
    uint32_t number;
    uint64_t value;
    struct reader bytes;
};

static uint64_t get_varint(struct reader *r)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (r->at == r->end)
            break;
        const uint8_t byte = *r->at++;
        v |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return v;
    }
    r->failed = true;
    return 0;
}

static bool get_field(struct reader *r, struct message_field *f)
{
    if (r->failed || r->at == r->end)
        return false;
    const uint64_t key = get_varint(r);
    size_t n = 0;
    *f = (struct message_field){.number = (uint32_t)(key >> 3)};
    switch (key & 7) {
    case 0:
        f->value = get_varint(r);
        break;
    case 1:
        n = 8;
        break;
    case 2:
        n = get_varint(r);
        break;
    case 5:
        n = 4;
        break;
    default:
        r->failed = true;
    }
    if ((size_t)(r->end - r->at) < n)
        r->failed = true;
    if (r->failed)
        return false;
    f->bytes = (struct reader){r->at, r->at + n, false};
    r->at += n;
    return true;
}

static int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static void put_point(struct tile *t, struct tile_feature *f, int64_t x, int64_t y)
{
    t->points = grow(t->points, t->n_points, &t->room_points, sizeof *t->points);
    const struct point p = {(int32_t)x, (int32_t)y};
    t->points[t->n_points++] = p;
    if (p.x < f->min_x)
        f->min_x = p.x;
    if (p.y < f->min_y)
        f->min_y = p.y;
    if (p.x > f->max_x)
        f->max_x = p.x;
    if (p.y > f->max_y)
        f->max_y = p.y;
}

/* False when the commands are not those of its type (4.3.4). */
static bool read_geometry(struct tile *t, struct tile_feature *f, struct reader r)
{
    int64_t x = 0, y = 0;
    bool is_open = false;
    f->first_ring = (uint32_t)t->n_rings;
    f->min_x = f->min_y = INT32_MAX;
    f->max_x = f->max_y = INT32_MIN;
    while (r.at < r.end && !r.failed) {
        const uint64_t command = get_varint(&r), count = command >> 3;
        const bool is_move = (command & 7) == 1, is_line = (command & 7) == 2;
        if ((command & 7) == 7) {
            if (f->type != TILE_POLYGON || !is_open || count != 1 || t->rings[t->n_rings - 1].n < 3)
                return false;
            is_open = false;
            continue;
        }
        if ((!is_move && !is_line) || count == 0 ||
            (is_line && (f->type == TILE_POINT || !is_open)))
            return false;
        if (is_move) {
            if ((f->type != TILE_POINT && count != 1) || (f->type == TILE_POLYGON && is_open))
                return false;
            t->rings = grow(t->rings, t->n_rings, &t->room_rings, sizeof *t->rings);
            t->rings[t->n_rings++] = (struct tile_ring){(uint32_t)t->n_points, 0};
            is_open = true;
        }
        for (uint64_t i = 0; i < count && !r.failed; i++) {
            x += unzigzag(get_varint(&r));
            y += unzigzag(get_varint(&r));
            put_point(t, f, x, y);
        }
        struct tile_ring *ring = &t->rings[t->n_rings - 1];
        ring->n = (uint32_t)t->n_points - ring->start;
    }
    f->n_rings = (uint32_t)t->n_rings - f->first_ring;
    return !r.failed && f->n_rings > 0 && !(f->type == TILE_POLYGON && is_open);
}

struct layer_read {
    struct reader *values;
    size_t n_values, room_values;
    uint64_t id_key;
    uint64_t n_keys;
};

/* An id that is text or a whole number, as text in the tile's own memory. */
static uint32_t id_text(struct tile *t, struct reader value)
{
    struct message_field f;
    char number[24] = "";
    const char *from = number;
    size_t n = 0;
    if (get_field(&value, &f)) {
        if (f.number == 1) {
            from = (const char *)f.bytes.at;
            n = (size_t)(f.bytes.end - f.bytes.at);
        } else if (f.number == 4 || f.number == 5) {
            n = (size_t)snprintf(number, sizeof number, "%" PRIu64, f.value);
        } else if (f.number == 6) {
            n = (size_t)snprintf(number, sizeof number, "%" PRId64, unzigzag(f.value));
        }
    }
    const uint32_t at = (uint32_t)t->n_text;
    while (t->n_text + n + 1 > t->room_text) {
        t->room_text = t->room_text ? 2 * t->room_text : 65536;
        t->text = realloc(t->text, t->room_text);
        if (!t->text)
            die("no memory for %zu bytes", t->room_text);
    }
    memcpy(t->text + at, from, n);
    t->text[at + n] = '\0';
    t->n_text += n + 1;
    return at;
}

static bool read_feature(struct tile *t, const struct layer_read *l, struct reader r)
{
    struct message_field f;
    struct tile_feature out = {.id = NULL};
    struct reader tags = {0}, geometry = {0};
    while (get_field(&r, &f)) {
        if (f.number == 1)
            out.number = f.value;
        else if (f.number == 2)
            tags = f.bytes;
        else if (f.number == 3)
            out.type = (enum tile_type)f.value;
        else if (f.number == 4)
            geometry = f.bytes;
    }
    size_t text_at = SIZE_MAX;
    while (tags.at < tags.end && !tags.failed) {
        const uint64_t key = get_varint(&tags), value = get_varint(&tags);
        if (key >= l->n_keys || value >= l->n_values)
            return false;
        if (key == l->id_key)
            text_at = id_text(t, l->values[value]);
    }
    out.is_cut = !read_geometry(t, &out, geometry);
    /* An offset until the text no longer moves. */
    out.id = (const char *)(uintptr_t)text_at;
    t->features = grow(t->features, t->n_features, &t->room_features, sizeof *t->features);
    t->features[t->n_features++] = out;
    return !r.failed && !tags.failed;
}

static const char *read_layer(struct tile *t, struct reader r, const char *id_key)
{
    struct layer_read l = {.id_key = UINT64_MAX};
    struct message_field f;
    t->version = 1;
    t->extent = 4096;
    for (struct reader first = r; get_field(&first, &f);) {
        if (f.number == 3) {
            const size_t n = (size_t)(f.bytes.end - f.bytes.at);
            if (n == strlen(id_key) && memcmp(f.bytes.at, id_key, n) == 0)
                l.id_key = l.n_keys;
            l.n_keys++;
        } else if (f.number == 4) {
            l.values = grow(l.values, l.n_values, &l.room_values, sizeof *l.values);
            l.values[l.n_values++] = f.bytes;
        } else if (f.number == 5) {
            t->extent = (uint32_t)f.value;
        } else if (f.number == 15) {
            t->version = (uint32_t)f.value;
        }
    }
    const char *fault = NULL;
    while (!fault && get_field(&r, &f))
        if (f.number == 2 && !read_feature(t, &l, f.bytes))
            fault = "a feature that cannot be read";
    if (r.failed)
        fault = "a layer that cannot be read";
    for (size_t i = 0; i < t->n_features; i++) {
        const size_t at = (uintptr_t)t->features[i].id;
        t->features[i].id = at == SIZE_MAX ? "" : t->text + at;
    }
    free(l.values);
    return fault;
}

const char *tile_read(struct tile *t, const uint8_t *bytes, size_t n, const char *id_key)
{
    struct reader r = {bytes, bytes + n, false};
    struct message_field f;
    t->n_features = t->n_rings = t->n_points = t->n_text = 0;
    t->extent = 4096;
    t->version = 2;
    bool has_layer = false;
    while (get_field(&r, &f)) {
        if (f.number != 3)
            return "a field that is no layer";
        if (has_layer)
            return "a second layer";
        has_layer = true;
        const char *fault = read_layer(t, f.bytes, id_key);
        if (fault)
            return fault;
    }
    return r.failed ? "a tile that cannot be read" : NULL;
}

void tile_clear(struct tile *t)
{
    free(t->features);
    free(t->rings);
    free(t->points);
    free(t->text);
    *t = (struct tile){0};
}

int64_t ring_twice_area(const struct tile *t, const struct tile_ring *r)
{
    int64_t twice = 0;
    const struct point *p = t->points + r->start;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct point *a = &p[i], *b = &p[i + 1 == r->n ? 0 : i + 1];
        twice += (int64_t)a->x * b->y - (int64_t)b->x * a->y;
    }
    return twice;
}
