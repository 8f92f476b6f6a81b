#include "base/spool.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Whether file systems have files without a name: open is wrapped at link time. */
static bool has_nameless_files = true;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    const unsigned mode = va_arg(args, unsigned); /* there is one with O_TMPFILE */
    va_end(args);
    if (has_nameless_files || (flags & O_TMPFILE) != O_TMPFILE)
        return __real_open(path, flags, mode);
    errno = EOPNOTSUPP;
    return -1;
}

static uint64_t random_of(uint64_t n)
{
    n = (n + 1) * 0x9E3779B97F4A7C15u;
    n = (n ^ n >> 30) * 0xBF58476D1CE4E5B9u;
    return n ^ n >> 27;
}

/* Record n: its key, then a body that starts with n and can be made again from it. */
struct plan {
    size_t n_records;
    size_t max_body_bytes;
    uint64_t key_mask;
    size_t memory_bytes;
};

static uint64_t key_of(const struct plan *p, uint64_t n)
{
    return random_of(n) & p->key_mask;
}

static size_t make_body(const struct plan *p, uint64_t n, char *into)
{
    const size_t n_bytes = 8 + random_of(~n) % (p->max_body_bytes - 7);
    memset(into, (int)(n & 0xFF), n_bytes);
    memcpy(into, &n, sizeof n);
    return n_bytes;
}

struct wanted {
    uint64_t key, n;
};

static int compare_wanted(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->n < y->n ? -1 : x->n > y->n;
}

static void assert_sorts(struct plan p)
{
    struct err err = {0};
    struct spool *s = NULL;
    char *body = malloc(p.max_body_bytes);
    struct wanted *wanted = malloc((p.n_records + 1) * sizeof *wanted);
    assert_true(body && wanted);
    assert_ok(spool_new(".", p.memory_bytes, &s, &err));
    for (uint64_t n = 0; n < p.n_records; n++) {
        wanted[n] = (struct wanted){key_of(&p, n), n};
        const size_t n_bytes = make_body(&p, n, body);
        assert_ok(spool_put(s, wanted[n].key, (struct span){body, n_bytes}, &err));
    }
    qsort(wanted, p.n_records, sizeof *wanted, compare_wanted);
    assert_true(spool_count(s) == p.n_records);
    assert_ok(spool_sort(s, &err));
    uint64_t key = 0;
    struct span record = {0};
    bool more = true;
    for (size_t i = 0; i < p.n_records; i++) {
        assert_ok(spool_next(s, &key, &record, &more, &err));
        assert_true(more && key == wanted[i].key);
        const size_t n_bytes = make_body(&p, wanted[i].n, body);
        assert_int_equal(record.len_bytes, n_bytes);
        assert_memory_equal(record.at, body, n_bytes);
    }
    for (int again = 0; again < 2; again++) {
        assert_ok(spool_next(s, &key, &record, &more, &err));
        assert_false(more);
    }
    spool_free(s);
    free(wanted);
    free(body);
}

static void records_in_memory_are_sorted(void **state)
{
    (void)state;
    assert_sorts((struct plan){0, 8, UINT64_MAX, 1 << 20});
    assert_sorts((struct plan){1, 8, UINT64_MAX, 1 << 20});
    assert_sorts((struct plan){5000, 50, UINT64_MAX, 1 << 20});
}

static void records_of_equal_key_keep_their_order(void **state)
{
    (void)state;
    assert_sorts((struct plan){5000, 50, 0, 1 << 20});
    assert_sorts((struct plan){5000, 50, 7, 1 << 20});
    assert_sorts((struct plan){20000, 50, 7, 1 << 16});
    assert_sorts((struct plan){20000, 50, 0xFF00, 1 << 14});
}

static void many_runs_are_merged_within_little_memory(void **state)
{
    (void)state;
    assert_sorts((struct plan){300, 50, UINT64_MAX, 1 << 14});
    assert_sorts((struct plan){100000, 40, UINT64_MAX, 1 << 19});
    assert_sorts((struct plan){50000, 40, UINT64_MAX, 1 << 14});
    assert_sorts((struct plan){3000, 40, UINT64_MAX, 0});
}

static void long_records_are_put_together(void **state)
{
    (void)state;
    assert_sorts((struct plan){400, 27000, UINT64_MAX, 1 << 16});
    assert_sorts((struct plan){2000, 1500, 3, 4096});
}

