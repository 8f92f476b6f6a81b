/* Every allocation of an export fails in turn: it says so, and the next run ends it. */
#include "tests/unit/export_kit.h"
#include "tests/unit/failing_malloc.h"

static void without_memory_an_export_fails_cleanly(void **state)
{
    struct export_kit *k = *state;
    k->o.max_zoom = 9;
    k->o.n_workers = 1;
    for (size_t i = 0; archive_formats[i]; i++) {
        size_t n = 0;
        k->o.format = archive_formats[i];
        for (bool done = false; !done; n++) {
            struct err err = {0};
            arena_clear(&k->arena);
            n_allowed = n;
            const enum err_code rc = export_kit_run(k, &err);
            done = n_allowed > 0 && n_allowed != SIZE_MAX;
            n_allowed = SIZE_MAX;
            if (rc && rc != NO_MEMORY)
                fail_msg("allocation %zu: %s '%s'", n, err_name(rc), err.text);
            if (rc)
                assert_false(export_kit_is_there(k->output));
            if (done)
                assert_ok(rc);
            unlink(k->output);
        }
        assert_in_range(n, 50, 100000);
        assert_int_equal(k->summary.counts.n_tiles > 10, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_memory_an_export_fails_cleanly, export_kit_set_up,
                                        export_kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
