/*
 * Flat geometry, after the field's advice to use flat arrays from day one.
 *
 * A geometry has parts (points, lines or polygons), a part has rings (a point and a line have
 * exactly one), a ring has vertices (a point's exactly one); polygons' rings repeat their first
 * vertex at the end, the first ring is the outer one. Arrays of "ends" are offsets behind the last
 * item.
 *
 *   MULTIPOLYGON of one with a hole and one without:
 *     n_parts 2   part_end {2, 3}   ring_end {5, 10, 15}   xy x0 y0 ... x14 y14
 *
 * A collection has parts of mixed kinds; multi-geometries inside a collection become their parts.
 */
#ifndef BASE_GEOM_H
#define BASE_GEOM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of OGC 06-103r4 (WKB). */
enum geom_type {
    GEOM_NONE = 0, /* no geometry: null */
    GEOM_POINT = 1,
    GEOM_LINESTRING = 2,
    GEOM_POLYGON = 3,
    GEOM_MULTIPOINT = 4,
    GEOM_MULTILINESTRING = 5,
    GEOM_MULTIPOLYGON = 6,
    GEOM_COLLECTION = 7
};

enum geom_kind { GEOM_KIND_POINT, GEOM_KIND_LINE, GEOM_KIND_POLYGON };

struct bbox {
    double min_x, min_y, max_x, max_y;
};

/** A plain value; arrays are the arena's (or whoever lent them). x is east or longitude, always
 * first. */
struct geom {
    enum geom_type type;
    size_t n_parts, n_rings, n_vertices;
    double *xy;         /* 2 * n_vertices */
    uint32_t *ring_end; /* n_rings, in vertices */
    uint32_t *part_end; /* n_parts, in rings */
    uint8_t *part_kind; /* n_parts, enum geom_kind */
    double *z;          /* n_vertices heights; NULL: the geometry has none */
};

/** The first vertex of a ring. */
static inline size_t geom_ring_start(const struct geom *g, size_t ring)
{
    return ring ? g->ring_end[ring - 1] : 0;
}

/** Builds a geometry vertex by vertex; the arrays grow on the heap and are lent by
 * geom_build_end(). */
struct geom_builder {
    struct geom g;
    double *z; /* room for heights; g.z is NULL until the first one comes */
    size_t room_xy, room_z, room_rings, room_parts, room_kinds;
    size_t limit_vertices;
    enum err_code failed; /* sticky: OK, LIMIT or NO_MEMORY */
};

void geom_builder_init(struct geom_builder *b, size_t limit_vertices);
void geom_builder_clear(struct geom_builder *b);
void geom_build_start(struct geom_builder *b, enum geom_type type); /* forgets what was there */
void geom_build_part(struct geom_builder *b, enum geom_kind kind);
void geom_build_ring(struct geom_builder *b);
void geom_build_vertex(struct geom_builder *b, double x, double y);
/** As many vertices at once. */
void geom_build_vertices(struct geom_builder *b, const double *xy, size_t n_vertices);
/** A vertex with a height: then all have one, 0 where none was said. */
void geom_build_vertex_z(struct geom_builder *b, double x, double y, double z);
/** Vertex `i` of another geometry, with its height if it has one. */
void geom_build_vertex_of(struct geom_builder *b, const struct geom *g, size_t i);
/** Valid until the builder is started again or cleared. Errors LIMIT, NO_MEMORY. */
enum err_code geom_build_end(struct geom_builder *b, struct geom *out, struct err *err) MUST_USE;

const char *geom_type_name(enum geom_type type);     /* "Polygon", GeoJSON's spelling */
enum geom_kind geom_kind_of(enum geom_type type);    /* of its parts; collections: polygon */
enum geom_type geom_type_multi(enum geom_type type); /* the type that holds several of it */
/** The type that can hold both: equal types stay, single and multi give multi, else COLLECTION
 * (which as a layer's type means "any"). NONE with x gives x. */
enum geom_type geom_type_union(enum geom_type a, enum geom_type b);

bool bbox_is_empty(const struct bbox *b);
struct bbox bbox_empty(void);
void bbox_add(struct bbox *b, double x, double y);
void bbox_join(struct bbox *b, const struct bbox *other);
bool bbox_meets(const struct bbox *a, const struct bbox *b);
struct bbox geom_bbox(const struct geom *g); /* empty for GEOM_NONE */

/** Twice the signed area of a closed ring, counter-clockwise positive (y up). */
double ring_area2(const double *xy, size_t n_vertices);
/** Outer rings counter-clockwise, holes clockwise (RFC 7946, 3.1.6), in place. Returns rings
 * turned. */
size_t geom_wind(struct geom *g);

/** Copy into an arena. */
enum err_code geom_copy(const struct geom *g, struct arena *a, struct geom *out,
                        struct err *err) MUST_USE;

/** Our own compact form, for spools: exact doubles. */
void geom_pack(struct buf *b, const struct geom *g);
enum err_code geom_unpack(struct bytes *r, struct arena *a, struct geom *out,
                          struct err *err) MUST_USE;

#endif
