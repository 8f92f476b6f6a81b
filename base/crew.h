/*
 * Threads that share the work on a row of batches. Each takes one, works on it and gives what came
 * of it: taking and giving is done by one thread at a time, in the order of the batches, the work
 * between them side by side. What one thread has taken it also works on and, mostly, gives: memory
 * that goes from one core to another costs more than most work that is done in it.
 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct crew;

struct crew_steps {
    /** Fill the batch. Out: out_more false: it is not filled, and nothing comes any more. */
    enum err_code (*take)(void *state, struct crew *c, void *batch, bool *out_more,
                          struct err *err);
    /** `worker`: 0, 1, ... below the number of threads; what is a worker's own needs no lock. */
    enum err_code (*work)(void *state, size_t worker, void *batch, struct err *err);
    enum err_code (*give)(void *state, void *batch, struct err *err);
};

/** The most threads that a crew has. */
enum { CREW_MAX = 4 };

/** As many as there are processors, at most CREW_MAX. */
size_t crew_size(void);

/**
 * All batches, until there are no more or a step fails. The calling thread is worker 0, the only one
 * where the system has no thread to give.
 * In       batches: an array of so many, each so many bytes long
 * Errors   of the first batch, in their order, that a step failed of: all before it were given, and
 *          none after it; NO_MEMORY
 */
enum err_code crew_run(const struct crew_steps *steps, void *state, size_t n_workers, void *batches,
                       size_t n_batches, size_t batch_bytes, struct err *err) MUST_USE;

/** Within `take`: until no more than `n` of the batches that were taken before are not given yet. With
 * 0, what the other steps touch is the caller's until `take` returns. */
void crew_wait(struct crew *c, size_t n);

#endif
