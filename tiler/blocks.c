#include "tiler/blocks.h"

#include "base/mem.h"
#include "tiler/block_draw.h"
#include "tiler/block_draw_lane.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_index.h"
#include "tiler/kept_outline.h"
#include "tiler/min_zoom.h"
#include "tiler/owner.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_MAX ((size_t)1 << 30)

/* A block under way. */
struct block {
    uint32_t group;
    struct buf common;
    uint64_t n_features;
    struct vertex_gu somewhere;
    struct block_edge *edges;
    size_t n_edges, room_edges;
};

/* The cell of a zoom that the curve is in: a block for each value that is grouped by. */
struct level {
    uint64_t cell;
    struct group_index index;
    struct block *blocks;
    size_t n_blocks, n_made, room_blocks; /* made: blocks whose memory is used again */
};

struct blocks {
    struct blocks_job job;
    struct block_list *out;
    struct level levels[ALL_DRAWN_ZOOM];
    struct outliner outliner;
    struct block_drawer *drawer;
    struct buf kept; /* of one outline */
};

enum err_code blocks_new(struct blocks **out, struct err *err)
{
    struct blocks *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    buf_init(&b->kept, BYTES_MAX);
    const enum err_code rc = block_drawer_new(&b->drawer, err);
    if (rc)
        blocks_free(b);
    else
        *out = b;
    return rc;
}

void blocks_free(struct blocks *b)
{
    if (!b)
        return;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++) {
        struct level *l = &b->levels[zoom];
        for (size_t i = 0; i < l->n_made; i++) {
            buf_clear(&l->blocks[i].common);
            mem_free(l->blocks[i].edges);
        }
        mem_free(l->blocks);
        group_index_clear(&l->index);
    }
    outliner_clear(&b->outliner);
    block_drawer_free(b->drawer);
    buf_clear(&b->kept);
    mem_free(b);
}

static void empty(struct level *l)
{
    l->n_blocks = 0;
    group_index_reset(&l->index);
}

void blocks_start(struct blocks *b, const struct blocks_job *job, struct block_list *out)
{
    b->job = *job;
    b->out = out;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++)
        empty(&b->levels[zoom]);
}

void blocks_put_into(struct blocks *b, struct block_list *out)
{
    b->out = out;
}

/* The block of a value, made when it is not there. */
static enum err_code find_block(struct level *l, const struct block_piece *p, struct block **out,
                                struct err *err)
{
    size_t at = 0;
    bool is_new = false;
    enum err_code rc = group_index_find(&l->index, p->group, &at, &is_new, err);
    if (rc)
        return rc;
    if (is_new && at == l->n_made) {
        if (mem_grow((void **)&l->blocks, &l->room_blocks, l->n_made + 1, sizeof *l->blocks, err))
            return NO_MEMORY;
        l->blocks[l->n_made] = (struct block){0};
        buf_init(&l->blocks[l->n_made++].common, BYTES_MAX);
    }
    struct block *b = &l->blocks[at];
    *out = b;
    if (!is_new)
        return OK;
    l->n_blocks = at + 1;
    b->group = p->group;
    b->n_features = b->n_edges = 0;
    b->somewhere = p->somewhere;
    buf_reset(&b->common);
    buf_put(&b->common, p->common.at, p->common.len_bytes);
    return buf_status(&b->common, err);
}

static enum err_code put_into(struct level *l, const struct block_piece *p, struct err *err)
{
    struct block *b = NULL;
    enum err_code rc = find_block(l, p, &b, err);
    if (!rc && p->n_edges)
        rc = mem_grow((void **)&b->edges, &b->room_edges, b->n_edges + p->n_edges, sizeof *b->edges,
                      err);
    if (rc)
        return rc;
    if (p->n_edges)
        memcpy(b->edges + b->n_edges, p->edges, p->n_edges * sizeof *b->edges);
    b->n_edges += p->n_edges;
    b->n_features += p->n_features;
    if (vertex_is_before(p->somewhere, b->somewhere))
        b->somewhere = p->somewhere;
    return OK;
}

/* Whether others may have polygons of a cell. */
static bool is_shared(const struct blocks *b, uint8_t zoom, uint64_t cell)
{
    const struct curve_stretch *s = b->job.stretch;
    return s && (block_cell(s->first, zoom) == cell || block_cell(s->last, zoom) == cell);
}

static enum err_code end_level(struct blocks *b, uint8_t zoom, struct err *err);

