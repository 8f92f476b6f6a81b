#include "tests/accept/truth/tile_file.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 20 };

static uint32_t number_at(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int by_address(const void *a, const void *b)
{
    const struct tile_entry *s = a, *t = b;
    if (s->z != t->z)
        return s->z < t->z ? -1 : 1;
    if (s->x != t->x)
        return s->x < t->x ? -1 : 1;
    return (s->y > t->y) - (s->y < t->y);
}

void tile_file_read(const char *path, int first_zoom, int last_zoom, struct tile_file *out)
{
    const struct file_bytes file = file_map(path);
    size_t room = 0, at = 0;
    *out = (struct tile_file){0};
    while (at < file.n) {
        if (file.n - at < HEAD_BYTES)
            die("%s ends in mid-tile", path);
        const uint8_t *p = file.at + at;
        struct tile_entry e = {number_at(p),      number_at(p + 4),  number_at(p + 8),
                               number_at(p + 12), number_at(p + 16), p + HEAD_BYTES};
        at += HEAD_BYTES;
        if (file.n - at < e.n_bytes)
            die("%s ends in mid-tile", path);
        at += e.n_bytes;
        if ((int)e.z < first_zoom || (int)e.z > last_zoom)
            continue;
        out->entries = grow(out->entries, out->n, &room, sizeof e);
        out->entries[out->n++] = e;
    }
    if (out->n == 0)
        die("%s holds no tile", path);
    if (out->n)
        qsort(out->entries, out->n, sizeof *out->entries, by_address);
}

void tile_file_clear(struct tile_file *f)
{
    free(f->entries);
    *f = (struct tile_file){0};
}

const struct tile_entry *tile_file_find(const struct tile_file *f, uint32_t z, uint32_t x,
                                        uint32_t y)
{
    const struct tile_entry wanted = {.z = z, .x = x, .y = y};
    return bsearch(&wanted, f->entries, f->n, sizeof wanted, by_address);
}
