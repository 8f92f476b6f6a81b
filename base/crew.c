#include "base/crew.h"

#include "base/mem.h"
#include "base/thread.h"

#include <stdint.h>

/* A batch's place in the row of those that were taken and not given. */
struct slot {
    void *batch;
    size_t worker; /* who took it */
    bool is_done;  /* worked on */
    struct err why;
};

struct crew {
    const struct crew_steps *steps;
    void *state;
    size_t n_slots;
    struct slot *slots;    /* batch number n, ever, stands at n % n_slots */
    void **idle;           /* the batches that nobody has; the last one was used last */
    pthread_mutex_t mutex; /* of all below, too */
    pthread_cond_t changed;
    size_t n_idle;
    uint64_t n_taken, n_given; /* ever */
    bool is_taking, is_giving;
    bool ended;         /* nothing more is taken */
    struct err failure; /* the first in the order of batches */
};

struct member {
    struct crew *crew;
    size_t number;
    pthread_t thread;
    bool has_thread;
};

size_t crew_size(void)
{
    return thread_processors(CREW_MAX);
}

static bool may_take(const struct crew *c)
{
    return !c->is_taking && !c->ended && c->n_idle > 0;
}

/* The oldest batch, when it is done: one's own, or any if there is nothing else to do. */
static bool may_give(const struct crew *c, size_t worker)
{
    const struct slot *oldest = &c->slots[c->n_given % c->n_slots];
    return !c->is_giving && c->n_given < c->n_taken && oldest->is_done &&
           (oldest->worker == worker || !may_take(c));
}

/* What a step that failed has said. */
static void note_failure(enum err_code rc, struct err *why)
{
    if (rc && !why->code)
        (void)err_set(why, INTERNAL, "a step that fails without a reason");
}

/* With the mutex, which is let go while the step runs; so in all of these. */
static void give(struct crew *c)
{
    struct slot *s = &c->slots[c->n_given % c->n_slots];
    c->is_giving = true;
    if (!s->why.code && !c->failure.code) {
        pthread_mutex_unlock(&c->mutex);
        note_failure(c->steps->give(c->state, s->batch, &s->why), &s->why);
        pthread_mutex_lock(&c->mutex);
    }
    if (!c->failure.code)
        c->failure = s->why;
    c->ended = c->ended || s->why.code;
    c->is_giving = false;
    c->n_given++;
    c->idle[c->n_idle++] = s->batch;
    pthread_cond_broadcast(&c->changed);
}

static void work(struct crew *c, size_t worker, struct slot *s)
{
    pthread_mutex_unlock(&c->mutex);
    note_failure(c->steps->work(c->state, worker, s->batch, &s->why), &s->why);
    pthread_mutex_lock(&c->mutex);
    s->is_done = true;
    /* What comes after it is not wanted any more. */
    c->ended = c->ended || s->why.code;
    pthread_cond_broadcast(&c->changed);
}

static void take(struct crew *c, size_t worker)
{
    struct slot *s = &c->slots[c->n_taken % c->n_slots];
    *s = (struct slot){.batch = c->idle[--c->n_idle], .worker = worker};
    bool more = false;
    c->is_taking = true;
    pthread_mutex_unlock(&c->mutex);
    note_failure(c->steps->take(c->state, c, s->batch, &more, &s->why), &s->why);
    pthread_mutex_lock(&c->mutex);
    c->is_taking = false;
    c->ended = c->ended || !more || s->why.code;
    if (more || s->why.code)
        c->n_taken++;
    else
        c->idle[c->n_idle++] = s->batch;
    s->is_done = s->why.code != OK;
    pthread_cond_broadcast(&c->changed);
    if (more && !s->why.code)
        work(c, worker, s);
}

static void *run(void *member)
{
    const struct member *m = member;
    struct crew *c = m->crew;
    pthread_mutex_lock(&c->mutex);
    while (c->is_taking || !c->ended || c->n_given < c->n_taken) {
        if (may_give(c, m->number))
            give(c);
        else if (may_take(c))
            take(c, m->number);
        else
            pthread_cond_wait(&c->changed, &c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

void crew_wait(struct crew *c, size_t n)
{
    const size_t nobody = SIZE_MAX;
    pthread_mutex_lock(&c->mutex);
    while (c->n_taken - c->n_given > n) {
        if (may_give(c, nobody))
            give(c);
        else
            pthread_cond_wait(&c->changed, &c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
}

static void run_all(struct crew *c, size_t n_workers)
{
    struct member members[CREW_MAX] = {{0}};
    for (size_t i = 0; i < n_workers; i++)
        members[i] = (struct member){.crew = c, .number = i};
    for (size_t i = 1; i < n_workers; i++)
        members[i].has_thread = thread_start(&members[i].thread, run, &members[i]);
    (void)run(&members[0]);
    for (size_t i = 1; i < n_workers; i++) {
        if (members[i].has_thread)
            pthread_join(members[i].thread, NULL);
    }
}

enum err_code crew_run(const struct crew_steps *steps, void *state, size_t n_workers, void *batches,
                       size_t n_batches, size_t batch_bytes, struct err *err)
{
    struct crew c = {.steps = steps, .state = state, .n_slots = n_batches};
    c.slots = mem_new(n_batches, sizeof *c.slots);
    c.idle = mem_new(n_batches, sizeof *c.idle);
    enum err_code rc = c.slots && c.idle ? OK : err_no_memory(err, n_batches * sizeof *c.slots);
    if (!rc) {
        for (size_t i = 0; i < n_batches; i++)
            c.idle[c.n_idle++] = (char *)batches + i * batch_bytes;
        pthread_mutex_init(&c.mutex, NULL);
        pthread_cond_init(&c.changed, NULL);
        run_all(&c, n_workers < CREW_MAX ? n_workers : CREW_MAX);
        pthread_cond_destroy(&c.changed);
        pthread_mutex_destroy(&c.mutex);
        if (c.failure.code)
            rc = err_set(err, c.failure.code, "%s", c.failure.text);
    }
    mem_free(c.slots);
    mem_free(c.idle);
    return rc;
}
