/*
 * Hostile bytes as a .dbf without a name: whatever they are, rows are read or refused with words, and
 * every name and text is UTF-8.
 *
 * Input: a byte that chooses the encoding, the .dbf.
 */
#include "importers/shapefile_io.h"
#include "importers/shapefile_table.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
    size_t n_notes, n_fields;
};

enum { N_READ_MAX = 200 };

static void check(bool promise)
{
    if (!promise)
        abort();
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    (void)type, (void)err;
    check(name.len_bytes > 0 && text_is_utf8(name.at, name.len_bytes));
    s->n_fields++;
    return OK;
}

void sink_note(struct sink *s, const char *format, ...)
{
    check(format[0]);
    s->n_notes++;
}

static void read_rows(struct shapefile_io *io, const struct reader_options *o, const char *name,
                      struct sink *sink)
{
    struct shapefile_table *table = NULL;
    struct encoding *encoding = NULL;
    struct err err = {0};
    if (shapefile_table_new(io, o, sink, &table, &err)) {
        check(err.code && err.text[0]);
        return;
    }
    (void)shapefile_table_is_utf8(table);
    check(!encoding_new(name, &encoding, &err));
    check(!shapefile_table_declare(table, encoding, sink, &err));
    for (size_t i = 0; i < shapefile_table_count(table) && i < N_READ_MAX; i++) {
        struct shapefile_row row;
        check(!shapefile_table_read(table, i, &row, &err));
        check(row.is_deleted || row.n_values == sink->n_fields);
        for (size_t k = 0; k < row.n_values; k++) {
            const struct span text = row.values[k].value.text;
            if (row.values[k].value.type == VALUE_TEXT)
                check(text.len_bytes > 0 && text_is_utf8(text.at, text.len_bytes));
        }
        check(row.raw.len_bytes == 0 || text_is_utf8(row.raw.at, row.raw.len_bytes));
    }
    shapefile_table_free(table);
    encoding_free(encoding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {"UTF-8", "CP1252", "CP932", "ISO-2022-JP"};
    const struct reader_options options = {.limits = {.feature_bytes = 1 << 20}};
    struct shapefile_io io;
    struct sink sink = {0};
    if (size < 1)
        return 0;
    const int fd = memfd_create("table", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    shapefile_stream_init(&io.shp, -1, 0);
    shapefile_stream_init(&io.shx, -1, 0);
    shapefile_stream_init(&io.dbf, fd, size - 1);
    read_rows(&io, &options, encodings[data[0] & 3], &sink);
    shapefile_stream_clear(&io.dbf);
    close(fd);
    return 0;
}
