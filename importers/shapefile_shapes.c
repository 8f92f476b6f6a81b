#include "importers/shapefile_shapes.h"

#include "base/mem.h"
#include "importers/shapefile_index.h"
#include "importers/shapefile_rings.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

struct shapefile_shapes {
    struct shapefile_io *io;
    SHPHandle handle;
    size_t n_shapes;
    int index_fd; /* of an index that was made; -1 */
    uint64_t max_bytes, max_vertices;
    bool keep_z;
    struct geom_builder builder;
    struct shapefile_rings rings;
    struct shapefile_shape_counts seen;
};

/* Where a shape's vertices go, and what of it is told. */
static const struct shape_kind {
    int type;
    enum geom_type single, multi; /* of one part, of several */
    bool has_z;
} KINDS[] = {
    {SHPT_NULL, GEOM_NONE, GEOM_NONE, false},
    {SHPT_POINT, GEOM_POINT, GEOM_POINT, false},
    {SHPT_POINTM, GEOM_POINT, GEOM_POINT, false},
    {SHPT_POINTZ, GEOM_POINT, GEOM_POINT, true},
    {SHPT_MULTIPOINT, GEOM_MULTIPOINT, GEOM_MULTIPOINT, false},
    {SHPT_MULTIPOINTM, GEOM_MULTIPOINT, GEOM_MULTIPOINT, false},
    {SHPT_MULTIPOINTZ, GEOM_MULTIPOINT, GEOM_MULTIPOINT, true},
    {SHPT_ARC, GEOM_LINESTRING, GEOM_MULTILINESTRING, false},
    {SHPT_ARCM, GEOM_LINESTRING, GEOM_MULTILINESTRING, false},
    {SHPT_ARCZ, GEOM_LINESTRING, GEOM_MULTILINESTRING, true},
    {SHPT_POLYGON, GEOM_POLYGON, GEOM_MULTIPOLYGON, false},
    {SHPT_POLYGONM, GEOM_POLYGON, GEOM_MULTIPOLYGON, false},
    {SHPT_POLYGONZ, GEOM_POLYGON, GEOM_MULTIPOLYGON, true},
};

/* Comparisons of a vertex with a ring that one polygon may cost, for each vertex it may have. */
enum { STEPS_PER_VERTEX = 256 };

/* Numbers below this are "no data" in ESRI's description of the format. */
static const double NO_DATA = -1e38;

static const struct shape_kind *kind_of(int type)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (KINDS[i].type == type)
            return &KINDS[i];
    }
    return NULL;
}

static enum err_code refuse_type(int type, struct err *err)
{
    if (type == SHPT_MULTIPATCH)
        return err_set(err, UNSUPPORTED, "MultiPatch shapes (surfaces in space) are not read");
    return err_set(err, BAD_DATA, "there are no shapes of type %d", type);
}

/* ---- opening ------------------------------------------------------------------------------ */

static enum err_code check_header(struct shapefile_io *io, struct sink *sink, struct err *err)
{
    uint8_t header[SHAPEFILE_HEADER_BYTES];
    enum { TYPE_AT = 32, LENGTH_AT = 24 };
    if (shapefile_stream_read(&io->shp, 0, header, sizeof header) < sizeof header) {
        const enum err_code rc = shapefile_stream_status(&io->shp, ".shp", err);
        return rc ? rc
                  : err_set(err, BAD_DATA, "a .shp of %llu bytes is too short to be one",
                            (unsigned long long)io->shp.bytes);
    }
    if (memcmp(header, "\0\0\x27\x0A", 4) != 0)
        return err_set(err, BAD_DATA, "the .shp does not begin as one does");
    const int type = header[TYPE_AT] | header[TYPE_AT + 1] << 8;
    if (!kind_of(type))
        return refuse_type(type, err);
    uint64_t told = 0;
    for (int i = 0; i < 4; i++)
        told = told << 8 | header[LENGTH_AT + i];
    if (told * 2 != io->shp.bytes)
        sink_note(sink, "the .shp has %llu bytes, its header says %llu",
                  (unsigned long long)io->shp.bytes, (unsigned long long)told * 2);
    return OK;
}

static enum err_code open_index(struct shapefile_shapes *s, const struct reader_options *o,
                                struct sink *sink, struct err *err)
{
    const char *fault = shapefile_index_fault(s->io);
    enum err_code rc = s->io->shx.fd < 0 ? OK : shapefile_stream_status(&s->io->shx, ".shx", err);
    if (!rc && fault) {
        sink_note(sink, "%s: shapes were read in the order of the .shp", fault);
        uint64_t n_skipped = 0;
        rc = shapefile_index_make(s->io, o->temp_folder, &s->index_fd, &n_skipped, err);
        if (!rc && n_skipped > 0)
            sink_note(sink, "%llu bytes of the .shp are no shapes, and were passed over",
                      (unsigned long long)n_skipped);
    }
    if (!rc)
        s->n_shapes = shapefile_index_count(s->io);
    return rc;
}

