/* The thread that owns evhttp: connections, timers, signals, and what wakes it. */
#ifndef SERVER_HTTP_LOOP_H
#define SERVER_HTTP_LOOP_H

#include "base/err.h"
#include "base/log.h"
#include "server/http/dispatch.h"
#include "server/http/http_server.h"
#include "server/http/queue.h"

struct loop;

/** Takes `fd`, also on failure. All else that is passed must outlive the loop; the dispatch answers
 * through exchange_answer(). Errors NO_MEMORY, IO libevent could not start */
enum err_code loop_new(const struct http_config *config, const struct http_app *app,
                       const struct log *log, struct dispatch *dispatch, struct queue *queue,
                       int fd, struct loop **out, struct err *err) MUST_USE;
/** Until SIGINT, SIGTERM or loop_stop(); then takes nothing new and ends when all is answered, at
 *  most request_ms and a second later. Errors IO */
enum err_code loop_run(struct loop *l, struct err *err) MUST_USE;
/** Any thread. */
void loop_stop(struct loop *l);
/** Closes every connection: whoever waited leaves the dispatch. Accepts NULL. */
void loop_free(struct loop *l);

uint64_t loop_connections(const struct loop *l);

#endif
