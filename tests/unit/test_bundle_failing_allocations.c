/*
 * Every use of the heap while a folder or an archive is opened, listed and unpacked fails in turn
 * (failing_malloc.h): the answer is NO_MEMORY, nothing leaks, and no folder stays behind.
 */
#include "importers/import.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/source_text.h"
#include "tests/unit/zip_text.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define TOP "test_bundle_failing_allocations.d"

static const char POINT[] = "{\"type\":\"Point\",\"coordinates\":[2,48]}";

static int set_up(void **state)
{
    (void)state;
    struct buf zip;
    buf_init(&zip, SIZE_MAX);
    const struct zip_entry entries[] = {{.name = "a.geojson", .text = POINT},
                                        {.name = "sub/b.geojson", .text = POINT},
                                        {.name = "sub/c.bin", .text = "\x01\x02"}};
    if (system("rm -rf " TOP "; mkdir -p " TOP "/in/deep") != 0)
        return -1;
    put_zip(&zip, entries, 3);
    write_source(TOP "/a.zip", (struct span){(const char *)zip.data, zip.len_bytes});
    write_source(TOP "/in/a.geojson", span_of(POINT));
    write_source(TOP "/in/deep/b.geojson", span_of(POINT));
    write_source(TOP "/in/deep/c.bin", span_of("\x01\x02"));
    write_source(TOP "/in/d.zip", (struct span){(const char *)zip.data, zip.len_bytes});
    buf_clear(&zip);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return system("rm -rf " TOP) != 0;
}

static enum err_code use_input(const struct input *in, struct err *err)
{
    char sum[SOURCE_SHA256_BYTES];
    uint64_t n = 0;
    int fd = -1;
    const char *path = NULL;
    struct buf name;
    buf_init(&name, 1000);
    enum err_code rc = input_layer_name(in, "{folder}_{name}", &name, err);
    if (!rc)
        rc = input_sha256(in, sum, &n, err);
    if (!rc)
        rc = bundle_fd(in->bundle, in->file, &fd, &n, err);
    if (!rc)
        rc = bundle_local_path(in->bundle, in->file, &path, err);
    buf_clear(&name);
    return rc;
}

static enum err_code work(const char *path, size_t n_inputs, struct arena *a, struct err *err)
{
    struct input_list list = {0};
    const struct reader_options options = {
        .limits = {.feature_bytes = 1 << 20, .vertices = 100, .files = 10, .inflation = 10},
        .temp_folder = TOP};
    enum err_code rc = input_list_open(path, &options, a, &list, err);
    if (!rc && list.n_inputs + list.n_failures != n_inputs)
        rc = err_set(err, INTERNAL, "%zu inputs", list.n_inputs);
    for (size_t i = 0; !rc && i < list.n_inputs; i++)
        rc = use_input(&list.inputs[i], err);
    if (!rc && list.n_failures)
        rc = err_set(err, list.failures[0].why.code, "%s", list.failures[0].why.text);
    input_list_close(&list);
    return rc;
}

static void check_nothing_left(void)
{
    DIR *listing = opendir(TOP);
    assert_non_null(listing);
    for (const struct dirent *e; (e = readdir(listing));)
        assert_false(text_starts_with(e->d_name, "cassini-scratch-"));
    closedir(listing);
}

static void check_work(const char *path, size_t n_inputs)
{
    struct arena arena;
    size_t n = 0;
    arena_init(&arena, 1 << 20);
    for (bool done = false; !done; n++) {
        struct err err = {0};
        const int64_t n_before = n_live;
        n_allowed = n;
        const enum err_code rc = work(path, n_inputs, &arena, &err);
        done = n_allowed > 0 && n_allowed != SIZE_MAX;
        n_allowed = SIZE_MAX;
        arena_clear(&arena);
        if (rc && (done || rc != NO_MEMORY))
            fail_msg("allocation %zu: %s '%s'", n, err_name(rc), err.text);
        assert_int_equal(n_live, n_before);
        check_nothing_left();
    }
    assert_in_range(n, 20, 100000);
}

static void an_archive_without_memory_is_refused(void **state)
{
    (void)state;
    check_work(TOP "/a.zip", 2);
}

static void a_folder_without_memory_is_refused(void **state)
{
    (void)state;
    check_work(TOP "/in", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_archive_without_memory_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_without_memory_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
