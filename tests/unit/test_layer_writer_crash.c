/* Writers that do not come to their end: killed, or out of disk. */
#include "tests/unit/store_kit.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Writes until it is killed. */
static void write_for_ever(const struct kit *k, int told)
{
    struct err err = {0};
    struct store *s = NULL;
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    spec.may_replace = true;
    if (store_open(k->path, STORE_WRITE, &s, &err) || layer_writer_open(s, &spec, &w, &err))
        _exit(1);
    for (int i = 0; i < 10000000; i++) {
        if (kit_put_square(w, i, &err) || kit_put_chunk(w, i, 0, &err))
            _exit(1);
        if (i % 1000 == 0 && write(told, "x", 1) != 1)
            _exit(1);
    }
    _exit(1);
}

static void a_killed_writer_leaves_the_store_as_it_was(void **state)
{
    const struct kit *k = *state;
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 20, false);
    int64_t revision = kit_revision(s, "a");
    store_close(s);
    for (int round = 0; round < 4; round++) {
        int ends[2], status = 0;
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            write_for_ever(k, ends[1]);
        close(ends[1]);
        char c;
        /* Later each time: the page cache (32 MB) has spilled into the WAL in the last rounds. */
        for (int n = 0; n < 1 + 40 * round; n++)
            assert_int_equal(read(ends[0], &c, 1), 1);
        kill(child, SIGKILL);
        close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));

        s = kit_open(k, STORE_READ);
        struct catalog *catalog = kit_catalog(s);
        const struct feature_query q = {.layer = kit_layer(catalog, "a")};
        assert_true(kit_layer(catalog, "a")->revision == revision);
        assert_int_equal(kit_count(s, &q), 20 + round);
        catalog_unref(catalog);
        store_close(s);
        s = kit_open(k, STORE_WRITE); /* and the next one works */
        kit_write_squares(s, "a", 21 + round, true);
        revision = kit_revision(s, "a");
        store_close(s);
    }
}

/* Writes a layer where no file may grow beyond a limit: as a full disk does, but for this process
 * only. Says how it ended. */
static enum err_code write_on_a_full_disk(const struct kit *k, rlim_t limit_bytes)
{
    const struct rlimit limit = {limit_bytes, limit_bytes};
    struct err err = {0};
    struct store *s = NULL;
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    spec.may_replace = true;
    signal(SIGXFSZ, SIG_IGN); /* then write() fails instead */
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return INTERNAL;
    enum err_code rc = store_open(k->path, STORE_WRITE, &s, &err);
    if (!rc)
        rc = kit_write(s, &spec, 200000, &err);
    store_close(s);
    return rc;
}

static void a_full_disk_leaves_the_store_as_it_was(void **state)
{
    const struct kit *k = *state;
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 20, false);
    store_close(s);
    static const rlim_t limits[] = {1 << 16, 1 << 20, 40 << 20};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        int status = 0;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(write_on_a_full_disk(k, limits[i]));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), IO);
        s = kit_open(k, STORE_READ);
        struct catalog *catalog = kit_catalog(s);
        const struct feature_query q = {.layer = kit_layer(catalog, "a")};
        assert_int_equal(kit_count(s, &q), 20);
        catalog_unref(catalog);
        store_close(s);
    }
    s = kit_open(k, STORE_WRITE);
    kit_write_squares(s, "a", 21, true);
    store_close(s);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(a_killed_writer_leaves_the_store_as_it_was),
        WITH_KIT(a_full_disk_leaves_the_store_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
