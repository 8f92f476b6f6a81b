#include "store/source_version.h"

#include "tests/unit/store_kit.h"

#include "base/arena.h"

#define URL "https://host/town.zip"

/* A layer of one square that came from there. */
static void write_from(struct store *s, const char *name, const char *source)
{
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec(name, fields);
    struct layer_writer *w = NULL;
    struct import_record record = KIT_RECORD;
    record.source = source;
    spec.may_replace = true;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_ok(kit_put_square(w, 1, &err));
    assert_ok(layer_writer_commit(w, &record, &err));
}

static void assert_version(struct store *s, const char *wanted)
{
    struct err err = {0};
    struct arena a;
    const char *version = "not set";
    arena_init(&a, 1 << 16);
    assert_ok(store_read_source_version(s, URL, &a, &version, &err));
    if (wanted)
        assert_string_equal(version, wanted);
    else
        assert_null(version);
    arena_clear(&a);
}

static void a_version_counts_while_all_its_layers_are_there(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    assert_version(s, NULL);
    write_from(s, "roads", URL "/roads.shp");
    write_from(s, "trees", URL "#trees");
    write_from(s, "other", URL "2");
    assert_version(s, NULL);
    assert_ok(store_write_source_version(s, URL, "\"1\"", &err));
    assert_version(s, "\"1\"");
    assert_ok(store_write_source_version(s, URL, "W/\"2\"", &err));
    assert_version(s, "W/\"2\"");
    write_from(s, "other", "elsewhere.json");
    assert_version(s, "W/\"2\"");
    write_from(s, "roads", "elsewhere.json");
    assert_version(s, NULL);
    write_from(s, "roads", URL "/roads.shp");
    assert_version(s, "W/\"2\"");
    store_close(s);
}

static void a_reader_reads_it(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    write_from(s, "roads", URL);
    assert_ok(store_write_source_version(s, URL, "Wed, 21 Oct 2015 07:28:00 GMT", &err));
    store_close(s);
    s = kit_open(*state, STORE_READ);
    assert_version(s, "Wed, 21 Oct 2015 07:28:00 GMT");
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_version_counts_while_all_its_layers_are_there, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(a_reader_reads_it, kit_set_up, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