static enum err_code open_handle(struct shapefile_shapes *s, struct err *err)
{
    char name[SHAPEFILE_IO_NAME_BYTES];
    SAHooks hooks = shapefile_io_hooks();
    shapefile_io_name(s->io, name);
    /* "l": the index is read entry by entry, not at once. */
    s->handle = SHPOpenLL(name, "rbl", &hooks);
    if (!s->handle)
        return err_set(err, BAD_DATA, "shapelib cannot open the .shp");
    SHPSetFastModeReadObject(s->handle, 1);
    return OK;
}

enum err_code shapefile_shapes_new(struct shapefile_io *io, const struct reader_options *o,
                                   struct sink *sink, struct shapefile_shapes **out,
                                   struct err *err)
{
    struct shapefile_shapes *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    *s = (struct shapefile_shapes){.io = io,
                                   .index_fd = -1,
                                   .max_bytes = o->limits.feature_bytes,
                                   .max_vertices = o->limits.vertices,
                                   .keep_z = o->keep_z};
    geom_builder_init(&s->builder, (size_t)o->limits.vertices);
    shapefile_rings_init(&s->rings);
    enum err_code rc = check_header(io, sink, err);
    if (!rc)
        rc = open_index(s, o, sink, err);
    if (!rc)
        rc = open_handle(s, err);
    if (rc) {
        shapefile_shapes_free(s);
        return rc;
    }
    *out = s;
    return OK;
}

void shapefile_shapes_free(struct shapefile_shapes *s)
{
    if (!s)
        return;
    if (s->handle)
        SHPClose(s->handle);
    if (s->index_fd >= 0)
        close(s->index_fd);
    geom_builder_clear(&s->builder);
    shapefile_rings_clear(&s->rings);
    mem_free(s);
}

size_t shapefile_shapes_count(const struct shapefile_shapes *s)
{
    return s->n_shapes;
}

struct shapefile_shape_counts shapefile_shapes_seen(const struct shapefile_shapes *s)
{
    return s->seen;
}

/* ---- one shape ---------------------------------------------------------------------------- */

static void put_vertex(struct shapefile_shapes *s, const SHPObject *shape, size_t i, bool with_z)
{
    if (with_z && isfinite(shape->padfZ[i]) && shape->padfZ[i] > NO_DATA)
        geom_build_vertex_z(&s->builder, shape->padfX[i], shape->padfY[i], shape->padfZ[i]);
    else
        geom_build_vertex(&s->builder, shape->padfX[i], shape->padfY[i]);
}

static void put_points(struct shapefile_shapes *s, const SHPObject *shape, bool with_z)
{
    for (int i = 0; i < shape->nVertices; i++) {
        geom_build_part(&s->builder, GEOM_KIND_POINT);
        geom_build_ring(&s->builder);
        put_vertex(s, shape, (size_t)i, with_z);
    }
}

static void put_lines(struct shapefile_shapes *s, const SHPObject *shape, bool with_z)
{
    for (int part = 0; part < shape->nParts; part++) {
        const int end = part + 1 < shape->nParts ? shape->panPartStart[part + 1] : shape->nVertices;
        geom_build_part(&s->builder, GEOM_KIND_LINE);
        geom_build_ring(&s->builder);
        for (int i = shape->panPartStart[part]; i < end; i++)
            put_vertex(s, shape, (size_t)i, with_z);
    }
}

static void put_ring(struct shapefile_shapes *s, const SHPObject *shape,
                     const struct shapefile_ring *ring, bool is_hole, bool with_z)
{
    const bool reversed = is_hole ? ring->area2 > 0 : ring->area2 < 0;
    geom_build_ring(&s->builder);
    for (size_t i = ring->first; i < ring->end; i++)
        put_vertex(s, shape, reversed ? ring->end - 1 - (i - ring->first) : i, with_z);
}

static void put_polygons(struct shapefile_shapes *s, const SHPObject *shape, bool with_z)
{
    const struct shapefile_rings *r = &s->rings;
    for (size_t i = 0; i < r->n_rings; i++) {
        if (r->rings[i].outer != i)
            continue;
        geom_build_part(&s->builder, GEOM_KIND_POLYGON);
        put_ring(s, shape, &r->rings[i], false, with_z);
        for (size_t k = r->rings[i].next_hole; k != NO_RING; k = r->rings[k].next_hole)
            put_ring(s, shape, &r->rings[k], true, with_z);
    }
}

