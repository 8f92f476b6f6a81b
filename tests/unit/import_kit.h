/* What the tests of imports share: sources made of text, a store of their own, layers as words. */
#ifndef TESTS_UNIT_IMPORT_KIT_H
#define TESTS_UNIT_IMPORT_KIT_H

#include "tests/unit/source_text.h"

#include "base/json_write.h"
#include "importers/import.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KIT_STORE  "test_import.sqlite"
#define KIT_SOURCE "test_import.geojson"

/* A collection, and a point feature of these members ("\"id\":1,") and properties ("\"a\":1"). */
#define FC(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define POINT(members, properties)                                                                 \
    "{\"type\":\"Feature\"," members "\"geometry\":{\"type\":\"Point\",\"coordinates\":[2,48]},"   \
    "\"properties\":{" properties "}}"

struct kit {
    struct store *store;
    struct arena arena;
    struct import_options o;       /* for the next import */
    struct import_summary summary; /* of the last */
};

static inline void kit_remove_store(void)
{
    (void)unlink(KIT_STORE);
    (void)unlink(KIT_STORE "-wal");
    (void)unlink(KIT_STORE "-shm");
}

static inline void kit_reset_options(struct kit *k)
{
    k->o = (struct import_options){
        .layer = "layer",
        .max_rejects = 0.001,
        .memory_bytes = 8 << 20,
        .reader =
            {
                .limits = {.feature_bytes = 1 << 20,
                           .vertices = 1000,
                           .depth = 32,
                           .files = 100,
                           .inflation = 200},
                .temp_folder = ".",
                .zoom = -1,
            },
    };
}

static inline int kit_set_up(void **state)
{
    struct err err = {0};
    struct kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    kit_remove_store();
    arena_init(&k->arena, 64 << 20);
    kit_reset_options(k);
    assert_ok(store_open(KIT_STORE, STORE_CREATE, &k->store, &err));
    *state = k;
    return 0;
}

static inline int kit_tear_down(void **state)
{
    struct kit *k = *state;
    store_close(k->store);
    arena_clear(&k->arena);
    kit_remove_store();
    (void)unlink(KIT_SOURCE);
    free(k);
    return 0;
}

/* Import the first layer of a file with the kit's options. */
static inline enum err_code kit_import_file(struct kit *k, const char *path, struct err *err)
{
    struct input_list list = {0};
    enum err_code rc = input_list_open(path, &k->o.reader, &k->arena, &list, err);
    if (!rc)
        rc = import_run(k->store, &list.inputs[0], &k->o, &k->arena, &k->summary, err);
    input_list_close(&list);
    return rc;
}

/* Look into the first layer of a file. */
static inline enum err_code kit_info(struct kit *k, const char *path, uint64_t n_max,
                                     struct source_info *out, struct err *err)
{
    struct input_list list = {0};
    enum err_code rc = input_list_open(path, &k->o.reader, &k->arena, &list, err);
    if (!rc)
        rc = import_info(&list.inputs[0], &k->o, n_max, &k->arena, out, err);
    input_list_close(&list);
    return rc;
}

/* Import that text with the kit's options. */
static inline enum err_code kit_import(struct kit *k, const char *text, struct err *err)
{
    write_source(KIT_SOURCE, span_of(text));
    return kit_import_file(k, KIT_SOURCE, err);
}

static inline int kit_compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One feature as a line: "id: value, value [geometry vertices]". */
static inline char *kit_line(struct kit *k, const struct feature *f)
{
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_put(&b, f->id.at, f->id.len_bytes);
    for (size_t i = 0; i < f->n_values; i++) {
        struct json_out j = json_out(&b);
        buf_put_text(&b, i ? ", " : ": ");
        value_put_json(&j, &f->values[i]);
    }
    buf_printf(&b, " [%s %zu]", geom_type_name(f->geom.type), f->geom.n_vertices);
    char *line = arena_strdup(&k->arena, buf_text(&b), &err);
    assert_non_null(line);
    buf_clear(&b);
    return line;
}

/* The layer in words: "name:type, name:type\n" and its features, sorted, one a line; "" without
 * such a layer. */
static inline const char *kit_layer(struct kit *k)
{
    struct err err = {0};
    struct catalog *catalog = NULL;
    struct feature_cursor *cursor = NULL;
    struct buf words;
    static char *lines[2000]; /* one test at a time */
    size_t n = 0;
    bool more = true;
    buf_init(&words, 1 << 20);
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    const struct layer *l = catalog_find(catalog, span_of("layer"));
    const struct feature_query all = {.layer = l};
    for (size_t i = 0; l && i < l->n_fields; i++)
        buf_printf(&words, "%s%s:%s", i ? ", " : "", l->fields[i].name,
                   field_type_name(l->fields[i].type));
    if (l)
        assert_ok(store_query_features(k->store, &all, &cursor, &err));
    while (l && more && n < 2000) {
        struct feature f;
        assert_ok(feature_cursor_next(cursor, &k->arena, &f, &more, &err));
        if (more)
            lines[n++] = kit_line(k, &f);
    }
    feature_cursor_close(cursor);
    qsort(lines, n, sizeof lines[0], kit_compare_lines);
    for (size_t i = 0; i < n; i++)
        buf_printf(&words, "\n%s", lines[i]);
    catalog_unref(catalog);
    const char *text = arena_strdup(&k->arena, buf_text(&words), &err);
    assert_non_null(text);
    buf_clear(&words);
    return text;
}

#define assert_imports(k, text) assert_ok(kit_import(k, text, &err))
#define assert_import_fails(k, text, kind, words)                                                  \
    assert_fails(kit_import(k, text, &err), kind, words)
#define assert_layer(k, words) assert_string_equal(kit_layer(k), words)

#define kit_test(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

#endif
