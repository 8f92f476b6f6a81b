/*
 * What a second processor gives, in shares of the first: 1 where it is a core of its own, 0.1 where
 * both are threads of one core, as a virtual machine's processors may be from one minute to the next.
 * Speeds of programs with several threads mean little without it.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { N_ROUNDS = 15000000, N_SUMS = 8 };

struct run {
    int processor;
    double seconds;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Work that needs nothing but the core. */
static void *work(void *run)
{
    struct run *r = run;
    volatile uint64_t sink = 0;
    uint64_t sums[N_SUMS] = {0};
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET((size_t)r->processor, &only);
    (void)sched_setaffinity(0, sizeof only, &only);
    const double start = now();
    for (uint64_t i = 0; i < N_ROUNDS; i++) {
        for (size_t k = 0; k < N_SUMS; k++)
            sums[k] = (sums[k] ^ i) * UINT64_C(0x9E3779B97F4A7C15) + k;
    }
    for (size_t k = 0; k < N_SUMS; k++)
        sink += sums[k];
    r->seconds = now() - start;
    return NULL;
}

int main(void)
{
    struct run alone[2] = {{0, 0}, {1, 0}}, both[2] = {{0, 0}, {1, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        (void)work(&alone[i]);
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, work, &both[i]))
            return 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    const double gives =
        alone[0].seconds / both[0].seconds + alone[1].seconds / both[1].seconds - 1;
    printf("alone %.0f and %.0f ms, together %.0f and %.0f: a second processor gives %.1f\n",
           1e3 * alone[0].seconds, 1e3 * alone[1].seconds, 1e3 * both[0].seconds,
           1e3 * both[1].seconds, gives);
    return 0;
}
