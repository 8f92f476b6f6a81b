#include "store/id_index.h"

#include "base/key_sort.h"
#include "base/lane.h"
#include "base/mem.h"
#include "store/btree_page.h"
#include "store/record_pack.h"

#include <stdlib.h>
#include <string.h>

/* Of memory: ids of a million parcels take half of it. */
#define LIMIT_BYTES ((size_t)64 << 20)

enum { MAX_LEVELS = 20, LENGTH_BYTES = 2, N_TURNS = 2, KEY_BITS = 64 };
enum { N_PLACES = 128, N_RANKS = 257 }; /* of a byte, and of none */

struct id_index {
    struct keyed *entries; /* the value: where the text stands, and the row */
    size_t n, room;
    struct buf texts;
    size_t longest;
    bool gave_up;  /* of the thread that adds */
    bool is_twice; /* of the lane, while it sorts */
    struct lane *lane;
};

enum err_code id_index_new(struct id_index **out, struct err *err)
{
    struct id_index *x = mem_new(1, sizeof *x);
    if (!x)
        return err_no_memory(err, sizeof *x);
    buf_init(&x->texts, LIMIT_BYTES / 2);
    *out = x;
    return OK;
}

void id_index_free(struct id_index *x)
{
    if (!x)
        return;
    lane_free(x->lane);
    buf_clear(&x->texts);
    mem_free(x->entries);
    mem_free(x);
}

void id_index_give_up(struct id_index *x)
{
    x->gave_up = true;
    if (x->lane) /* which is at work on them */
        return;
    buf_clear(&x->texts);
    mem_free(x->entries);
    x->entries = NULL;
    x->n = x->room = 0;
}

void id_index_add(struct id_index *x, struct span id, int64_t row)
{
    if (x->gave_up)
        return;
    const size_t at = x->texts.len_bytes;
    const bool has_room =
        !x->lane && row <= UINT32_MAX && id.len_bytes <= UINT16_MAX &&
        (x->n + 1) * sizeof *x->entries <= LIMIT_BYTES / 2 &&
        !mem_grow((void **)&x->entries, &x->room, x->n + 1, sizeof *x->entries, NULL);
    if (has_room) {
        buf_put_u8(&x->texts, (uint8_t)(id.len_bytes >> 8));
        buf_put_u8(&x->texts, (uint8_t)id.len_bytes);
        buf_put(&x->texts, id.at, id.len_bytes);
    }
    if (!has_room || x->texts.failed) {
        id_index_give_up(x);
        return;
    }
    x->entries[x->n++] = (struct keyed){.value = (uint64_t)at << 32 | (uint64_t)row};
    if (id.len_bytes > x->longest)
        x->longest = id.len_bytes;
}

static uint32_t row_of(const struct keyed *e)
{
    return (uint32_t)e->value;
}

static struct span text_of(const uint8_t *texts, const struct keyed *e)
{
    const uint8_t *at = texts + (e->value >> 32);
    return (struct span){(const char *)at + LENGTH_BYTES, (size_t)at[0] << 8 | at[1]};
}

/* As SQLite does: by bytes, the shorter one first. */
static int compare(const void *a, const void *b, void *texts)
{
    const struct span first = text_of(texts, a), second = text_of(texts, b);
    const size_t n = first.len_bytes < second.len_bytes ? first.len_bytes : second.len_bytes;
    const int order = n ? memcmp(first.at, second.at, n) : 0;
    return order ? order
                 : (first.len_bytes > second.len_bytes) - (first.len_bytes < second.len_bytes);
}

/*
 * How the ids' first bytes become a number that is ordered as they are: at each place a byte counts
 * as its rank among those that some id has there, in as many bits as that needs. So a digit takes
 * four bits, what all ids have in common none, and most ids are a number as a whole.
 */
struct ranks {
    size_t n_places;
    unsigned n_bits[N_PLACES];
    uint16_t of[N_PLACES][N_RANKS]; /* of 1 + byte; of 0 where the text has ended */
};

static size_t symbol_at(struct span text, size_t place)
{
    return place < text.len_bytes ? 1u + (uint8_t)text.at[place] : 0;
}

