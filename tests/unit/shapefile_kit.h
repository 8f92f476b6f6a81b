/* Shapefiles made byte by byte, for tests of what reads them: good ones, and ones that lie. */
#ifndef TESTS_UNIT_SHAPEFILE_KIT_H
#define TESTS_UNIT_SHAPEFILE_KIT_H

#include "tests/unit/import_kit.h"

#define SHAPE_FILE "test_shape"

/* A .shp with its index; the content of a record is put between shape_begin() and shape_end(). */
struct shape_files {
    struct buf shp, shx;
    int type;
    size_t record; /* where the record's header begins */
    int n_records;
};

static inline void shape_put_big(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(v >> (24 - 8 * i));
}

static inline void shape_put_u32(struct buf *b, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        buf_put_u8(b, (uint8_t)(v >> (8 * i)));
}

static inline void shape_files_init(struct shape_files *s, int type)
{
    *s = (struct shape_files){.type = type};
    buf_init(&s->shp, 1 << 24);
    buf_init(&s->shx, 1 << 24);
    for (int i = 0; i < 100; i++) {
        buf_put_u8(&s->shp, 0);
        buf_put_u8(&s->shx, 0);
    }
}

static inline void shape_begin(struct shape_files *s, int type)
{
    s->record = s->shp.len_bytes;
    s->n_records++;
    for (int i = 0; i < 8; i++)
        buf_put_u8(&s->shp, 0);
    shape_put_u32(&s->shp, (uint32_t)type);
}

static inline void shape_end(struct shape_files *s)
{
    uint8_t entry[8];
    const size_t n_bytes = s->shp.len_bytes - s->record - 8;
    shape_put_big(s->shp.data + s->record, (uint32_t)s->n_records);
    shape_put_big(s->shp.data + s->record + 4, (uint32_t)(n_bytes / 2));
    shape_put_big(entry, (uint32_t)(s->record / 2));
    shape_put_big(entry + 4, (uint32_t)(n_bytes / 2));
    buf_put(&s->shx, entry, 8);
}

static inline void shape_put_numbers(struct shape_files *s, const double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_put_f64(&s->shp, numbers[i]);
}

/* A record of parts: `starts` of n_parts, 2 * n_vertices numbers. */
static inline void shape_put_parts(struct shape_files *s, int type, const int *starts, int n_parts,
                                   const double *xy, int n_vertices)
{
    static const double box[4] = {0};
    shape_begin(s, type);
    shape_put_numbers(s, box, 4);
    shape_put_u32(&s->shp, (uint32_t)n_parts);
    shape_put_u32(&s->shp, (uint32_t)n_vertices);
    for (int i = 0; i < n_parts; i++)
        shape_put_u32(&s->shp, (uint32_t)starts[i]);
    shape_put_numbers(s, xy, 2 * (size_t)n_vertices);
}

static inline void shape_put_point(struct shape_files *s, double x, double y)
{
    shape_begin(s, 1);
    shape_put_numbers(s, (const double[]){x, y}, 2);
    shape_end(s);
}

static inline void shape_put_null(struct shape_files *s)
{
    shape_begin(s, 0);
    shape_end(s);
}

static inline void shape_put_header(struct buf *b, int type)
{
    shape_put_big(b->data, 9994);
    shape_put_big(b->data + 24, (uint32_t)(b->len_bytes / 2));
    b->data[28] = 0xE8;
    b->data[29] = 3;
    b->data[32] = (uint8_t)type;
}

static inline void shape_write(const char *suffix, const void *bytes, size_t n_bytes)
{
    char path[64];
    snprintf(path, sizeof path, SHAPE_FILE "%s", suffix);
    write_source(path, (struct span){bytes, n_bytes});
}

static inline void shape_write_text(const char *suffix, const char *text)
{
    shape_write(suffix, text, strlen(text));
}

/* With headers that are true; the buffers stay, so that they can be made to lie and written again.
 */
