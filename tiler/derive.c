#include "tiler/derive.h"

#include "base/crs.h"
#include "base/hilbert.h"
#include "base/mem.h"
#include "base/spool.h"
#include "base/value.h"
#include "tiler/chunk_read.h"
#include "tiler/derive_cells.h"
#include "tiler/drawable_codec.h"
#include "tiler/min_zoom.h"
#include "tiler/shape_record.h"

#include <string.h>

#define LON_LAT_EPSG     4326
#define RECORD_MAX_BYTES ((size_t)1 << 30) /* of one shape */
#define KEY_NUMBER_BITS  16 /* of the key: far below the smallest cell, they tell shapes apart */

/*
 * First half: features come one by one, in any order, and are spooled as shapes on the world grid, by
 * where their middle lies on the Hilbert curve. The second half (derive_cells.c) takes them from
 * there, cell by cell.
 */
struct derive_state {
    char *temp_folder;
    struct crs *crs;
    struct spool *shapes;
    struct grid_shape shape;
    struct buf values, record;
    struct chunk_reader chunk;
    double *xy; /* of a feature, in degrees */
    size_t room_xy;
    int32_t epsg;
    size_t n_fields;
    struct layer_drawing drawing; /* lists are lent from the layer's spec */
};

static enum err_code derive_begin(void *state, const struct layer_spec *spec, struct err *err)
{
    struct derive_state *s = state;
    (void)err;
    s->epsg = spec->epsg;
    s->n_fields = spec->n_fields;
    s->drawing = *layer_drawing_of(spec->drawing);
    return OK;
}

/* The geometry with its vertices in degrees; its other arrays are the feature's. */
static enum err_code to_degrees(struct derive_state *s, const struct geom *in, struct geom *out,
                                struct err *err)
{
    *out = *in;
    if (s->epsg == LON_LAT_EPSG)
        return OK;
    if (mem_grow((void **)&s->xy, &s->room_xy, in->n_vertices, 2 * sizeof *s->xy, err))
        return NO_MEMORY;
    memcpy(s->xy, in->xy, in->n_vertices * 2 * sizeof *s->xy);
    out->xy = s->xy;
    return crs_transform(s->crs, s->epsg, LON_LAT_EPSG, s->xy, in->n_vertices, NULL, err);
}

static uint64_t key_of(const struct grid_box *box, uint64_t number)
{
    const uint64_t mask = ((uint64_t)1 << KEY_NUMBER_BITS) - 1;
    const uint64_t on_curve = hilbert_key(box->min_x + (box->max_x - box->min_x) / 2,
                                          box->min_y + (box->max_y - box->min_y) / 2);
    return (on_curve & ~mask) | (number & mask);
}

/* All values into s->values; where the one stands there by which the layer groups. */
static enum err_code pack_values(struct derive_state *s, const struct feature *f,
                                 struct span *out_common, struct err *err)
{
    size_t from = 0, to = 0;
    buf_reset(&s->values);
    for (size_t i = 0; i < f->n_values; i++) {
        const bool is_common = (int)i == s->drawing.group_field;
        from = is_common ? s->values.len_bytes : from;
        value_pack(&s->values, &f->values[i]);
        to = is_common ? s->values.len_bytes : to;
    }
    *out_common = (struct span){(const char *)s->values.data + from, to - from};
    return buf_status(&s->values, err);
}

static uint32_t hash_of(struct span common)
{
    const uint64_t h = common.len_bytes ? text_hash(common.at, common.len_bytes, 0) : 0;
    return (uint32_t)(h ^ h >> 32);
}

/* What of a feature is of one kind is one shape. */
static enum err_code spool_kind(struct derive_state *s, const struct geom *degrees,
                                enum geom_kind kind, struct shape_record *r, struct err *err)
{
    enum err_code rc = grid_shape_from_geom(degrees, kind, &s->shape, err);
    if (rc || s->shape.n_vertices == 0)
        return rc;
    r->kind = kind;
    r->box = grid_shape_box(&s->shape);
    r->min_zoom = kind == GEOM_KIND_POINT ? 0 : min_zoom_by_size(&s->shape);
    buf_reset(&s->record);
    shape_record_put(&s->record, r, &s->shape);
    rc = buf_status(&s->record, err);
    return rc ? rc : spool_put(s->shapes, key_of(&r->box, r->number), span_of_buf(&s->record), err);
}

