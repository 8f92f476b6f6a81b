/* A store that is built beside its place, whose rows are packed into pages: what SQLite finds in it
 * is what it finds where it has inserted the rows itself. */
#include "store/page_file.h"
#include "tests/unit/store_kit.h"

#include <fcntl.h>
#include <sys/stat.h>

static bool exists(const struct kit *k, const char *suffix)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s%s", k->path, suffix);
    return stat(path, &st) == 0;
}

/* Ids of every length, numbers of every size, texts and geometries over several pages. */
static enum err_code put_odd(struct layer_writer *w, int i, struct err *err)
{
    static double xy[2 * 3000];
    static char text[20000];
    const uint32_t n = 4 + (i % 10 == 9 ? 2900 : (uint32_t)i % 7);
    const double side = i % 3 ? 1e-3 : 1e6;
    for (uint32_t v = 0; v < n - 1; v++) {
        xy[2 * v] = KIT_X(i) + side * (double)v;
        xy[2 * v + 1] = KIT_Y + (v % 2 ? side : 0);
    }
    memcpy(xy + 2 * (n - 1), xy, 2 * sizeof *xy);
    uint32_t ring_end[] = {n}, part_end[] = {1};
    uint8_t kind[] = {GEOM_KIND_POLYGON};
    const size_t n_text = i % 11 == 3   ? 4020 + (size_t)i % 90
                          : i % 50 == 7 ? 19000
                                        : (size_t)i % 60;
    memset(text, 'a' + i % 26, sizeof text);
    char id[40];
    snprintf(id, sizeof id, "%.*s%d", i % 25, "a rather long beginning of", i);
    const int64_t sizes[] = {0,
                             1,
                             -1,
                             127,
                             128,
                             -128,
                             -129,
                             32767,
                             40000,
                             -8388608,
                             8388608,
                             INT32_MAX,
                             INT64_C(1) << 40,
                             -(INT64_C(1) << 47),
                             INT64_C(1) << 47,
                             INT64_MAX,
                             INT64_MIN};
    struct value values[KIT_N_FIELDS] = {
        value_text(span_of(id)),           value_real(i % 2 ? i / 3.0 : i),
        value_int(sizes[i % 17]),          value_bool(i % 2 == 0),
        value_text(span_of("2020-01-02")), value_json((struct span){text, n_text}),
    };
    for (int field = 1; field < KIT_N_FIELDS; field++)
        if ((i + field) % 13 == 0)
            values[field] = value_null();
    struct feature f = {
        .geom = {GEOM_POLYGON, 1, 1, n, xy, ring_end, part_end, kind, NULL},
        .values = values,
        .n_values = KIT_N_FIELDS,
    };
    if (i % 17 == 5)
        f.geom = (struct geom){.type = GEOM_NONE};
    return layer_writer_put(w, &f, err);
}

/* A layer of n odd features and as many drawables. */
static void write_odd(struct store *s, int n)
{
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    for (int i = 0; i < n; i++)
        assert_ok(put_odd(w, i, &err));
    for (int i = 0; i < n; i++)
        assert_ok(kit_put_chunk(w, i, 1000, &err));
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
}

static const char DUMP[] =
    "sqlite3 STORE \"PRAGMA integrity_check; SELECT rtreecheck('idx_a_geom'),"
    " rtreecheck('a_drawable_index'); SELECT * FROM a NOT INDEXED; SELECT *, hex(content) FROM"
    " a_drawable; SELECT fid, hex(geom) FROM a; SELECT fid FROM a ORDER BY id; SELECT * FROM"
    " idx_a_geom_rowid; SELECT nodeno, hex(data) FROM idx_a_geom_node; SELECT * FROM"
    " idx_a_geom_parent; SELECT * FROM a_drawable_index_rowid; SELECT nodeno, hex(data) FROM"
    " a_drawable_index_node; SELECT * FROM a_drawable_index_parent\"";

