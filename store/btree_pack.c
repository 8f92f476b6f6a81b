#include "store/btree_pack.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

/* Source: file format, 1.6 */
enum { LEAF = 0x0D, INTERIOR = 0x05 };
enum { LEAF_HEAD_BYTES = 8, INTERIOR_HEAD_BYTES = 12, POINTER_BYTES = 2, CHILD_BYTES = 4 };
enum { MAX_LEVELS = 20 };

/* A page that is being filled: cells from its end, pointers to them from its head. */
struct page {
    uint8_t *bytes;
    size_t n_cells, content_at;
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
    struct page pages[MAX_LEVELS];
    uint8_t *overflow;
};

static void start_page(struct btree_pack *p, struct page *page)
{
    memset(page->bytes, 0, p->file->page_bytes);
    page->n_cells = 0;
    page->content_at = p->file->page_bytes;
    page->child = page->cell_child = 0;
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
        p->pages[i].bytes = memory + i * f->page_bytes;
    p->overflow = memory + MAX_LEVELS * f->page_bytes;
    start_page(p, &p->pages[0]);
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

static void put_u16(uint8_t *at, size_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static void put_u32(uint8_t *at, uint32_t v)
{
    put_u16(at, v >> 16);
    put_u16(at + 2, v & 0xFFFF);
}

static size_t head_bytes(size_t level)
{
    return level == 0 ? LEAF_HEAD_BYTES : INTERIOR_HEAD_BYTES;
}

static bool has_room(const struct page *page, size_t level, size_t n_bytes)
{
    return head_bytes(level) + (page->n_cells + 1) * POINTER_BYTES + n_bytes <= page->content_at;
}

/* Room for one more cell, which there must be. */
static uint8_t *add_cell(struct page *page, size_t level, size_t n_bytes)
{
    page->content_at -= n_bytes;
    put_u16(page->bytes + head_bytes(level) + page->n_cells++ * POINTER_BYTES, page->content_at);
    return page->bytes + page->content_at;
}

static void put_head(struct page *page, size_t level)
{
    uint8_t *at = page->bytes;
    at[0] = level == 0 ? LEAF : INTERIOR;
    put_u16(at + 3, page->n_cells);
    put_u16(at + 5, page->content_at); /* 65536 is 0 */
    if (level > 0)
        put_u32(at + 8, page->child);
}

static void add_child_cell(struct page *page, size_t level, uint32_t child, int64_t row)
{
    uint8_t bytes[CHILD_BYTES + RECORD_VARINT_MAX_BYTES];
    put_u32(bytes, child);
    const size_t n = CHILD_BYTES + record_varint(bytes + CHILD_BYTES, (uint64_t)row);
    memcpy(add_cell(page, level, n), bytes, n);
    page->cell_child = child;
    page->cell_row = row;
}

/* A full interior page gives its last child to the next, so that the next has a cell as well. */
static void drop_last_cell(struct page *page, size_t level)
{
    uint8_t varint[RECORD_VARINT_MAX_BYTES];
    const size_t n = CHILD_BYTES + record_varint(varint, (uint64_t)page->cell_row);
    memset(page->bytes + page->content_at, 0, n);
    page->content_at += n;
    put_u16(page->bytes + head_bytes(level) + --page->n_cells * POINTER_BYTES, 0);
    page->child = page->cell_child;
    page->child_row = page->cell_row;
}

/* Write a full page to the end of the file. */
static enum err_code give(struct btree_pack *p, size_t level, uint32_t *out, struct err *err)
{
    put_head(&p->pages[level], level);
    return page_file_put(p->file, p->pages[level].bytes, out, err);
}

/* Enter a page, whose last row that is, into the level above it; pages that are full there go up in
 * turn. */
static enum err_code enter(struct btree_pack *p, size_t level, uint32_t child, int64_t row,
                           struct err *err)
{
    for (;; level++) {
        if (level == MAX_LEVELS)
            return err_set(err, INTERNAL, "a table of more than %d levels", MAX_LEVELS);
        struct page *page = &p->pages[level];
        if (level == p->n_levels) {
            p->n_levels++;
            start_page(p, page);
        }
        const uint32_t before = page->child;
        const int64_t before_row = page->child_row;
        page->child = child;
        page->child_row = row;
        if (!before)
            return OK;
        if (has_room(page, level, CHILD_BYTES + RECORD_VARINT_MAX_BYTES)) {
            add_child_cell(page, level, before, before_row);
            return OK;
        }
        drop_last_cell(page, level);
        const int64_t full_row = page->child_row;
        uint32_t number = 0;
        const enum err_code rc = give(p, level, &number, err);
        if (rc)
            return rc;
        start_page(p, page);
        add_child_cell(page, level, before, before_row);
        page->child = child;
        page->child_row = row;
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
        put_u32(p->overflow, n_bytes ? page_file_after_next(p->file) : 0);
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
        start_page(p, &p->pages[0]);
    return rc;
}

enum err_code btree_pack_put(struct btree_pack *p, int64_t row, const struct record *r,
                             struct err *err)
{
    uint8_t length[RECORD_VARINT_MAX_BYTES], cell[2 * RECORD_VARINT_MAX_BYTES];
    const size_t n_length = record_head_length(r, length);
    const size_t n_bytes = n_length + r->head.len_bytes + r->body.len_bytes;
    const size_t n_here = bytes_in_leaf(p, n_bytes);
    struct pieces from = {{{(const char *)length, n_length},
                           {(const char *)r->head.data, r->head.len_bytes},
                           {(const char *)r->body.data, r->body.len_bytes}}};
    if (row <= p->last_row)
        return err_set(err, INTERNAL, "rows that are not in order");
    size_t n_cell = record_varint(cell, n_bytes);
    n_cell += record_varint(cell + n_cell, (uint64_t)row);
    const size_t n_all = n_cell + n_here + (n_here < n_bytes ? 4 : 0);
    enum err_code rc = OK;
    if (!has_room(&p->pages[0], 0, n_all))
        rc = close_leaf(p, err);
    if (rc)
        return rc;
    uint8_t *at = add_cell(&p->pages[0], 0, n_all);
    memcpy(at, cell, n_cell);
    take(&from, at + n_cell, n_here);
    p->last_row = row;
    uint32_t first = 0;
    if (n_here < n_bytes)
        rc = put_overflow(p, &from, n_bytes - n_here, &first, err);
    if (!rc && first)
        put_u32(at + n_cell + n_here, first);
    return rc;
}

enum err_code btree_pack_finish(struct btree_pack *p, struct err *err)
{
    size_t level = 0;
    if (p->last_row == INT64_MIN)
        return OK;
    for (; level + 1 < p->n_levels; level++) {
        const int64_t row = level == 0 ? p->last_row : p->pages[level].child_row;
        uint32_t number = 0;
        enum err_code rc = give(p, level, &number, err);
        if (!rc)
            rc = enter(p, level + 1, number, row, err);
        if (rc)
            return rc;
    }
    put_head(&p->pages[level], level);
    return page_file_put_at(p->file, p->root, p->pages[level].bytes, err);
}
