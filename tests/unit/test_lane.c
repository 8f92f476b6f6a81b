#include "tests/unit/unit.h"

#include "base/lane.h"

#include <string.h>

enum { N_BATCHES = 3, N_NUMBERS = 1000 };

/* A batch is one number; what was done is all numbers in their order. */
struct done {
    int numbers[N_NUMBERS];
    size_t n;
    int fails_at; /* 0: never */
};

static enum err_code note(void *state, void *batch, struct err *err)
{
    struct done *d = state;
    const int number = *(const int *)batch;
    if (d->fails_at && number >= d->fails_at)
        return err_set(err, BAD_DATA, "number %d", number);
    d->numbers[d->n++] = number;
    return OK;
}

static struct lane *new_lane(int batches[N_BATCHES], struct done *d)
{
    struct err err = {0};
    struct lane *l = NULL;
    assert_ok(lane_new(batches, N_BATCHES, sizeof *batches, note, d, &l, &err));
    return l;
}

static void work_is_done_in_the_order_of_giving(void **state)
{
    (void)state;
    struct err err = {0};
    int batches[N_BATCHES] = {0};
    struct done d = {.n = 0};
    struct lane *l = new_lane(batches, &d);
    for (int i = 1; i <= N_NUMBERS; i++) {
        int *batch = lane_batch(l);
        assert_ptr_equal(lane_batch(l), batch); /* until it is given */
        *batch = i;
        assert_ok(lane_give(l, &err));
        if (i % 100 == 0) {
            assert_ok(lane_wait(l, &err));
            assert_int_equal(d.n, i);
        }
    }
    assert_ok(lane_wait(l, &err));
    lane_free(l);
    for (int i = 0; i < N_NUMBERS; i++)
        assert_int_equal(d.numbers[i], i + 1);
}

static void a_failure_is_told_from_then_on_and_ends_the_work(void **state)
{
    (void)state;
    struct err err = {0};
    int batches[N_BATCHES] = {0};
    struct done d = {.fails_at = 5};
    struct lane *l = new_lane(batches, &d);
    for (int i = 1; i <= N_NUMBERS; i++) { /* nobody waits for ever */
        *(int *)lane_batch(l) = i;
        const enum err_code rc = lane_give(l, &err);
        assert_true(rc == OK || rc == BAD_DATA);
    }
    for (int i = 0; i < 2; i++) /* the first failure, however often it is asked for */
        assert_fails(lane_wait(l, &err), BAD_DATA, "number 5");
    assert_fails(lane_give(l, &err), BAD_DATA, "number 5");
    lane_free(l);
    assert_int_equal(d.n, 4);
}

static void a_lane_may_end_at_any_moment(void **state)
{
    (void)state;
    lane_free(NULL);
    for (int n = 0; n < 200; n++) {
        struct err err = {0};
        int batches[N_BATCHES] = {0};
        struct done d = {.n = 0};
        struct lane *l = new_lane(batches, &d);
        for (int i = 1; i <= n % 5; i++) {
            *(int *)lane_batch(l) = i;
            assert_ok(lane_give(l, &err));
        }
        lane_free(l);
        assert_true(d.n <= (size_t)n % 5);
    }
}

int __real_pthread_create(void *thread, const void *attr, void *run, void *arg);
int __wrap_pthread_create(void *thread, const void *attr, void *run, void *arg);

static int no_threads; /* the linker puts pthread_create() through here */

int __wrap_pthread_create(void *thread, const void *attr, void *run, void *arg)
{
    return no_threads ? 11 : __real_pthread_create(thread, attr, run, arg);
}

static void without_a_thread_the_work_is_done_all_the_same(void **state)
{
    no_threads = 1;
    work_is_done_in_the_order_of_giving(state);
    a_failure_is_told_from_then_on_and_ends_the_work(state);
    no_threads = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_done_in_the_order_of_giving),
        cmocka_unit_test(a_failure_is_told_from_then_on_and_ends_the_work),
        cmocka_unit_test(a_lane_may_end_at_any_moment),
        cmocka_unit_test(without_a_thread_the_work_is_done_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