static void find_ranks(const struct id_index *x, struct ranks *r)
{
    unsigned left = KEY_BITS;
    for (size_t i = 0; i < x->n; i++) {
        const struct span text = text_of(x->texts.data, &x->entries[i]);
        for (size_t place = 0; place < N_PLACES && place < x->longest; place++)
            r->of[place][symbol_at(text, place)] = 1;
    }
    for (; r->n_places < N_PLACES && r->n_places < x->longest; r->n_places++) {
        uint16_t n = 0;
        unsigned *bits = &r->n_bits[r->n_places];
        for (size_t symbol = 0; symbol < N_RANKS; symbol++)
            if (r->of[r->n_places][symbol])
                r->of[r->n_places][symbol] = n++;
        while (n > 1u << *bits)
            (*bits)++;
        if (*bits > left)
            return;
        left -= *bits;
    }
}

static uint64_t key_of(const struct ranks *r, struct span text)
{
    uint64_t key = 0;
    for (size_t place = 0; place < r->n_places; place++)
        key = key << r->n_bits[place] | r->of[place][symbol_at(text, place)];
    return key;
}

/* By keys; where these are the same, by what they leave out. */
static void sort_entries(struct id_index *x, const struct ranks *r, struct keyed *room)
{
    for (size_t i = 0; i < x->n; i++)
        x->entries[i].key = key_of(r, text_of(x->texts.data, &x->entries[i]));
    key_sort(x->entries, x->n, room);
    for (size_t from = 0, to = 0; from < x->n; from = to) {
        while (to < x->n && x->entries[to].key == x->entries[from].key)
            to++;
        if (to - from > 1)
            qsort_r(x->entries + from, to - from, sizeof *x->entries, compare, x->texts.data);
        for (size_t i = from + 1; i < to && !x->is_twice; i++)
            x->is_twice = compare(&x->entries[i - 1], &x->entries[i], x->texts.data) == 0;
    }
}

static enum err_code sort(void *state, void *batch, struct err *err)
{
    struct id_index *x = state;
    (void)batch;
    struct ranks *ranks = mem_new(1, sizeof *ranks);
    struct keyed *room = mem_resize(NULL, x->n * sizeof *room);
    const bool has_memory = ranks && room;
    if (has_memory) {
        find_ranks(x, ranks);
        sort_entries(x, ranks, room);
    }
    mem_free(ranks);
    mem_free(room);
    return has_memory ? OK : err_no_memory(err, x->n * sizeof *room);
}

enum err_code id_index_sort(struct id_index *x, struct err *err)
{
    if (x->lane || x->gave_up)
        return OK;
    const enum err_code rc = lane_new(x, N_TURNS, 0, sort, x, &x->lane, err);
    return rc ? rc : lane_give(x->lane, err);
}

/* --- pages --- */

struct level {
    struct btree_page page;
    /* The last cell: when the page is full it goes up, between this page and the next. */
    size_t entry, n_cell_bytes;
    uint32_t child;
};

struct packing {
    const struct id_index *x;
    struct page_file *file;
    struct record record;
    size_t n_levels;
    struct level levels[MAX_LEVELS];
};

/* The page before, where the page has any; the length of the entry; the entry. */
static enum err_code make_cell(struct packing *p, size_t entry, struct buf *cell, uint32_t child,
                               bool is_leaf, struct err *err)
{
    uint8_t length[RECORD_VARINT_MAX_BYTES], whole[RECORD_VARINT_MAX_BYTES], before[4];
    const struct keyed *e = &p->x->entries[entry];
    struct record *r = &p->record;
    record_start(r);
    record_put_text(r, text_of(p->x->texts.data, e));
    record_put_i64(r, row_of(e));
    const size_t n_length = record_head_length(r, length);
    const size_t n_whole = record_varint(whole, n_length + r->head.len_bytes + r->body.len_bytes);
    btree_put_u32(before, child);
    buf_reset(cell);
    buf_put(cell, before, is_leaf ? 0 : sizeof before);
    buf_put(cell, whole, n_whole);
    buf_put(cell, length, n_length);
    buf_put(cell, r->head.data, r->head.len_bytes);
    buf_put(cell, r->body.data, r->body.len_bytes);
    const enum err_code rc = record_status(r, err);
    return rc ? rc : buf_status(cell, err);
}

