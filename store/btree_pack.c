#include "store/btree_pack.h"

#include "base/mem.h"
#include "store/btree_page.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_LEVELS = 20 };

struct level {
    struct btree_page page;
    /* Of an interior page: its last child, which gets no cell but a place in the head; and the
     * last cell's, in case that it must become the last child. */
    uint32_t child, cell_child;
    int64_t child_row, cell_row;
};

struct btree_pack {
    struct page_file *file;
    uint32_t root;
    int64_t last_row;
    size_t n_levels;
    uint8_t *memory; /* a page for each level, and one for what overflows */
    struct level levels[MAX_LEVELS];
    uint8_t *overflow;
};

static void start_page(struct btree_pack *p, size_t level)
{
    struct level *l = &p->levels[level];
    btree_page_start(&l->page, level == 0);
    l->child = l->cell_child = 0;
}

enum err_code btree_pack_new(struct page_file *f, uint32_t root, struct btree_pack **out,
                             struct err *err)
{
    struct btree_pack *p = mem_new(1, sizeof *p);
    uint8_t *memory = mem_new(MAX_LEVELS + 1, f->page_bytes);
    if (!p || !memory) {
        mem_free(p);
        mem_free(memory);
        return err_no_memory(err, (MAX_LEVELS + 1) * f->page_bytes);
    }
    *p = (struct btree_pack){
        .file = f, .root = root, .last_row = INT64_MIN, .n_levels = 1, .memory = memory};
    for (size_t i = 0; i < MAX_LEVELS; i++)
        p->levels[i].page =
            (struct btree_page){.bytes = memory + i * f->page_bytes, .page_bytes = f->page_bytes};
    p->overflow = memory + MAX_LEVELS * f->page_bytes;
    start_page(p, 0);
    *out = p;
    return OK;
}

void btree_pack_free(struct btree_pack *p)
{
    if (!p)
        return;
    mem_free(p->memory);
    mem_free(p);
}

static void add_child_cell(struct level *l, uint32_t child, int64_t row)
{
    uint8_t bytes[BTREE_CHILD_BYTES + RECORD_VARINT_MAX_BYTES];
    btree_put_u32(bytes, child);
    const size_t n = BTREE_CHILD_BYTES + record_varint(bytes + BTREE_CHILD_BYTES, (uint64_t)row);
    memcpy(btree_page_add(&l->page, n), bytes, n);
    l->cell_child = child;
    l->cell_row = row;
}

/* A full interior page gives its last child to the next, so that the next has a cell as well. */
static void drop_last_cell(struct level *l)
{
    uint8_t varint[RECORD_VARINT_MAX_BYTES];
    btree_page_drop(&l->page, BTREE_CHILD_BYTES + record_varint(varint, (uint64_t)l->cell_row));
    l->child = l->cell_child;
    l->child_row = l->cell_row;
}

static void end_page(struct btree_pack *p, size_t level)
{
    struct level *l = &p->levels[level];
    btree_page_end(&l->page, level == 0 ? BTREE_TABLE_LEAF : BTREE_TABLE_INTERIOR, l->child);
}

/* Write a full page to the end of the file. */
static enum err_code give(struct btree_pack *p, size_t level, uint32_t *out, struct err *err)
{
    end_page(p, level);
    return page_file_put(p->file, p->levels[level].page.bytes, out, err);
}

/* Enter a page, whose last row that is, into the level above it; pages that are full there go up in
 * turn. */
static enum err_code enter(struct btree_pack *p, size_t level, uint32_t child, int64_t row,
                           struct err *err)
{
    for (;; level++) {
        if (level == MAX_LEVELS)
            return err_set(err, INTERNAL, "a table of more than %d levels", MAX_LEVELS);
        struct level *l = &p->levels[level];
        if (level == p->n_levels) {
            p->n_levels++;
            start_page(p, level);
        }
        const uint32_t before = l->child;
        const int64_t before_row = l->child_row;
        l->child = child;
        l->child_row = row;
        if (!before)
            return OK;
        if (btree_page_has_room(&l->page, BTREE_CHILD_BYTES + RECORD_VARINT_MAX_BYTES)) {
            add_child_cell(l, before, before_row);
            return OK;
        }
        drop_last_cell(l);
        const int64_t full_row = l->child_row;
        uint32_t number = 0;
        const enum err_code rc = give(p, level, &number, err);
        if (rc)
            return rc;
        start_page(p, level);
        add_child_cell(l, before, before_row);
        l->child = child;
        l->child_row = row;
        child = number;
        row = full_row;
    }
}

