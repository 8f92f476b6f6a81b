/* Hostile bytes as a file of MBTiles: it is walked to its end or refused with words, and what it hands
 * out lies where tiles can lie. */
#include "tests/fuzz/tile_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct importer importer_mbtiles;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_archive(&importer_mbtiles, data, size);
    return 0;
}
