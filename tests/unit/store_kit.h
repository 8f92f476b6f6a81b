/* A store in a folder of its own, and little layers of squares, for the tests of store/. */
#ifndef TESTS_STORE_KIT_H
#define TESTS_STORE_KIT_H

#include "store/layer_writer.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kit {
    char folder[64];
    char path[96]; /* of the store, which is not there yet */
};

/* For cmocka's set-up and tear-down of a test. */
static inline int kit_set_up(void **state)
{
    struct kit *k = calloc(1, sizeof *k);
    if (!k)
        return -1;
    snprintf(k->folder, sizeof k->folder, "/tmp/cassini-test-XXXXXX");
    if (!mkdtemp(k->folder))
        return -1;
    snprintf(k->path, sizeof k->path, "%s/store.sqlite", k->folder);
    *state = k;
    return 0;
}

static inline int kit_tear_down(void **state)
{
    struct kit *k = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", k->folder);
    const int failed = system(command);
    free(k);
    return failed;
}

static inline struct store *kit_open(const struct kit *k, enum store_mode mode)
{
    struct err err = {0};
    struct store *s = NULL;
    assert_ok(store_open(k->path, mode, &s, &err));
    return s;
}

/* What a program prints for the store, '%s' in the command being its path; false when the program
 * is not installed. */
static inline bool kit_run(const struct kit *k, const char *command, char *out, size_t n_out)
{
    char full[2048], program[32] = {0};
    sscanf(command, "%31s", program);
    snprintf(full, sizeof full, "command -v %s >/dev/null", program);
    if (system(full) != 0) {
        if (getenv("CI"))
            fail_msg("%s is not installed", program);
        return false;
    }
    const char *at = strstr(command, "STORE");
    assert_non_null(at);
    snprintf(full, sizeof full, "%.*s'%s'%s 2>&1", (int)(at - command), command, k->path, at + 5);
    FILE *f = popen(full, "r");
    assert_non_null(f);
    const size_t n = fread(out, 1, n_out - 1, f);
    out[n] = '\0';
    pclose(f);
    return true;
}

/* The fields of the squares: an id that looks like a number, a number, a truth value, a date. */
#define KIT_FIELDS                                                                                 \
    {                                                                                              \
        {.name = "id", .type = FIELD_TEXT}, {.name = "Area", .type = FIELD_REAL},                  \
            {.name = "area", .type = FIELD_INTEGER}, {.name = "built", .type = FIELD_BOOLEAN},     \
            {.name = "since", .type = FIELD_DATE}, {.name = "tags", .type = FIELD_JSON},           \
    }
enum { KIT_N_FIELDS = 6 };

static inline struct layer_spec kit_spec(const char *name, struct field *fields)
{
    return (struct layer_spec){
        .name = name,
        .fields = fields,
        .n_fields = KIT_N_FIELDS,
        .id_field = 0,
        .time_field = 4,
        .geom_type = GEOM_MULTIPOLYGON,
        .epsg = 2154,
    };
}

/* Square i of a row of squares: 10 m wide, 20 m apart, near Paris in Lambert-93. */
#define KIT_X(i) (650000.0 + 20.0 * (i))
#define KIT_Y    6860000.0

static inline enum err_code kit_put_square(struct layer_writer *w, int i, struct err *err)
{
    const double x = KIT_X(i), y = KIT_Y;
    double xy[] = {x, y, x + 10, y, x + 10, y + 10, x, y + 10, x, y};
    uint32_t ring_end[] = {5}, part_end[] = {1};
    uint8_t kind[] = {GEOM_KIND_POLYGON};
    char id[16], date[16];
    snprintf(id, sizeof id, "%06d", i);
    snprintf(date, sizeof date, "2020-01-%02d", 1 + i % 28);
    const struct value values[KIT_N_FIELDS] = {
        value_text(span_of(id)), value_real(i + 0.5),       value_int(10000000000 + i),
        value_bool(i % 2 == 0),  value_text(span_of(date)), value_json(span_of("[1,\"é\"]")),
    };
    struct feature f = {
        .geom = {GEOM_POLYGON, 1, 1, 5, xy, ring_end, part_end, kind, NULL},
        .values = values,
        .n_values = KIT_N_FIELDS,
    };
    return layer_writer_put(w, &f, err);
}

