/*
 * An arena: memory for one job, given back all at once. Unused and given-back bytes are poisoned
 * under AddressSanitizer. Not for more than one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

/** Open to be embedded; fields are the arena's own. */
struct arena {
    struct arena_chunk *last;
    size_t used_bytes; /* of all chunks, given out or not */
    size_t limit_bytes;
    bool failed; /* since init, clear or reset something was asked for in vain: for who looks once,
                    at the end of a job; may be set by who fails on its behalf */
};

/** `limit_bytes` bounds all that the arena ever holds at once; nothing is allocated yet. */
void arena_init(struct arena *a, size_t limit_bytes);

/** Give everything back to the heap. The arena can be used again. */
void arena_clear(struct arena *a);

/** Forget everything but keep one chunk, so that the next job allocates nothing. */
void arena_reset(struct arena *a);
/** The same, but what grew beyond so much is given back: for an arena that is one of many. */
void arena_reset_within(struct arena *a, size_t kept_bytes);

/** Zeroed memory for n items, aligned for any type; NULL when the limit or the heap is exhausted
 *  (then err, which may be NULL, says LIMIT or NO_MEMORY). */
void *arena_new(struct arena *a, size_t n_items, size_t item_bytes, struct err *err) MUST_USE;

/** As arena_new() but not zeroed. */
void *arena_raw(struct arena *a, size_t n_items, size_t item_bytes, struct err *err) MUST_USE;

/** Copies with a NUL added; NULL text gives NULL. */
char *arena_strdup(struct arena *a, const char *text, struct err *err) MUST_USE;
char *arena_strndup(struct arena *a, const char *text, size_t n_bytes, struct err *err) MUST_USE;

/** printf into the arena. */
char *arena_printf(struct arena *a, struct err *err, const char *format, ...)
    PRINTF_LIKE(3, 4) MUST_USE;

#endif
