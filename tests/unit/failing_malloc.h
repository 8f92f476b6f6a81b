/* Heap functions that fail when told to, in tests linked with cassini_failing_malloc(). Threads may
 * use them at the same time. */
#ifndef TESTS_UNIT_FAILING_MALLOC_H
#define TESTS_UNIT_FAILING_MALLOC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How many more allocations go well; SIZE_MAX, as at the start: all. */
extern _Atomic size_t n_allowed;
/** Allocations less frees, of C's functions. */
extern _Atomic int64_t n_live;

/** Takes one of the allowed allocations, where there is one. */
bool may_allocate(void);

#endif