/* One chunk a square, side by side on the grid from `x0` on; its content is the square's fid. */
static inline enum err_code kit_put_chunk(struct layer_writer *w, int i, uint32_t x0,
                                          struct err *err)
{
    const uint32_t x = x0 + 100u * (uint32_t)i;
    const int64_t fid = i + 1;
    const struct chunk c = {
        .n_drawables = 1,
        .min_zoom = (uint8_t)(10 + i % 5),
        .max_zoom = 24,
        .box = {x, 1000, x + 50, 1050},
        .content = {(const char *)&fid, sizeof fid},
    };
    return layer_writer_put_chunk(w, &c, err);
}

static inline int64_t kit_fid_of(const struct chunk *c)
{
    int64_t fid = 0;
    if (c->content.len_bytes == sizeof fid)
        memcpy(&fid, c->content.at, sizeof fid);
    return fid;
}

/* How many chunks a query finds, up to `n_max`. */
static inline enum err_code kit_count_chunks(struct store *s, const struct chunk_query *q,
                                             uint64_t n_max, uint64_t *out, struct err *err)
{
    struct chunk_cursor *cursor = NULL;
    struct chunk_query faces = *q;
    struct chunk c;
    bool more = false;
    uint64_t n = 0;
    faces.part = CHUNK_FACE;
    enum err_code rc = store_query_chunks(s, &faces, &cursor, err);
    while (!rc && n < n_max && !(rc = chunk_cursor_next(cursor, &c, &more, err)) && more)
        n++;
    chunk_cursor_close(cursor);
    *out = n;
    return rc;
}

static const struct import_record KIT_RECORD = {
    .source = "squares.json",
    .sha256 = "00ff",
    .source_bytes = 12,
    .started_us = 1,
    .ended_us = 2,
    .mode = "create",
    .options = "{}",
    .software = "test",
    .n_read = 3,
    .n_repaired = 1,
    .n_rejected = 2,
};

/* A whole layer of n squares and n chunks of drawables. */
static inline enum err_code kit_write(struct store *s, const struct layer_spec *spec, int n,
                                      struct err *err)
{
    struct layer_writer *w = NULL;
    enum err_code rc = layer_writer_open(s, spec, &w, err);
    for (int i = 0; !rc && i < n; i++)
        rc = kit_put_square(w, i, err);
    for (int i = 0; !rc && i < n; i++)
        rc = kit_put_chunk(w, i, 4000000000u, err);
    if (!rc)
        return layer_writer_commit(w, &KIT_RECORD, err);
    layer_writer_abort(w);
    return rc;
}

static inline void kit_write_squares(struct store *s, const char *name, int n, bool may_replace)
{
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec(name, fields);
    spec.may_replace = may_replace;
    assert_ok(kit_write(s, &spec, n, &err));
}

/* How many features a query finds. */
static inline int kit_count(struct store *s, const struct feature_query *q)
{
    struct err err = {0};
    struct feature_cursor *c = NULL;
    struct feature f;
    struct arena a;
    bool more = true;
    int n = -1;
    arena_init(&a, 1 << 20);
    assert_ok(store_query_features(s, q, &c, &err));
    for (; more; n++) {
        arena_reset(&a);
        assert_ok(feature_cursor_next(c, &a, &f, &more, &err));
    }
    feature_cursor_close(c);
    arena_clear(&a);
    return n;
}

static inline struct catalog *kit_catalog(struct store *s)
{
    struct err err = {0};
    struct catalog *c = NULL;
    assert_ok(store_read_catalog(s, &c, &err));
    return c;
}

static inline const struct layer *kit_layer(const struct catalog *c, const char *name)
{
    const struct layer *l = catalog_find(c, span_of(name));
    assert_non_null(l);
    return l;
}

static inline int64_t kit_revision(struct store *s, const char *layer)
{
    struct catalog *c = kit_catalog(s);
    const int64_t revision = kit_layer(c, layer)->revision;
    catalog_unref(c);
    return revision;
}

#endif
