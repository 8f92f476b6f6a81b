#include "store/btree_page.h"

#include <string.h>

enum { LEAF_HEAD_BYTES = 8, INTERIOR_HEAD_BYTES = 12, POINTER_BYTES = 2 };

static void put_u16(uint8_t *at, size_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

void btree_put_u32(uint8_t *at, uint32_t v)
{
    put_u16(at, v >> 16);
    put_u16(at + 2, v & 0xFFFF);
}

static size_t pointer_at(const struct btree_page *p, size_t cell)
{
    return (p->is_leaf ? LEAF_HEAD_BYTES : INTERIOR_HEAD_BYTES) + cell * POINTER_BYTES;
}

void btree_page_start(struct btree_page *p, bool is_leaf)
{
    memset(p->bytes, 0, p->page_bytes);
    p->is_leaf = is_leaf;
    p->n_cells = 0;
    p->content_at = p->page_bytes;
}

bool btree_page_has_room(const struct btree_page *p, size_t n_bytes)
{
    return pointer_at(p, p->n_cells + 1) + n_bytes <= p->content_at;
}

uint8_t *btree_page_add(struct btree_page *p, size_t n_bytes)
{
    p->content_at -= n_bytes;
    put_u16(p->bytes + pointer_at(p, p->n_cells++), p->content_at);
    return p->bytes + p->content_at;
}

void btree_page_drop(struct btree_page *p, size_t n_bytes)
{
    memset(p->bytes + p->content_at, 0, n_bytes);
    p->content_at += n_bytes;
    put_u16(p->bytes + pointer_at(p, --p->n_cells), 0);
}

void btree_page_end(struct btree_page *p, enum btree_page_type type, uint32_t last_child)
{
    p->bytes[0] = (uint8_t)type;
    put_u16(p->bytes + 3, p->n_cells);
    put_u16(p->bytes + 5, p->content_at);
    if (!p->is_leaf)
        btree_put_u32(p->bytes + 8, last_child);
}
