/* The threads that run handlers. Each has the application's own worker, an arena and a
 * compressor; all it shares with the loop goes through the queue. */
#ifndef SERVER_HTTP_WORKER_H
#define SERVER_HTTP_WORKER_H

#include "base/err.h"
#include "server/http/answer_file.h"
#include "server/http/http_server.h"
#include "server/http/queue.h"

struct workers;

/**
 * Start the threads and wait until each has made what it needs; what is passed must outlive them.
 * In       file: where lasting answers are found and kept, by the workers alone; NULL: nowhere.
 * config->n_workers 0: as many as processors.
 * Errors   those of app->worker_new() and gzip_new(); IO a thread cannot be had; NO_MEMORY
 */
enum err_code workers_new(const struct http_config *config, const struct http_app *app,
                          struct queue *queue, struct answer_file *file, struct workers **out,
                          struct err *err) MUST_USE;
/** After queue_close(): waits for the jobs that were begun. Accepts NULL. */
void workers_free(struct workers *w);

#endif
