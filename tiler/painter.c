#include "tiler/painter.h"

#include "base/mem.h"
#include "tiler/block_rings.h"
#include "tiler/chunk_read.h"
#include "tiler/clip.h"
#include "tiler/drawable_codec.h"
#include "tiler/mvt_encode.h"
#include "tiler/tile_rings.h"

#define ALL_VERTICES UINT8_MAX

struct painter {
    struct clipper clipper;
    struct tile_rings *rings;
    struct ring_tracer *tracer;
    struct mvt_layer *features, *labels;
    struct chunk_reader chunk;
    struct tile_shape shape, clipped;
    struct tile_frame frame;
    uint8_t vertex_zoom;
    uint64_t max_drawables;
    struct tile_layer_report report;
};

enum err_code painter_new(struct painter **out, struct err *err)
{
    struct painter *p = mem_new(1, sizeof *p);
    if (!p)
        return err_no_memory(err, sizeof *p);
    enum err_code rc = tile_rings_new(&p->rings, err);
    if (!rc)
        rc = ring_tracer_new(&p->tracer, err);
    if (!rc)
        rc = mvt_layer_new(&p->features, err);
    if (!rc)
        rc = mvt_layer_new(&p->labels, err);
    if (rc) {
        painter_free(p);
        return rc;
    }
    *out = p;
    return OK;
}

void painter_free(struct painter *p)
{
    if (!p)
        return;
    clipper_clear(&p->clipper);
    tile_rings_free(p->rings);
    ring_tracer_free(p->tracer);
    mvt_layer_free(p->features);
    mvt_layer_free(p->labels);
    chunk_reader_clear(&p->chunk);
    tile_shape_clear(&p->shape);
    tile_shape_clear(&p->clipped);
    mem_free(p);
}

enum err_code painter_start(struct painter *p, const struct layer *layer,
                            const struct tile_frame *frame, uint8_t vertex_zoom, struct err *err)
{
    p->frame = *frame;
    p->max_drawables = UINT64_MAX;
    /* Clients enlarge the tiles of the layer's last zoom: those hold every vertex. */
    p->vertex_zoom = vertex_zoom >= layer->max_zoom ? ALL_VERTICES : vertex_zoom;
    p->report = (struct tile_layer_report){.layer = layer->name, .drawn_zoom = frame->zoom};
    const enum err_code rc = mvt_layer_start(p->features, layer, false, frame->extent_tu, err);
    return rc ? rc : mvt_layer_start(p->labels, layer, true, frame->extent_tu, err);
}

void painter_limit(struct painter *p, uint64_t max_drawables)
{
    p->max_drawables = max_drawables;
}

void painter_keep_id_only(struct painter *p)
{
    mvt_layer_keep_id_only(p->features);
}

/* The smallest square of the grid for a polygon of which nothing is left; false when that is not
 * this tile's to draw. */
static bool enlarge(struct tile_shape *s, struct vertex_tu at, const struct tile_frame *f,
                    bool was_clipped)
{
    /* Of a polygon that lies across tiles it is drawn by the one tile that holds the vertex. */
    if (was_clipped && (at.x < 0 || at.x >= TILE_EXTENT_TU || at.y < 0 || at.y >= TILE_EXTENT_TU))
        return false;
    at.x -= at.x == f->clip.max;
    at.y -= at.y == f->clip.max;
    const struct vertex_tu corners[] = {
        at, {at.x + 1, at.y}, {at.x + 1, at.y + 1}, {at.x, at.y + 1}};
    for (size_t i = 0; i < 4; i++)
        tile_shape_put(s, corners[i]);
    tile_shape_end_ring(s);
    tile_shape_end_part(s);
    return true;
}

/* Whether a shape is as it was when it was made: a block is made valid on the lattice of its zoom,
 * and stays so where tile units are as fine. */
static bool is_settled(const struct painter *p, const struct chunk *c, bool was_clipped)
{
    const struct tile_shape *s = &p->shape;
    if (p->chunk.role != ROLE_GROUP || was_clipped || !tile_frame_keeps(&p->frame, c->max_zoom))
        return false;
    for (size_t ring = 0; ring < s->n_rings; ring++)
        if (s->ring_end[ring] - tile_shape_ring_start(s, ring) < 3)
            return false; /* no block is like this: the store is damaged */
    return true;
}

