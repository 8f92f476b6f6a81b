#include "tests/unit/store_kit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* All of a small file and when it was changed. */
struct print {
    size_t n;
    struct timespec changed;
    uint64_t hash;
};

static struct print take_print(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    uint8_t *bytes = malloc((size_t)st.st_size + 1);
    FILE *f = fopen(path, "rb");
    const size_t n = fread(bytes, 1, (size_t)st.st_size, f);
    fclose(f);
    const struct print p = {n, st.st_mtim, text_hash(bytes, n, 0)};
    free(bytes);
    return p;
}

static void check_refused(const char *path, enum store_mode mode, enum err_code code,
                          const char *words)
{
    struct err err = {0};
    struct store *s = NULL;
    const struct print before = take_print(path);
    assert_fails(store_open(path, mode, &s, &err), code, words);
    assert_null(s);
    assert_non_null(strstr(err.text, path));
    const struct print after = take_print(path);
    assert_true(before.n == after.n && before.hash == after.hash);
    assert_memory_equal(&before.changed, &after.changed, sizeof before.changed);
}

static void a_store_is_made_where_there_was_none(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct store *s = NULL;
    assert_fails(store_open(k->path, STORE_READ, &s, &err), NOT_FOUND, k->path);
    assert_fails(store_open(k->path, STORE_WRITE, &s, &err), NOT_FOUND, k->path);
    assert_fails(store_open("/no/such/folder/s.sqlite", STORE_CREATE, &s, &err), IO,
                 "/no/such/folder");
    for (int i = 0; i < 2; i++) { /* the second time it is there */
        s = kit_open(k, STORE_CREATE);
        struct catalog *c = kit_catalog(s);
        assert_int_equal(catalog_n_layers(c), 0);
        catalog_unref(c);
        store_close(s);
    }
    store_close(kit_open(k, STORE_WRITE));
    store_close(kit_open(k, STORE_READ));
    store_close(NULL);
    assert_true(strlen(store_sqlite_version()) > 0 && strlen(store_spatialite_version()) > 0);
}

static void an_empty_file_may_become_a_store(void **state)
{
    const struct kit *k = *state;
    write_file(k->path, "", 0);
    check_refused(k->path, STORE_READ, BAD_DATA, "is empty");
    check_refused(k->path, STORE_WRITE, BAD_DATA, "is empty");
    store_close(kit_open(k, STORE_CREATE));
    store_close(kit_open(k, STORE_READ));
}

static void names_that_sqlite_would_understand_are_files(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct store *s = NULL;
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(k->folder), 0);
    assert_fails(store_open(":memory:", STORE_READ, &s, &err), NOT_FOUND, ":memory:");
    assert_ok(store_open(":memory:", STORE_CREATE, &s, &err));
    store_close(s);
    assert_ok(store_open(":memory:", STORE_READ, &s, &err));
    store_close(s);
    assert_int_equal(chdir(here), 0);
}

static void what_is_no_store_is_refused_and_left_alone(void **state)
{
    const struct kit *k = *state;
    char page[4096] = "SQLite format 3";
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++) {
        struct err err = {0};
        struct store *s = NULL;
        assert_fails(store_open(k->folder, mode, &s, &err), BAD_DATA, "a directory");
        assert_fails(store_open("/dev/null", mode, &s, &err), BAD_DATA, "not a file");
        write_file(k->path, "{\"type\": \"FeatureCollection\"}", 29);
        check_refused(k->path, mode, BAD_DATA, "not an SQLite file");
        write_file(k->path, page, sizeof page);
        check_refused(k->path, mode, BAD_DATA, "made by something else");
        memcpy(page + 68, "CSNI", 4);
        write_file(k->path, page, sizeof page);
        check_refused(k->path, mode, BAD_DATA, "");
        memset(page + 68, 0, 4);
    }
}

static void other_sqlite_files_are_no_stores(void **state)
{
    const struct kit *k = *state;
    char out[1024];
    if (!kit_run(k, "sqlite3 STORE \"CREATE TABLE t(x); PRAGMA journal_mode=WAL;\"", out,
                 sizeof out))
        skip();
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        check_refused(k->path, mode, BAD_DATA, "made by something else");
    /* Our number alone does not make it ours. */
    assert_true(kit_run(k, "sqlite3 STORE \"PRAGMA application_id=0x43534E49\"", out, sizeof out));
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        check_refused(k->path, mode, BAD_DATA, "none of our tables");
}

static void a_damaged_store_is_told(void **state)
{
    const struct kit *k = *state;
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 100, false);
    store_close(s);
    const struct print whole = take_print(k->path);
    assert_int_equal(truncate(k->path, (off_t)whole.n / 2), 0);
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        check_refused(k->path, mode, BAD_DATA, "damaged");
    const int fd = open(k->path, O_RDWR);
    const char noise[3996] = {0x55};
    assert_int_equal(pwrite(fd, noise, sizeof noise, 100), sizeof noise);
    close(fd);
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        check_refused(k->path, mode, BAD_DATA, "damaged");
}

static void a_store_of_a_newer_program_is_told(void **state)
{
    const struct kit *k = *state;
    char out[1024];
    store_close(kit_open(k, STORE_CREATE));
    if (!kit_run(k, "sqlite3 STORE \"UPDATE cassini_meta SET value=99 WHERE key='schema_version'\"",
                 out, sizeof out))
        skip();
    for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        check_refused(k->path, mode, UNSUPPORTED, "newer Cassini (version 99");
}

