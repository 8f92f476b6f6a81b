#include "tiler/derive.h"

#include "base/crs.h"
#include "base/hilbert.h"
#include "base/mem.h"
#include "base/spool.h"
#include "tiler/drawable_codec.h"
#include "tiler/min_zoom.h"
#include "tiler/vertex_zoom.h"

#include <string.h>

#define LON_LAT_EPSG     4326
#define MIN_ZOOM_BITS    5
#define RECORD_MAX_BYTES ((size_t)1 << 30) /* of one drawable */

/*
 * Drawables are spooled in the order in which they should lie on disk. Points, whose lowest zoom
 * hangs on who lies next to them, go through a spool of their own first, in the order of the
 * Hilbert curve.
 */
struct derive_state {
    struct crs *crs;
    struct spool *drawables, *points;
    struct grid_shape shape;
    struct vertex_zoomer zoomer;
    struct buf geometry, properties, record;
    double *xy; /* of a feature, in degrees */
    size_t room_xy;
    int32_t epsg;
};

static struct vertex_gu middle_of(const struct grid_box *box)
{
    return (struct vertex_gu){box->min_x + (box->max_x - box->min_x) / 2,
                              box->min_y + (box->max_y - box->min_y) / 2};
}

static struct span span_of_buf(const struct buf *b)
{
    return (struct span){(const char *)b->data, b->len_bytes};
}

/* A drawable as a record of a spool; its geometry and properties follow one another. */
static void put_record(struct buf *b, const struct drawable *d)
{
    buf_reset(b);
    buf_put_varint(b, (uint64_t)d->fid);
    buf_put_varint(b, d->n_features);
    buf_put_u8(b, d->min_zoom);
    buf_put_u8(b, d->max_zoom);
    buf_put_varint(b, d->box.min_x);
    buf_put_varint(b, d->box.min_y);
    buf_put_varint(b, d->box.max_x);
    buf_put_varint(b, d->box.max_y);
    buf_put_varint(b, d->geometry.len_bytes);
    buf_put(b, d->geometry.at, d->geometry.len_bytes);
    buf_put(b, d->properties.at, d->properties.len_bytes);
}

static enum err_code get_record(struct span record, struct drawable *out, struct err *err)
{
    struct bytes r = bytes_of_span(record);
    uint64_t fid, n_features, box[4], n_bytes;
    const uint8_t *geometry = NULL;
    if (bytes_get_varint(&r, &fid, err) || bytes_get_varint(&r, &n_features, err) ||
        bytes_get_u8(&r, &out->min_zoom, err) || bytes_get_u8(&r, &out->max_zoom, err))
        return BAD_DATA;
    for (int i = 0; i < 4; i++)
        if (bytes_get_varint(&r, &box[i], err))
            return BAD_DATA;
    if (bytes_get_varint(&r, &n_bytes, err) || bytes_get(&r, n_bytes, &geometry, err))
        return BAD_DATA;
    out->fid = (int64_t)fid;
    out->n_features = (uint32_t)n_features;
    out->box =
        (struct grid_box){(uint32_t)box[0], (uint32_t)box[1], (uint32_t)box[2], (uint32_t)box[3]};
    out->geometry = (struct span){(const char *)geometry, n_bytes};
    out->properties = (struct span){(const char *)r.at, (size_t)(r.end - r.at)};
    return OK;
}

static enum err_code spool_drawable(struct derive_state *s, struct spool *to,
                                    const struct drawable *d, struct err *err)
{
    const struct vertex_gu middle = middle_of(&d->box);
    uint64_t key = hilbert_key(middle.x, middle.y);
    if (to == s->drawables)
        key = (uint64_t)d->min_zoom << (64 - MIN_ZOOM_BITS) | key >> MIN_ZOOM_BITS;
    put_record(&s->record, d);
    const enum err_code rc = buf_status(&s->record, err);
    return rc ? rc : spool_put(to, key, span_of_buf(&s->record), err);
}

