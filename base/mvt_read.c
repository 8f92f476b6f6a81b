#include "base/mvt_read.h"

#include "base/vector_tile.pb-c.h"

#define MAX_EXTENT 65536

enum command { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

/* ---- the message --------------------------------------------------------------------------- */

/* Where protobuf-c's memory comes from, and why there was none. */
struct lender {
    struct arena *arena;
    struct err err;
};

static void *lend(void *lender, size_t n_bytes)
{
    struct lender *l = lender;
    return arena_raw(l->arena, n_bytes, 1, &l->err);
}

static void take_back(void *lender, void *memory)
{
    (void)lender;
    (void)memory;
}

static enum err_code check_layer(const VectorTile__Tile__Layer *l, struct err *err)
{
    if (!l->name || !*l->name || !text_is_utf8(l->name, span_of(l->name).len_bytes))
        return err_set(err, BAD_DATA, "a layer of the vector tile has no proper name");
    if (l->version < 1 || l->version > 2)
        return err_set(err, BAD_DATA, "layer '%.80s' is of version %u, not 1 or 2", l->name,
                       l->version);
    if (l->extent < 1 || l->extent > MAX_EXTENT)
        return err_set(err, BAD_DATA, "layer '%.80s' has an extent of %u", l->name, l->extent);
    return OK;
}

enum err_code mvt_reading_new(struct span tile, struct arena *a, const struct mvt_reading **out,
                              struct err *err)
{
    struct lender lender = {.arena = a};
    ProtobufCAllocator allocator = {lend, take_back, &lender};
    const VectorTile__Tile *message =
        vector_tile__tile__unpack(&allocator, tile.len_bytes, (const uint8_t *)tile.at);
    if (!message && lender.err.code)
        return err_set(err, lender.err.code, "the vector tile's message: %s", lender.err.text);
    if (!message)
        return err_set(err, BAD_DATA, "not a vector tile");
    for (size_t i = 0; i < message->n_layers; i++) {
        const enum err_code rc = check_layer(message->layers[i], err);
        if (rc)
            return rc;
    }
    *out = (const struct mvt_reading *)message;
    return OK;
}

static const VectorTile__Tile__Layer *layer_of(const struct mvt_reading *m, size_t layer)
{
    return ((const VectorTile__Tile *)m)->layers[layer];
}

size_t mvt_reading_n_layers(const struct mvt_reading *m)
{
    return ((const VectorTile__Tile *)m)->n_layers;
}

struct mvt_layer_face mvt_reading_layer(const struct mvt_reading *m, size_t layer)
{
    const VectorTile__Tile__Layer *l = layer_of(m, layer);
    return (struct mvt_layer_face){l->name, l->version, l->extent, l->n_features};
}

/* ---- geometry ------------------------------------------------------------------------------ */

/* Follows the commands; `ring` is the path that is being read. */
struct pen {
    const uint32_t *at, *end;
    int64_t x, y;
    struct geom_builder *b;
    double *ring; /* room for all vertices of the feature */
    size_t n_ring;
    double first_area; /* of the first ring that has any */
};

static int64_t unzigzag(uint32_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static enum err_code take_command(struct pen *p, enum command wanted, uint32_t *out_n,
                                  struct err *err)
{
    const uint32_t command = p->at < p->end ? *p->at & 7 : 0;
    const uint32_t n = p->at < p->end ? *p->at >> 3 : 0;
    if (command != wanted || n == 0)
        return err_set(err, BAD_DATA, "a geometry whose commands are out of order");
    p->at++;
    if (wanted != CLOSE_PATH && (uint64_t)(p->end - p->at) < 2 * (uint64_t)n)
        return err_set(err, BAD_DATA, "a geometry that ends within a command");
    *out_n = n;
    return OK;
}

static enum err_code take_vertex(struct pen *p, struct err *err)
{
    p->x += unzigzag(p->at[0]);
    p->y += unzigzag(p->at[1]);
    p->at += 2;
    if (p->x < INT32_MIN || p->x > INT32_MAX || p->y < INT32_MIN || p->y > INT32_MAX)
        return err_set(err, BAD_DATA, "a vertex that is far outside of the tile");
    p->ring[2 * p->n_ring] = (double)p->x;
    p->ring[2 * p->n_ring + 1] = (double)p->y;
    p->n_ring++;
    return OK;
}

/* One MoveTo and one LineTo. */
static enum err_code take_path(struct pen *p, struct err *err)
{
    uint32_t n = 0;
    p->n_ring = 0;
    enum err_code rc = take_command(p, MOVE_TO, &n, err);
    if (!rc && n != 1)
        rc = err_set(err, BAD_DATA, "a path that begins in several places");
    if (!rc)
        rc = take_vertex(p, err);
    if (!rc)
        rc = take_command(p, LINE_TO, &n, err);
    for (uint32_t i = 0; !rc && i < n; i++)
        rc = take_vertex(p, err);
    return rc;
}

static void put_ring(struct pen *p)
{
    geom_build_ring(p->b);
    for (size_t i = 0; i < p->n_ring; i++)
        geom_build_vertex(p->b, p->ring[2 * i], p->ring[2 * i + 1]);
}

static enum err_code take_points(struct pen *p, struct err *err)
{
    uint32_t n = 0;
    enum err_code rc = take_command(p, MOVE_TO, &n, err);
    for (uint32_t i = 0; !rc && i < n; i++) {
        p->n_ring = 0;
        rc = take_vertex(p, err);
        geom_build_part(p->b, GEOM_KIND_POINT);
        put_ring(p);
    }
    return rc;
}

static enum err_code take_line(struct pen *p, struct err *err)
{
    const enum err_code rc = take_path(p, err);
    if (rc)
        return rc;
    geom_build_part(p->b, GEOM_KIND_LINE);
    put_ring(p);
    return OK;
}

static enum err_code take_ring(struct pen *p, struct err *err)
{
    uint32_t n = 0;
    enum err_code rc = take_path(p, err);
    if (!rc)
        rc = take_command(p, CLOSE_PATH, &n, err);
    if (rc)
        return rc;
    p->ring[2 * p->n_ring] = p->ring[0];
    p->ring[2 * p->n_ring + 1] = p->ring[1];
    p->n_ring++;
    const double area = ring_area2(p->ring, p->n_ring);
    if (area == 0)
        return OK;
    if (p->first_area == 0)
        p->first_area = area;
    if ((area > 0) == (p->first_area > 0))
        geom_build_part(p->b, GEOM_KIND_POLYGON);
    put_ring(p);
    return OK;
}

static const struct {
    enum geom_type single;
    enum err_code (*take)(struct pen *p, struct err *err);
} KINDS[] = {
    [VECTOR_TILE__TILE__GEOM_TYPE__POINT] = {GEOM_POINT, take_points},
    [VECTOR_TILE__TILE__GEOM_TYPE__LINESTRING] = {GEOM_LINESTRING, take_line},
    [VECTOR_TILE__TILE__GEOM_TYPE__POLYGON] = {GEOM_POLYGON, take_ring},
};

static enum err_code read_geometry(const VectorTile__Tile__Feature *f, size_t limit_vertices,
                                   struct arena *a, struct geom *out, struct err *err)
{
    if ((size_t)f->type >= sizeof KINDS / sizeof *KINDS || !KINDS[f->type].take ||
        f->n_geometry == 0)
        return err_set(err, BAD_DATA, "a feature without a type or a geometry");
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, limit_vertices);
    geom_build_start(&b, geom_type_multi(KINDS[f->type].single));
    struct pen pen = {f->geometry, f->geometry + f->n_geometry, .b = &b};
    /* Every vertex takes two numbers; a ring's first comes once more. */
    pen.ring = arena_raw(a, f->n_geometry + 2, sizeof *pen.ring, err);
    enum err_code rc = pen.ring ? OK : NO_MEMORY;
    while (!rc && pen.at < pen.end)
        rc = KINDS[f->type].take(&pen, err);
    if (!rc)
        rc = geom_build_end(&b, &g, err);
    if (!rc && g.n_parts < 2)
        g.type = g.n_parts ? KINDS[f->type].single : GEOM_NONE;
    if (!rc)
        rc = geom_copy(&g, a, out, err);
    geom_builder_clear(&b);
    return rc;
}

bool mvt_reading_may_meet(const struct mvt_reading *m, size_t layer, size_t feature,
                          const struct bbox *box)
{
    const VectorTile__Tile__Feature *f = layer_of(m, layer)->features[feature];
    if (f->n_geometry == 0)
        return true;
    const uint32_t *at = f->geometry, *const end = at + f->n_geometry;
    struct bbox all = bbox_empty();
    int64_t x = 0, y = 0;
    while (at < end) {
        const uint32_t command = *at & 7, n = *at >> 3;
        at++;
        if (command == CLOSE_PATH)
            continue;
        if ((uint64_t)(end - at) < 2 * (uint64_t)n)
            return true;
        for (uint32_t i = 0; i < n; i++, at += 2) {
            x += unzigzag(at[0]);
            y += unzigzag(at[1]);
            bbox_add(&all, (double)x, (double)y);
        }
    }
    return bbox_is_empty(&all) || bbox_meets(&all, box);
}

/* ---- properties ---------------------------------------------------------------------------- */

static bool read_value(const VectorTile__Tile__Value *v, struct value *out)
{
    if (v->string_value)
        *out = value_text(span_of(v->string_value));
    else if (v->has_float_value)
        *out = value_real((double)v->float_value);
    else if (v->has_double_value)
        *out = value_real(v->double_value);
    else if (v->has_int_value)
        *out = value_int(v->int_value);
    else if (v->has_uint_value)
        *out = v->uint_value <= INT64_MAX ? value_int((int64_t)v->uint_value)
                                          : value_real((double)v->uint_value);
    else if (v->has_sint_value)
        *out = value_int(v->sint_value);
    else if (v->has_bool_value)
        *out = value_bool(v->bool_value);
    else
        return false;
    return out->type != VALUE_TEXT || text_is_utf8(out->text.at, out->text.len_bytes);
}

static enum err_code read_properties(const VectorTile__Tile__Layer *l,
                                     const VectorTile__Tile__Feature *f, struct arena *a,
                                     struct mvt_reading_feature *out, struct err *err)
{
    if (f->n_tags % 2)
        return err_set(err, BAD_DATA, "a feature with an odd number of tags");
    struct mvt_property *properties = arena_new(a, f->n_tags / 2, sizeof *properties, err);
    if (!properties)
        return err ? err->code : NO_MEMORY;
    for (size_t i = 0; i < f->n_tags / 2; i++) {
        const uint32_t key = f->tags[2 * i], value = f->tags[2 * i + 1];
        if (key >= l->n_keys || value >= l->n_values)
            return err_set(err, BAD_DATA, "a feature with a tag that points nowhere");
        properties[i].name = span_of(l->keys[key]);
        if (!text_is_utf8(properties[i].name.at, properties[i].name.len_bytes) ||
            !read_value(l->values[value], &properties[i].value))
            return err_set(err, BAD_DATA, "property '%.80s' is no text, number or truth value",
                           l->keys[key]);
    }
    out->properties = properties;
    out->n_properties = f->n_tags / 2;
    return OK;
}

enum err_code mvt_reading_feature(const struct mvt_reading *m, size_t layer, size_t feature,
                                  size_t limit_vertices, struct arena *a,
                                  struct mvt_reading_feature *out, struct err *err)
{
    const VectorTile__Tile__Layer *l = layer_of(m, layer);
    const VectorTile__Tile__Feature *f = l->features[feature];
    struct mvt_reading_feature read = {.has_id = f->has_id, .id = f->id};
    enum err_code rc = read_geometry(f, limit_vertices, a, &read.geom, err);
    if (!rc)
        rc = read_properties(l, f, a, &read, err);
    if (!rc)
        *out = read;
    return rc;
}
