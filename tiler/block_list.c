#include "tiler/block_list.h"

#include "base/mem.h"

#include <string.h>

#define BYTES_MAX ((size_t)4 << 30)

void block_list_clear(struct block_list *l)
{
    drawable_list_clear(&l->made);
    mem_free(l->pieces);
    mem_free(l->edges);
    buf_clear(&l->bytes);
    *l = (struct block_list){0};
}

void block_list_reset(struct block_list *l)
{
    if (l->bytes.limit_bytes == 0)
        buf_init(&l->bytes, BYTES_MAX);
    drawable_list_reset(&l->made);
    buf_reset(&l->bytes);
    l->n_pieces = l->n_edges = 0;
}

enum err_code block_list_put_piece(struct block_list *l, const struct block_piece *p,
                                   struct err *err)
{
    if (mem_grow((void **)&l->pieces, &l->room_pieces, l->n_pieces + 1, sizeof *l->pieces, err) ||
        mem_grow((void **)&l->edges, &l->room_edges, l->n_edges + p->n_edges, sizeof *l->edges,
                 err))
        return NO_MEMORY;
    l->pieces[l->n_pieces++] = *p;
    if (p->n_edges)
        memcpy(l->edges + l->n_edges, p->edges, p->n_edges * sizeof *p->edges);
    l->n_edges += p->n_edges;
    buf_put(&l->bytes, p->common.at, p->common.len_bytes);
    return buf_status(&l->bytes, err);
}

bool piece_reader_next(struct piece_reader *r, struct block_piece *out)
{
    const struct block_list *l = r->list;
    if (r->next == l->n_pieces)
        return false;
    *out = l->pieces[r->next++];
    out->common.at = (const char *)l->bytes.data + r->bytes_at;
    out->edges = l->edges + r->edges_at;
    r->bytes_at += out->common.len_bytes;
    r->edges_at += out->n_edges;
    return true;
}