static enum err_code derive_begin(void *state, const struct layer_spec *spec, struct err *err)
{
    (void)err;
    ((struct derive_state *)state)->epsg = spec->epsg;
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

/* What of a feature is of one kind is one drawable. */
static enum err_code derive_kind(struct derive_state *s, const struct feature *f,
                                 const struct geom *degrees, enum geom_kind kind, struct err *err)
{
    enum err_code rc = grid_shape_from_geom(degrees, kind, &s->shape, err);
    if (rc || s->shape.n_vertices == 0)
        return rc;
    rc = vertex_zoom_set(&s->zoomer, &s->shape, err);
    if (rc)
        return rc;
    buf_reset(&s->geometry);
    drawable_put_geometry(&s->geometry, &s->shape);
    rc = buf_status(&s->geometry, err);
    if (rc)
        return rc;
    const bool is_point = kind == GEOM_KIND_POINT;
    const struct drawable d = {
        .fid = f->fid,
        .n_features = 1,
        .min_zoom = is_point ? 0 : min_zoom_by_size(&s->shape),
        .max_zoom = ZOOM_MAX,
        .box = grid_shape_box(&s->shape),
        .geometry = span_of_buf(&s->geometry),
        .properties = span_of_buf(&s->properties),
    };
    return spool_drawable(s, is_point ? s->points : s->drawables, &d, err);
}

static enum err_code derive_feature(void *state, const struct feature *f, struct err *err)
{
    struct derive_state *s = state;
    if (f->geom.type == GEOM_NONE)
        return OK;
    struct geom degrees;
    enum err_code rc = to_degrees(s, &f->geom, &degrees, err);
    if (rc)
        return rc;
    buf_reset(&s->properties);
    drawable_put_properties(&s->properties, feature_number(f->id), f->values, f->n_values);
    rc = buf_status(&s->properties, err);
    for (int kind = GEOM_KIND_POINT; kind <= GEOM_KIND_POLYGON && !rc; kind++)
        rc = derive_kind(s, f, &degrees, (enum geom_kind)kind, err);
    return rc;
}

/* Give the points, which now come along the Hilbert curve, their zooms. */
static enum err_code space_points(struct derive_state *s, struct err *err)
{
    enum err_code rc = spool_sort(s->points, err);
    struct vertex_gu before = {0, 0};
    bool is_first = true;
    while (!rc) {
        uint64_t key;
        struct span record;
        bool more = false;
        struct drawable d;
        rc = spool_next(s->points, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = get_record(record, &d, err);
        if (rc)
            break;
        const struct vertex_gu at = middle_of(&d.box);
        d.min_zoom = min_zoom_by_spacing(at, is_first ? NULL : &before);
        before = at;
        is_first = false;
        rc = spool_drawable(s, s->drawables, &d, err);
    }
    return rc;
}

static enum err_code derive_finish(void *state, struct layer_writer *w, struct err *err)
{
    struct derive_state *s = state;
    enum err_code rc = space_points(s, err);
    if (!rc)
        rc = spool_sort(s->drawables, err);
    while (!rc) {
        uint64_t key;
        struct span record;
        bool more = false;
        struct drawable d;
        rc = spool_next(s->drawables, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = get_record(record, &d, err);
        if (!rc)
            rc = layer_writer_put_drawable(w, &d, err);
    }
    return rc;
}

static void state_free(struct derive_state *s)
{
    crs_free(s->crs);
    spool_free(s->drawables);
    spool_free(s->points);
    grid_shape_clear(&s->shape);
    vertex_zoomer_clear(&s->zoomer);
    buf_clear(&s->geometry);
    buf_clear(&s->properties);
    buf_clear(&s->record);
    mem_free(s->xy);
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
    *d = (struct deriver){
        .state = s, .begin = derive_begin, .feature = derive_feature, .finish = derive_finish};
    buf_init(&s->geometry, RECORD_MAX_BYTES);
    buf_init(&s->properties, RECORD_MAX_BYTES);
    buf_init(&s->record, RECORD_MAX_BYTES);
    enum err_code rc = crs_new(&s->crs, err);
    if (!rc)
        rc = spool_new(o->temp_folder, o->memory_bytes / 2, &s->drawables, err);
    if (!rc)
        rc = spool_new(o->temp_folder, o->memory_bytes / 2, &s->points, err);
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
