#include "base/hilbert.h"

/* Every second bit of the result, from the lowest on, is one of `bits`. */
static uint64_t spread(uint32_t bits)
{
    uint64_t v = bits;
    v = (v | v << 16) & 0x0000FFFF0000FFFFu;
    v = (v | v << 8) & 0x00FF00FF00FF00FFu;
    v = (v | v << 4) & 0x0F0F0F0F0F0F0F0Fu;
    v = (v | v << 2) & 0x3333333333333333u;
    return (v | v << 1) & 0x5555555555555555u;
}

/*
 * Source: J. Skilling, "Programming the Hilbert curve", 2004; here the two-dimensional xy2d. Bit by
 * bit from the top it tells the quadrant, and turns what is below: x and y are swapped where the
 * quadrant is one of the lower two, and inverted where it is the lower right one.
 *
 * Whether they are swapped (s) and inverted (c) behind a bit is an affine map, over single bits, of
 * whether they were before it: for equal bits s' = s + c + ~y, c' = c; for different ones
 * s' = c + ~y, c' = s + ~y. Maps one after the other are one map, so all 32 states are found
 * in five steps, each of which joins twice as many maps: bit i of ss, sc, cs, cc (what s' has of s
 * and c, then c'), s and c is the map of the bits from i on upwards.
 */
uint64_t hilbert_key(uint32_t x, uint32_t y)
{
    const uint32_t differ = x ^ y;
    uint32_t ss = ~differ, sc = UINT32_MAX, cs = differ, cc = ~differ;
    uint32_t s = ~y, c = differ & ~y;
    for (unsigned step = 1; step < 32; step *= 2) {
        const uint32_t none = ~(UINT32_MAX >> step); /* above the top nothing changes */
        const uint32_t ss1 = ss >> step | none, sc1 = sc >> step;
        const uint32_t cs1 = cs >> step, cc1 = cc >> step | none;
        const uint32_t s1 = s >> step, c1 = c >> step;
        s ^= (ss & s1) ^ (sc & c1);
        c ^= (cs & s1) ^ (cc & c1);
        const uint32_t ss2 = (ss & ss1) ^ (sc & cs1), sc2 = (ss & sc1) ^ (sc & cc1);
        const uint32_t cs2 = (cs & ss1) ^ (cc & cs1), cc2 = (cs & sc1) ^ (cc & cc1);
        ss = ss2;
        sc = sc2;
        cs = cs2;
        cc = cc2;
    }
    const uint32_t turned = (s >> 1 & differ) ^ c >> 1;
    const uint32_t right = x ^ turned;
    return spread(right) << 1 | spread(right ^ y ^ turned);
}

/* From the lowest bit up: what is done already is turned as its quadrant is. */
void hilbert_place(uint64_t key, uint32_t *x, uint32_t *y)
{
    *x = *y = 0;
    for (int bit = 0; bit < 32; bit++, key >>= 2) {
        const uint32_t right = key >> 1 & 1, lower = (key ^ right) & 1;
        if (!lower) {
            const uint32_t side = (UINT32_C(1) << bit) - 1, was = right ? side - *x : *x;
            *x = right ? side - *y : *y;
            *y = was;
        }
        *x |= right << bit;
        *y |= lower << bit;
    }
}
