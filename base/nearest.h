/* Which known word was meant by a mistyped one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/** A plain value: start with nearest_to(), offer every known word, read `best`. */
struct nearest {
    const char *word;
    const char *best; /* NULL while nothing near was offered */
    size_t distance;
};

struct nearest nearest_to(const char *word);
void nearest_offer(struct nearest *n, const char *known);

#endif
