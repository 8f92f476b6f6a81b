#include "importers/geojson_geometry.h"

enum { NESTED_MAX = 16, POSITION_MAX = 4, PAIRS_AT_ONCE = 32 };

static const struct {
    enum geom_type type;
    enum geom_kind kind;
    int depth; /* of arrays around a position */
} SHAPES[] = {
    {GEOM_POINT, GEOM_KIND_POINT, 0},          {GEOM_LINESTRING, GEOM_KIND_LINE, 1},
    {GEOM_POLYGON, GEOM_KIND_POLYGON, 2},      {GEOM_MULTIPOINT, GEOM_KIND_POINT, 1},
    {GEOM_MULTILINESTRING, GEOM_KIND_LINE, 2}, {GEOM_MULTIPOLYGON, GEOM_KIND_POLYGON, 3},
    {GEOM_COLLECTION, GEOM_KIND_POLYGON, 0},
};
#define N_SHAPES (sizeof SHAPES / sizeof SHAPES[0])

/* Index into SHAPES, N_SHAPES when there is no such type. */
static size_t find_shape(struct span name)
{
    size_t i = 0;
    while (i < N_SHAPES && !span_eq(name, geom_type_name(SHAPES[i].type)))
        i++;
    return i;
}

enum geom_type geojson_geometry_type(struct span name)
{
    const size_t shape = find_shape(name);
    return shape < N_SHAPES ? SHAPES[shape].type : GEOM_NONE;
}

struct reading {
    struct geom_builder *b;
    bool keep_z;
    size_t n_dropped;
    const char *type_name;
    struct err *err;
};

static enum err_code read_position(struct reading *r, struct json_value v)
{
    double xyz[POSITION_MAX];
    size_t n = 0;
    if (!json_is(v, JSON_ARRAY) || !json_numbers(v, xyz, POSITION_MAX, &n))
        return err_set(r->err, BAD_DATA, "position %zu of the %s is not an array of numbers",
                       r->b->g.n_vertices + 1, r->type_name);
    if (n < 2)
        return err_set(r->err, BAD_DATA, "position %zu of the %s has less than two numbers",
                       r->b->g.n_vertices + 1, r->type_name);
    r->n_dropped += n > (r->keep_z ? 3 : 2);
    if (r->keep_z && n > 2)
        geom_build_vertex_z(r->b, xyz[0], xyz[1], xyz[2]);
    else
        geom_build_vertex(r->b, xyz[0], xyz[1]);
    return OK;
}

static enum err_code need_array(struct reading *r, struct json_value v, const char *of_what)
{
    return json_is(v, JSON_ARRAY)
               ? OK
               : err_set(r->err, BAD_DATA, "the %s's coordinates lack an array of %s", r->type_name,
                         of_what);
}

/* Positions, as one ring; of points, each is a part of its own. */
static enum err_code read_positions(struct reading *r, struct json_value v, enum geom_kind kind)
{
    enum err_code rc = need_array(r, v, "positions");
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value item;
    if (kind != GEOM_KIND_POINT)
        geom_build_ring(r->b);
    while (!rc) {
        /* Most have two numbers: those together, what else there is one by one. */
        double xy[2 * PAIRS_AT_ONCE];
        const size_t n = kind == GEOM_KIND_POINT ? 0 : json_pairs(&walk, xy, PAIRS_AT_ONCE);
        geom_build_vertices(r->b, xy, n);
        if (n == PAIRS_AT_ONCE)
            continue;
        if (!json_next(&walk, &key, &item))
            break;
        if (kind == GEOM_KIND_POINT)
            geom_build_part(r->b, kind);
        rc = read_position(r, item);
    }
    return rc;
}

static enum err_code read_lines(struct reading *r, struct json_value v, enum geom_kind kind)
{
    enum err_code rc = need_array(r, v, kind == GEOM_KIND_POLYGON ? "rings" : "lines");
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value item;
    while (!rc && json_next(&walk, &key, &item)) {
        if (kind == GEOM_KIND_LINE)
            geom_build_part(r->b, kind);
        rc = read_positions(r, item, kind);
    }
    return rc;
}

