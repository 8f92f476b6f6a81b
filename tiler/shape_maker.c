#include "tiler/shape_maker.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/min_zoom.h"

#include <string.h>

#define LON_LAT_EPSG     4326
#define RECORD_MAX_BYTES ((size_t)1 << 30) /* of one shape */
#define KEY_NUMBER_BITS  16 /* of the key: far below the smallest cell, they tell shapes apart */

enum err_code shape_maker_init(struct shape_maker *m, struct err *err)
{
    buf_init(&m->values, RECORD_MAX_BYTES);
    buf_init(&m->record, RECORD_MAX_BYTES);
    return crs_new(&m->crs, err);
}

void shape_maker_clear(struct shape_maker *m)
{
    crs_free(m->crs);
    grid_shape_clear(&m->shape);
    buf_clear(&m->values);
    buf_clear(&m->record);
    mem_free(m->xy);
    *m = (struct shape_maker){0};
}

void shape_maker_start(struct shape_maker *m, int32_t epsg, const struct layer_drawing *drawing)
{
    m->epsg = epsg;
    m->group_field = drawing->group_field;
}

/* The geometry with its vertices in degrees; its other arrays are the feature's. */
static enum err_code to_degrees(struct shape_maker *m, const struct geom *in, struct geom *out,
                                struct err *err)
{
    *out = *in;
    if (m->epsg == LON_LAT_EPSG)
        return OK;
    if (mem_grow((void **)&m->xy, &m->room_xy, in->n_vertices, 2 * sizeof *m->xy, err))
        return NO_MEMORY;
    memcpy(m->xy, in->xy, in->n_vertices * 2 * sizeof *m->xy);
    out->xy = m->xy;
    return crs_transform(m->crs, m->epsg, LON_LAT_EPSG, m->xy, in->n_vertices, NULL, err);
}

uint64_t shape_key(const struct grid_box *box, uint64_t number)
{
    const uint64_t mask = ((uint64_t)1 << KEY_NUMBER_BITS) - 1;
    const uint64_t on_curve = hilbert_key(box->min_x + (box->max_x - box->min_x) / 2,
                                          box->min_y + (box->max_y - box->min_y) / 2);
    return (on_curve & ~mask) | (number & mask);
}

/* All values into m->values; where the one stands there by which the layer groups. */
static enum err_code pack_values(struct shape_maker *m, const struct feature *f,
                                 struct span *out_common, struct err *err)
{
    size_t from = 0, to = 0;
    buf_reset(&m->values);
    for (size_t i = 0; i < f->n_values; i++) {
        const bool is_common = (int)i == m->group_field;
        from = is_common ? m->values.len_bytes : from;
        value_pack(&m->values, &f->values[i]);
        to = is_common ? m->values.len_bytes : to;
    }
    *out_common = (struct span){(const char *)m->values.data + from, to - from};
    return buf_status(&m->values, err);
}

static uint32_t hash_of(struct span common)
{
    const uint64_t h = common.len_bytes ? text_hash(common.at, common.len_bytes, 0) : 0;
    return (uint32_t)(h ^ h >> 32);
}

/* What of a feature is of one kind is one shape. */
static enum err_code make_kind(struct shape_maker *m, const struct geom *degrees,
                               enum geom_kind kind, struct shape_record *r, shape_taker *take,
                               void *state, struct err *err)
{
    enum err_code rc = grid_shape_from_geom(degrees, kind, &m->shape, err);
    if (rc || m->shape.n_vertices == 0)
        return rc;
    r->kind = kind;
    r->box = grid_shape_box(&m->shape);
    r->min_zoom = kind == GEOM_KIND_POINT ? 0 : min_zoom_by_size(&m->shape);
    buf_reset(&m->record);
    shape_record_put(&m->record, r, &m->shape);
    rc = buf_status(&m->record, err);
    return rc ? rc : take(state, shape_key(&r->box, r->number), r, span_of_buf(&m->record), err);
}

enum err_code shape_maker_make(struct shape_maker *m, const struct feature *f, shape_taker *take,
                               void *state, struct err *err)
{
    struct geom degrees;
    struct shape_record r = {.fid = f->fid, .number = feature_number(f->id)};
    if (f->geom.type == GEOM_NONE)
        return OK;
    enum err_code rc = to_degrees(m, &f->geom, &degrees, err);
    if (!rc)
        rc = pack_values(m, f, &r.common, err);
    r.values = span_of_buf(&m->values);
    r.group = hash_of(r.common);
    for (int kind = GEOM_KIND_POINT; kind <= GEOM_KIND_POLYGON && !rc; kind++)
        rc = make_kind(m, &degrees, (enum geom_kind)kind, &r, take, state, err);
    return rc;
}
