/* What the truth instruments share: memory that is there or the program ends, numbers, a clock of
 * nothing. They share no code with what they judge. */
#ifndef TESTS_TRUTH_TOOL_H
#define TESTS_TRUTH_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Say why on stderr and end with 2. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

void *make(size_t n, size_t bytes_each);
/** Room for one more item in a growing array; `*room` is in items. */
void *grow(void *items, size_t n, size_t *room, size_t bytes_each);

/** The same on every machine: for samples that do not change. */
uint64_t mix(uint64_t v);
uint64_t mix_bytes(const void *bytes, size_t n);

/** A file in memory. */
struct file_bytes {
    const uint8_t *at;
    size_t n;
};
struct file_bytes file_map(const char *path);

/** "6-14" or "6" */
void parse_zooms(const char *text, int *first, int *last);

#endif
