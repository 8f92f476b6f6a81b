#include "tiler/mvt_geometry.h"

/* Section 4.3.1. */
enum command { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

/* Writes commands; the pen goes on from where the last command left it (4.3.2). */
struct pen {
    uint32_t *to;
    struct vertex_tu at;
};

static void put_command(struct pen *p, enum command id, size_t count)
{
    *p->to++ = (uint32_t)id | (uint32_t)count << 3;
}

static uint32_t zigzag(int64_t delta)
{
    return ((uint32_t)delta << 1) ^ (delta < 0 ? UINT32_MAX : 0);
}

static void put_vertices(struct pen *p, const struct vertex_tu *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *p->to++ = zigzag(v[i].x - p->at.x);
        *p->to++ = zigzag(v[i].y - p->at.y);
        p->at = v[i];
    }
}

static void put_path(struct pen *p, const struct vertex_tu *v, size_t n)
{
    put_command(p, MOVE_TO, 1);
    put_vertices(p, v, 1);
    put_command(p, LINE_TO, n - 1);
    put_vertices(p, v + 1, n - 1);
}

enum err_code mvt_set_geometry(VectorTile__Tile__Feature *f, const struct tile_shape *s,
                               struct arena *a, struct err *err)
{
    static const VectorTile__Tile__GeomType TYPES[] = {
        [GEOM_KIND_POINT] = VECTOR_TILE__TILE__GEOM_TYPE__POINT,
        [GEOM_KIND_LINE] = VECTOR_TILE__TILE__GEOM_TYPE__LINESTRING,
        [GEOM_KIND_POLYGON] = VECTOR_TILE__TILE__GEOM_TYPE__POLYGON,
    };
    const size_t most = 2 * s->n_vertices + 3 * s->n_rings;
    uint32_t *geometry = arena_raw(a, most, sizeof *geometry, err);
    if (!geometry)
        return err && err->code ? err->code : NO_MEMORY;
    struct pen pen = {geometry, {0, 0}};
    if (s->kind == GEOM_KIND_POINT) {
        put_command(&pen, MOVE_TO, s->n_vertices);
        put_vertices(&pen, s->vertices, s->n_vertices);
    }
    for (size_t ring = 0; ring < s->n_rings && s->kind != GEOM_KIND_POINT; ring++) {
        const size_t start = tile_shape_ring_start(s, ring);
        put_path(&pen, s->vertices + start, s->ring_end[ring] - start);
        if (s->kind == GEOM_KIND_POLYGON)
            put_command(&pen, CLOSE_PATH, 1);
    }
    f->geometry = geometry;
    f->n_geometry = (size_t)(pen.to - geometry);
    f->has_type = 1;
    f->type = TYPES[s->kind];
    return OK;
}

size_t mvt_varints_bytes(const uint32_t *values, size_t n)
{
    size_t n_bytes = n;
    for (size_t i = 0; i < n; i++)
        n_bytes += (values[i] >= 1 << 7) + (values[i] >= 1 << 14) + (values[i] >= 1 << 21);
    return n_bytes;
}
