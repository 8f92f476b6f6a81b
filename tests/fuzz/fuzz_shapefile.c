/*
 * Hostile bytes as the .shp and .shx of a Shapefile, without names: whatever they are, shapes are read
 * or refused with words, and every geometry keeps what base/geom.h promises.
 *
 * Input: a byte of options, the .shp's length in two big-endian bytes, the .shp, the .shx.
 */
#include "base/geom.h"
#include "importers/shapefile_io.h"
#include "importers/shapefile_shapes.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
    size_t n_notes;
};

enum { N_READ_MAX = 200 }; /* of each kind: an input is small, an index may repeat it */

static void check(bool promise)
{
    if (!promise)
        abort();
}

void sink_note(struct sink *s, const char *format, ...)
{
    check(format[0]);
    s->n_notes++;
}

static void check_geom(const struct geom *g)
{
    size_t ring = 0, vertex = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        check(g->part_kind[i] == geom_kind_of(g->type));
        ring = g->part_end[i];
    }
    for (size_t i = 0; i < g->n_rings; i++) {
        check(g->ring_end[i] > vertex);
        vertex = g->ring_end[i];
    }
    check(ring == g->n_rings && vertex == g->n_vertices);
    check((g->n_vertices == 0) == (g->type == GEOM_NONE));
}

static void read_shapes(struct shapefile_io *io, const struct reader_options *o, struct sink *sink)
{
    struct shapefile_shapes *shapes = NULL;
    struct err err = {0};
    if (shapefile_shapes_new(io, o, sink, &shapes, &err)) {
        check(err.code && err.text[0]);
        return;
    }
    for (size_t i = 0; i < shapefile_shapes_count(shapes) && i < N_READ_MAX; i++) {
        struct shapefile_shape shape;
        struct err why = {0};
        if (shapefile_shapes_read(shapes, i, &shape, &why)) {
            check(why.text[0] && why.code != INTERNAL && why.code != NO_MEMORY);
            continue;
        }
        check_geom(&shape.geom);
        check(shape.geom.n_vertices <= o->limits.vertices);
    }
    shapefile_shapes_free(shapes);
}

/* A file of these bytes; none when there are none. */
static void open_stream(struct shapefile_stream *s, const uint8_t *data, size_t size)
{
    int fd = -1;
    if (size > 0) {
        fd = memfd_create("file", MFD_CLOEXEC);
        check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    }
    shapefile_stream_init(s, fd, size);
}

static void close_stream(struct shapefile_stream *s, int fd)
{
    shapefile_stream_clear(s);
    if (fd >= 0)
        close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shapefile_io io;
    struct sink sink = {0};
    if (size < 3)
        return 0;
    const struct reader_options options = {.limits = {.feature_bytes = 1 << 20, .vertices = 10000},
                                           .keep_z = data[0] & 1,
                                           .temp_folder = "/tmp"};
    size_t shp = (size_t)data[1] << 8 | data[2];
    shp = shp < size - 3 ? shp : size - 3;
    open_stream(&io.shp, data + 3, shp);
    open_stream(&io.shx, data + 3 + shp, size - 3 - shp);
    shapefile_stream_init(&io.dbf, -1, 0);
    const int fds[] = {io.shp.fd, io.shx.fd};
    read_shapes(&io, &options, &sink);
    close_stream(&io.shp, fds[0]);
    close_stream(&io.shx, fds[1]);
    return 0;
}
