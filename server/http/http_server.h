/*
 * The web server: one loop thread that owns evhttp, workers that do the work, a cache of bytes,
 * one place from which every answer is sent. Nothing global: several can run in one process.
 */
#ifndef SERVER_HTTP_HTTP_SERVER_H
#define SERVER_HTTP_HTTP_SERVER_H

#include "base/err.h"
#include "base/log.h"
#include "server/http/route.h"

#include <stdatomic.h>
#include <stdint.h>

/** Every limit is an option of `serve` with the default named here. */
struct http_config {
    const char *address;         /* "127.0.0.1" */
    uint16_t port;               /* 0: any free one */
    const char *base_url;        /* NULL: from the Host header, checked; else http://address:port */
    int n_workers;               /* 0: as many as processors */
    uint64_t cache_bytes;        /* 256 MB */
    const char *answer_file;     /* what lasting answers are kept in besides; NULL: nothing */
    uint64_t answer_file_bytes;  /* 1 GB */
    uint64_t max_connections;    /* 1024 */
    uint64_t max_header_bytes;   /* 16 KB, request line included */
    uint64_t max_body_bytes;     /* 1 MB */
    uint64_t max_response_bytes; /* 64 MB */
    uint64_t max_queue;          /* 256 requests waiting for a worker; more: 503 with Retry-After */
    int64_t request_ms;          /* 30,000: then the work is canceled, 503 */
    int64_t idle_ms;             /* 60,000: a silent connection is closed */
    uint64_t arena_bytes;        /* 256 MB a worker */
    int gzip_level; /* 4: 3 % more bytes than 6 in 6 tenths of the time (docs/benchmarks.md) */
};

struct http_config http_config_default(void);

/** What the maps behind the web give to it. Functions may be NULL: then there is no such thing, and
 * the stamps are 0. */
struct http_app {
    void *state;
    const struct route *const *routes; /* NULL at the end */
    /** On each worker thread, at its start and end. */
    enum err_code (*worker_new)(void *state, void **out, struct err *err);
    void (*worker_free)(void *worker);
    /** Before each request on that thread: work must stop when `cancel` becomes true or the
     * deadline, on when_monotonic_us()'s clock, passes. */
    void (*worker_begin)(void *worker, const atomic_bool *cancel, int64_t deadline_us);
    /** What a request sees of the world, on the loop thread; released on any thread. */
    void *(*snapshot_ref)(void *state);
    void (*snapshot_unref)(void *snapshot);
    /** What the answer of a cached route hangs on. Loop thread. */
    struct stamps (*stamps)(void *state, void *snapshot, const struct request *r);
    /** Every second on the loop thread, to look for changes. */
    void (*tick)(void *state);
};

struct http_server;

/** Binds and starts the workers. Errors IO "127.0.0.1:8080 is in use", BAD_ARG, NO_MEMORY; those of
 * worker_new */
enum err_code http_server_new(const struct http_config *config, const struct http_app *app,
                              const struct log *log, struct http_server **out,
                              struct err *err) MUST_USE;
uint16_t http_server_port(const struct http_server *s);
/** Serves until SIGINT or SIGTERM, or http_server_stop(); lets started requests end (at most
 * request_ms), then logs how many there were. */
enum err_code http_server_run(struct http_server *s, struct err *err) MUST_USE;
/** From any thread. */
void http_server_stop(struct http_server *s);
void http_server_free(struct http_server *s);

struct http_counts {
    uint64_t n_requests, n_errors, n_cache_hits, n_busy;
    uint64_t n_jobs;   /* given to the workers */
    uint64_t n_joined; /* waited for a job that another request began */
    uint64_t cache_bytes, cache_entries, n_connections, n_queued;
};
struct http_counts http_server_counts(const struct http_server *s); /* loop thread */

#endif
