#include "tiler/shape_maker.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/grid.h"
#include "tiler/min_zoom.h"
#include "tiler/world_cut.h"

#include <string.h>

#define LON_LAT_EPSG     4326
#define RECORD_MAX_BYTES ((size_t)1 << 30) /* of one shape */
#define KEY_NUMBER_BITS  16 /* of the key: far below the smallest cell, they tell shapes apart */

enum err_code shape_maker_init(struct shape_maker *m, struct err *err)
{
    buf_init(&m->values, RECORD_MAX_BYTES);
    buf_init(&m->record, RECORD_MAX_BYTES);
    enum err_code rc = crs_new(&m->crs, err);
    if (!rc)
        rc = world_placer_init(&m->placer, m->crs, err);
    return rc ? rc : world_placer_init(&m->degrees_placer, m->crs, err);
}

void shape_maker_clear(struct shape_maker *m)
{
    world_placer_clear(&m->placer);
    world_placer_clear(&m->degrees_placer);
    crs_free(m->crs);
    grid_shape_clear(&m->shape);
    buf_clear(&m->values);
    buf_clear(&m->record);
    mem_free(m->xy);
    *m = (struct shape_maker){0};
}

enum err_code shape_maker_start(struct shape_maker *m, int32_t epsg,
                                const struct layer_drawing *drawing, struct err *err)
{
    m->epsg = epsg;
    m->group_field = drawing->group_field;
    return world_placer_start(&m->placer, epsg, err);
}

/* The geometry with its vertices copied to m->xy; its other arrays are the feature's. */
static enum err_code copy_vertices(struct shape_maker *m, const struct geom *in, struct geom *out,
                                   struct err *err)
{
    if (mem_grow((void **)&m->xy, &m->room_xy, in->n_vertices, 2 * sizeof *m->xy, err))
        return NO_MEMORY;
    memcpy(m->xy, in->xy, in->n_vertices * 2 * sizeof *m->xy);
    *out = *in;
    out->xy = m->xy;
    return OK;
}

static bool is_on_map(const struct geom *placed)
{
    bool all = true;
    for (const double *at = placed->xy; at < placed->xy + 2 * placed->n_vertices; at += 2)
        all &= at[0] >= 0 && at[0] <= GRID_SIZE_GU && at[1] >= 0 && at[1] <= GRID_SIZE_GU;
    return all;
}

/* What is not wholly on the map is cut in degrees. Points are where they are, and no vertices of
 * others: each is placed as it is. */
static enum err_code place_by_degrees(struct shape_maker *m, const struct geom *in,
                                      enum geom_kind kind, struct err *err)
{
    struct arena a;
    struct geom degrees, cut;
    arena_init(&a, SIZE_MAX);
    enum err_code rc = copy_vertices(m, in, &degrees, err);
    if (!rc)
        rc = crs_transform(m->crs, m->epsg, LON_LAT_EPSG, m->xy, in->n_vertices, NULL, err);
    if (!rc && world_cut_is_needed(&degrees, kind)) {
        rc = world_cut(&degrees, kind, &a, &cut, err);
        if (!rc)
            rc = copy_vertices(m, &cut, &degrees, err);
    }
    if (!rc && kind != GEOM_KIND_POINT)
        rc = world_placer_start(&m->degrees_placer, LON_LAT_EPSG, err);
    if (kind == GEOM_KIND_POINT)
        for (size_t i = 0; !rc && i < degrees.n_vertices; i++)
            grid_place(m->xy[2 * i], m->xy[2 * i + 1], &m->xy[2 * i], &m->xy[2 * i + 1]);
    else if (!rc)
        rc = world_place(&m->degrees_placer, m->xy, degrees.n_vertices, err);
    if (!rc)
        rc = grid_shape_round(&degrees, kind, &m->shape, err);
    arena_clear(&a);
    return rc;
}

/* Into m->shape. */
static enum err_code place(struct shape_maker *m, const struct geom *in, enum geom_kind kind,
                           struct err *err)
{
    struct geom placed;
    if (kind == GEOM_KIND_POINT)
        return place_by_degrees(m, in, kind, err);
    enum err_code rc = copy_vertices(m, in, &placed, err);
    if (!rc)
        rc = world_place(&m->placer, m->xy, in->n_vertices, err);
    if (rc)
        return rc;
    return is_on_map(&placed) ? grid_shape_round(&placed, kind, &m->shape, err)
                              : place_by_degrees(m, in, kind, err);
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

static bool has_kind(const struct geom *g, enum geom_kind kind)
{
    for (size_t part = 0; part < g->n_parts; part++)
        if (g->part_kind[part] == kind)
            return true;
    return false;
}

/* What of a feature is of one kind is one shape. */
static enum err_code make_kind(struct shape_maker *m, const struct geom *in, enum geom_kind kind,
                               struct shape_record *r, shape_taker *take, void *state,
                               struct err *err)
{
    if (!has_kind(in, kind))
        return OK;
    enum err_code rc = place(m, in, kind, err);
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
    struct shape_record r = {.fid = f->fid, .number = feature_number(f->id)};
    if (f->geom.type == GEOM_NONE)
        return OK;
    enum err_code rc = pack_values(m, f, &r.common, err);
    r.values = span_of_buf(&m->values);
    r.group = hash_of(r.common);
    for (int kind = GEOM_KIND_POINT; kind <= GEOM_KIND_POLYGON && !rc; kind++)
        rc = make_kind(m, &f->geom, (enum geom_kind)kind, &r, take, state, err);
    return rc;
}
