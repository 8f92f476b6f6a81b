#include "server/http/dispatch.h"

#include "base/mem.h"
#include "base/when.h"
#include "server/http/cache.h"
#include "server/http/key.h"
#include "server/http/make.h"
#include "server/http/problem.h"

#include <string.h>

/* Checked parameters and texts of one request; light handlers work in it too. */
#define REQUEST_ARENA_BYTES ((size_t)16 << 20)
/* Work under way is bounded by the queue and the workers: chains stay short. */
#define FLIGHT_BUCKETS 1024
#define KEY_BYTES      ((size_t)1 << 20)

struct dispatch {
    const struct http_config *config;
    const struct http_app *app;
    const struct log *log;
    const char *own_url;
    struct queue *queue;
    respond_function *respond;
    struct router *router;
    struct cache *cache;
    struct gzip *gzip;
    struct arena arena;                  /* of the request that is being taken */
    struct buf key;                      /* of the same */
    struct stamps stamps;                /* of the same */
    struct job *flights[FLIGHT_BUCKETS]; /* shared work under way, by key */
    struct job *oldest, *newest;         /* all work that is waited for, by deadline */
    uint64_t n_requests, n_errors, n_cache_hits, n_jobs, n_joined, n_busy;
};

enum err_code dispatch_new(const struct http_config *config, const struct http_app *app,
                           const struct log *log, const char *own_url, struct queue *queue,
                           respond_function *respond, struct dispatch **out, struct err *err)
{
    struct dispatch *d = mem_new(1, sizeof *d);
    if (!d)
        return err_no_memory(err, sizeof *d);
    d->config = config;
    d->app = app;
    d->log = log;
    d->own_url = own_url;
    d->queue = queue;
    d->respond = respond;
    arena_init(&d->arena, REQUEST_ARENA_BYTES);
    buf_init(&d->key, KEY_BYTES);
    enum err_code rc = router_new(app->routes, &d->router, err);
    if (!rc)
        rc = cache_new(config->cache_bytes, &d->cache, err);
    if (!rc)
        rc = gzip_new(config->gzip_level, &d->gzip, err);
    if (rc)
        dispatch_free(d);
    else
        *out = d;
    return rc;
}

static void release(const struct dispatch *d, void *snapshot)
{
    if (snapshot && d->app->snapshot_unref)
        d->app->snapshot_unref(snapshot);
}

static void free_job(struct dispatch *d, struct job *job)
{
    release(d, job->request.snapshot);
    answer_unref(job->answer);
    arena_clear(&job->arena);
    mem_free(job);
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    for (struct job *job = queue_take_done(d->queue), *after; job; job = after) {
        after = job->after;
        free_job(d, job);
    }
    arena_clear(&d->arena);
    buf_clear(&d->key);
    router_free(d->router);
    cache_free(d->cache);
    gzip_free(d->gzip);
    mem_free(d);
}

static void respond(struct dispatch *d, struct waiter *w, struct answer *a)
{
    const int status = a ? a->status : 500;
    d->n_errors += status >= 500;
    w->job = NULL;
    d->respond(w, a);
}

/* Only what the server is to blame for, or what its limits refuse, concerns the operator. */
static void log_problem(const struct dispatch *d, const struct request *r, uint64_t number,
                        const struct err *problem)
{
    const bool severe = problem_status(problem->code) == 500;
    if (severe || problem->code == LIMIT)
        log_line(d->log, severe ? LOG_ERROR : LOG_WARNING, "request %llu, %s%s%s: %s: %s",
                 (unsigned long long)number, r->path, *r->query ? "?" : "", r->query,
                 err_name(problem->code), problem->text);
}

static struct maker maker_of(const struct dispatch *d)
{
    return (struct maker){d->gzip, d->config->max_response_bytes};
}

static void answer_problem(struct dispatch *d, const struct request *r, struct waiter *w,
                           int status, const struct err *problem, bool gzip)
{
    const struct maker maker = maker_of(d);
    if (status == 500)
        log_problem(d, r, w->number, problem);
    struct answer *a = make_problem(&maker, r, status, problem, gzip, w->number);
    respond(d, w, a);
    answer_unref(a);
}

/* What an answer under way hangs on is not known before it is there: on all that it may. */
static struct job **flight_of(struct dispatch *d, struct span key, const struct stamps *stamps)
{
    struct job **at = &d->flights[text_hash(key.at, key.len_bytes, 0) % FLIGHT_BUCKETS];
    while (*at && ((*at)->stamps.wide != stamps->wide || (*at)->key.len_bytes != key.len_bytes ||
                   memcmp((*at)->key.at, key.at, key.len_bytes) != 0))
        at = &(*at)->chain;
    return at;
}