/* Bytes of a row that stay in its leaf. Source: file format, 1.6, "Cell payload" */
static size_t bytes_in_leaf(const struct btree_pack *p, size_t n_bytes)
{
    const size_t usable = p->file->page_bytes, most = usable - 35;
    if (n_bytes <= most)
        return n_bytes;
    const size_t least = (usable - 12) * 32 / 255 - 23;
    const size_t n = least + (n_bytes - least) % (usable - 4);
    return n <= most ? n : least;
}

/* A row's bytes are in three pieces: the length of its head, its head, its body. */
struct pieces {
    struct span left[3];
};

static void take(struct pieces *from, uint8_t *to, size_t n_bytes)
{
    for (int i = 0; i < 3 && n_bytes > 0; i++) {
        struct span *s = &from->left[i];
        const size_t n = s->len_bytes < n_bytes ? s->len_bytes : n_bytes;
        if (n)
            memcpy(to, s->at, n);
        *s = (struct span){s->at + n, s->len_bytes - n};
        to += n;
        n_bytes -= n;
    }
}

/* The chain's pages follow one another, so each can say which is the next. */
static enum err_code put_overflow(struct btree_pack *p, struct pieces *from, size_t n_bytes,
                                  uint32_t *out_first, struct err *err)
{
    const size_t room = p->file->page_bytes - 4;
    bool is_first = true;
    while (n_bytes > 0) {
        const size_t n = n_bytes < room ? n_bytes : room;
        uint32_t number = 0;
        memset(p->overflow + 4 + n, 0, room - n);
        take(from, p->overflow + 4, n);
        n_bytes -= n;
        btree_put_u32(p->overflow, n_bytes ? page_file_after_next(p->file) : 0);
        const enum err_code rc = page_file_put(p->file, p->overflow, &number, err);
        if (rc)
            return rc;
        if (is_first)
            *out_first = number;
        is_first = false;
    }
    return OK;
}

static enum err_code close_leaf(struct btree_pack *p, struct err *err)
{
    uint32_t number = 0;
    enum err_code rc = give(p, 0, &number, err);
    if (!rc)
        rc = enter(p, 1, number, p->last_row, err);
    if (!rc)
        start_page(p, 0);
    return rc;
}

static enum err_code put_pieces(struct btree_pack *p, int64_t row, struct pieces from,
                                struct err *err)
{
    uint8_t cell[2 * RECORD_VARINT_MAX_BYTES];
    const size_t n_bytes = from.left[0].len_bytes + from.left[1].len_bytes + from.left[2].len_bytes;
    const size_t n_here = bytes_in_leaf(p, n_bytes);
    if (row <= p->last_row)
        return err_set(err, INTERNAL, "rows that are not in order");
    size_t n_cell = record_varint(cell, n_bytes);
    n_cell += record_varint(cell + n_cell, (uint64_t)row);
    const size_t n_all = n_cell + n_here + (n_here < n_bytes ? 4 : 0);
    enum err_code rc = OK;
    if (!btree_page_has_room(&p->levels[0].page, n_all))
        rc = close_leaf(p, err);
    if (rc)
        return rc;
    uint8_t *at = btree_page_add(&p->levels[0].page, n_all);
    memcpy(at, cell, n_cell);
    take(&from, at + n_cell, n_here);
    p->last_row = row;
    uint32_t first = 0;
    if (n_here < n_bytes)
        rc = put_overflow(p, &from, n_bytes - n_here, &first, err);
    if (!rc && first)
        btree_put_u32(at + n_cell + n_here, first);
    return rc;
}

enum err_code btree_pack_put(struct btree_pack *p, int64_t row, const struct record *r,
                             struct err *err)
{
    uint8_t length[RECORD_VARINT_MAX_BYTES];
    const struct pieces from = {{{(const char *)length, record_head_length(r, length)},
                                 {(const char *)r->head.data, r->head.len_bytes},
                                 {(const char *)r->body.data, r->body.len_bytes}}};
    return put_pieces(p, row, from, err);
}

enum err_code btree_pack_put_bytes(struct btree_pack *p, int64_t row, struct span bytes,
                                   struct err *err)
{
    return put_pieces(p, row, (struct pieces){{bytes}}, err);
}

enum err_code btree_pack_finish(struct btree_pack *p, struct err *err)
{
    size_t level = 0;
    if (p->last_row == INT64_MIN)
        return OK;
    for (; level + 1 < p->n_levels; level++) {
        const int64_t row = level == 0 ? p->last_row : p->levels[level].child_row;
        uint32_t number = 0;
        enum err_code rc = give(p, level, &number, err);
        if (!rc)
            rc = enter(p, level + 1, number, row, err);
        if (rc)
            return rc;
    }
    end_page(p, level);
    return page_file_put_at(p->file, p->root, p->levels[level].page.bytes, err);
}
