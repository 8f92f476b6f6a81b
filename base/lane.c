#include "base/lane.h"

#include "base/mem.h"
#include "base/thread.h"

struct lane {
    lane_work work;
    void *state;
    size_t n_batches, batch_bytes;
    char *batches;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t given, done;
    size_t n_given, n_done; /* ever */
    bool ends;
    struct err failure; /* the first */
};

/* Where the batch of that number, ever, stands. */
static void *batch_at(const struct lane *l, size_t number)
{
    return l->batches + number % l->n_batches * l->batch_bytes;
}

/* All that was given is passed over once the work has failed. */
static void work_on(struct lane *l, void *batch, struct err *why)
{
    if (!why->code && l->work(l->state, batch, why) && !why->code)
        (void)err_set(why, INTERNAL, "work that fails without a reason");
}

static void *run(void *lane)
{
    struct lane *l = lane;
    struct err why = {0};
    pthread_mutex_lock(&l->mutex);
    for (;;) {
        while (l->n_done == l->n_given && !l->ends)
            pthread_cond_wait(&l->given, &l->mutex);
        if (l->ends)
            break;
        void *batch = batch_at(l, l->n_done);
        pthread_mutex_unlock(&l->mutex);
        work_on(l, batch, &why);
        pthread_mutex_lock(&l->mutex);
        l->failure = why;
        l->n_done++;
        pthread_cond_signal(&l->done);
    }
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

enum err_code lane_new(void *batches, size_t n_batches, size_t batch_bytes, lane_work work,
                       void *state, struct lane **out, struct err *err)
{
    struct lane *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->work = work;
    l->state = state;
    l->batches = batches;
    l->n_batches = n_batches;
    l->batch_bytes = batch_bytes;
    pthread_mutex_init(&l->mutex, NULL);
    pthread_cond_init(&l->given, NULL);
    pthread_cond_init(&l->done, NULL);
    l->has_thread = thread_start(&l->thread, run, l);
    *out = l;
    return OK;
}

void lane_free(struct lane *l)
{
    if (!l)
        return;
    if (l->has_thread) {
        pthread_mutex_lock(&l->mutex);
        l->ends = true;
        pthread_cond_signal(&l->given);
        pthread_mutex_unlock(&l->mutex);
        pthread_join(l->thread, NULL);
    }
    pthread_cond_destroy(&l->done);
    pthread_cond_destroy(&l->given);
    pthread_mutex_destroy(&l->mutex);
    mem_free(l);
}

/* Until no more than `n` batches are under way. */
static void wait_for(struct lane *l, size_t n)
{
    while (l->n_given - l->n_done > n)
        pthread_cond_wait(&l->done, &l->mutex);
}

void *lane_batch(struct lane *l)
{
    pthread_mutex_lock(&l->mutex);
    wait_for(l, l->n_batches - 1);
    void *batch = batch_at(l, l->n_given);
    pthread_mutex_unlock(&l->mutex);
    return batch;
}

static enum err_code tell(const struct err *failure, struct err *err)
{
    return failure->code ? err_set(err, failure->code, "%s", failure->text) : OK;
}

enum err_code lane_give(struct lane *l, struct err *err)
{
    if (!l->has_thread) {
        work_on(l, batch_at(l, l->n_given), &l->failure);
        l->n_given = ++l->n_done;
        return tell(&l->failure, err);
    }
    pthread_mutex_lock(&l->mutex);
    l->n_given++;
    pthread_cond_signal(&l->given);
    const struct err failure = l->failure;
    pthread_mutex_unlock(&l->mutex);
    return tell(&failure, err);
}

enum err_code lane_wait(struct lane *l, struct err *err)
{
    pthread_mutex_lock(&l->mutex);
    wait_for(l, 0);
    const struct err failure = l->failure;
    pthread_mutex_unlock(&l->mutex);
    return tell(&failure, err);
}