static void pages_hold_what_inserts_would(void **state)
{
    const struct kit *k = *state;
    static char inserted[32 << 20], packed[32 << 20];
    static const int counts[] = {0, 1, 51, 52, 700};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct store *s = kit_open(k, STORE_CREATE);
        write_odd(s, counts[i]);
        store_close(s);
        const bool can = kit_run(k, DUMP, inserted, sizeof inserted);
        assert_int_equal(unlink(k->path), 0);
        s = kit_open(k, STORE_BUILD);
        write_odd(s, counts[i]);
        store_close(s);
        if (can) {
            assert_true(kit_run(k, DUMP, packed, sizeof packed));
            assert_memory_equal(packed, "ok\nok|ok\n", 9);
            assert_int_equal(strlen(packed), strlen(inserted));
            assert_true(strcmp(packed, inserted) == 0);
        }
        s = kit_open(k, STORE_WRITE); /* and SQLite goes on from there */
        kit_write_squares(s, "a", 300, true);
        kit_write_squares(s, "b", 300, false);
        store_close(s);
        if (can) {
            assert_true(kit_run(k, "sqlite3 STORE \"PRAGMA integrity_check\"", packed, 100));
            assert_string_equal(packed, "ok\n");
        }
        assert_int_equal(unlink(k->path), 0);
    }
}

/* A layer of two features with these ids. */
static enum err_code write_ids(struct store *s, struct value first, struct value second,
                               struct err *err)
{
    struct field fields[] = {{.name = "id", .type = FIELD_TEXT}};
    const struct layer_spec spec = {
        .name = "a", .fields = fields, .n_fields = 1, .time_field = -1, .epsg = 4326};
    const struct value *const ids[] = {&first, &second};
    struct layer_writer *w = NULL;
    enum err_code rc = layer_writer_open(s, &spec, &w, err);
    for (int i = 0; !rc && i < 2; i++) {
        struct feature f = {.values = ids[i], .n_values = 1};
        rc = layer_writer_put(w, &f, err);
    }
    if (!rc)
        return layer_writer_commit(w, &KIT_RECORD, err);
    layer_writer_abort(w);
    return rc;
}

static void ids_that_are_not_packed_are_indexed_by_sqlite(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    static char name[70000];
    char out[100];
    struct store *s = kit_open(k, STORE_BUILD);
    const struct value a = value_text(span_of("a"));
    assert_fails(write_ids(s, a, a, &err), BAD_DATA, "2 features have the same id 'a'");
    memset(name, 'n', sizeof name);
    const struct value odd[] = {value_text((struct span){name, 1000}),
                                value_text((struct span){name, sizeof name}), value_int(7)};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_ok(write_ids(s, a, odd[i], &err));
        store_close(s);
        if (kit_run(k,
                    "sqlite3 STORE \"PRAGMA integrity_check;"
                    " SELECT fid FROM a INDEXED BY idx_a_id WHERE id='a'\"",
                    out, sizeof out))
            assert_string_equal(out, "ok\n1\n");
        assert_int_equal(unlink(k->path), 0);
        s = kit_open(k, STORE_BUILD);
    }
    store_close(s);
}

/* Long ids, five or six a page: so the index has many levels. They come in no order. */
static void an_index_of_many_levels_finds_every_id(void **state)
{
    const struct kit *k = *state;
    enum { N = 3001, STEP = 1009, ID_BYTES = 640 };
    struct err err = {0};
    static char id[ID_BYTES + 1];
    char out[100];
    struct store *s = kit_open(k, STORE_BUILD);
    struct field fields[] = {{.name = "id", .type = FIELD_TEXT}};
    const struct layer_spec spec = {
        .name = "a", .fields = fields, .n_fields = 1, .time_field = -1, .epsg = 4326};
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    for (int i = 0; i < N; i++) {
        snprintf(id, sizeof id, "%0*d", ID_BYTES, i * STEP % N);
        const int n_less = i % 300;
        const struct value v = value_text((struct span){id + n_less, (size_t)(ID_BYTES - n_less)});
        struct feature f = {.values = &v, .n_values = 1};
        assert_ok(layer_writer_put(w, &f, &err));
    }
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    store_close(s);
    if (kit_run(k,
                "sqlite3 STORE \"PRAGMA integrity_check; SELECT count(*) FROM a b JOIN a c"
                " INDEXED BY idx_a_id ON c.id=b.id\"",
                out, sizeof out))
        assert_string_equal(out, "ok\n3001\n");
}