static void add_waiter(struct job *job, struct waiter *w)
{
    w->job = job;
    w->before = NULL;
    w->after = job->waiters;
    if (w->after)
        w->after->before = w;
    job->waiters = w;
}

static void link_job(struct dispatch *d, struct job *job)
{
    job->older = d->newest;
    *(d->newest ? &d->newest->newer : &d->oldest) = job;
    d->newest = job;
    if (job->key.len_bytes) {
        struct job **at = flight_of(d, job->key, &job->stamps);
        job->chain = *at;
        *at = job;
    }
}

static void unlink_job(struct dispatch *d, struct job *job)
{
    *(job->older ? &job->older->newer : &d->oldest) = job->newer;
    *(job->newer ? &job->newer->older : &d->newest) = job->older;
    if (job->key.len_bytes)
        *flight_of(d, job->key, &job->stamps) = job->chain;
}

/* Nobody waits for it any more. A later equal request starts anew instead of joining it. */
static void abandon(struct dispatch *d, struct job *job)
{
    unlink_job(d, job);
    atomic_store(&job->cancel, true);
    job->abandoned = true;
    if (queue_remove(d->queue, job))
        free_job(d, job);
}

static void answer_waiters(struct dispatch *d, struct job *job, struct answer *a)
{
    while (job->waiters) {
        struct waiter *w = job->waiters;
        job->waiters = w->after;
        respond(d, w, a);
    }
}

/* The request moves into a job of its own, with the arena that holds it. */
static struct job *job_of(struct dispatch *d, const struct reading *reading, uint64_t number,
                          struct err *err)
{
    struct job *job = mem_new(1, sizeof *job);
    if (!job) {
        err_no_memory(err, sizeof *job);
        return NULL;
    }
    if (d->key.len_bytes) {
        job->key.at = arena_strndup(&d->arena, buf_text(&d->key), d->key.len_bytes, err);
        if (!job->key.at) {
            mem_free(job);
            return NULL;
        }
        job->key.len_bytes = d->key.len_bytes;
        job->stamps = d->stamps;
    }
    job->arena = d->arena;
    arena_init(&d->arena, REQUEST_ARENA_BYTES);
    job->request = reading->request;
    job->request.arena = NULL;
    job->gzip = reading->gzip;
    job->number = number;
    job->deadline_us = when_monotonic_us() + d->config->request_ms * 1000;
    atomic_init(&job->cancel, false);
    return job;
}

static void enqueue(struct dispatch *d, struct reading *reading, struct waiter *w)
{
    struct request *r = &reading->request;
    struct err *err = &reading->err;
    struct job *job = job_of(d, reading, w->number, err);
    const enum err_code rc = job ? queue_put(d->queue, job, err) : err->code;
    if (!rc) {
        d->n_jobs++;
        link_job(d, job);
        add_waiter(job, w);
        return;
    }
    d->n_busy += rc == BUSY;
    r->arena = &d->arena;
    answer_problem(d, r, w, problem_status(rc), err, reading->gzip);
    if (job)
        free_job(d, job);
    else
        release(d, r->snapshot);
}

static bool is_worth_keeping(const struct answer *a)
{
    return a && (a->status == 200 || a->status == 204);
}

static void answer_light(struct dispatch *d, struct reading *reading, struct waiter *w)
{
    struct request *r = &reading->request;
    const struct maker maker = maker_of(d);
    /* The handler's arena is its own, for a problem resets it while it still needs the request. */
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    r->arena = &arena;
    struct answer *a = make_answer(&maker, r, reading->gzip, w->number, &reading->err);
    if (reading->err.code)
        log_problem(d, r, w->number, &reading->err);
    if (d->key.len_bytes && is_worth_keeping(a))
        cache_put(d->cache, (struct span){buf_text(&d->key), d->key.len_bytes}, &d->stamps, a);
    respond(d, w, a);
    answer_unref(a);
    arena_clear(&arena);
}