/* A block that is done becomes part of one of the zoom below. */
static enum err_code put_below(struct blocks *b, const struct block_piece *done, struct err *err)
{
    struct block_piece p = *done;
    uint8_t step = 0;
    p.zoom--;
    p.cell >>= 2;
    enum err_code rc = kept_step(p.zoom, &step) && step == done->zoom
                           ? kept_outline_put(&b->out->made, &p, &b->kept, err)
                           : OK;
    if (rc || p.zoom < b->job.lowest_zoom)
        return rc;
    struct level *below = &b->levels[p.zoom];
    if (below->n_blocks && below->cell != p.cell)
        rc = end_level(b, p.zoom, err);
    below->cell = p.cell;
    return rc ? rc : put_into(below, &p, err);
}

static int by_place(const void *a, const void *b)
{
    const struct block_edge *e = a, *f = b;
    const uint32_t x[] = {e->from.x, e->from.y, e->to.x, e->to.y};
    const uint32_t y[] = {f->from.x, f->from.y, f->to.x, f->to.y};
    for (int i = 0; i < 4; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* Edges that two polygons share go, and what the zoom does not need. After an edit pieces come to the
 * lower step and the zooms below it in another order than at first: what is made of them is to be the
 * same. */
static enum err_code settle(struct blocks *b, uint8_t zoom, struct block *block, struct err *err)
{
    if (zoom <= LOWER_STEP_ZOOM && block->n_edges > 1)
        qsort(block->edges, block->n_edges, sizeof *block->edges, by_place);
    return outline_make(&b->outliner, zoom, block->edges, &block->n_edges, err);
}

static enum err_code draw(struct blocks *b, const struct block_piece *p, struct err *err)
{
    struct block_draw_lane *lane = b->job.draw_lane;
    return lane ? block_draw_lane_put(lane, p, &b->out->made, err)
                : block_draw(b->drawer, p, b->job.drawing, &b->out->made, err);
}

static enum err_code end_block(struct blocks *b, uint8_t zoom, struct block *block, struct err *err)
{
    const uint64_t cell = b->levels[zoom].cell;
    const bool shared = is_shared(b, zoom, cell);
    enum err_code rc = shared ? OK : settle(b, zoom, block, err);
    const struct block_piece piece = {
        .zoom = zoom,
        .cell = cell,
        .key = block_cell_key(cell, zoom),
        .group = block->group,
        .common = span_of_buf(&block->common),
        .n_features = block->n_features,
        .edges = block->edges,
        .n_edges = block->n_edges,
        .somewhere = block->somewhere,
    };
    if (rc || shared)
        return rc ? rc : block_list_put_piece(b->out, &piece, err);
    rc = draw(b, &piece, err);
    return rc || zoom == 0 ? rc : put_below(b, &piece, err);
}

/* The curve has left the cell of a zoom. */
static enum err_code end_level(struct blocks *b, uint8_t zoom, struct err *err)
{
    struct level *l = &b->levels[zoom];
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < l->n_blocks; i++)
        rc = end_block(b, zoom, &l->blocks[i], err);
    empty(l);
    return rc;
}

/* Whether one of two cells lies in the other. */
static bool is_around(uint64_t cell, int zoom, const struct block_piece *p)
{
    return zoom >= p->zoom ? cell >> 2 * (zoom - p->zoom) == p->cell
                           : cell == p->cell >> 2 * (p->zoom - zoom);
}

/* What the curve has left ends at once, finer zooms first: so cells are handed on in its order. */
enum err_code blocks_add(struct blocks *b, const struct block_piece *p, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        if (b->levels[zoom].n_blocks && !is_around(b->levels[zoom].cell, zoom, p))
            rc = end_level(b, (uint8_t)zoom, err);
    b->levels[p->zoom].cell = p->cell;
    return rc ? rc : put_into(&b->levels[p->zoom], p, err);
}

enum err_code blocks_add_polygon(struct blocks *b, const struct block_piece *p, struct err *err)
{
    uint8_t step = 0;
    enum err_code rc =
        kept_step(p->zoom, &step) ? kept_outline_put(&b->out->made, p, &b->kept, err) : OK;
    return rc || p->zoom < b->job.lowest_zoom ? rc : blocks_add(b, p, err);
}

enum err_code blocks_finish(struct blocks *b, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        rc = end_level(b, (uint8_t)zoom, err);
    return rc || !b->job.draw_lane ? rc : block_draw_lane_end(b->job.draw_lane, &b->out->made, err);
}