static void there_is_no_store_until_its_first_layer_is_whole(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct store *s = kit_open(k, STORE_BUILD), *other = NULL;
    struct layer_writer *w = NULL;
    assert_true(!exists(k, "") && exists(k, "-new"));
    assert_fails(store_open(k->path, STORE_BUILD, &other, &err), BUSY, "made by another process");
    for (int i = 0; i < 2; i++) { /* what does not come to its end leaves nothing to the next */
        assert_ok(layer_writer_open(s, &spec, &w, &err));
        for (int n = 0; n < 500; n++)
            assert_ok(kit_put_square(w, n, &err));
        layer_writer_abort(w);
    }
    assert_true(!exists(k, ""));
    kit_write_squares(s, "a", 100, false);
    assert_true(exists(k, "") && !exists(k, "-new"));
    kit_write_squares(s, "b", 100, false);
    struct store *reader = kit_open(k, STORE_READ);
    struct catalog *c = kit_catalog(reader);
    assert_int_equal(catalog_n_layers(c), 2);
    catalog_unref(c);
    store_close(reader);
    store_close(s);
}

static void a_store_without_a_layer_is_not_left_behind(void **state)
{
    const struct kit *k = *state;
    store_close(kit_open(k, STORE_BUILD));
    assert_true(!exists(k, "") && !exists(k, "-new"));
}

static void what_a_killed_build_left_is_swept_away(void **state)
{
    const struct kit *k = *state;
    char path[128];
    snprintf(path, sizeof path, "%s-new", k->path);
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_true(fputs("half a store", f) >= 0 && fclose(f) == 0);
        struct store *s = kit_open(k, i == 0 ? STORE_BUILD : STORE_WRITE);
        if (i == 0)
            kit_write_squares(s, "a", 10, false);
        store_close(s);
        assert_true(exists(k, "") && !exists(k, "-new"));
    }
}

static void a_store_that_came_to_be_meanwhile_is_not_overwritten(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct store *s = kit_open(k, STORE_BUILD);
    FILE *f = fopen(k->path, "wb");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_fails(kit_write(s, &spec, 10, &err), CONFLICT, k->path);
    store_close(s);
    assert_true(exists(k, "") && !exists(k, "-new"));
}

/* SQLite keeps the page at 1 GiB for its locks. */
static void the_lock_byte_s_page_is_passed_over(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct page_file f;
    const uint32_t lock_page = (1 << 30) / 4096 + 1;
    uint8_t page[4096] = {0};
    page[16] = 0x10; /* 4096 bytes a page */
    page[28] = (uint8_t)((lock_page - 3) >> 24), page[29] = (uint8_t)((lock_page - 3) >> 16);
    page[30] = (uint8_t)((lock_page - 3) >> 8), page[31] = (uint8_t)(lock_page - 3);
    const int fd = open(k->path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(pwrite(fd, page, sizeof page, 0), sizeof page);
    assert_ok(page_file_open(&f, fd, &err));
    uint32_t numbers[3];
    for (int i = 0; i < 3; i++) {
        const uint32_t after = page_file_after_next(&f);
        assert_ok(page_file_put(&f, page, &numbers[i], &err));
        if (i == 0)
            assert_int_equal(after, lock_page - 1);
        if (i == 1)
            assert_int_equal(after, lock_page + 1);
    }
    assert_int_equal(numbers[0], lock_page - 2);
    assert_int_equal(numbers[1], lock_page - 1);
    assert_int_equal(numbers[2], lock_page + 1);
    assert_ok(page_file_end(&f, &err));
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_size, (int64_t)(lock_page + 1) * 4096);
    page_file_close(&f);
    close(fd);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(pages_hold_what_inserts_would),
        WITH_KIT(ids_that_are_not_packed_are_indexed_by_sqlite),
        WITH_KIT(an_index_of_many_levels_finds_every_id),
        WITH_KIT(there_is_no_store_until_its_first_layer_is_whole),
        WITH_KIT(a_store_without_a_layer_is_not_left_behind),
        WITH_KIT(what_a_killed_build_left_is_swept_away),
        WITH_KIT(a_store_that_came_to_be_meanwhile_is_not_overwritten),
        WITH_KIT(the_lock_byte_s_page_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
