#include "server/http/worker.h"

#include "base/mem.h"
#include "base/thread.h"
#include "base/when.h"
#include "server/http/make.h"

#include <string.h>

#define WORKERS_MAX     256
#define KEY_LIMIT_BYTES ((size_t)1 << 20)

struct worker {
    struct workers *all;
    pthread_t thread;
    void *state; /* the application's */
    struct gzip *gzip;
    struct arena arena;
    struct buf key; /* of an answer that is to be kept */
};

struct workers {
    const struct http_config *config;
    const struct http_app *app;
    struct queue *queue;
    struct answer_file *file; /* NULL: none */
    pthread_mutex_t lock;
    pthread_cond_t started;
    int n_started, n_threads; /* n_started: have tried to make what they need */
    struct err err;           /* of the first that could not */
    struct worker worker[];
};

static enum err_code open_worker(struct worker *w, struct err *err)
{
    const struct http_config *config = w->all->config;
    const struct http_app *app = w->all->app;
    arena_init(&w->arena, config->arena_bytes);
    buf_init(&w->key, KEY_LIMIT_BYTES);
    enum err_code rc = gzip_new(config->gzip_level, &w->gzip, err);
    if (!rc && app->worker_new)
        rc = app->worker_new(app->state, &w->state, err);
    return rc;
}

static void close_worker(struct worker *w)
{
    if (w->state && w->all->app->worker_free)
        w->all->app->worker_free(w->state);
    gzip_free(w->gzip);
    arena_clear(&w->arena);
    buf_clear(&w->key);
}

static bool lasts(const struct worker *w, const struct job *job)
{
    return w->all->file && job->request.route->lasting && job->key.len_bytes > 0;
}

static void do_job(struct worker *w, struct job *job)
{
    const struct http_app *app = w->all->app;
    const struct maker maker = {w->gzip, w->all->config->max_response_bytes};
    if (atomic_load(&job->cancel)) {
        err_set(&job->err, CANCELED, "nobody waits for this any more");
        return;
    }
    if (lasts(w, job)) {
        job->answer = answer_file_get(w->all->file, job->key, &job->stamps);
        job->is_found = job->answer != NULL;
        if (job->is_found)
            return;
    }
    if (app->worker_begin)
        app->worker_begin(w->state, &job->cancel, job->deadline_us);
    /* A copy: the loop may read the job's own while this thread works. */
    struct request r = job->request;
    r.worker = w->state;
    r.arena = &w->arena;
    job->answer = make_answer(&maker, &r, job->gzip, job->number, &job->err);
    arena_reset(&w->arena);
}

/* The client does not wait until its answer is in the file. */
static void give_back(struct worker *w, struct job *job)
{
    const bool is_kept =
        lasts(w, job) && !job->is_found && job->answer && job->answer->status == 200;
    struct answer *a = is_kept ? answer_ref(job->answer) : NULL;
    const struct stamps stamps = job->stamps;
    buf_reset(&w->key);
    if (a)
        buf_put(&w->key, job->key.at, job->key.len_bytes);
    queue_done(w->all->queue, job);
    if (a && !w->key.failed)
        answer_file_put(w->all->file, (struct span){buf_text(&w->key), w->key.len_bytes}, &stamps,
                        a);
    answer_unref(a);
}

static void *run(void *arg)
{
    struct worker *w = arg;
    struct workers *all = w->all;
    struct err err = {0};
    const enum err_code rc = open_worker(w, &err);
    pthread_mutex_lock(&all->lock);
    if (rc && all->err.code == OK)
        all->err = err;
    all->n_started++;
    pthread_cond_signal(&all->started);
    pthread_mutex_unlock(&all->lock);
    for (struct job *job; !rc && (job = queue_take(all->queue));) {
        do_job(w, job);
        give_back(w, job);
    }
    close_worker(w);
    return NULL;
}

static enum err_code start_threads(struct workers *all, int n, struct err *err)
{
    for (int i = 0; i < n; i++) {
        struct worker *w = &all->worker[i];
        w->all = all;
        const int failed = pthread_create(&w->thread, NULL, run, w);
        if (failed)
            return err_set(err, IO, "no thread for a worker: %s", strerror(failed));
        all->n_threads++;
    }
    return OK;
}

static enum err_code wait_until_started(struct workers *all, struct err *err)
{
    pthread_mutex_lock(&all->lock);
    while (all->n_started < all->n_threads)
        pthread_cond_wait(&all->started, &all->lock);
    const struct err first = all->err;
    pthread_mutex_unlock(&all->lock);
    return first.code ? err_set(err, first.code, "%s", first.text) : OK;
}

enum err_code workers_new(const struct http_config *config, const struct http_app *app,
                          struct queue *queue, struct answer_file *file, struct workers **out,
                          struct err *err)
{
    const int n = config->n_workers > 0 ? config->n_workers : (int)thread_processors(WORKERS_MAX);
    struct workers *all;
    const size_t n_bytes = sizeof *all + (size_t)n * sizeof *all->worker;
    all = mem_new(1, n_bytes);
    if (!all)
        return err_no_memory(err, n_bytes);
    all->config = config;
    all->app = app;
    all->queue = queue;
    all->file = file;
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->started, NULL);
    enum err_code rc = start_threads(all, n, err);
    if (!rc)
        rc = wait_until_started(all, err);
    if (rc) {
        queue_close(queue);
        workers_free(all);
        return rc;
    }
    *out = all;
    return OK;
}

void workers_free(struct workers *all)
{
    if (!all)
        return;
    for (int i = 0; i < all->n_threads; i++)
        pthread_join(all->worker[i].thread, NULL);
    pthread_cond_destroy(&all->started);
    pthread_mutex_destroy(&all->lock);
    mem_free(all);
}
