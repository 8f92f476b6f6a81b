#include "base/tile_number.h"

#include "base/hilbert.h"

/* Source: PMTiles version 3, "Tile IDs". */

uint64_t tile_number_first(int zoom)
{
    return ((UINT64_C(1) << 2 * zoom) - 1) / 3;
}

uint64_t tile_number_of(struct tile_place at)
{
    if (at.z == 0)
        return 0;
    const int shift = 32 - at.z;
    return tile_number_first(at.z) + (hilbert_key(at.x << shift, at.y << shift) >> 2 * shift);
}

struct tile_place tile_number_place(uint64_t number)
{
    int z = 0;
    while (number >= tile_number_first(z + 1))
        z++;
    uint64_t rest = number - tile_number_first(z);
    uint32_t x = 0, y = 0;
    /* From the smallest square up: turn what is there, then move it to its quarter. */
    for (int level = 0; level < z; level++, rest >>= 2) {
        const uint32_t side = UINT32_C(1) << level;
        const uint32_t right = rest >> 1 & 1, down = (rest ^ right) & 1;
        if (!down) {
            if (right) {
                x = side - 1 - x;
                y = side - 1 - y;
            }
            const uint32_t swapped = x;
            x = y;
            y = swapped;
        }
        x += right * side;
        y += down * side;
    }
    return (struct tile_place){z, x, y};
}
