/* Archives while they are written: what a process leaves that does not come to the end. What others
 * read in finished ones is in tests/cli/export.py and tests/accept/export. */
#include "base/tile_number.h"
#include "exporters/archive.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[64], path[96], beside[128];
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    snprintf(p->folder, sizeof p->folder, "/tmp/cassini-test-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->path, sizeof p->path, "%s/archive", p->folder);
    snprintf(p->beside, sizeof p->beside, "%s/archive-log", p->folder);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
    const int failed = system(command);
    free(p);
    return failed;
}

static void make_empty(const struct place *p)
{
    const int fd = open(p->path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    close(fd);
}

static struct archive *reopen(const struct archive_format *f, const struct place *p,
                              uint64_t expected_next)
{
    struct err err = {0};
    struct archive *a = NULL;
    uint64_t next = 99;
    assert_ok(f->open(p->path, "the plan", &a, &next, &err));
    assert_int_equal(next, expected_next);
    return a;
}

static void put(const struct archive_format *f, struct archive *a, uint64_t number,
                const char *content)
{
    struct err err = {0};
    struct sha256 *sha = NULL;
    struct content_key key;
    assert_ok(sha256_new(&sha, &err));
    assert_ok(content_key_of(sha, span_of(content), &key, &err));
    assert_ok(f->put(a, number, &key, span_of(content), &err));
    sha256_free(sha);
}

static void check_counts(const struct archive_format *f, const struct archive *a, uint64_t n_tiles,
                         uint64_t n_contents, uint64_t n_bytes)
{
    const struct archive_counts c = f->counts(a);
    assert_int_equal(c.n_tiles, n_tiles);
    assert_int_equal(c.n_contents, n_contents);
    assert_int_equal(c.n_bytes, n_bytes);
}

#define FOR_EACH_FORMAT(f)                                                                         \
    for (size_t i_ = 0; archive_formats[i_]; i_++)                                                 \
        for (const struct archive_format *f = archive_formats[i_]; f; f = NULL)

static void what_is_settled_is_there_again_and_known(void **state)
{
    const struct place *p = *state;
    FOR_EACH_FORMAT(f)
    {
        struct err err = {0};
        make_empty(p);
        struct archive *a = reopen(f, p, 0);
        put(f, a, 0, "world");
        put(f, a, 1, "sea");
        assert_ok(f->settle(a, 4, &err));
        put(f, a, 5, "not settled");
        f->close(a);
        a = reopen(f, p, 4);
        check_counts(f, a, 2, 2, 8);
        put(f, a, 6, "sea");
        put(f, a, 7, "land");
        check_counts(f, a, 4, 3, 12);
        assert_int_equal(f->counts(a).min_zoom, 0);
        assert_int_equal(f->counts(a).max_zoom, 2);
        assert_ok(f->settle(a, 8, &err));
        f->close(a);
        a = reopen(f, p, 8);
        check_counts(f, a, 4, 3, 12);
        f->close(a);
        f->sweep(p->path);
    }
}

static void another_plan_or_another_file_is_refused(void **state)
{
    const struct place *p = *state;
    FOR_EACH_FORMAT(f)
    {
        struct err err = {0};
        struct archive *a = NULL;
        uint64_t next = 0;
        make_empty(p);
        a = reopen(f, p, 0);
        assert_ok(f->settle(a, 1, &err));
        f->close(a);
        a = NULL;
        assert_fails(f->open(p->path, "a plan", &a, &next, &err), CONFLICT, "something else");
        FILE *file = fopen(p->path, "w");
        assert_non_null(file);
        fputs("these are somebody's notes, long enough that they could be a file of some kind. ",
              file);
        fclose(file);
        f->sweep(p->path);
        assert_fails(f->open(p->path, "the plan", &a, &next, &err), CONFLICT, "");
        assert_null(a);
        f->sweep(p->path);
    }
}

/* A log may end anywhere when the machine falls. */
static void a_log_that_was_cut_is_read_as_far_as_it_is_whole(void **state)
{
    const struct place *p = *state;
    const struct archive_format *f = &archive_pmtiles;
    struct err err = {0};
    struct stat one, two;
    make_empty(p);
    struct archive *a = reopen(f, p, 0);
    put(f, a, 0, "world");
    assert_ok(f->settle(a, 1, &err));
    assert_int_equal(stat(p->beside, &one), 0);
    put(f, a, 1, "sea");
    assert_ok(f->settle(a, 2, &err));
    f->close(a);
    assert_int_equal(stat(p->beside, &two), 0);
    for (off_t size = two.st_size - 1; size >= one.st_size; size--) {
        assert_int_equal(truncate(p->beside, size), 0);
        a = reopen(f, p, 1);
        check_counts(f, a, 1, 1, 5);
        f->close(a);
    }
    /* Without its plan there is nothing to go on with. */
    assert_int_equal(truncate(p->beside, 10), 0);
    uint64_t next = 0;
    a = NULL;
    assert_fails(f->open(p->path, "the plan", &a, &next, &err), CONFLICT, "something else");
}

static void a_log_without_its_archive_is_of_no_account(void **state)
{
    const struct place *p = *state;
    const struct archive_format *f = &archive_pmtiles;
    struct err err = {0};
    make_empty(p);
    struct archive *a = reopen(f, p, 0);
    put(f, a, 0, "world");
    assert_ok(f->settle(a, 1, &err));
    f->close(a);
    make_empty(p);
    a = reopen(f, p, 0);
    check_counts(f, a, 0, 0, 0);
    f->close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_settled_is_there_again_and_known, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_plan_or_another_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_was_cut_is_read_as_far_as_it_is_whole, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_log_without_its_archive_is_of_no_account, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
