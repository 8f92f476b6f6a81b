#include "base/log.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <unistd.h>

static void assert_logged(int from, const char *wanted)
{
    char got[4096] = "";
    const ssize_t n = read(from, got, sizeof got - 1);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, wanted);
}

static void a_line_says_what_it_is(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const struct log l = {LOG_INFO, ends[1]};
    log_line(&l, LOG_ERROR, "no %s", "luck");
    assert_logged(ends[0], "cassini: error: no luck\n");
    log_line(&l, LOG_WARNING, "w");
    log_line(&l, LOG_DEBUG, "not written");
    log_line(&l, LOG_INFO, "i");
    assert_logged(ends[0], "cassini: warning: w\ncassini: i\n");
    close(ends[0]);
    close(ends[1]);
}

static void foreign_words_cannot_start_a_line(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const struct log l = {LOG_DEBUG, ends[1]};
    log_line(&l, LOG_DEBUG, "a\nb\x1B[2Jc\xC3\xA9");
    assert_logged(ends[0], "cassini: debug: a b [2Jc\xC3\xA9\n");
    close(ends[0]);
    close(ends[1]);
}

static void a_long_line_is_cut_and_still_ends(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const struct log l = {LOG_DEBUG, ends[1]};
    log_line(&l, LOG_INFO, "%5000d", 1);
    char got[8192];
    const ssize_t n = read(ends[0], got, sizeof got);
    assert_in_range(n, 1000, 4096);
    assert_int_equal(got[n - 1], '\n');
    close(ends[0]);
    close(ends[1]);
    log_line(&l, LOG_INFO, "to nobody");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_what_it_is),
        cmocka_unit_test(foreign_words_cannot_start_a_line),
        cmocka_unit_test(a_long_line_is_cut_and_still_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
