#include "server/http/queue.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct list {
    struct job *first, *last;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty;
    struct list waiting, done;
    uint64_t n_waiting, max_jobs;
    bool closed;
    int fd;
};

static void append(struct list *l, struct job *job)
{
    job->before = l->last;
    job->after = NULL;
    *(l->last ? &l->last->after : &l->first) = job;
    l->last = job;
}

static void detach(struct list *l, struct job *job)
{
    *(job->before ? &job->before->after : &l->first) = job->after;
    *(job->after ? &job->after->before : &l->last) = job->before;
    job->before = job->after = NULL;
}

enum err_code queue_new(uint64_t max_jobs, struct queue **out, struct err *err)
{
    struct queue *q = mem_new(1, sizeof *q);
    if (!q)
        return err_no_memory(err, sizeof *q);
    q->max_jobs = max_jobs;
    q->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (q->fd < 0) {
        const enum err_code rc = err_set(err, IO, "no eventfd: %s", strerror(errno));
        mem_free(q);
        return rc;
    }
    /* Without attributes these two cannot fail on Linux. */
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    *out = q;
    return OK;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    close(q->fd);
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->lock);
    mem_free(q);
}

enum err_code queue_put(struct queue *q, struct job *job, struct err *err)
{
    pthread_mutex_lock(&q->lock);
    const bool full = q->n_waiting >= q->max_jobs;
    if (!full) {
        append(&q->waiting, job);
        q->n_waiting++;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->lock);
    return full ? err_set(err, BUSY, "too many requests are waiting; try again in a moment") : OK;
}

bool queue_remove(struct queue *q, struct job *job)
{
    pthread_mutex_lock(&q->lock);
    const struct job *at = q->waiting.first;
    while (at && at != job)
        at = at->after;
    if (at) {
        detach(&q->waiting, job);
        q->n_waiting--;
    }
    pthread_mutex_unlock(&q->lock);
    return at != NULL;
}

uint64_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    const uint64_t n = q->n_waiting;
    pthread_mutex_unlock(&q->lock);
    return n;
}

struct job *queue_take(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (!q->closed && !q->waiting.first)
        pthread_cond_wait(&q->not_empty, &q->lock);
    struct job *job = q->closed ? NULL : q->waiting.first;
    if (job) {
        detach(&q->waiting, job);
        q->n_waiting--;
    }
    pthread_mutex_unlock(&q->lock);
    return job;
}

void queue_done(struct queue *q, struct job *job)
{
    pthread_mutex_lock(&q->lock);
    const bool first = !q->done.first;
    append(&q->done, job);
    pthread_mutex_unlock(&q->lock);
    if (first)
        queue_wake(q);
}

int queue_fd(const struct queue *q)
{
    return q->fd;
}

struct job *queue_take_done(struct queue *q)
{
    /* Quiet first: what comes after this line wakes the loop again. */
    uint64_t count;
    const ssize_t ignored = read(q->fd, &count, sizeof count);
    (void)ignored;
    pthread_mutex_lock(&q->lock);
    struct job *first = q->done.first;
    q->done = (struct list){NULL, NULL};
    pthread_mutex_unlock(&q->lock);
    return first;
}

void queue_wake(const struct queue *q)
{
    /* It can only fail when the counter is full, and then the loop is awake. */
    const uint64_t one = 1;
    const ssize_t ignored = write(q->fd, &one, sizeof one);
    (void)ignored;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}
