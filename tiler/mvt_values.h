/* The distinct attribute values of one layer of a tile, as bytes of its message (Vector Tile
 * Specification 2.1, 4.1 and 4.4). */
#ifndef TILER_MVT_VALUES_H
#define TILER_MVT_VALUES_H

#include "base/buf.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct mvt_value_slot;

/** Starts zeroed; memory is kept for the next layer. */
struct mvt_values {
    struct buf message; /* each value as field 4 of the layer, in order of appearance */
    struct buf packed;  /* their packed forms, one after the other */
    uint32_t *packed_at;
    uint32_t n_values;
    struct mvt_value_slot *slots;
    size_t n_slots; /* a power of two, or none yet */
    size_t room_packed;
};

void mvt_values_reset(struct mvt_values *m);
void mvt_values_clear(struct mvt_values *m);

/**
 * The index of a value, added when it is new.
 *
 * In       packed: its packed form (base/value.h), by which values are equal; not a null
 * Errors   BAD_DATA it cannot be read; NO_MEMORY, LIMIT
 */
enum err_code mvt_values_find(struct mvt_values *m, struct span packed, uint32_t *out_index,
                              struct err *err) MUST_USE;

#endif
