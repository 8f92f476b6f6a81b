#include "importers/shapefile_reader.h"

#include "importers/shapefile_crs.h"
#include "importers/shapefile_text.h"

/* A stream of the file with that suffix; of no file when there is none. */
static enum err_code open_stream(const struct input *in, const char *suffix,
                                 struct shapefile_stream *out, struct err *err)
{
    size_t file = 0;
    int fd = -1;
    uint64_t n_bytes = 0;
    if (bundle_sibling(in->bundle, in->file, suffix, &file)) {
        const enum err_code rc = bundle_fd(in->bundle, file, &fd, &n_bytes, err);
        if (rc)
            return err_add(err, "%s", suffix);
    }
    shapefile_stream_init(out, fd, n_bytes);
    return OK;
}

static enum err_code open_table(struct shapefile_reader *r, const struct input *in,
                                const struct reader_options *o, struct sink *sink, struct err *err)
{
    enum err_code rc = shapefile_table_new(&r->io, o, sink, &r->table, err);
    if (!rc)
        rc = shapefile_text_encoding(in, o, r->table, sink, &r->encoding, err);
    if (!rc)
        rc = shapefile_table_declare(r->table, r->encoding, sink, err);
    if (!rc)
        r->n_rows = shapefile_table_count(r->table);
    return rc;
}

static enum err_code open_shapes(struct shapefile_reader *r, const struct input *in,
                                 const struct reader_options *o, struct sink *sink, struct err *err)
{
    enum err_code rc = open_stream(in, ".shp", &r->io.shp, err);
    if (!rc)
        rc = open_stream(in, ".shx", &r->io.shx, err);
    if (!rc)
        rc = shapefile_shapes_new(&r->io, o, sink, &r->shapes, err);
    if (!rc)
        r->n_shapes = shapefile_shapes_count(r->shapes);
    return rc ? rc : shapefile_say_crs(in, sink, err);
}

static void open_nothing(struct shapefile_reader *r)
{
    *r = (struct shapefile_reader){.is_open = true};
    shapefile_stream_init(&r->io.shp, -1, 0);
    shapefile_stream_init(&r->io.shx, -1, 0);
    shapefile_stream_init(&r->io.dbf, -1, 0);
}

enum err_code shapefile_reader_open(struct shapefile_reader *r, const struct input *in,
                                    bool with_shapes, const struct reader_options *o,
                                    struct sink *sink, struct err *err)
{
    open_nothing(r);
    enum err_code rc = open_stream(in, ".dbf", &r->io.dbf, err);
    if (!rc && with_shapes)
        rc = open_shapes(r, in, o, sink, err);
    if (!rc && (!with_shapes || r->io.dbf.fd >= 0))
        rc = open_table(r, in, o, sink, err);
    return rc;
}

enum err_code shapefile_reader_open_again(struct shapefile_reader *r,
                                          const struct shapefile_reader *first,
                                          const struct reader_options *o, struct err *err)
{
    enum err_code rc = OK;
    open_nothing(r);
    shapefile_stream_init(&r->io.shp, first->io.shp.fd, first->io.shp.bytes);
    shapefile_stream_init(&r->io.shx, first->io.shx.fd, first->io.shx.bytes);
    shapefile_stream_init(&r->io.dbf, first->io.dbf.fd, first->io.dbf.bytes);
    if (first->shapes)
        rc = shapefile_shapes_new(&r->io, o, NULL, &r->shapes, err);
    if (!rc && first->table)
        rc = shapefile_table_new(&r->io, o, NULL, &r->table, err);
    if (!rc && first->table)
        rc = encoding_new(encoding_name(first->encoding), &r->encoding, err);
    if (!rc && first->table)
        rc = shapefile_table_declare(r->table, r->encoding, NULL, err);
    r->n_shapes = first->n_shapes;
    r->n_rows = first->n_rows;
    return rc;
}

void shapefile_reader_close(struct shapefile_reader *r)
{
    if (!r->is_open)
        return;
    shapefile_shapes_free(r->shapes);
    shapefile_table_free(r->table);
    encoding_free(r->encoding);
    shapefile_stream_clear(&r->io.shp);
    shapefile_stream_clear(&r->io.shx);
    shapefile_stream_clear(&r->io.dbf);
}

size_t shapefile_reader_count(const struct shapefile_reader *r)
{
    return r->n_shapes > r->n_rows ? r->n_shapes : r->n_rows;
}

void shapefile_reader_expect(struct shapefile_reader *r, size_t first, size_t end, uint64_t byte,
                             uint64_t n_bytes)
{
    shapefile_stream_expect(&r->io.shp, byte, n_bytes);
    if (r->table && first < r->n_rows) {
        const size_t behind = end < r->n_rows ? end : r->n_rows;
        const uint64_t at = shapefile_table_byte(r->table, first);
        shapefile_stream_expect(&r->io.dbf, at, shapefile_table_byte(r->table, behind) - at);
    }
}

enum err_code shapefile_reader_read(struct shapefile_reader *r, size_t i,
                                    struct shapefile_record *out, struct err *err)
{
    struct source_feature *f = &out->feature;
    struct shapefile_row *row = &out->row;
    enum err_code rc = OK;
    out->shape = (struct shapefile_shape){.geom = {.type = GEOM_NONE}};
    *row = (struct shapefile_row){0};
    *f = (struct source_feature){.ordinal = (uint64_t)i + 1, .geom = &out->shape.geom};
    if (r->table && i >= r->n_rows)
        rc = err_set(err, BAD_DATA, "the .dbf has no record for this shape");
    if (!rc && r->table)
        rc = shapefile_table_read(r->table, i, row, err);
    f->values = row->values;
    f->n_values = row->n_values;
    f->raw = row->raw;
    if (r->table && !r->shapes)
        f->byte = shapefile_table_byte(r->table, i);
    if (rc || row->is_deleted || !r->shapes)
        return rc;
    if (i >= r->n_shapes)
        return err_set(err, BAD_DATA, "the .shp has no shape for this record of the .dbf");
    rc = shapefile_shapes_read(r->shapes, i, &out->shape, err);
    f->byte = out->shape.byte;
    f->n_heights = out->shape.n_heights;
    return rc;
}
