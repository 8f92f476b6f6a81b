/* Exports as a whole: what they leave, and that it is the same however they came about. */
#include "tests/unit/export_kit.h"

static void read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    buf_reset(out);
    for (size_t n = 1; n > 0; buf_added(out, n)) {
        uint8_t *at = buf_reserve(out, 65536);
        assert_non_null(at);
        n = fread(at, 1, 65536, f);
    }
    fclose(f);
}

static void check_nothing_beside(const struct export_kit *k)
{
    assert_false(export_kit_is_there(k->beside));
    assert_false(export_kit_is_there(k->log));
    assert_false(export_kit_is_there(k->journal));
}

/* The archive that one run makes without being disturbed. */
static void make_whole(struct export_kit *k, struct buf *out)
{
    struct err err = {0};
    buf_init(out, SIZE_MAX);
    assert_ok(export_kit_run(k, &err));
    check_nothing_beside(k);
    read_file(k->output, out);
    unlink(k->output);
}

static void check_same(const struct export_kit *k, const struct buf *whole)
{
    struct buf file;
    buf_init(&file, SIZE_MAX);
    read_file(k->output, &file);
    assert_int_equal(file.len_bytes, whole->len_bytes);
    assert_memory_equal(file.data, whole->data, file.len_bytes);
    buf_clear(&file);
}

#define FOR_EACH_FORMAT(f)                                                                         \
    for (size_t i_ = 0; archive_formats[i_]; i_++)                                                 \
        for (const struct archive_format *f = archive_formats[i_]; f; f = NULL)

static void any_number_of_workers_makes_the_same_archive(void **state)
{
    struct export_kit *k = *state;
    struct err err = {0};
    FOR_EACH_FORMAT(f)
    {
        struct buf whole;
        k->o.format = f;
        k->o.n_workers = 1;
        make_whole(k, &whole);
        for (k->o.n_workers = 2; k->o.n_workers < 5; k->o.n_workers++) {
            assert_ok(export_kit_run(k, &err));
            check_same(k, &whole);
            unlink(k->output);
        }
        buf_clear(&whole);
    }
}

/* Ends the export after so many tiles. */
static bool ends_after(void *state, const struct export_progress *p)
{
    int *n_calls = state;
    assert_true(p->n_total == 0 || p->n_done <= p->n_total);
    return p->phase == EXPORT_PLANNING || --*n_calls > 0;
}

static void an_export_that_was_ended_goes_on(void **state)
{
    struct export_kit *k = *state;
    FOR_EACH_FORMAT(f)
    {
        struct buf whole;
        int n_runs = 0, n_calls = 0;
        k->o.format = f;
        make_whole(k, &whole);
        k->o.progress = ends_after;
        k->o.progress_state = &n_calls;
        for (enum err_code rc = CANCELED; rc; n_runs++) {
            struct err err = {0};
            n_calls = 10;
            rc = export_kit_run(k, &err);
            if (rc && rc != CANCELED)
                fail_msg("%s", err.text);
            assert_true(export_kit_is_there(k->output) == (rc == OK));
            assert_true(n_runs < 1000);
        }
        assert_true(n_runs > 3);
        assert_true(k->summary.went_on);
        if (f == &archive_pmtiles) /* SQLite gives its pages other places */
            check_same(k, &whole);
        check_nothing_beside(k);
        unlink(k->output);
        k->o.progress = NULL;
        buf_clear(&whole);
    }
}

static void what_another_export_began_is_left_alone(void **state)
{
    struct export_kit *k = *state;
    FOR_EACH_FORMAT(f)
    {
        struct err err = {0};
        int n_calls = 10;
        k->o.format = f;
        k->o.max_zoom = 11;
        k->o.overwrite = false;
        k->o.progress = ends_after;
        k->o.progress_state = &n_calls;
        assert_fails(export_kit_run(k, &err), CANCELED, "the same command goes on");
        k->o.progress = NULL;
        k->o.max_zoom = 10;
        assert_fails(export_kit_run(k, &err), CONFLICT, "stands in the way");
        assert_true(export_kit_is_there(k->beside));
        k->o.overwrite = true;
        assert_ok(export_kit_run(k, &err));
        assert_false(k->summary.went_on);
        check_nothing_beside(k);
        unlink(k->output);
    }
}