static void a_store_of_an_older_program_becomes_one_of_this(void **state)
{
    const struct kit *k = *state;
    char out[1024];
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 20, false);
    store_close(s);
    if (!kit_run(
            k,
            "sqlite3 STORE \"ALTER TABLE cassini_fields DROP COLUMN title;"
            "ALTER TABLE cassini_fields DROP COLUMN unit;"
            "ALTER TABLE cassini_fields DROP COLUMN iri;"
            "ALTER TABLE cassini_layers DROP COLUMN said_min_zoom;"
            "ALTER TABLE cassini_imports DROP COLUMN n_inserted;"
            "ALTER TABLE cassini_imports DROP COLUMN n_updated;"
            "ALTER TABLE cassini_imports DROP COLUMN n_deleted;"
            "ALTER TABLE cassini_imports DROP COLUMN n_without_geometry;"
            "ALTER TABLE cassini_imports DROP COLUMN n_rings_closed;"
            "ALTER TABLE cassini_imports DROP COLUMN n_rings_turned;"
            "ALTER TABLE cassini_imports DROP COLUMN n_duplicate_vertices;"
            "ALTER TABLE cassini_imports DROP COLUMN n_heights;"
            "ALTER TABLE cassini_imports DROP COLUMN n_outside_area;"
            "DROP TABLE cassini_drawing;"
            "ALTER TABLE cassini_layers DROP COLUMN whole_revision; DROP TABLE cassini_changes;"
            "DROP TABLE cassini_sources; DROP TABLE cassini_tilesets; DROP TABLE "
            "cassini_tileset_zooms;"
            "DROP TABLE cassini_tiles; DROP TABLE cassini_tile_blobs;"
            "UPDATE cassini_meta SET value=1 WHERE key='schema_version'\"",
            out, sizeof out))
        skip();
    check_refused(k->path, STORE_READ, UNSUPPORTED, "the next import updates it");
    store_close(kit_open(k, STORE_WRITE));
    s = kit_open(k, STORE_READ);
    struct catalog *c = kit_catalog(s);
    assert_true(kit_layer(c, "a")->n_features == 20);
    assert_null(kit_layer(c, "a")->fields[0].unit);
    catalog_unref(c);
    store_close(s);
}

/* In a process that is not root, for whom nothing is read-only. */
static int read_as_nobody(const struct kit *k)
{
    struct err err = {0};
    struct store *s = NULL;
    struct catalog *c = NULL;
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    if (store_open(k->path, STORE_READ, &s, &err) || store_read_catalog(s, &c, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    const struct layer *l = catalog_find(c, span_of("a"));
    const struct feature_query q = {.layer = l};
    const int n = l ? kit_count(s, &q) : 0;
    catalog_unref(c);
    store_close(s);
    return n != 10;
}

static void a_store_in_a_folder_that_cannot_be_written_is_read(void **state)
{
    const struct kit *k = *state;
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 10, false);
    store_close(s);
    assert_int_equal(chmod(k->path, 0444), 0);
    assert_int_equal(chmod(k->folder, 0555), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(read_as_nobody(k));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(k->folder, 0755), 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void what_somebody_commits_changes_the_number(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    int64_t first = 0, second = 0, third = 0;
    struct store *writer = kit_open(k, STORE_CREATE);
    struct store *reader = kit_open(k, STORE_READ);
    assert_ok(store_change_number(reader, &first, &err));
    assert_ok(store_change_number(reader, &second, &err));
    assert_true(first == second);
    kit_write_squares(writer, "a", 3, false);
    assert_ok(store_change_number(reader, &third, &err));
    assert_true(third != second);
    store_close(reader);
    store_close(writer);
}

/* POSIX drops a process's locks on a file when it closes the file anywhere: then another process
 * that writes would think itself alone and remove the WAL from under the reader. */
static void opening_a_store_twice_keeps_the_first_one_safe(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    char out[256];
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "a", 1, false);
    store_close(s);
    struct store *reader = kit_open(k, STORE_READ);
    for (int i = 0; i < 3; i++) {
        int64_t before = 0, after = 0;
        assert_ok(store_change_number(reader, &before, &err));
        store_close(kit_open(k, STORE_READ));
        if (!kit_run(k, "sqlite3 STORE \"UPDATE cassini_layers SET n_features=n_features+1\"", out,
                     sizeof out))
            skip();
        assert_string_equal(out, "");
        assert_ok(store_change_number(reader, &after, &err));
        assert_true(before != after);
    }
    store_close(reader);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(a_store_is_made_where_there_was_none),
        WITH_KIT(an_empty_file_may_become_a_store),
        WITH_KIT(names_that_sqlite_would_understand_are_files),
        WITH_KIT(what_is_no_store_is_refused_and_left_alone),
        WITH_KIT(other_sqlite_files_are_no_stores),
        WITH_KIT(a_damaged_store_is_told),
        WITH_KIT(a_store_of_a_newer_program_is_told),
        WITH_KIT(a_store_of_an_older_program_becomes_one_of_this),
        WITH_KIT(a_store_in_a_folder_that_cannot_be_written_is_read),
        WITH_KIT(what_somebody_commits_changes_the_number),
        WITH_KIT(opening_a_store_twice_keeps_the_first_one_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
