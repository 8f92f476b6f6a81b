#include "tiler/edit_cells.h"

#include "base/mem.h"
#include "tiler/kept_outline.h"
#include "tiler/owner.h"

#include <stdlib.h>

void edit_cells_clear(struct edit_cells *e)
{
    chunk_reader_clear(&e->reader);
    mem_free(e->cells);
    *e = (struct edit_cells){0};
}

static enum err_code add_cell(struct edit_cells *e, uint64_t key, struct err *err)
{
    const uint64_t cell = block_cell(key, LOWER_STEP_ZOOM);
    for (size_t i = e->n_cells; i > 0 && i + 8 > e->n_cells; i--)
        if (e->cells[i - 1] == cell)
            return OK;
    if (mem_grow((void **)&e->cells, &e->room_cells, e->n_cells + 1, sizeof cell, err))
        return NO_MEMORY;
    e->cells[e->n_cells++] = cell;
    return OK;
}

enum err_code edit_each_drawn(struct edit_cells *e, enum drawable_role role, uint8_t zoom,
                              const struct grid_box *box, drawn_taker *take, void *state,
                              struct err *err)
{
    struct chunk_cursor *cursor = NULL;
    bool more = true;
    const struct chunk_query q = {.layer = e->rows->layer, .box = *box, .zoom = zoom};
    enum err_code rc = store_query_chunks(e->rows->store, &q, &cursor, err);
    while (!rc && more) {
        struct chunk c;
        rc = chunk_cursor_next(cursor, &c, &more, err);
        if (rc || !more)
            break;
        rc = chunk_reader_start(&e->reader, &c, err);
        for (bool next = true; !rc && next && e->reader.role == role;) {
            struct drawable d;
            rc = chunk_reader_next(&e->reader, &d, &next, err);
            if (!rc && next && grid_box_meets(&d.box, box))
                rc = take(state, &d, err);
        }
    }
    chunk_cursor_close(cursor);
    return rc;
}

/* Features are there at the last zoom. */
static enum err_code each_feature(struct edit_cells *e, const struct grid_box *box,
                                  drawn_taker *take, void *state, struct err *err)
{
    return edit_each_drawn(e, ROLE_FEATURE, ZOOM_MAX, box, take, state, err);
}

static enum err_code take_neighbour(void *cells, const struct drawable *d, struct err *err)
{
    return add_cell(cells, shape_key(&d->box, d->number), err);
}

static enum err_code add_neighbours(struct edit_cells *e, const struct grid_box *box,
                                    struct err *err)
{
    return each_feature(e, box, take_neighbour, e, err);
}

/* A feature as it was. */
struct sought {
    int64_t fid;
    bool is_found;
    struct grid_box box;
    uint64_t key;
};

static enum err_code take_sought(void *state, const struct drawable *d, struct err *err)
{
    struct sought *s = state;
    (void)err;
    if (d->fid == s->fid)
        *s = (struct sought){d->fid, true, d->box, shape_key(&d->box, d->number)};
    return OK;
}

static enum err_code add_old(struct edit_cells *e, const struct feature_change *c, struct err *err)
{
    struct sought old = {.fid = c->old_fid};
    struct grid_box box;
    if (bbox_is_empty(&c->old_box))
        return OK;
    enum err_code rc = edit_rows_grid_box(e->rows, &c->old_box, &box, err);
    if (!rc)
        rc = each_feature(e, &box, take_sought, &old, err);
    if (!rc && old.is_found)
        rc = add_cell(e, old.key, err);
    return rc || !old.is_found ? rc : add_neighbours(e, &old.box, err);
}

static enum err_code take_new(void *state, uint64_t key, const struct shape_record *r,
                              struct span record, struct err *err)
{
    struct edit_cells *e = state;
    (void)record;
    const enum err_code rc = add_cell(e, key, err);
    return rc ? rc : add_neighbours(e, &r->box, err);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

enum err_code edit_cells_find(struct edit_cells *e, const struct feature_change *changes, size_t n,
                              struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < n; i++) {
        const struct feature_change *c = &changes[i];
        if (c->old_fid)
            rc = add_old(e, c, err);
        if (!rc && c->new_fid && !bbox_is_empty(&c->new_box))
            rc = edit_rows_of_fid(e->rows, c->new_fid, take_new, e, err);
    }
    if (rc || e->n_cells == 0)
        return rc;
    qsort(e->cells, e->n_cells, sizeof *e->cells, by_number);
    size_t n_left = 1;
    for (size_t i = 1; i < e->n_cells; i++)
        if (e->cells[i] != e->cells[n_left - 1])
            e->cells[n_left++] = e->cells[i];
    e->n_cells = n_left;
    return OK;
}
