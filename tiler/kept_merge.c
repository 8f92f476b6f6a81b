#include "tiler/kept_merge.h"

#include "base/mem.h"
#include "tiler/tile_budget.h"

#include <stdlib.h>
#include <string.h>

#define N_BUCKETS 4096 /* a power of two */
/* In 4096 units across: half a CSS pixel of a tile that is shown 512 wide, and what makes a shape
 * worth drawing, as for tiles that are made (docs/adr/0003-drawables.md). */
#define LATTICE_SHARE    1024 /* steps across a tile */
#define VISIBLE_SHARE    128  /* 4 pixels */
#define POINT_SHARE      64   /* 8 pixels: as wide as the buffer, so that neighbours choose alike */
#define VISIBLE_AREA_PX2 4
#define TILE_PX          512
#define SQUARES_ACROSS   (POINT_SHARE + 2) /* with those of the buffer */

/* What one kept tile has of a feature, in units of the new tile. */
struct piece {
    struct piece *after;
    struct tile_shape shape;
};

struct merged {
    struct merged *chain; /* same bucket */
    struct piece *first, *last;
    struct mvt_reading_feature of; /* without geometry; in the arena */
    size_t layer;                  /* of the collage */
    enum geom_kind kind;
    bool is_piece; /* of something that is drawn whatever the size of this */
    uint64_t place;
    struct bbox box;
    double area2;
};

struct kept_merge {
    struct arena *arena;
    struct merged **buckets; /* in the arena: of those that may have more pieces */
    struct merged **all;
    size_t n_all, room_all;
    bool **squares; /* in the arena: of each layer of the collage, those that have their point */
};

enum err_code kept_merge_new(struct kept_merge **out, struct err *err)
{
    struct kept_merge *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    *out = m;
    return OK;
}

void kept_merge_free(struct kept_merge *m)
{
    if (!m)
        return;
    mem_free(m->all);
    mem_free(m);
}

static enum err_code failure(const struct err *err)
{
    return err && err->code ? err->code : NO_MEMORY;
}

enum err_code kept_merge_start(struct kept_merge *m, struct arena *a, struct err *err)
{
    m->arena = a;
    m->n_all = 0;
    m->buckets = arena_new(a, N_BUCKETS, sizeof *m->buckets, err);
    m->squares = arena_new(a, MVT_COLLAGE_MAX_LAYERS, sizeof *m->squares, err);
    return m->buckets && m->squares ? OK : failure(err);
}

/* ---- taking in ----------------------------------------------------------------------------- */

/* Where the kept tile lies in the new one, in whose units a vertex is a multiple of `step`. */
struct move {
    int64_t column, row; /* of the kept tile, from the new one's corner */
    int64_t extent, new_extent, n_across;
    int64_t step;
};

static int64_t moved(const struct move *m, int64_t tile, int64_t v)
{
    const int64_t share = 2 * (tile * m->extent + v) * m->new_extent;
    const int64_t unit = m->extent * m->n_across * m->step;
    const int64_t halves_up = share + unit;
    const int64_t steps = halves_up / (2 * unit) - (halves_up % (2 * unit) < 0);
    return steps * m->step;
}

/* In place: vertices that come to lie on the one before them go. */
static void move_shape(const struct move *m, struct tile_shape *s)
{
    const size_t n_rings = s->n_rings;
    size_t read = 0;
    s->n_rings = s->n_vertices = 0;
    for (size_t ring = 0; ring < n_rings; ring++) {
        for (const size_t end = s->ring_end[ring]; read < end; read++)
            tile_shape_put(s, (struct vertex_tu){moved(m, m->column, s->vertices[read].x),
                                                 moved(m, m->row, s->vertices[read].y)});
        tile_shape_end_ring(s);
    }
}

static bool touches(const struct tile_shape *s, int64_t extent)
{
    for (size_t i = 0; i < s->n_vertices; i++) {
        const struct vertex_tu v = s->vertices[i];
        if (v.x == 0 || v.y == 0 || v.x == extent || v.y == extent)
            return true;
    }
    return false;
}

