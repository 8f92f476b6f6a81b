/* Which of the groups under way in a cell has a value, by the value's hash. */
#ifndef TILER_GROUP_INDEX_H
#define TILER_GROUP_INDEX_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct group_slot;

/** Starts zeroed, and empty. */
struct group_index {
    struct group_slot *slots; /* open addressing, at most half full */
    size_t n_slots, n_groups;
};

void group_index_clear(struct group_index *g);
/** Empty again. */
void group_index_reset(struct group_index *g);

/**
 * Find a value's group.
 *
 * Out      out: its index; of a new one the next, from 0
 * Errors   NO_MEMORY
 */
enum err_code group_index_find(struct group_index *g, uint32_t hash, size_t *out, bool *is_new,
                               struct err *err) MUST_USE;

#endif
