#include "importers/shapefile_read.h"

#include "importers/shapefile_crs.h"
#include "importers/shapefile_io.h"
#include "importers/shapefile_shapes.h"
#include "importers/shapefile_table.h"
#include "importers/shapefile_text.h"

#include <inttypes.h>

enum { PROGRESS_FEATURES = 512 };

struct reader {
    const struct input *in;
    struct sink *sink;
    struct shapefile_io io;
    struct shapefile_shapes *shapes; /* NULL: a table alone */
    struct shapefile_table *table;   /* NULL: no attributes */
    struct encoding *encoding;
    size_t n_shapes, n_rows;
};

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

static enum err_code open_table(struct reader *r, const struct reader_options *o, struct err *err)
{
    enum err_code rc = shapefile_table_new(&r->io, o, r->sink, &r->table, err);
    if (!rc)
        rc = shapefile_text_encoding(r->in, o, r->table, r->sink, &r->encoding, err);
    if (!rc)
        rc = shapefile_table_declare(r->table, r->encoding, r->sink, err);
    if (!rc)
        r->n_rows = shapefile_table_count(r->table);
    return rc;
}

static enum err_code open_shapes(struct reader *r, const struct reader_options *o, struct err *err)
{
    enum err_code rc = open_stream(r->in, ".shp", &r->io.shp, err);
    if (!rc)
        rc = open_stream(r->in, ".shx", &r->io.shx, err);
    if (!rc)
        rc = shapefile_shapes_new(&r->io, o, r->sink, &r->shapes, err);
    if (!rc)
        r->n_shapes = shapefile_shapes_count(r->shapes);
    return rc;
}

/* ---- features ----------------------------------------------------------------------------- */

/* BAD_DATA, LIMIT and UNSUPPORTED are this feature's own fault; then `f` has what could be read of
 * it. */
static enum err_code read_feature(struct reader *r, size_t i, struct source_feature *f,
                                  struct shapefile_shape *shape, struct shapefile_row *row,
                                  struct err *err)
{
    enum err_code rc = OK;
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
    rc = shapefile_shapes_read(r->shapes, i, shape, err);
    f->byte = shape->byte;
    f->n_heights = shape->n_heights;
    return rc;
}

static enum err_code take_feature(struct reader *r, size_t i, struct err *err)
{
    struct err why = {0};
    struct shapefile_shape shape = {.geom = {.type = GEOM_NONE}};
    struct shapefile_row row = {0};
    struct source_feature f = {.ordinal = (uint64_t)i + 1, .geom = &shape.geom};
    const enum err_code rc = read_feature(r, i, &f, &shape, &row, &why);
    if (rc == BAD_DATA || rc == LIMIT || rc == UNSUPPORTED)
        return sink_reject(r->sink, &f, why.text, err);
    if (rc)
        return err_set(err, rc, "%s", why.text);
    return row.is_deleted ? OK : sink_take(r->sink, &f, err);
}

/* Both files are read in step, so far as both go. */
static enum err_code tell_progress(struct reader *r, size_t n_done, size_t n_all, struct err *err)
{
    const uint64_t total = r->io.shp.bytes + r->io.dbf.bytes;
    const double share = n_all > 0 ? (double)n_done / (double)n_all : 1;
    const uint64_t done = n_done == n_all ? total : (uint64_t)(share * (double)total);
    const struct source_progress p = {
        .raw_bytes = done, .raw_total_bytes = total, .plain_bytes = done};
    return sink_progress(r->sink, p, err);
}

static enum err_code read_all(struct reader *r, struct err *err)
{
    const size_t n = r->n_shapes > r->n_rows ? r->n_shapes : r->n_rows;
    for (size_t i = 0; i < n; i++) {
        enum err_code rc = take_feature(r, i, err);
        if (!rc && i % PROGRESS_FEATURES == 0)
            rc = tell_progress(r, i, n, err);
        if (rc)
            return rc;
    }
    return tell_progress(r, n, n, err);
}

/* ---- what is told ------------------------------------------------------------------------- */

static void tell(struct sink *sink, uint64_t n, const char *what)
{
    if (n > 0)
        sink_note(sink, "%" PRIu64 " %s", n, what);
}

static void tell_of_shapes(const struct reader *r)
{
    const struct shapefile_shape_counts seen = shapefile_shapes_seen(r->shapes);
    if (!r->table)
        sink_note(r->sink, "there is no .dbf: features have no attributes");
    else if (r->n_shapes != r->n_rows)
        sink_note(r->sink, "the .shp has %zu shapes, the .dbf %zu records", r->n_shapes, r->n_rows);
    tell(r->sink, seen.n_with_measures, "shapes have measures (M), which are left out");
    tell(r->sink, seen.n_turned,
         "polygons wind against the format: their largest ring was taken for an outer one");
}

static void tell_of_table(const struct reader *r)
{
    const struct shapefile_table_counts seen = shapefile_table_seen(r->table);
    tell(r->sink, seen.n_deleted, "records are marked as deleted, and were left out");
    tell(r->sink, seen.n_undecoded,
         "texts have bytes that are no characters in this encoding: U+FFFD stands for them");
    if (seen.n_not_numbers > 0)
        sink_note(r->sink, "%" PRIu64 " values of number fields are none ('%s'), and became null",
                  seen.n_not_numbers, seen.not_a_number);
}

static enum err_code finish(struct reader *r, enum err_code rc)
{
    if (r->shapes)
        tell_of_shapes(r);
    if (r->table)
        tell_of_table(r);
    shapefile_shapes_free(r->shapes);
    shapefile_table_free(r->table);
    encoding_free(r->encoding);
    shapefile_stream_clear(&r->io.shp);
    shapefile_stream_clear(&r->io.shx);
    shapefile_stream_clear(&r->io.dbf);
    return rc;
}

static struct reader reader_of(const struct input *in, struct sink *sink)
{
    struct reader r = {.in = in, .sink = sink};
    shapefile_stream_init(&r.io.shp, -1, 0);
    shapefile_stream_init(&r.io.shx, -1, 0);
    shapefile_stream_init(&r.io.dbf, -1, 0);
    return r;
}

enum err_code shapefile_read(const struct input *shp, const struct reader_options *o,
                             struct sink *sink, struct err *err)
{
    struct reader r = reader_of(shp, sink);
    enum err_code rc = open_stream(shp, ".dbf", &r.io.dbf, err);
    if (!rc)
        rc = open_shapes(&r, o, err);
    if (!rc)
        rc = shapefile_say_crs(shp, sink, err);
    if (!rc && r.io.dbf.fd >= 0)
        rc = open_table(&r, o, err);
    if (!rc)
        rc = read_all(&r, err);
    return finish(&r, rc);
}

enum err_code shapefile_read_table(const struct input *dbf, const struct reader_options *o,
                                   struct sink *sink, struct err *err)
{
    struct reader r = reader_of(dbf, sink);
    enum err_code rc = open_stream(dbf, ".dbf", &r.io.dbf, err);
    if (!rc)
        rc = open_table(&r, o, err);
    if (!rc)
        rc = read_all(&r, err);
    return finish(&r, rc);
}