static void what_is_at_the_place_is_left_alone(void **state)
{
    struct export_kit *k = *state;
    struct err err = {0};
    FILE *f = fopen(k->output, "w");
    assert_non_null(f);
    fputs("precious", f);
    fclose(f);
    assert_fails(export_kit_run(k, &err), CONFLICT, "--overwrite");
    struct buf file;
    buf_init(&file, SIZE_MAX);
    read_file(k->output, &file);
    assert_string_equal(buf_text(&file), "precious");
    k->o.overwrite = true;
    assert_ok(export_kit_run(k, &err));
    read_file(k->output, &file);
    assert_memory_equal(file.data, "PMTiles", 7);
    buf_clear(&file);
}

struct change {
    struct small_store *store;
    int n_calls;
};

static bool change_layer(void *state, const struct export_progress *p)
{
    struct change *c = state;
    struct err err = {0};
    if (p->phase == EXPORT_MAKING && c->n_calls++ == 5)
        assert_ok(export_kit_fill(c->store, 3, &err));
    return true;
}

static void a_layer_that_changes_meanwhile_ends_the_export(void **state)
{
    struct export_kit *k = *state;
    struct err err = {0};
    struct change change = {&k->store, 0};
    k->o.progress = change_layer;
    k->o.progress_state = &change;
    assert_fails(export_kit_run(k, &err), CONFLICT, "");
    assert_false(export_kit_is_there(k->output));
}

static void an_export_of_an_older_revision_is_not_gone_on_with(void **state)
{
    struct export_kit *k = *state;
    struct err err = {0};
    int n_calls = 10;
    k->o.progress = ends_after;
    k->o.progress_state = &n_calls;
    assert_fails(export_kit_run(k, &err), CANCELED, "");
    assert_ok(export_kit_fill(&k->store, 20, &err));
    k->o.progress = NULL;
    assert_fails(export_kit_run(k, &err), CONFLICT, "something else");
}

static void what_cannot_be_exported_is_told(void **state)
{
    struct export_kit *k = *state;
    struct err err = {0};
    k->o.layers = "boxes,trees";
    assert_fails(export_kit_run(k, &err), NOT_FOUND, "no layer 'trees'");
    k->o.layers = "boxes,boxes";
    assert_fails(export_kit_run(k, &err), BAD_ARG, "named twice");
    k->o.layers = "boxes";
    k->o.min_zoom = 12;
    assert_fails(export_kit_run(k, &err), BAD_ARG, "lowest zoom (12)");
    k->o.min_zoom = 0;
    k->o.has_bbox = true;
    k->o.bbox_deg = (struct bbox){100, 10, 101, 11};
    k->o.min_zoom = 5;
    assert_fails(export_kit_run(k, &err), NOT_FOUND, "within the box");
    k->o.store = "/nowhere/s.sqlite";
    assert_fails(export_kit_run(k, &err), NOT_FOUND, "/nowhere");
    k->o.store = k->store.path;
    k->o.has_bbox = false;
    k->o.output = "/nowhere/tiles";
    assert_fails(export_kit_run(k, &err), IO, "/nowhere");
    k->o.output = k->store.folder;
    assert_fails(export_kit_run(k, &err), CONFLICT, "is no file");
    check_nothing_beside(k);
}

#define kit_test(test)                                                                             \
    cmocka_unit_test_setup_teardown(test, export_kit_set_up, export_kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(any_number_of_workers_makes_the_same_archive),
        kit_test(an_export_that_was_ended_goes_on),
        kit_test(what_another_export_began_is_left_alone),
        kit_test(what_is_at_the_place_is_left_alone),
        kit_test(a_layer_that_changes_meanwhile_ends_the_export),
        kit_test(an_export_of_an_older_revision_is_not_gone_on_with),
        kit_test(what_cannot_be_exported_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