static enum err_code derive_feature(void *state, const struct feature *f, struct err *err)
{
    struct derive_state *s = state;
    if (f->geom.type == GEOM_NONE)
        return OK;
    struct geom degrees;
    struct shape_record r = {.fid = f->fid, .number = feature_number(f->id)};
    enum err_code rc = to_degrees(s, &f->geom, &degrees, err);
    if (!rc)
        rc = pack_values(s, f, &r.common, err);
    r.values = span_of_buf(&s->values);
    r.group = hash_of(r.common);
    for (int kind = GEOM_KIND_POINT; kind <= GEOM_KIND_POLYGON && !rc; kind++)
        rc = spool_kind(s, &degrees, (enum geom_kind)kind, &r, err);
    return rc;
}

/* All that a tile draws of it but its fid, which is not drawn. */
static uint64_t hash_drawable(const struct derive_state *s, const struct drawable *d,
                              struct err *err, enum err_code *rc)
{
    const struct chunk_reader *r = &s->chunk;
    const uint64_t head[] = {d->number, d->n_features, r->role, d->geometry.len_bytes};
    uint64_t hash = text_hash(head, sizeof head, 0);
    hash = text_hash(d->geometry.at, d->geometry.len_bytes, hash);
    struct bytes numbers = bytes_of_span(d->values);
    for (size_t i = 0; !*rc && i < r->n_columns; i++) {
        uint32_t number = 0;
        *rc = chunk_reader_value(r, &numbers, &number, err);
        const struct span none = {"", 1};
        const struct span value = !*rc && number ? r->values[number - 1] : none;
        hash = text_hash(value.at, value.len_bytes, hash);
    }
    return hash;
}

static enum err_code derive_list(void *state, const struct chunk *c, drawable_listener *listener,
                                 void *listener_state, struct err *err)
{
    struct derive_state *s = state;
    struct drawable d;
    bool more = false;
    enum err_code rc = chunk_reader_start(&s->chunk, c, err);
    while (!rc && !(rc = chunk_reader_next(&s->chunk, &d, &more, err)) && more) {
        const uint64_t hash = hash_drawable(s, &d, err, &rc);
        if (!rc)
            rc = listener(listener_state, &d.box, hash, err);
    }
    return rc;
}

static enum err_code derive_finish(void *state, struct layer_writer *w, struct err *err)
{
    struct derive_state *s = state;
    const struct derive_job job = {.temp_folder = s->temp_folder,
                                   .shapes = s->shapes,
                                   .drawing = &s->drawing,
                                   .n_fields = s->n_fields,
                                   .writer = w};
    return derive_cells(&job, err);
}

static void state_free(struct derive_state *s)
{
    crs_free(s->crs);
    spool_free(s->shapes);
    grid_shape_clear(&s->shape);
    buf_clear(&s->values);
    buf_clear(&s->record);
    mem_free(s->xy);
    mem_free(s->temp_folder);
    chunk_reader_clear(&s->chunk);
    mem_free(s);
}

enum err_code deriver_new(const struct derive_options *o, struct deriver **out, struct err *err)
{
    struct deriver *d = mem_new(1, sizeof *d);
    struct derive_state *s = mem_new(1, sizeof *s);
    if (!d || !s) {
        mem_free(d);
        mem_free(s);
        return err_no_memory(err, sizeof *d + sizeof *s);
    }
    *d = (struct deriver){.state = s,
                          .begin = derive_begin,
                          .feature = derive_feature,
                          .finish = derive_finish,
                          .list = derive_list};
    buf_init(&s->values, RECORD_MAX_BYTES);
    buf_init(&s->record, RECORD_MAX_BYTES);
    s->temp_folder = mem_strdup(o->temp_folder);
    enum err_code rc = s->temp_folder ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = crs_new(&s->crs, err);
    if (!rc)
        rc = spool_new(o->temp_folder, o->memory_bytes / 2, &s->shapes, err);
    if (rc) {
        deriver_free(d);
        return rc;
    }
    *out = d;
    return OK;
}

void deriver_free(struct deriver *d)
{
    if (!d)
        return;
    state_free(d->state);
    mem_free(d);
}