static enum err_code sort_rings(struct shapefile_shapes *s, const SHPObject *shape,
                                size_t *out_n_parts, struct err *err)
{
    const size_t n_vertices = (size_t)shape->nVertices, n_rings = (size_t)shape->nParts;
    if (n_vertices < 3 * n_rings)
        return err_set(err, BAD_DATA, "%zu rings have together no more than %zu vertices", n_rings,
                       n_vertices);
    const enum err_code rc =
        shapefile_rings_sort(&s->rings, shape->padfX, shape->padfY, n_vertices, shape->panPartStart,
                             n_rings, s->max_vertices * STEPS_PER_VERTEX, err);
    if (rc)
        return rc;
    size_t n_parts = 0;
    for (size_t i = 0; i < n_rings; i++)
        n_parts += s->rings.rings[i].outer == i;
    s->seen.n_turned += s->rings.turned;
    *out_n_parts = n_parts;
    return OK;
}

/* Programs write 0 or "no data" where they have none. */
static bool has_measures(const SHPObject *shape)
{
    if (!shape->bMeasureIsUsed || !shape->padfM)
        return false;
    for (int i = 0; i < shape->nVertices; i++) {
        if (shape->padfM[i] > NO_DATA && shape->padfM[i] != 0)
            return true;
    }
    return false;
}

static enum err_code put_shape(struct shapefile_shapes *s, const SHPObject *shape,
                               const struct shape_kind *kind, struct shapefile_shape *out,
                               struct err *err)
{
    const bool with_z = kind->has_z && s->keep_z;
    const enum geom_kind of = geom_kind_of(kind->single);
    size_t n_parts = (size_t)shape->nParts;
    if (of != GEOM_KIND_POINT && shape->panPartStart[0] != 0)
        return err_set(err, BAD_DATA, "the first part begins at vertex %d", shape->panPartStart[0]);
    if (of == GEOM_KIND_POLYGON) {
        const enum err_code rc = sort_rings(s, shape, &n_parts, err);
        if (rc)
            return rc;
    }
    geom_build_start(&s->builder, n_parts > 1 ? kind->multi : kind->single);
    if (of == GEOM_KIND_POINT)
        put_points(s, shape, with_z);
    else if (of == GEOM_KIND_LINE)
        put_lines(s, shape, with_z);
    else
        put_polygons(s, shape, with_z);
    const enum err_code rc = geom_build_end(&s->builder, &out->geom, err);
    if (!rc && kind->has_z && !s->keep_z)
        out->n_heights = (size_t)shape->nVertices;
    if (!rc)
        s->seen.n_with_measures += has_measures(shape);
    return rc;
}

/* The record can be read, so what is wrong with it is told by what it says. */
static enum err_code refuse_record(struct shapefile_shapes *s, uint64_t content_bytes,
                                   struct err *err)
{
    enum err_code rc = shapefile_stream_status(&s->io->shp, ".shp", err);
    if (!rc)
        rc = shapefile_stream_status(&s->io->shx, ".shx", err);
    return rc ? rc
              : err_set(err, BAD_DATA,
                        "the shape is damaged: its counts of parts and vertices do not go with its "
                        "%llu bytes",
                        (unsigned long long)content_bytes);
}

static enum err_code read_kind(struct shapefile_shapes *s, uint64_t byte,
                               const struct shape_kind **out, struct err *err)
{
    uint8_t type[4] = {0};
    const uint64_t at = byte + SHAPEFILE_RECORD_HEADER_BYTES;
    if (shapefile_stream_read(&s->io->shp, at, type, sizeof type) < sizeof type)
        return refuse_record(s, 0, err);
    const int number = type[0] | type[1] << 8 | type[2] << 16 | (type[3] & 0x7F) << 24;
    *out = kind_of(number);
    return *out ? OK : refuse_type(number, err);
}

enum err_code shapefile_shapes_read(struct shapefile_shapes *s, size_t i,
                                    struct shapefile_shape *out, struct err *err)
{
    uint64_t content_bytes = 0;
    *out = (struct shapefile_shape){.geom = {.type = GEOM_NONE}};
    enum err_code rc = shapefile_index_get(s->io, i, &out->byte, &content_bytes, err);
    if (rc)
        return rc;
    if (content_bytes > s->max_bytes)
        return err_set(err, LIMIT, "the shape has %llu bytes, more than %llu",
                       (unsigned long long)content_bytes, (unsigned long long)s->max_bytes);
    const struct shape_kind *kind = NULL;
    rc = read_kind(s, out->byte, &kind, err);
    if (rc || kind->single == GEOM_NONE)
        return rc;
    SHPObject *shape = SHPReadObject(s->handle, (int)i);
    if (!shape)
        return refuse_record(s, content_bytes, err);
    const bool is_point = geom_kind_of(kind->single) == GEOM_KIND_POINT;
    if (shape->nVertices > 0 && (is_point || shape->nParts > 0))
        rc = put_shape(s, shape, kind, out, err);
    SHPDestroyObject(shape);
    return rc;
}