static void add_cell(struct level *l, const struct buf *cell, size_t entry, uint32_t child)
{
    memcpy(btree_page_add(&l->page, cell->len_bytes), cell->data, cell->len_bytes);
    l->entry = entry;
    l->child = child;
    l->n_cell_bytes = cell->len_bytes;
}

static void end_page(struct level *l, uint32_t last_child)
{
    btree_page_end(&l->page, l->page.is_leaf ? BTREE_INDEX_LEAF : BTREE_INDEX_INTERIOR, last_child);
}

/* Put an entry into its leaf. A full page gives its last entry to the page above, so that no page is
 * ever without one. */
static enum err_code put_entry(struct packing *p, size_t entry, struct buf *cell, struct err *err)
{
    uint32_t child = 0;
    for (size_t level = 0; level < MAX_LEVELS; level++) {
        struct level *l = &p->levels[level];
        if (level == p->n_levels) {
            p->n_levels++;
            btree_page_start(&l->page, level == 0);
        }
        enum err_code rc = make_cell(p, entry, cell, child, level == 0, err);
        if (rc)
            return rc;
        if (btree_page_has_room(&l->page, cell->len_bytes)) {
            add_cell(l, cell, entry, child);
            return OK;
        }
        const size_t up = l->entry;
        uint32_t number = 0;
        btree_page_drop(&l->page, l->n_cell_bytes);
        end_page(l, l->child);
        rc = page_file_put(p->file, l->page.bytes, &number, err);
        if (rc)
            return rc;
        btree_page_start(&l->page, level == 0);
        add_cell(l, cell, entry, child);
        entry = up;
        child = number;
    }
    return err_set(err, INTERNAL, "an index of more than %d levels", MAX_LEVELS);
}

static enum err_code put_open_pages(struct packing *p, uint32_t root, struct err *err)
{
    uint32_t last_child = 0;
    for (size_t level = 0; level < p->n_levels; level++) {
        struct level *l = &p->levels[level];
        end_page(l, last_child);
        const enum err_code rc = level + 1 < p->n_levels
                                     ? page_file_put(p->file, l->page.bytes, &last_child, err)
                                     : page_file_put_at(p->file, root, l->page.bytes, err);
        if (rc)
            return rc;
    }
    return OK;
}

static enum err_code pack(const struct id_index *x, struct page_file *f, uint32_t root,
                          uint8_t *memory, struct err *err)
{
    struct packing p = {.x = x, .file = f};
    struct buf cell;
    buf_init(&cell, f->page_bytes);
    record_init(&p.record, f->page_bytes);
    for (size_t i = 0; i < MAX_LEVELS; i++)
        p.levels[i].page =
            (struct btree_page){.bytes = memory + i * f->page_bytes, .page_bytes = f->page_bytes};
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < x->n; i++)
        rc = put_entry(&p, i, &cell, err);
    if (!rc)
        rc = put_open_pages(&p, root, err);
    record_clear(&p.record);
    buf_clear(&cell);
    return rc;
}

/* An entry that has no room of its own in a page overflows, which is left to SQLite. Source: file
 * format, 1.6; the record's head and the row number take less than 32 bytes. */
static size_t longest_id(const struct page_file *f)
{
    return (f->page_bytes - 12) * 64 / 255 - 23 - 32;
}

enum err_code id_index_pack(struct id_index *x, struct page_file *f, uint32_t root,
                            bool *out_packed, struct err *err)
{
    *out_packed = false;
    enum err_code rc = id_index_sort(x, err);
    if (!rc && x->lane)
        rc = lane_wait(x->lane, err);
    if (rc || x->gave_up || x->is_twice || x->n == 0 || x->longest > longest_id(f))
        return rc;
    uint8_t *memory = mem_resize(NULL, MAX_LEVELS * f->page_bytes);
    if (!memory)
        return err_no_memory(err, MAX_LEVELS * f->page_bytes);
    rc = pack(x, f, root, memory, err);
    mem_free(memory);
    if (!rc)
        *out_packed = true;
    return rc;
}
