/*
 * A second thread that works on batches in the order in which they are given: one thread fills
 * while the other works. How many batches there are bounds what is under way.
 */
#ifndef BASE_LANE_H
#define BASE_LANE_H

#include "base/err.h"

#include <stddef.h>

struct lane;

/** What is done with one batch, on the lane's thread. After a failure no more of them are worked
 * on. */
typedef enum err_code (*lane_work)(void *state, void *batch, struct err *err);

/**
 * A lane with its thread. Where the system has no thread to give, lane_give() does the work itself.
 * In       batches: an array of 2 or more, each so many bytes long, lent until the lane is freed; 0 bytes:
 *          the same one again and again
 * Errors   NO_MEMORY
 * Thread   all calls from one thread
 */
enum err_code lane_new(void *batches, size_t n_batches, size_t batch_bytes, lane_work work,
                       void *state, struct lane **out, struct err *err) MUST_USE;
/** Ends the thread when it has done with the batch that it is at. Accepts NULL. */
void lane_free(struct lane *l);

/** A batch to be filled: waits until one is free. The same one until it is given. */
void *lane_batch(struct lane *l);
/** Give the batch that is being filled. Errors those of the work, of any batch before */
enum err_code lane_give(struct lane *l, struct err *err) MUST_USE;
/** Until all that was given is done: then what the work touches is the caller's again, until the
 * next lane_give(). Errors those of the work */
enum err_code lane_wait(struct lane *l, struct err *err) MUST_USE;

#endif
