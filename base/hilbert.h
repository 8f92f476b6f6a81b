/* The Hilbert curve: what lies together on the ground gets keys that lie together. */
#ifndef BASE_HILBERT_H
#define BASE_HILBERT_H

#include <stdint.h>

/** Position on the curve of order 32 (Skilling 2004, as in the usual xy2d). */
uint64_t hilbert_key(uint32_t x, uint32_t y);
/** The place that has a key. */
void hilbert_place(uint64_t key, uint32_t *x, uint32_t *y);

#endif