/* p->shape is a polygon's, clipped already: make it valid, or a square when it vanished. */
static enum err_code settle_polygon(struct painter *p, struct vertex_tu first, bool was_clipped,
                                    struct err *err)
{
    const bool is_group = p->chunk.role == ROLE_GROUP;
    bool valid = false;
    enum err_code rc = is_group ? OK : tile_rings_tidy(p->rings, &p->shape, &valid, err);
    if (!rc && !valid) {
        rc = ring_retrace(p->tracer, &p->shape, !is_group, &p->clipped, err);
        tile_shape_swap(&p->shape, &p->clipped);
        p->report.n_repaired += !is_group && (p->shape.n_vertices != p->clipped.n_vertices ||
                                              p->shape.n_rings != p->clipped.n_rings);
    }
    if (rc || p->shape.n_parts > 0 || is_group)
        return rc;
    if (tile_shape_start(&p->shape, GEOM_KIND_POLYGON, 1, 1, 4, err))
        return NO_MEMORY;
    p->report.n_enlarged += enlarge(&p->shape, first, &p->frame, was_clipped);
    return OK;
}

/* Into p->shape what of a drawable is to be drawn; no parts when that is nothing. */
static enum err_code make_shape(struct painter *p, const struct chunk *c, const struct drawable *d,
                                struct err *err)
{
    enum err_code rc =
        drawable_get_geometry(d->geometry, &d->box, p->vertex_zoom, &p->frame, &p->shape, err);
    p->report.n_collapsed += !rc && p->shape.n_vertices == 0;
    if (rc || p->shape.n_vertices == 0) {
        p->shape.n_parts = 0;
        return rc;
    }
    const struct vertex_tu first = p->shape.vertices[0];
    const bool may_leave = !shape_is_within(&p->shape, &p->frame.clip);
    const bool is_polygon = p->shape.kind == GEOM_KIND_POLYGON;
    if (may_leave || !is_polygon) {
        rc = clip_shape(&p->clipper, &p->shape, &p->frame.clip, &p->clipped, err);
        tile_shape_swap(&p->shape, &p->clipped);
    }
    if (!rc && is_polygon && !is_settled(p, c, may_leave))
        rc = settle_polygon(p, first, may_leave, err);
    if (!rc && p->shape.n_parts == 0) {
        p->report.n_outside += may_leave;
        p->report.n_collapsed += !may_leave;
        /* Lines too short even together have no length here: they are only counted. */
        p->report.n_left_out += !may_leave && p->chunk.role == ROLE_GROUP ? d->n_features : 0;
    }
    return rc;
}

static enum err_code draw(struct painter *p, const struct chunk *c, const struct drawable *d,
                          struct err *err)
{
    p->report.n_found++;
    p->shape.n_parts = p->shape.n_vertices = 0;
    const enum err_code rc = make_shape(p, c, d, err);
    if (rc || p->shape.n_parts == 0)
        return rc;
    const bool is_label = p->chunk.role == ROLE_LABEL;
    p->report.n_features += is_label ? 0 : d->n_features;
    p->report.n_vertices += p->shape.n_vertices;
    return mvt_layer_add(is_label ? p->labels : p->features, &p->shape, d, err);
}

enum err_code painter_add(struct painter *p, const struct chunk *c, struct err *err)
{
    enum err_code rc = chunk_reader_start(&p->chunk, c, err);
    if (!rc)
        rc = mvt_layer_chunk(p->chunk.role == ROLE_LABEL ? p->labels : p->features, &p->chunk, err);
    bool more = !rc;
    struct drawable d;
    while (!rc && !(rc = chunk_reader_next(&p->chunk, &d, &more, err)) && more)
        if (grid_box_meets(&d.box, &p->frame.box)) {
            if (p->report.n_found < p->max_drawables)
                rc = draw(p, c, &d, err);
            else
                p->report.n_left_out += d.n_features;
        }
    return rc;
}

uint64_t painter_n_drawn(const struct painter *p)
{
    return p->report.n_found;
}

size_t painter_bytes(const struct painter *p)
{
    return mvt_layer_bytes(p->features) + mvt_layer_bytes(p->labels);
}

enum err_code painter_end(struct painter *p, struct buf *out, struct tile_layer_report *report,
                          struct err *err)
{
    const size_t n_before = out->len_bytes;
    enum err_code rc = mvt_layer_pack(p->features, out, err);
    if (!rc)
        rc = mvt_layer_pack(p->labels, out, err);
    if (rc)
        return rc;
    p->report.n_written = mvt_layer_n_features(p->features);
    p->report.n_bytes = out->len_bytes - n_before;
    *report = p->report;
    return OK;
}
