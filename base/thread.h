/* Threads that work for the one that was there before, which keeps the signals. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/** A thread to which no signal comes. False: the system has none to give. */
bool thread_start(pthread_t *out, void *(*run)(void *state), void *state);

/** How many processors there are: at least 1, at most `most`. */
size_t thread_processors(size_t most);

#endif
