#include "tests/golden/sketch.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/junction.h"
#include "tiler/min_zoom.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sketch_init(struct sketch *s)
{
    *s = (struct sketch){0};
    geom_builder_init(&s->builder, 1000000);
    buf_init(&s->geometry, 1 << 24);
    buf_init(&s->values, 1 << 20);
}

void sketch_clear(struct sketch *s)
{
    geom_builder_clear(&s->builder);
    grid_shape_clear(&s->shape);
    vertex_zoomer_clear(&s->zoomer);
    buf_clear(&s->geometry);
    buf_clear(&s->values);
    chunk_writer_clear(&s->chunk);
}

static void put_vertex(struct sketch *s, struct tile_address at, double x_tu, double y_tu)
{
    const double unit_gu = ldexp(1, GRID_DETAIL_ZOOM - at.z);
    const double size_gu = unit_gu * TILE_EXTENT_TU;
    geom_build_vertex(&s->builder, at.x * size_gu + x_tu * unit_gu,
                      at.y * size_gu + y_tu * unit_gu);
}

static enum err_code parse(struct sketch *s, struct tile_address at, enum geom_kind kind,
                           const char *text, struct err *err)
{
    geom_build_start(&s->builder, (enum geom_type)(kind + 4));
    const char *next = text;
    char before = '|';
    double first_x = 0, first_y = 0;
    for (;;) {
        char *end = NULL;
        const double x = strtod(next, &end);
        const double y = end == next ? NAN : strtod(end, &end);
        end += strspn(end, " ");
        if (!isfinite(y))
            return err_set(err, BAD_ARG, "'%s' is no list of vertices", text);
        if (before == '|')
            geom_build_part(&s->builder, kind);
        if (before != ',') {
            geom_build_ring(&s->builder);
            first_x = x;
            first_y = y;
        }
        put_vertex(s, at, x, y);
        if (kind == GEOM_KIND_POLYGON && *end != ',')
            put_vertex(s, at, first_x, first_y);
        before = *end;
        if (before == '\0')
            return OK;
        next = end + 1;
    }
}

/* Nobody is on the other side of any edge. */
static enum err_code settle(struct sketch *s, struct err *err)
{
    struct grid_shape *shape = &s->shape;
    if (shape->kind != GEOM_KIND_POLYGON)
        return vertex_zoom_set(&s->zoomer, shape, err);
    uint8_t *junction_zoom = mem_new(shape->n_vertices, 1);
    enum err_code rc = junction_zoom ? OK : err_no_memory(err, 0);
    if (!rc)
        memset(junction_zoom, NO_JUNCTION, shape->n_vertices);
    for (size_t ring = 0, start = 0; !rc && ring < shape->n_rings; start = shape->ring_end[ring++])
        rc = vertex_zoom_ring(&s->zoomer, shape->vertices + start, junction_zoom + start,
                              shape->ring_end[ring] - start, 0, shape->zoom + start, err);
    mem_free(junction_zoom);
    return rc;
}

enum err_code sketch_draw(struct sketch *s, struct tile_address at, enum geom_kind kind,
                          const char *text, const char *id, const struct value *values,
                          size_t n_values, struct chunk *out, struct err *err)
{
    struct geom g;
    enum err_code rc = parse(s, at, kind, text, err);
    if (!rc)
        rc = geom_build_end(&s->builder, &g, err);
    if (!rc)
        rc = grid_shape_round(&g, kind, &s->shape, err);
    if (!rc)
        rc = settle(s, err);
    if (rc)
        return rc;
    const struct grid_box box = grid_shape_box(&s->shape);
    buf_reset(&s->geometry);
    buf_reset(&s->values);
    drawable_put_geometry(&s->geometry, &s->shape, &box);
    for (size_t i = 0; i < n_values; i++)
        value_pack(&s->values, &values[i]);
    s->min_zoom = kind == GEOM_KIND_POINT ? 0 : min_zoom_by_size(&s->shape);
    s->drawable = (struct drawable){
        .fid = 1,
        .number = feature_number(span_of(id)),
        .n_features = 1,
        .box = box,
        .geometry = span_of_buf(&s->geometry),
        .values = span_of_buf(&s->values),
    };
    chunk_writer_start(&s->chunk, ROLE_FEATURE, n_values, s->min_zoom, ZOOM_MAX);
    rc = buf_status(&s->geometry, err);
    if (!rc)
        rc = buf_status(&s->values, err);
    if (!rc)
        rc = chunk_writer_add(&s->chunk, &s->drawable, err);
    return rc ? rc : chunk_writer_end(&s->chunk, out, err);
}
