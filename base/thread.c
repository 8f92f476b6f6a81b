#include "base/thread.h"

#include <signal.h>
#include <stdint.h>
#include <unistd.h>

bool thread_start(pthread_t *out, void *(*run)(void *state), void *state)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(out, NULL, run, state);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

size_t thread_processors(size_t most)
{
    const int64_t n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (size_t)n > most ? most : (size_t)n;
}
