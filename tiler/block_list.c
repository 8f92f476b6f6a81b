#include "tiler/block_list.h"

#include "base/mem.h"

#include <string.h>

#define BYTES_MAX ((size_t)4 << 30)

/* Where its bytes stand: of a drawn one the geometry and then the values, of a piece what it has in
 * common. */
struct listed_block {
    union {
        struct drawable drawn;
        struct block_piece piece;
    };
    uint8_t zoom;
    size_t at, first_edge;
};

void block_list_clear(struct block_list *l)
{
    mem_free(l->drawn);
    mem_free(l->pieces);
    mem_free(l->edges);
    buf_clear(&l->bytes);
    *l = (struct block_list){0};
}

void block_list_reset(struct block_list *l)
{
    if (l->bytes.limit_bytes == 0)
        buf_init(&l->bytes, BYTES_MAX);
    buf_reset(&l->bytes);
    l->n_drawn = l->n_pieces = l->n_edges = 0;
}

enum err_code block_list_put_drawn(struct block_list *l, uint8_t zoom, const struct drawable *d,
                                   struct err *err)
{
    if (mem_grow((void **)&l->drawn, &l->room_drawn, l->n_drawn + 1, sizeof *l->drawn, err))
        return NO_MEMORY;
    l->drawn[l->n_drawn++] =
        (struct listed_block){.drawn = *d, .zoom = zoom, .at = l->bytes.len_bytes};
    buf_put(&l->bytes, d->geometry.at, d->geometry.len_bytes);
    buf_put(&l->bytes, d->values.at, d->values.len_bytes);
    return buf_status(&l->bytes, err);
}

enum err_code block_list_put_piece(struct block_list *l, const struct block_piece *p,
                                   struct err *err)
{
    if (mem_grow((void **)&l->pieces, &l->room_pieces, l->n_pieces + 1, sizeof *l->pieces, err) ||
        mem_grow((void **)&l->edges, &l->room_edges, l->n_edges + p->n_edges, sizeof *l->edges,
                 err))
        return NO_MEMORY;
    l->pieces[l->n_pieces++] = (struct listed_block){
        .piece = *p, .zoom = p->zoom, .at = l->bytes.len_bytes, .first_edge = l->n_edges};
    if (p->n_edges)
        memcpy(l->edges + l->n_edges, p->edges, p->n_edges * sizeof *p->edges);
    l->n_edges += p->n_edges;
    buf_put(&l->bytes, p->common.at, p->common.len_bytes);
    return buf_status(&l->bytes, err);
}

struct drawable block_list_drawn(const struct block_list *l, size_t i, uint8_t *out_zoom)
{
    const struct listed_block *b = &l->drawn[i];
    const char *const bytes = (const char *)l->bytes.data + b->at;
    struct drawable d = b->drawn;
    d.geometry.at = bytes;
    d.values.at = bytes + d.geometry.len_bytes;
    *out_zoom = b->zoom;
    return d;
}

struct block_piece block_list_piece(const struct block_list *l, size_t i)
{
    const struct listed_block *b = &l->pieces[i];
    struct block_piece p = b->piece;
    p.common.at = (const char *)l->bytes.data + b->at;
    p.edges = l->edges + b->first_edge;
    return p;
}
