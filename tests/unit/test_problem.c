#include "server/http/problem.h"
#include "tests/unit/unit.h"

#include <string.h>

static void every_kind_of_error_has_a_status_with_a_phrase(void **state)
{
    (void)state;
    for (int code = OK; code < ERR_CODES; code++) {
        const int status = problem_status((enum err_code)code);
        assert_true(code == OK ? status == 200 : status >= 400 && status < 600);
        assert_true(*status_phrase(status) != '\0');
    }
    assert_int_equal(problem_status((enum err_code)999), 500);
    assert_string_equal(status_phrase(299), "");
}

static void only_a_500_keeps_its_reason_to_itself(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (int code = OK + 1; code < ERR_CODES; code++) {
        const struct request r = {
            .media = MEDIA_PROBLEM, .path = "/a?\"", .base_url = "http://h", .arena = &a};
        struct response out = {.media = MEDIA_JSON};
        struct err problem = {0}, err = {0};
        buf_init(&out.body, 1 << 16);
        err_set(&problem, (enum err_code)code, "words");
        const int status = problem_status(problem.code);
        assert_ok(problem_write(&r, status, &problem, 42, &out, &err));
        assert_int_equal(out.status, status);
        assert_int_equal(out.media, MEDIA_PROBLEM);
        assert_true((strstr(buf_text(&out.body), "words") == NULL) == (status == 500));
        assert_true((strstr(buf_text(&out.body), "(42)") != NULL) == (status == 500));
        assert_non_null(strstr(buf_text(&out.body), "\"instance\":\"/a?\\\"\""));
        assert_int_equal(out.n_headers, status == 503);
        buf_clear(&out.body);
    }
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_error_has_a_status_with_a_phrase),
        cmocka_unit_test(only_a_500_keeps_its_reason_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
