/*
 * Every use of the heap during an import fails in turn (but for those of the libraries in C++ and
 * of SQLite): malloc, calloc and realloc are wrapped at link time (failing_malloc.h). The
 * answer is NO_MEMORY, nothing leaks, and the layer is as it was.
 */
#include "tests/unit/failing_malloc.h"
#include "tests/unit/import_kit.h"

static const char TEXT[] = FC(POINT("\"id\":1,", "\"a\":\"x\",\"b\":[1,2]") ",\n{},\n" POINT(
    "\"id\":2,",
    "\"a\":5") ",{\"type\":\"Feature\",\"id\":3,\"geometry\":{\"type\":\"GeometryCollection\","
               "\"geometries\":[{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1]]]}]"
               "},"
               "\"properties\":{\"a\":1.5}}," POINT("\"id\":2,", "\"a\":6"));

static enum err_code work_import(struct kit *k, struct err *err)
{
    return kit_import_file(k, KIT_SOURCE, err);
}

static enum err_code work_info(struct kit *k, struct err *err)
{
    struct source_info info;
    return kit_info(k, KIT_SOURCE, 0, &info, err);
}

/* Lets each allocation of the work fail, until it needs no more of them than it gets. */
static void check_work(struct kit *k, enum err_code (*work)(struct kit *, struct err *))
{
    char *before = strdup(kit_layer(k));
    size_t n = 0;
    assert_non_null(before);
    for (bool done = false; !done; n++) {
        struct err err = {0};
        arena_clear(&k->arena);
        n_allowed = n;
        const enum err_code rc = work(k, &err);
        done = n_allowed > 0 && n_allowed != SIZE_MAX;
        n_allowed = SIZE_MAX;
        if (done)
            assert_ok(rc);
        else if (rc == NO_MEMORY)
            assert_string_equal(kit_layer(k), before);
        else if (rc) /* OK: a library could do without */
            fail_msg("allocation %zu: %s '%s'", n, err_name(rc), err.text);
    }
    assert_in_range(n, 20, 100000);
    free(before);
}

static void an_import_without_memory_changes_nothing(void **state)
{
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    write_source(KIT_SOURCE, span_of(TEXT));
    check_work(k, work_import);
    assert_layer(k, "a:text, b:json, id:text\n1: \"x\", [1,2], \"1\" [Point 1]\n"
                    "2: \"5\", null, \"2\" [Point 1]\n"
                    "3: \"1.5\", null, \"3\" [GeometryCollection 8]");
}

static void an_addition_without_memory_changes_nothing(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_imports(k, TEXT);
    k->o.mode = IMPORT_UPSERT;
    check_work(k, work_import);
}

static void info_without_memory_fails_cleanly(void **state)
{
    struct kit *k = *state;
    write_source(KIT_SOURCE, span_of(TEXT));
    check_work(k, work_info);
}

/* With a join to the same document, values that are made, an id of parts. */
#define MEMBERS                                                                                    \
    "\"id\":\"{k}-{o/n}\",\"geometry\":{\"wkt\":\"g\"},\"fields\":{\"k\":\"k\","                   \
    "\"j\":{\"from\":\"o\",\"type\":\"json\"},\"t\":{\"from\":\"t\",\"type\":\"datetime\"},"       \
    "\"u\":{\"constant\":1,\"unit\":\"m\",\"title\":\"U\"}}}"

static const struct {
    const char *mapping, *text;
} MAPPED[] = {
    {"{\"version\":1,\"format\":\"json\",\"records\":\"v\",\"joins\":[{\"name\":\"o\",\"records\":"
     "\"w\","
     "\"on\":{\"local\":\"k\",\"key\":\"n\"}}]," MEMBERS,
     "{\"v\":[{\"k\":7,\"t\":1440000000,\"g\":\"POINT (1 2)\"}],\"w\":[{\"n\":\"7\"}]}"},
    {"{\"version\":1,\"format\":\"xml\",\"records\":\"m/v\",\"joins\":[{\"name\":\"o\",\"records\":"
     "\"m/w\",\"on\":{\"local\":\"k\",\"key\":\"n\"}}]," MEMBERS,
     "<m><v><k>7</k><t>1440000000</t><g>POINT (1 2)</g></v><w><n>7</n></w></m>"},
    {"{\"version\":1,\"format\":\"csv\",\"joins\":[{\"name\":\"o\","
     "\"on\":{\"local\":\"k\",\"key\":\"n\"}}]," MEMBERS,
     "k,n,t,g\n7,7,1440000000,POINT (1 2)\n"},
};

static void an_import_by_a_mapping_without_memory_changes_nothing(void **state)
{
    static const char MAPPING[] = "test_import_mapping.json";
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.mapping = MAPPING;
    k->o.reader.limits.join_bytes = 1 << 16;
    for (size_t i = 0; i < sizeof MAPPED / sizeof MAPPED[0]; i++) {
        write_source(MAPPING, span_of(MAPPED[i].mapping));
        write_source(KIT_SOURCE, span_of(MAPPED[i].text));
        check_work(k, work_import);
        assert_int_equal(k->summary.n_written, 1);
    }
    (void)unlink(MAPPING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(an_import_without_memory_changes_nothing),
        kit_test(an_addition_without_memory_changes_nothing),
        kit_test(info_without_memory_fails_cleanly),
        kit_test(an_import_by_a_mapping_without_memory_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
