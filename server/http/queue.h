/* Where the loop and the workers meet: a bounded queue of jobs one way, a list of done ones the
 * other way, with an eventfd that tells the loop to look. */
#ifndef SERVER_HTTP_QUEUE_H
#define SERVER_HTTP_QUEUE_H

#include "base/err.h"
#include "server/http/job.h"

#include <stdbool.h>
#include <stdint.h>

struct queue;

/** Errors IO no eventfd, NO_MEMORY */
enum err_code queue_new(uint64_t max_jobs, struct queue **out, struct err *err) MUST_USE;
void queue_free(struct queue *q); /* empty by then */

/** Errors BUSY when `max_jobs` are waiting. */
enum err_code queue_put(struct queue *q, struct job *job, struct err *err) MUST_USE;
/** Take back a job that no worker has begun; false when one has (or when it is done). */
bool queue_remove(struct queue *q, struct job *job);
uint64_t queue_length(struct queue *q);

/** The next job, waiting for one; NULL when the queue was closed. Workers. */
struct job *queue_take(struct queue *q);
/** Hand back a job that was taken. Workers. */
void queue_done(struct queue *q, struct job *job);

/** Readable when queue_take_done() or what queue_wake() told of should be looked at. */
int queue_fd(const struct queue *q);
/** All that is done, linked by `after`, oldest first; NULL: nothing. Makes the eventfd quiet. */
struct job *queue_take_done(struct queue *q);
/** Make the eventfd readable. Any thread, also a signal handler. */
void queue_wake(const struct queue *q);

/** Workers get no more jobs: queue_take() gives NULL from now on. */
void queue_close(struct queue *q);

#endif
