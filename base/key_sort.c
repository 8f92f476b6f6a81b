#include "base/key_sort.h"

#include <string.h>

/*
 * A radix sort of the least significant byte first, for it is stable. Bytes that are the same in all
 * keys are skipped.
 */
void key_sort(struct keyed *items, size_t n, struct keyed *room)
{
    enum { N_BYTES = 8, N_DIGITS = 256 };
    struct keyed *from = items, *to = room;
    size_t starts[N_BYTES][N_DIGITS] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (unsigned byte = 0; byte < N_BYTES; byte++)
            starts[byte][items[i].key >> 8 * byte & 0xFF]++;
    for (unsigned byte = 0; n > 0 && byte < N_BYTES; byte++) {
        if (starts[byte][items[0].key >> 8 * byte & 0xFF] == n)
            continue;
        size_t start = 0;
        for (size_t digit = 0; digit < N_DIGITS; digit++) {
            const size_t n_digit = starts[byte][digit];
            starts[byte][digit] = start;
            start += n_digit;
        }
        for (size_t i = 0; i < n; i++)
            to[starts[byte][from[i].key >> 8 * byte & 0xFF]++] = from[i];
        struct keyed *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items)
        memcpy(items, from, n * sizeof *from);
}