static enum err_code read_polygons(struct reading *r, struct json_value v)
{
    enum err_code rc = need_array(r, v, "polygons");
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value item;
    while (!rc && json_next(&walk, &key, &item)) {
        geom_build_part(r->b, GEOM_KIND_POLYGON);
        rc = read_lines(r, item, GEOM_KIND_POLYGON);
    }
    return rc;
}

/* A geometry other than a collection, added to what is in the builder. */
static enum err_code read_simple(struct reading *r, struct json_value object, size_t shape)
{
    struct json_value v;
    if (!json_get(object, "coordinates", &v))
        return err_set(r->err, BAD_DATA, "a %s without coordinates", r->type_name);
    if (json_is(v, JSON_ARRAY) && json_count(v) == 0)
        return OK;
    const enum geom_kind kind = SHAPES[shape].kind;
    switch (SHAPES[shape].depth) {
    case 0:
        geom_build_part(r->b, kind);
        return read_position(r, v);
    case 1:
        if (kind == GEOM_KIND_LINE)
            geom_build_part(r->b, kind);
        return read_positions(r, v, kind);
    case 2:
        if (kind == GEOM_KIND_POLYGON)
            geom_build_part(r->b, kind);
        return read_lines(r, v, kind);
    default:
        return read_polygons(r, v);
    }
}

/* The shape an object says it has. */
static enum err_code shape_of(struct json_value object, size_t *out, struct err *err)
{
    struct json_value type;
    if (!json_is(object, JSON_OBJECT))
        return err_set(err, BAD_DATA, "a geometry is not an object");
    if (!json_get(object, "type", &type) || !json_is(type, JSON_TEXT))
        return err_set(err, BAD_DATA, "a geometry has no type");
    const struct span name = json_text_of(type);
    const size_t shape = find_shape(name);
    if (shape < N_SHAPES) {
        *out = shape;
        return OK;
    }
    return err_set(err, BAD_DATA, "no geometry has the type '%.*s'",
                   name.len_bytes < 64 ? (int)name.len_bytes : 64, name.at);
}

/* The walk over a collection's members. */
static enum err_code enter(struct json_value object, struct json_walk *out, struct err *err)
{
    struct json_value members;
    if (!json_get(object, "geometries", &members) || !json_is(members, JSON_ARRAY))
        return err_set(err, BAD_DATA, "a GeometryCollection without an array of geometries");
    *out = json_walk(members);
    return OK;
}

/* Collections inside collections are flattened, with a stack of our own. */
static enum err_code read_collection(struct reading *r, struct json_value object)
{
    struct json_walk stack[NESTED_MAX];
    size_t depth = 1, shape = 0;
    enum err_code rc = enter(object, &stack[0], r->err);
    while (!rc && depth > 0) {
        struct span key;
        struct json_value item;
        if (!json_next(&stack[depth - 1], &key, &item)) {
            depth--;
            continue;
        }
        rc = shape_of(item, &shape, r->err);
        if (rc)
            break;
        r->type_name = geom_type_name(SHAPES[shape].type);
        if (SHAPES[shape].type != GEOM_COLLECTION)
            rc = read_simple(r, item, shape);
        else if (depth == NESTED_MAX)
            rc = err_set(r->err, LIMIT, "GeometryCollections nested more than %d deep", NESTED_MAX);
        else
            rc = enter(item, &stack[depth++], r->err);
    }
    return rc;
}

enum err_code geojson_read_geometry(struct json_value v, bool keep_z, struct geom_builder *b,
                                    struct geom *out, size_t *n_dropped, struct err *err)
{
    size_t shape = 0;
    if (json_is(v, JSON_NULL)) {
        *out = (struct geom){.type = GEOM_NONE};
        *n_dropped = 0;
        return OK;
    }
    enum err_code rc = shape_of(v, &shape, err);
    if (rc)
        return rc;
    const enum geom_type type = SHAPES[shape].type;
    struct reading r = {.b = b, .keep_z = keep_z, .type_name = geom_type_name(type), .err = err};
    geom_build_start(b, type);
    rc = type == GEOM_COLLECTION ? read_collection(&r, v) : read_simple(&r, v, shape);
    struct geom built;
    if (!rc)
        rc = geom_build_end(b, &built, err);
    if (rc)
        return rc;
    *out = built.n_vertices > 0 ? built : (struct geom){.type = GEOM_NONE};
    *n_dropped = r.n_dropped;
    return OK;
}
