#include "tiler/drawable_list.h"

#include "base/mem.h"

#define BYTES_MAX ((size_t)4 << 30)

void drawable_list_clear(struct drawable_list *l)
{
    mem_free(l->drawables);
    mem_free(l->at);
    buf_clear(&l->bytes);
    *l = (struct drawable_list){0};
}

void drawable_list_reset(struct drawable_list *l)
{
    if (l->bytes.limit_bytes == 0)
        buf_init(&l->bytes, BYTES_MAX);
    buf_reset(&l->bytes);
    l->n = 0;
}

enum err_code drawable_list_put(struct drawable_list *l, const struct listed_drawable *d,
                                struct err *err)
{
    if (mem_grow((void **)&l->drawables, &l->room, l->n + 1, sizeof *l->drawables, err) ||
        mem_grow((void **)&l->at, &l->room_at, l->n + 1, sizeof *l->at, err))
        return NO_MEMORY;
    l->drawables[l->n] = *d;
    l->at[l->n++] = l->bytes.len_bytes;
    buf_put(&l->bytes, d->d.geometry.at, d->d.geometry.len_bytes);
    buf_put(&l->bytes, d->d.values.at, d->d.values.len_bytes);
    return buf_status(&l->bytes, err);
}

struct listed_drawable drawable_list_at(const struct drawable_list *l, size_t i)
{
    const char *const bytes = (const char *)l->bytes.data + l->at[i];
    struct listed_drawable d = l->drawables[i];
    d.d.geometry.at = bytes;
    d.d.values.at = bytes + d.d.geometry.len_bytes;
    return d;
}
