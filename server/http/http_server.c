#include "server/http/http_server.h"

#include "base/mem.h"
#include "server/http/answer_file.h"
#include "server/http/dispatch.h"
#include "server/http/listen.h"
#include "server/http/loop.h"
#include "server/http/queue.h"
#include "server/http/respond.h"
#include "server/http/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

struct http_server {
    struct http_config config;
    struct http_app app;
    struct log log;
    uint16_t port;
    char own_url[LISTEN_NAME_BYTES + sizeof "http://"];
    struct queue *queue;
    struct dispatch *dispatch;
    struct loop *loop;
    struct workers *workers;
    struct answer_file *file; /* NULL: none */
};

struct http_config http_config_default(void)
{
    return (struct http_config){
        .address = "127.0.0.1",
        .port = 8080,
        .cache_bytes = (uint64_t)256 << 20,
        .answer_file_bytes = (uint64_t)1 << 30,
        .max_connections = 1024,
        .max_header_bytes = 16 << 10,
        .max_body_bytes = 1 << 20,
        .max_response_bytes = 64 << 20,
        .max_queue = 256,
        .request_ms = 30000,
        .idle_ms = 60000,
        .arena_bytes = (uint64_t)256 << 20,
        .gzip_level = 4,
    };
}

/* The usual soft limit, 1024, is less than the connections alone may need. */
static void allow_descriptors(uint64_t n_connections)
{
    struct rlimit limit;
    const rlim_t wanted = n_connections + 512; /* the store's files, logs, libraries */
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    /* Refused: then connections wait when there are no more descriptors. */
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Takes the socket. */
static enum err_code start(struct http_server *s, int fd, struct err *err)
{
    enum err_code rc = queue_new(s->config.max_queue, &s->queue, err);
    if (!rc && s->config.answer_file)
        rc = answer_file_open(s->config.answer_file, s->config.answer_file_bytes, &s->log, &s->file,
                              err);
    if (!rc)
        rc = dispatch_new(&s->config, &s->app, &s->log, s->own_url, s->queue, exchange_answer,
                          &s->dispatch, err);
    if (rc) {
        close(fd);
        return rc;
    }
    rc = loop_new(&s->config, &s->app, &s->log, s->dispatch, s->queue, fd, &s->loop, err);
    if (!rc)
        rc = workers_new(&s->config, &s->app, s->queue, s->file, &s->workers, err);
    return rc;
}

enum err_code http_server_new(const struct http_config *config, const struct http_app *app,
                              const struct log *log, struct http_server **out, struct err *err)
{
    struct http_server *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    struct listening listening;
    enum err_code rc = listen_on(config->address, config->port, &listening, err);
    if (rc) {
        mem_free(s);
        return rc;
    }
    s->config = *config;
    s->app = *app;
    s->log = *log;
    s->port = listening.port;
    snprintf(s->own_url, sizeof s->own_url, "http://%s", listening.name);
    allow_descriptors(config->max_connections);
    rc = start(s, listening.fd, err);
    if (rc)
        http_server_free(s);
    else
        *out = s;
    return rc;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

enum err_code http_server_run(struct http_server *s, struct err *err)
{
    const enum err_code rc = loop_run(s->loop, err);
    const struct http_counts c = dispatch_counts(s->dispatch);
    log_line(&s->log, LOG_INFO,
             "%" PRIu64 " requests: %" PRIu64 " made, %" PRIu64
             " made together with another, %" PRIu64 " from the cache",
             c.n_requests, c.n_jobs, c.n_joined, c.n_cache_hits);
    return rc;
}

void http_server_stop(struct http_server *s)
{
    loop_stop(s->loop);
}

void http_server_free(struct http_server *s)
{
    if (!s)
        return;
    /* In this order: clients leave, which cancels what is under way; workers end; the rest goes. */
    loop_free(s->loop);
    if (s->queue)
        queue_close(s->queue);
    workers_free(s->workers);
    answer_file_close(s->file);
    dispatch_free(s->dispatch);
    queue_free(s->queue);
    mem_free(s);
}

struct http_counts http_server_counts(const struct http_server *s)
{
    struct http_counts counts = dispatch_counts(s->dispatch);
    counts.n_connections = loop_connections(s->loop);
    return counts;
}
