#include "base/hilbert.h"

/* Source: J. Skilling, "Programming the Hilbert curve", 2004; here the two-dimensional xy2d.
 * Without branches, since each would be mispredicted every second time. */
uint64_t hilbert_key(uint32_t x, uint32_t y)
{
    uint64_t key = 0;
    for (int bit = 31; bit >= 0; bit--) {
        const uint32_t right = x >> bit & 1;
        const uint32_t up = y >> bit & 1;
        key = key << 2 | ((3 * right) ^ up);
        /* Turn the quadrant: the lower two are mirrored on a diagonal, which one depends on side.
         */
        const uint32_t flip = -(right & (up ^ 1));
        x ^= flip;
        y ^= flip;
        const uint32_t swap = (x ^ y) & (up - 1);
        x ^= swap;
        y ^= swap;
    }
    return key;
}