/* Every fifth record is longer than all of the memory; keys come again, in runs of their own. */
static void a_record_longer_than_the_memory_is_a_run_of_its_own(void **state)
{
    (void)state;
    enum { N = 60, N_KEYS = 7, LONG_BYTES = 100000 };
    struct err err = {0};
    struct spool *s = NULL;
    static char body[LONG_BYTES];
    assert_ok(spool_new(".", 1 << 16, &s, &err));
    for (int i = 0; i < N; i++) {
        memset(body, i, sizeof body);
        const size_t n_bytes = i % 5 == 0 ? LONG_BYTES - (size_t)i : (size_t)(1 + i);
        assert_ok(spool_put(s, (uint64_t)(i % N_KEYS), (struct span){body, n_bytes}, &err));
    }
    assert_int_equal(spool_count(s), N);
    assert_ok(spool_sort(s, &err));
    uint64_t key = 0, last_key = 0;
    int last = -1;
    for (int n = 0; n < N; n++) {
        struct span record = {0};
        bool more = false;
        assert_ok(spool_next(s, &key, &record, &more, &err));
        assert_true(more && record.len_bytes > 0);
        const int i = record.at[0];
        assert_int_equal(key, i % N_KEYS);
        assert_true(n == 0 || key > last_key || (key == last_key && i > last));
        assert_int_equal(record.len_bytes, i % 5 == 0 ? LONG_BYTES - i : 1 + i);
        for (size_t at = 0; at < record.len_bytes; at++)
            assert_int_equal(record.at[at], i);
        last_key = key;
        last = i;
    }
    bool more = true;
    struct span record;
    assert_ok(spool_next(s, &key, &record, &more, &err));
    assert_false(more);
    spool_free(s);
}

static void calls_in_the_wrong_order_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct spool *s = NULL;
    uint64_t key;
    struct span record;
    bool more;
    assert_ok(spool_new(".", 1 << 16, &s, &err));
    assert_fails(spool_next(s, &key, &record, &more, &err), INTERNAL, "not sorted");
    assert_ok(spool_sort(s, &err));
    assert_fails(spool_sort(s, &err), INTERNAL, "once");
    assert_fails(spool_put(s, 1, span_of("x"), &err), INTERNAL, "is sorted");
    spool_free(s);
    spool_free(NULL);
}

static void a_folder_that_is_none_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct spool *s = NULL;
    static const char body[1000];
    assert_ok(spool_new("no such folder", 4096, &s, &err));
    for (int i = 0; i < 3; i++)
        assert_ok(spool_put(s, 1, (struct span){body, sizeof body}, &err));
    assert_fails(spool_put(s, 1, (struct span){body, sizeof body}, &err), IO, "'no such folder'");
    spool_free(s);
}

static void a_full_disk_is_told_with_what_was_written(void **state)
{
    (void)state;
    struct err err = {0};
    struct spool *s = NULL;
    struct rlimit before, small;
    static const char body[1000];
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_ok(spool_new(".", 1 << 15, &s, &err));
    enum err_code rc = OK;
    for (int i = 0; rc == OK && i < 1000; i++)
        rc = spool_put(s, 1, (struct span){body, sizeof body}, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(rc, IO);
    assert_non_null(strstr(err.text, "File too large after 100000 bytes"));
    spool_free(s);
}

static void a_file_system_without_nameless_files_serves_too(void **state)
{
    (void)state;
    has_nameless_files = false;
    assert_sorts((struct plan){3000, 40, UINT64_MAX, 1 << 14});
    has_nameless_files = true;
}

static void no_file_has_a_name(void **state)
{
    (void)state;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder));)
        assert_int_not_equal(strncmp(e->d_name, ".cassini-", 9), 0);
    closedir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_in_memory_are_sorted),
        cmocka_unit_test(records_of_equal_key_keep_their_order),
        cmocka_unit_test(many_runs_are_merged_within_little_memory),
        cmocka_unit_test(long_records_are_put_together),
        cmocka_unit_test(a_record_longer_than_the_memory_is_a_run_of_its_own),
        cmocka_unit_test(calls_in_the_wrong_order_are_refused),
        cmocka_unit_test(a_folder_that_is_none_is_told),
        cmocka_unit_test(a_full_disk_is_told_with_what_was_written),
        cmocka_unit_test(a_file_system_without_nameless_files_serves_too),
        cmocka_unit_test(no_file_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
