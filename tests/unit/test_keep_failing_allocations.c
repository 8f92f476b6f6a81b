/*
 * Every use of the heap while an archive of tiles is kept, looked at or read as features fails in
 * turn (but for those of the libraries in C++ and of SQLite): the answer is NO_MEMORY, nothing
 * leaks, and what the store held is as it was.
 */
#include "tests/unit/failing_malloc.h"
#include "tests/unit/import_kit.h"

#include "store/tileset.h"

#define ARCHIVE "archive.pmtiles"

static void put_u64(struct buf *b, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        buf_put_u8(b, (uint8_t)(v >> 8 * i));
}

/* One tile at 0/0/0 and 1/0/0 (a run), directories and metadata plain. */
static void write_archive(void)
{
    static const char METADATA[] = "{\"name\":\"n\",\"vector_layers\":[{\"id\":\"a\"}]}";
    struct buf tile, b;
    buf_init(&tile, 1 << 16);
    buf_init(&b, 1 << 16);
    /* Layer "a": a line that leaves the tile on both sides, with k = "v". */
    buf_put(&tile,
            "\x1A\x20\x78\x02\x0A\x01\x61\x12\x11\x08\x01\x12\x02\x00\x00\x18\x02\x22"
            "\x07\x09\x01\x02\x0A\x80\x7D\x02\x1A\x01\x6B\x22\x03\x0A\x01\x76",
            34);
    const uint8_t directory[] = {1, 0, 2, (uint8_t)tile.len_bytes, 1};
    const uint64_t n_words = sizeof METADATA - 1, at = 127;
    buf_put(&b, "PMTiles\3", 8);
    const uint64_t numbers[] = {at,
                                sizeof directory,
                                at + sizeof directory,
                                n_words,
                                at + sizeof directory + n_words,
                                0,
                                at + sizeof directory + n_words,
                                tile.len_bytes,
                                0,
                                0,
                                0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_u64(&b, numbers[i]);
    buf_put(&b, "\1\1\1\1\0\1", 6); /* clustered, nothing compressed, MVT, zooms 0 to 1 */
    for (size_t i = b.len_bytes; i < at; i++)
        buf_put_u8(&b, 0);
    buf_put(&b, directory, sizeof directory);
    buf_put(&b, METADATA, n_words);
    buf_put(&b, tile.data, tile.len_bytes);
    write_source(ARCHIVE, (struct span){(const char *)b.data, b.len_bytes});
    buf_clear(&tile);
    buf_clear(&b);
}

static enum err_code work_import(struct kit *k, struct err *err)
{
    return kit_import_file(k, ARCHIVE, err);
}

static enum err_code work_info(struct kit *k, struct err *err)
{
    struct source_info info;
    return kit_info(k, ARCHIVE, 0, &info, err);
}

/* The revision of the layer, 0 when there is none. */
static int64_t revision_of(struct kit *k)
{
    struct err err = {0};
    struct catalog *c = NULL;
    assert_ok(store_read_catalog(k->store, &c, &err));
    const struct layer *l = catalog_find(c, span_of("layer"));
    const int64_t revision = l ? l->revision : 0;
    catalog_unref(c);
    return revision;
}

static void check_work(struct kit *k, enum err_code (*work)(struct kit *, struct err *))
{
    size_t n = 0;
    for (bool done = false; !done; n++) {
        struct err err = {0};
        const int64_t before = revision_of(k);
        arena_clear(&k->arena);
        n_allowed = n;
        const enum err_code rc = work(k, &err);
        done = n_allowed > 0 && n_allowed != SIZE_MAX;
        n_allowed = SIZE_MAX;
        if (done)
            assert_ok(rc);
        else if (rc == NO_MEMORY)
            assert_int_equal(revision_of(k), before);
        else if (rc)
            fail_msg("allocation %zu: %s '%s'", n, err_name(rc), err.text);
    }
    assert_in_range(n, 20, 100000);
}

static void keeping_without_memory_changes_nothing(void **state)
{
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.limits.tiles = 100;
    check_work(k, work_import);
    assert_int_equal(k->summary.kept.n_tiles, 2);
    assert_int_equal(k->summary.kept.n_contents, 1);
}

static void looking_without_memory_fails_cleanly(void **state)
{
    struct kit *k = *state;
    k->o.reader.limits.tiles = 100;
    check_work(k, work_info);
}

static void reading_features_without_memory_changes_nothing(void **state)
{
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.as_features = true;
    k->o.reader.zoom = 0;
    check_work(k, work_import);
    assert_int_equal(k->summary.n_written, 1);
}

static int set_up(void **state)
{
    write_archive();
    return kit_set_up(state);
}

static int tear_down(void **state)
{
    (void)unlink(ARCHIVE);
    return kit_tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeping_without_memory_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looking_without_memory_fails_cleanly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_features_without_memory_changes_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
