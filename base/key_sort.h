/* Sorts by a number, without comparisons: for millions of small items. */
#ifndef BASE_KEY_SORT_H
#define BASE_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

/** A plain value: what is sorted, and whose key it is. */
struct keyed {
    uint64_t key, value;
};

/** By key, equal keys as they came. `room`: for as many more. */
void key_sort(struct keyed *items, size_t n, struct keyed *room);

#endif