/* From the cache, or together with others; false when neither is possible. */
static bool answer_shared(struct dispatch *d, const struct reading *reading, struct waiter *w)
{
    const struct request *r = &reading->request;
    buf_reset(&d->key);
    if (!r->route->cached)
        return false;
    const struct http_app *app = d->app;
    key_put(&d->key, r, reading->gzip);
    if (d->key.failed) {
        buf_reset(&d->key);
        return false;
    }
    const struct span key = {buf_text(&d->key), d->key.len_bytes};
    d->stamps = app->stamps ? app->stamps(app->state, r->snapshot, r) : (struct stamps){0};
    struct answer *kept = cache_get(d->cache, key, &d->stamps);
    if (kept) {
        d->n_cache_hits++;
        w->cache_status = "cassini; hit";
        respond(d, w, kept);
        return true;
    }
    struct job *flight = *flight_of(d, key, &d->stamps);
    w->cache_status = "cassini; fwd=miss";
    if (flight) {
        d->n_joined++;
        w->cache_status = "cassini; fwd=miss; collapsed";
        add_waiter(flight, w);
    }
    return flight != NULL;
}

/* A request that is to be handled. */
static void handle(struct dispatch *d, struct reading *reading, struct waiter *w)
{
    struct request *r = &reading->request;
    const struct http_app *app = d->app;
    if (app->snapshot_ref)
        r->snapshot = app->snapshot_ref(app->state);
    if (!answer_shared(d, reading, w)) {
        if (!r->route->light) {
            enqueue(d, reading, w);
            return;
        }
        answer_light(d, reading, w);
    }
    release(d, r->snapshot);
}

void dispatch_take(struct dispatch *d, const struct incoming *in, struct waiter *w)
{
    *w = (struct waiter){.number = ++d->n_requests};
    struct reading reading;
    request_read(d->router, d->config->base_url, d->own_url, in, &d->arena, &reading);
    if (reading.status == 0) {
        handle(d, &reading, w);
    } else if (reading.err.code) {
        answer_problem(d, &reading.request, w, reading.status, &reading.err, reading.gzip);
    } else {
        struct answer *a = reading.status == 301 ? make_redirect(reading.location) : make_options();
        respond(d, w, a);
        answer_unref(a);
    }
    arena_reset(&d->arena);
}

void dispatch_collect(struct dispatch *d)
{
    for (struct job *job = queue_take_done(d->queue), *after; job; job = after) {
        after = job->after;
        if (!job->abandoned) {
            unlink_job(d, job);
            if (job->err.code)
                log_problem(d, &job->request, job->number, &job->err);
            if (job->key.len_bytes && is_worth_keeping(job->answer))
                cache_put(d->cache, job->key, &job->stamps, job->answer);
            for (struct waiter *w = job->waiters; w && job->is_found; w = w->after)
                w->cache_status = "cassini; hit; detail=file";
            answer_waiters(d, job, job->answer);
        }
        free_job(d, job);
    }
}

void dispatch_leave(struct dispatch *d, struct waiter *w)
{
    struct job *job = w->job;
    if (!job)
        return;
    w->job = NULL;
    *(w->before ? &w->before->after : &job->waiters) = w->after;
    if (w->after)
        w->after->before = w->before;
    if (!job->waiters)
        abandon(d, job);
}

int64_t dispatch_expire(struct dispatch *d, int64_t now_us)
{
    while (d->oldest && d->oldest->deadline_us <= now_us) {
        struct job *job = d->oldest;
        struct err late = {0};
        err_set(&late, CANCELED, "this took longer than the %lld ms that a request may take",
                (long long)d->config->request_ms);
        struct request r = job->request;
        r.arena = &d->arena;
        const struct maker maker = maker_of(d);
        struct answer *a =
            make_problem(&maker, &r, problem_status(CANCELED), &late, false, job->number);
        log_line(d->log, LOG_WARNING, "request %llu, %s%s%s: %s", (unsigned long long)job->number,
                 r.path, *r.query ? "?" : "", r.query, late.text);
        answer_waiters(d, job, a);
        answer_unref(a);
        arena_reset(&d->arena);
        abandon(d, job);
    }
    return d->oldest ? d->oldest->deadline_us - now_us : -1;
}

struct http_counts dispatch_counts(const struct dispatch *d)
{
    return (struct http_counts){
        .n_requests = d->n_requests,
        .n_errors = d->n_errors,
        .n_cache_hits = d->n_cache_hits,
        .n_jobs = d->n_jobs,
        .n_joined = d->n_joined,
        .n_busy = d->n_busy,
        .cache_bytes = cache_bytes(d->cache),
        .cache_entries = cache_entries(d->cache),
        .n_queued = queue_length(d->queue),
    };
}
