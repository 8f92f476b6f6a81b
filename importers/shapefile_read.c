#include "importers/shapefile_read.h"

#include "base/crew.h"
#include "importers/shapefile_index.h"
#include "importers/shapefile_reader.h"

#include <inttypes.h>

/* Enough that the threads seldom meet, and little enough for the processor's cache. */
enum { RANGE_FEATURES = 256, RANGE_BYTES = 64 << 10 };

/* Features that are read by one thread. */
struct range {
    size_t first, end;
    uint64_t byte, n_bytes; /* of their shapes, which mostly lie one behind the other */
};

struct shapefile {
    const struct reader_options *options;
    struct sink *sink;
    struct shapefile_reader first; /* the sink is told what it finds; it cuts */
    struct shapefile_reader readers[CREW_MAX];
    size_t next, n; /* features */
};

/* Both files are read in step, so far as both go. */
static struct source_progress progress_of(const struct shapefile *s)
{
    const uint64_t total = s->first.io.shp.bytes + s->first.io.dbf.bytes;
    const double share = s->n > 0 ? (double)s->next / (double)s->n : 1;
    const uint64_t done = s->next == s->n ? total : (uint64_t)(share * (double)total);
    return (struct source_progress){
        .raw_bytes = done, .raw_total_bytes = total, .plain_bytes = done};
}

/* One more feature. What is wrong with it is told when it is read. */
static void extend(struct shapefile *s, struct range *r)
{
    struct err err = {0};
    uint64_t byte = 0, n_bytes = 0;
    const size_t i = s->next++;
    if (i < s->first.n_shapes && !shapefile_index_get(&s->first.io, i, &byte, &n_bytes, &err))
        r->n_bytes += SHAPEFILE_RECORD_HEADER_BYTES + n_bytes;
    if (i == r->first)
        r->byte = byte;
    r->end = s->next;
}

static enum err_code cut(void *state, void *pieces, struct source_progress *out, bool *out_more,
                         struct err *err)
{
    struct shapefile *s = state;
    struct range *r = pieces;
    (void)err;
    *out_more = s->next < s->n;
    *r = (struct range){.first = s->next, .end = s->next};
    while (s->next < s->n && r->end - r->first < RANGE_FEATURES && r->n_bytes < RANGE_BYTES)
        extend(s, r);
    *out = progress_of(s);
    return OK;
}

static enum err_code read_feature(struct shapefile_reader *r, size_t i, struct sink_batch *into,
                                  struct err *err)
{
    struct err why = {0};
    struct shapefile_record record;
    const enum err_code rc = shapefile_reader_read(r, i, &record, &why);
    if (rc == BAD_DATA || rc == LIMIT || rc == UNSUPPORTED)
        return sink_batch_reject(into, &record.feature, why.text, err);
    if (rc)
        return err_set(err, rc, "%s", why.text);
    return record.row.is_deleted ? OK : sink_batch_take(into, &record.feature, err);
}

static enum err_code read_range(void *state, size_t worker, void *pieces, struct sink_batch *into,
                                struct err *err)
{
    struct shapefile *s = state;
    const struct range *range = pieces;
    struct shapefile_reader *r = &s->readers[worker];
    enum err_code rc = r->is_open ? OK : shapefile_reader_open_again(r, &s->first, s->options, err);
    if (!rc)
        shapefile_reader_expect(r, range->first, range->end, range->byte, range->n_bytes);
    for (size_t i = range->first; !rc && i < range->end; i++)
        rc = read_feature(r, i, into, err);
    return rc;
}

/* ---- what is told ------------------------------------------------------------------------- */

static void tell(struct sink *sink, uint64_t n, const char *what)
{
    if (n > 0)
        sink_note(sink, "%" PRIu64 " %s", n, what);
}

static void tell_of_shapes(const struct shapefile *s)
{
    struct shapefile_shape_counts all = {0};
    for (size_t i = 0; i < CREW_MAX; i++) {
        if (!s->readers[i].shapes)
            continue;
        const struct shapefile_shape_counts seen = shapefile_shapes_seen(s->readers[i].shapes);
        all.n_with_measures += seen.n_with_measures;
        all.n_turned += seen.n_turned;
    }
    if (!s->first.table)
        sink_note(s->sink, "there is no .dbf: features have no attributes");
    else if (s->first.n_shapes != s->first.n_rows)
        sink_note(s->sink, "the .shp has %zu shapes, the .dbf %zu records", s->first.n_shapes,
                  s->first.n_rows);
    tell(s->sink, all.n_with_measures, "shapes have measures (M), which are left out");
    tell(s->sink, all.n_turned,
         "polygons wind against the format: their largest ring was taken for an outer one");
}

static void tell_of_table(const struct shapefile *s)
{
    struct shapefile_table_counts all = {0};
    for (size_t i = 0; i < CREW_MAX; i++) {
        if (s->readers[i].table)
            shapefile_table_counts_add(&all, shapefile_table_seen(s->readers[i].table));
    }
    tell(s->sink, all.n_deleted, "records are marked as deleted, and were left out");
    tell(s->sink, all.n_undecoded,
         "texts have bytes that are no characters in this encoding: U+FFFD stands for them");
    if (all.n_not_numbers > 0)
        sink_note(s->sink, "%" PRIu64 " values of number fields are none ('%s'), and became null",
                  all.n_not_numbers, all.not_a_number);
}

static enum err_code read_files(const struct input *in, bool with_shapes,
                                const struct reader_options *o, struct sink *sink, struct err *err)
{
    static const struct cut_source SOURCE = {
        .pieces_bytes = sizeof(struct range), .cut = cut, .read = read_range};
    struct shapefile s = {.options = o, .sink = sink};
    enum err_code rc = shapefile_reader_open(&s.first, in, with_shapes, o, sink, err);
    s.n = shapefile_reader_count(&s.first);
    if (!rc)
        rc = sink_read(sink, &SOURCE, &s, err);
    if (!rc)
        rc = sink_progress(sink, progress_of(&s), err);
    if (s.first.shapes)
        tell_of_shapes(&s);
    if (s.first.table)
        tell_of_table(&s);
    for (size_t i = 0; i < CREW_MAX; i++)
        shapefile_reader_close(&s.readers[i]);
    shapefile_reader_close(&s.first);
    return rc;
}

enum err_code shapefile_read(const struct input *shp, const struct reader_options *o,
                             struct sink *sink, struct err *err)
{
    return read_files(shp, true, o, sink, err);
}

enum err_code shapefile_read_table(const struct input *dbf, const struct reader_options *o,
                                   struct sink *sink, struct err *err)
{
    return read_files(dbf, false, o, sink, err);
}
