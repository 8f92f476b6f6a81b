#include "tests/unit/unit.h"

#include "base/crew.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { N_BATCHES = 5, N_NUMBERS = 2000, NEVER = -1 };

struct batch {
    int number, squared;
};

/* Numbers are taken, squared side by side, and noted in their order. */
struct numbers {
    int n_taken, given[N_NUMBERS];
    size_t n_given;
    int take_fails_at, work_fails_at, give_fails_at, catch_up_at;
    size_t n_given_at_catch_up;
    atomic_int n_in_take, n_in_give;
    int n_of_worker[CREW_MAX];
};

static enum err_code take(void *state, struct crew *c, void *batch, bool *out_more, struct err *err)
{
    struct numbers *n = state;
    struct batch *b = batch;
    assert_int_equal(atomic_fetch_add(&n->n_in_take, 1), 0); /* nobody else takes */
    const int number = n->n_taken++;
    if (number == n->catch_up_at) {
        crew_wait(c, 0);
        n->n_given_at_catch_up = n->n_given;
    }
    b->number = number;
    *out_more = number < N_NUMBERS;
    atomic_fetch_sub(&n->n_in_take, 1);
    return number == n->take_fails_at ? err_set(err, IO, "taking %d", number) : OK;
}

static enum err_code work(void *state, size_t worker, void *batch, struct err *err)
{
    struct numbers *n = state;
    struct batch *b = batch;
    assert_true(worker < CREW_MAX);
    n->n_of_worker[worker]++;
    if (b->number % 7 == 0)
        usleep(50); /* some take longer than those behind them */
    b->squared = b->number * b->number;
    return b->number == n->work_fails_at ? err_set(err, BAD_DATA, "working on %d", b->number) : OK;
}

static enum err_code give(void *state, void *batch, struct err *err)
{
    struct numbers *n = state;
    const struct batch *b = batch;
    assert_int_equal(atomic_fetch_add(&n->n_in_give, 1), 0);
    assert_int_equal(b->squared, b->number * b->number);
    const bool fails = b->number == n->give_fails_at;
    if (!fails)
        n->given[n->n_given++] = b->number;
    atomic_fetch_sub(&n->n_in_give, 1);
    return fails ? err_set(err, LIMIT, "giving %d", b->number) : OK;
}

static const struct crew_steps STEPS = {take, work, give};

static struct numbers no_failures(void)
{
    return (struct numbers){.take_fails_at = NEVER,
                            .work_fails_at = NEVER,
                            .give_fails_at = NEVER,
                            .catch_up_at = NEVER};
}

static enum err_code run(struct numbers *n, size_t n_workers, struct err *err)
{
    struct batch batches[N_BATCHES];
    memset(batches, 0, sizeof batches);
    return crew_run(&STEPS, n, n_workers, batches, N_BATCHES, sizeof *batches, err);
}

static void assert_given(const struct numbers *n, size_t n_wanted)
{
    assert_int_equal(n->n_given, n_wanted);
    for (size_t i = 0; i < n_wanted; i++)
        assert_int_equal(n->given[i], i);
}

static void all_is_given_in_the_order_of_taking(void **state)
{
    (void)state;
    for (size_t n_workers = 1; n_workers <= CREW_MAX; n_workers++) {
        struct err err = {0};
        struct numbers n = no_failures();
        assert_ok(run(&n, n_workers, &err));
        assert_given(&n, N_NUMBERS);
        int n_worked = 0;
        for (size_t i = 0; i < CREW_MAX; i++)
            n_worked += n.n_of_worker[i];
        assert_int_equal(n_worked, N_NUMBERS);
    }
}

static void what_failed_first_in_the_order_of_taking_is_told(void **state)
{
    (void)state;
    for (size_t n_workers = 1; n_workers <= CREW_MAX; n_workers++) {
        struct err err = {0};
        struct numbers n = no_failures();
        n.take_fails_at = 300;
        assert_fails(run(&n, n_workers, &err), IO, "taking 300");
        assert_given(&n, 300);
        n = no_failures();
        n.take_fails_at = 301, n.work_fails_at = 300, n.give_fails_at = 302;
        assert_fails(run(&n, n_workers, &err), BAD_DATA, "working on 300");
        assert_given(&n, 300);
        n = no_failures();
        n.take_fails_at = 302, n.work_fails_at = 301, n.give_fails_at = 300;
        assert_fails(run(&n, n_workers, &err), LIMIT, "giving 300");
        assert_given(&n, 300);
    }
}

static void catching_up_waits_until_all_before_is_given(void **state)
{
    (void)state;
    for (size_t n_workers = 1; n_workers <= CREW_MAX; n_workers++) {
        for (int at = 0; at < 50; at += 7) {
            struct err err = {0};
            struct numbers n = no_failures();
            n.catch_up_at = at;
            assert_ok(run(&n, n_workers, &err));
            assert_int_equal(n.n_given_at_catch_up, at);
            assert_given(&n, N_NUMBERS);
        }
    }
}

int __real_pthread_create(void *thread, const void *attr, void *run, void *arg);
int __wrap_pthread_create(void *thread, const void *attr, void *run, void *arg);

static int no_threads; /* the linker puts pthread_create() through here */

int __wrap_pthread_create(void *thread, const void *attr, void *run, void *arg)
{
    return no_threads ? 11 : __real_pthread_create(thread, attr, run, arg);
}

static void without_a_thread_the_caller_does_it_all(void **state)
{
    no_threads = 1;
    all_is_given_in_the_order_of_taking(state);
    what_failed_first_in_the_order_of_taking_is_told(state);
    catching_up_waits_until_all_before_is_given(state);
    no_threads = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_given_in_the_order_of_taking),
        cmocka_unit_test(what_failed_first_in_the_order_of_taking_is_told),
        cmocka_unit_test(catching_up_waits_until_all_before_is_given),
        cmocka_unit_test(without_a_thread_the_caller_does_it_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
