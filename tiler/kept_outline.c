#include "tiler/kept_outline.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "tiler/drawable_codec.h"

static void put_step(struct buf *b, struct vertex_gu from, struct vertex_gu to)
{
    buf_put_svarint(b, (int32_t)(to.x - from.x));
    buf_put_svarint(b, (int32_t)(to.y - from.y));
}

static void put_edges(struct buf *b, const struct block_piece *p)
{
    struct vertex_gu at = p->somewhere;
    buf_put_varint(b, p->n_edges);
    for (size_t i = 0; i < p->n_edges; i++) {
        const struct block_edge *e = &p->edges[i];
        put_step(b, at, e->from);
        put_step(b, e->from, e->to);
        at = e->to;
        buf_put_u8(b, e->is_open);
        buf_put_u8(b, e->junction_zoom);
    }
}

enum err_code kept_outline_put(struct drawable_list *l, const struct block_piece *p,
                               struct buf *scratch, struct err *err)
{
    uint8_t step = 0;
    struct vertex_gu at;
    hilbert_place(p->key, &at.x, &at.y);
    buf_reset(scratch);
    buf_put_varint(scratch, p->zoom);
    buf_put_varint(scratch, p->cell);
    buf_put_varint(scratch, p->group);
    buf_put_varint(scratch, p->n_features);
    buf_put_varint(scratch, p->common.len_bytes);
    buf_put(scratch, p->common.at, p->common.len_bytes);
    buf_put_varint(scratch, p->somewhere.x);
    buf_put_varint(scratch, p->somewhere.y);
    put_edges(scratch, p);
    const enum err_code rc = buf_status(scratch, err);
    if (rc || !kept_step(p->zoom, &step))
        return rc;
    const uint8_t zoom = kept_zoom_of_step(step);
    const struct listed_drawable d = {
        .role = ROLE_OUTLINE,
        .min_zoom = zoom,
        .max_zoom = zoom,
        .d = {.fid = p->fid,
              .number = p->key,
              .n_features = (uint32_t)p->n_features,
              .box = {at.x, at.y, at.x, at.y},
              .geometry = span_of_buf(scratch)},
    };
    return drawable_list_put(l, &d, err);
}

static enum err_code get_step(struct bytes *r, struct vertex_gu from, struct vertex_gu *to,
                              struct err *err)
{
    int64_t dx = 0, dy = 0;
    if (bytes_get_svarint(r, &dx, err) || bytes_get_svarint(r, &dy, err))
        return BAD_DATA;
    *to = (struct vertex_gu){from.x + (uint32_t)dx, from.y + (uint32_t)dy};
    return OK;
}

static enum err_code get_edge(struct bytes *r, struct vertex_gu at, struct block_edge *out,
                              struct err *err)
{
    if (get_step(r, at, &out->from, err) || get_step(r, out->from, &out->to, err))
        return BAD_DATA;
    uint8_t is_open = 0;
    if (bytes_get_u8(r, &is_open, err))
        return BAD_DATA;
    out->is_open = is_open;
    return bytes_get_u8(r, &out->junction_zoom, err);
}

/* What stands before the edges. */
static enum err_code get_head(struct bytes *r, struct block_piece *out, struct err *err)
{
    uint64_t numbers[5] = {0}, x = 0, y = 0, n_edges = 0;
    const uint8_t *common = NULL;
    for (int i = 0; i < 5; i++)
        if (bytes_get_varint(r, &numbers[i], err))
            return BAD_DATA;
    if (bytes_get(r, numbers[4], &common, err) || bytes_get_varint(r, &x, err) ||
        bytes_get_varint(r, &y, err) || bytes_get_varint(r, &n_edges, err))
        return BAD_DATA;
    /* Each takes six bytes at least. */
    if (numbers[0] >= LOWER_STEP_ZOOM || n_edges > (size_t)(r->end - r->at) / 6)
        return err_set(err, BAD_DATA, "a kept outline that is none");
    *out = (struct block_piece){
        .zoom = (uint8_t)numbers[0],
        .cell = numbers[1],
        .group = (uint32_t)numbers[2],
        .n_features = numbers[3],
        .common = {(const char *)common, (size_t)numbers[4]},
        .n_edges = (size_t)n_edges,
        .somewhere = {(uint32_t)x, (uint32_t)y},
    };
    return OK;
}

enum err_code kept_outline_get(const struct drawable *d, struct block_edge **edges,
                               size_t *room_edges, struct block_piece *out, struct err *err)
{
    struct block_piece p;
    struct bytes r = bytes_of_span(d->geometry);
    enum err_code rc = get_head(&r, &p, err);
    if (!rc)
        rc = mem_grow((void **)edges, room_edges, p.n_edges, sizeof **edges, err);
    struct vertex_gu at = p.somewhere;
    for (size_t i = 0; !rc && i < p.n_edges; i++) {
        rc = get_edge(&r, at, &(*edges)[i], err);
        at = (*edges)[i].to;
    }
    if (rc)
        return rc;
    p.edges = *edges;
    p.key = d->number;
    p.fid = d->fid;
    *out = p;
    return OK;
}