static inline void shape_files_write(struct shape_files *s)
{
    shape_put_header(&s->shp, s->type);
    shape_put_header(&s->shx, s->type);
    shape_write(".shp", s->shp.data, s->shp.len_bytes);
    shape_write(".shx", s->shx.data, s->shx.len_bytes);
}

static inline void shape_files_clear(struct shape_files *s)
{
    buf_clear(&s->shp);
    buf_clear(&s->shx);
}

struct dbf_field {
    const char *name;
    char type;
    int n_bytes, n_decimals;
};

/* A table of these rows, each as it stands in the file behind its mark (the first byte). */
static inline void dbf_write(const struct dbf_field *fields, size_t n_fields, int ldid,
                             const char *const *rows, size_t n_rows)
{
    struct buf b;
    size_t row_bytes = 1;
    const size_t header_bytes = 32 + 32 * n_fields + 1;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < n_fields; i++)
        row_bytes += (size_t)fields[i].n_bytes;
    uint8_t header[32] = {3, 126, 11, 22};
    header[4] = (uint8_t)n_rows;
    header[8] = (uint8_t)header_bytes;
    header[9] = (uint8_t)(header_bytes >> 8);
    header[10] = (uint8_t)row_bytes;
    header[11] = (uint8_t)(row_bytes >> 8);
    header[29] = (uint8_t)ldid;
    buf_put(&b, header, sizeof header);
    for (size_t i = 0; i < n_fields; i++) {
        uint8_t field[32] = {0};
        memcpy(field, fields[i].name, strlen(fields[i].name));
        field[11] = (uint8_t)fields[i].type;
        field[16] = (uint8_t)fields[i].n_bytes;
        field[17] = (uint8_t)fields[i].n_decimals;
        buf_put(&b, field, sizeof field);
    }
    buf_put_u8(&b, 0x0D);
    for (size_t i = 0; i < n_rows; i++)
        buf_put(&b, rows[i], row_bytes);
    buf_put_u8(&b, 0x1A);
    shape_write(".dbf", b.data, b.len_bytes);
    buf_clear(&b);
}

static inline void shape_remove_files(void)
{
    static const char *const suffixes[] = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char path[64];
        snprintf(path, sizeof path, SHAPE_FILE "%s", suffixes[i]);
        (void)unlink(path);
    }
}

static inline int shape_set_up(void **state)
{
    shape_remove_files();
    kit_set_up(state);
    ((struct kit *)*state)->o.crs = "EPSG:4326";
    return 0;
}

static inline int shape_tear_down(void **state)
{
    shape_remove_files();
    return kit_tear_down(state);
}

/* Import what was written, with the kit's options. */
static inline enum err_code import_shapes(struct kit *k, struct err *err)
{
    return kit_import_file(k, SHAPE_FILE ".shp", err);
}

/* Points at (1, 1), (2, 2), ... */
static inline void write_points(int n)
{
    struct shape_files s;
    shape_files_init(&s, 1);
    for (int i = 1; i <= n; i++)
        shape_put_point(&s, i, i);
    shape_files_write(&s);
    shape_files_clear(&s);
}

#define shape_test(test) cmocka_unit_test_setup_teardown(test, shape_set_up, shape_tear_down)

/* Whether one of the last import's notes holds these words. */
static inline bool kit_has_note(const struct kit *k, const char *words)
{
    for (size_t i = 0; i < k->summary.n_notes; i++) {
        if (strstr(k->summary.notes[i], words))
            return true;
    }
    return false;
}

#define assert_note(k, words)                                                                      \
    do {                                                                                           \
        if (!kit_has_note(k, words))                                                               \
            fail_msg("no note '%s', the first of %zu is '%s'", words, (k)->summary.n_notes,        \
                     (k)->summary.n_notes ? (k)->summary.notes[0] : "");                           \
    } while (0)

#endif