static double ring_area2_of(const struct tile_shape *s, size_t ring)
{
    const size_t start = tile_shape_ring_start(s, ring), end = s->ring_end[ring];
    int64_t twice = 0;
    for (size_t i = start + 1; i + 1 < end; i++) {
        const struct vertex_tu o = s->vertices[start], a = s->vertices[i], b = s->vertices[i + 1];
        twice += (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    }
    return twice < 0 ? -(double)twice : (double)twice;
}

static void measure(struct merged *f, const struct tile_shape *s)
{
    for (size_t i = 0; i < s->n_vertices; i++)
        bbox_add(&f->box, (double)s->vertices[i].x, (double)s->vertices[i].y);
    for (size_t part = 0; part < s->n_parts && s->kind == GEOM_KIND_POLYGON; part++) {
        const size_t outer = tile_shape_part_start(s, part);
        for (size_t ring = outer; ring < s->part_end[part]; ring++)
            f->area2 += ring == outer ? ring_area2_of(s, ring) : -ring_area2_of(s, ring);
    }
}

static double side_of(const struct merged *f)
{
    const double width = f->box.max_x - f->box.min_x, height = f->box.max_y - f->box.min_y;
    return width > height ? width : height;
}

static bool is_visible(const struct merged *f, uint32_t extent)
{
    const double px = (double)extent / TILE_PX;
    return f->kind == GEOM_KIND_POINT || f->is_piece || side_of(f) * VISIBLE_SHARE >= extent ||
           f->area2 >= 2 * VISIBLE_AREA_PX2 * px * px;
}

/* Whether the point is the first in its square. */
static enum err_code takes_square(struct kept_merge *m, size_t layer, struct vertex_tu at,
                                  int64_t extent, bool *out, struct err *err)
{
    bool **squares = &m->squares[layer];
    if (!*squares)
        *squares = arena_new(m->arena, SQUARES_ACROSS * SQUARES_ACROSS, sizeof **squares, err);
    if (!*squares)
        return failure(err);
    const int64_t last = SQUARES_ACROSS - 1;
    const int64_t column = (at.x * POINT_SHARE + extent) / extent;
    const int64_t row = (at.y * POINT_SHARE + extent) / extent;
    bool *square =
        &(*squares)[(row < last ? row : last) * SQUARES_ACROSS + (column < last ? column : last)];
    *out = !*square;
    *square = true;
    return OK;
}

static enum err_code copy_shape(struct kept_merge *m, const struct tile_shape *s,
                                struct tile_shape *out, struct err *err)
{
    *out = (struct tile_shape){
        .kind = s->kind, .n_parts = s->n_parts, .n_rings = s->n_rings, .n_vertices = s->n_vertices};
    out->vertices = arena_raw(m->arena, s->n_vertices, sizeof *s->vertices, err);
    out->ring_end = arena_raw(m->arena, s->n_rings, sizeof *s->ring_end, err);
    out->part_end = arena_raw(m->arena, s->n_parts, sizeof *s->part_end, err);
    if (!out->vertices || !out->ring_end || !out->part_end)
        return failure(err);
    memcpy(out->vertices, s->vertices, s->n_vertices * sizeof *s->vertices);
    memcpy(out->ring_end, s->ring_end, s->n_rings * sizeof *s->ring_end);
    memcpy(out->part_end, s->part_end, s->n_parts * sizeof *s->part_end);
    return OK;
}

static enum err_code copy_properties(struct kept_merge *m, struct mvt_reading_feature *f,
                                     struct err *err)
{
    struct mvt_property *copy = arena_raw(m->arena, f->n_properties, sizeof *copy, err);
    if (!copy)
        return failure(err);
    for (size_t i = 0; i < f->n_properties; i++) {
        copy[i] = f->properties[i];
        struct span *texts[] = {&copy[i].name, &copy[i].value.text};
        for (int t = 0; t < (copy[i].value.type == VALUE_TEXT ? 2 : 1); t++) {
            texts[t]->at = arena_strndup(m->arena, texts[t]->at, texts[t]->len_bytes, err);
            if (!texts[t]->at)
                return failure(err);
        }
    }
    f->properties = copy;
    f->geom = (struct geom){0};
    return OK;
}

static bool is_same(const struct merged *f, const struct merged *of)
{
    if (f->layer != of->layer || f->kind != of->kind || f->of.id != of->of.id ||
        f->of.n_properties != of->of.n_properties)
        return false;
    for (size_t i = 0; i < f->of.n_properties; i++) {
        const struct mvt_property *a = &f->of.properties[i], *b = &of->of.properties[i];
        if (a->name.len_bytes != b->name.len_bytes ||
            memcmp(a->name.at, b->name.at, a->name.len_bytes) != 0 ||
            !value_eq(&a->value, &b->value))
            return false;
    }
    return true;
}

/* The feature that the new one is a piece of, or itself, put among the others. */
static enum err_code find_or_begin(struct kept_merge *m, struct merged *new, bool may_have_more,
                                   struct merged **out, struct err *err)
{
    struct merged **bucket = &m->buckets[new->of.id &(N_BUCKETS - 1)];
    for (struct merged *f = may_have_more ? *bucket : NULL; f; f = f->chain) {
        if (is_same(f, new)) {
            *out = f;
            return OK;
        }
    }
    struct merged *f = arena_raw(m->arena, 1, sizeof *f, err);
    if (!f || mem_grow((void **)&m->all, &m->room_all, m->n_all + 1, sizeof *m->all, err) ||
        copy_properties(m, &new->of, err))
        return failure(err);
    *f = *new;
    f->place = m->n_all;
    if (may_have_more) {
        f->chain = *bucket;
        *bucket = f;
    }
    m->all[m->n_all++] = f;
    *out = f;
    return OK;
}

/* k->shape is what the kept tile has of the feature, in units of the new one. */
static enum err_code take_in(struct kept_merge *m, struct kept_scratch *k,
                             const struct mvt_reading_feature *of, size_t layer, bool may_have_more,
                             struct err *err)
{
    const uint32_t extent = mvt_collage_extent(k->collage, layer);
    struct merged new = {.of = *of,
                         .layer = layer,
                         .kind = k->shape.kind,
                         .is_piece = may_have_more && !of->has_id,
                         .box = bbox_empty()};
    struct merged *f = NULL;
    bool takes = true;
    enum err_code rc = OK;
    may_have_more = may_have_more && of->has_id;
    measure(&new, &k->shape);
    if (new.kind == GEOM_KIND_POINT)
        rc = takes_square(m, layer, k->shape.vertices[0], extent, &takes, err);
    else
        takes = may_have_more || is_visible(&new, extent);
    k->report.n_too_small += !takes;
    if (rc || !takes)
        return rc;
    struct piece *piece = arena_new(m->arena, 1, sizeof *piece, err);
    if (!piece)
        return failure(err);
    rc = copy_shape(m, &k->shape, &piece->shape, err);
    if (!rc)
        rc = find_or_begin(m, &new, may_have_more, &f, err);
    if (rc)
        return rc;
    *(f->last ? &f->last->after : &f->first) = piece;
    f->last = piece;
    if (f->first != piece) {
        bbox_join(&f->box, &new.box);
        f->area2 += new.area2;
    }
    return OK;
}

static enum err_code add_feature(struct kept_merge *m, struct kept_scratch *k,
                                 const struct mvt_reading_feature *f, size_t layer,
                                 const struct move *move, struct err *err)
{
    const bool is_point = k->shape.kind == GEOM_KIND_POINT;
    const struct clip_box square = {0, is_point ? move->extent - 1 : move->extent};
    const struct clip_box box =
        kept_box((uint32_t)move->new_extent, kept_buffer((uint32_t)move->new_extent));
    enum err_code rc = kept_clip(k, &square, err);
    if (rc || k->shape.n_parts == 0)
        return rc;
    const bool may_have_more = !is_point && touches(&k->shape, move->extent);
    struct move finer = *move;
    if (is_point)
        finer.step = 1;
    move_shape(&finer, &k->shape);
    rc = kept_clip(k, &box, err);
    if (rc || k->shape.n_parts == 0)
        return rc;
    if (k->shape.kind == GEOM_KIND_POLYGON && k->shape.n_vertices == 0)
        return OK;
    return take_in(m, k, f, layer, may_have_more, err);
}

enum err_code kept_merge_add(struct kept_merge *m, struct kept_scratch *k,
                             const struct mvt_reading *tile, struct tile_address from,
                             struct tile_address at, struct err *err)
{
    const int bits = from.z - at.z;
    enum err_code rc = OK;
    for (size_t layer = 0; !rc && layer < mvt_reading_n_layers(tile); layer++) {
        const struct mvt_layer_face face = mvt_reading_layer(tile, layer);
        size_t number = 0;
        rc = mvt_collage_layer(k->collage, face.name, face.extent, &number, err);
        if (rc)
            break;
        const int64_t new_extent = mvt_collage_extent(k->collage, number);
        const struct move move = {
            .column = (int64_t)from.x - ((int64_t)at.x << bits),
            .row = (int64_t)from.y - ((int64_t)at.y << bits),
            .extent = face.extent,
            .new_extent = new_extent,
            .n_across = (int64_t)1 << bits,
            .step = new_extent > LATTICE_SHARE ? new_extent / LATTICE_SHARE : 1,
        };
        for (size_t i = 0; !rc && i < face.n_features; i++) {
            struct mvt_reading_feature f;
            bool is_ok = false;
            rc = kept_read(k, tile, layer, i, &f, &is_ok, err);
            if (!rc && is_ok && k->shape.n_parts)
                rc = add_feature(m, k, &f, number, &move, err);
        }
    }
    return rc;
}

/* ---- putting out --------------------------------------------------------------------------- */

/* Points are as large as the mark that stands for them. */
static double rank_of(const struct merged *f)
{
    return f->kind == GEOM_KIND_POINT ? (double)TILE_EXTENT_TU / POINT_SHARE : side_of(f);
}

static int by_size(const void *a, const void *b)
{
    const struct merged *x = *(struct merged *const *)a, *y = *(struct merged *const *)b;
    const double difference = rank_of(y) - rank_of(x);
    if (difference != 0)
        return difference > 0 ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

/* All pieces into one shape. */
static enum err_code join(const struct merged *f, struct tile_shape *out, struct err *err)
{
    if (tile_shape_start(out, f->kind, 0, 0, 0, err))
        return NO_MEMORY;
    for (const struct piece *p = f->first; p; p = p->after) {
        const struct tile_shape *s = &p->shape;
        if (tile_shape_reserve(out, s->n_parts, s->n_rings, s->n_vertices, err))
            return NO_MEMORY;
        for (size_t part = 0, ring = 0, vertex = 0; part < s->n_parts; part++) {
            for (; ring < s->part_end[part]; ring++) {
                for (; vertex < s->ring_end[ring]; vertex++)
                    tile_shape_put(out, s->vertices[vertex]);
                tile_shape_end_ring(out);
            }
            tile_shape_end_part(out);
        }
    }
    return OK;
}

enum err_code kept_merge_end(struct kept_merge *m, struct kept_scratch *k,
                             const struct layer *layer, struct err *err)
{
    const struct tile_budget budget = tile_budget_of(layer);
    enum err_code rc = OK;
    if (m->n_all)
        qsort(m->all, m->n_all, sizeof *m->all, by_size);
    for (size_t i = 0; !rc && i < m->n_all; i++) {
        const struct merged *f = m->all[i];
        const uint32_t extent = mvt_collage_extent(k->collage, f->layer);
        const struct clip_box box = kept_box(extent, kept_buffer(extent));
        if (!is_visible(f, extent)) {
            k->report.n_too_small++;
            continue;
        }
        if (mvt_collage_n_features(k->collage) >= budget.n_features ||
            mvt_collage_bytes(k->collage) >= budget.n_bytes) {
            k->report.n_left_out++;
            continue;
        }
        rc = join(f, &k->shape, err);
        if (!rc)
            rc = kept_add(k, f->layer, f->place, &f->of, &box, err);
    }
    return rc;
}
