/*
 * Heap memory: sizes are multiplied with a check, nothing exits when there is none left.
 * All of the project's own heap use goes through these functions (tests make each fail in turn
 * by wrapping malloc, calloc and realloc at link time).
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/err.h"

#include <stddef.h>

/** n_items * item_bytes zeroed bytes, or NULL. Zero items give a pointer that can be freed. */
void *mem_new(size_t n_items, size_t item_bytes) MUST_USE;

/** realloc: `p` may be NULL; NULL when there is no memory, and then `p` is as it was. */
void *mem_resize(void *p, size_t n_bytes) MUST_USE;

/** For memory of many megabytes that will be filled: the system need not be asked for each page of it.
 * A hint, which may come to nothing. */
void mem_prefer_large_pages(void *p, size_t n_bytes);

/**
 * Make room for at least `n_wanted` items in a growing array.
 * In/out  *items, *n_room: the array and its room; both untouched on failure
 * Errors  NO_MEMORY
 */
static inline enum err_code mem_grow(void **items, size_t *n_room, size_t n_wanted,
                                     size_t item_bytes, struct err *err) MUST_USE;

/** A copy of the text on the heap, or NULL. NULL gives NULL. */
char *mem_strdup(const char *text) MUST_USE;

/** Accepts NULL. */
void mem_free(void *p);

enum err_code mem_grow_now(void **items, size_t *n_room, size_t n_wanted, size_t item_bytes,
                           struct err *err) MUST_USE;

/* Mostly there is room: that is seen here, without a call. */
static inline enum err_code mem_grow(void **items, size_t *n_room, size_t n_wanted,
                                     size_t item_bytes, struct err *err)
{
    return n_wanted <= *n_room ? OK : mem_grow_now(items, n_room, n_wanted, item_bytes, err);
}

#endif
