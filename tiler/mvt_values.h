/*
 * The distinct attribute values of one layer of a tile (Vector Tile Specification 2.1, 4.1 and
 * 4.4). Only for mvt_*.c: the message's header stays behind that door.
 */
#ifndef TILER_MVT_VALUES_H
#define TILER_MVT_VALUES_H

#include "base/arena.h"
#include "base/value.h"

#include "base/vector_tile.pb-c.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct mvt_value_slot;

/** Why an arena gave nothing: LIMIT or NO_MEMORY. */
static inline enum err_code arena_failure(const struct err *err)
{
    return err && err->code ? err->code : NO_MEMORY;
}

/** Starts zeroed; the arrays are kept for the next layer, the values lie in the layer's arena. */
struct mvt_values {
    VectorTile__Tile__Value **values; /* n_values, in order of appearance */
    struct span *packed;              /* the same in packed form */
    size_t n_values;
    size_t n_bytes; /* about what they take in the tile */
    struct mvt_value_slot *slots;
    size_t n_slots; /* a power of two, or none yet */
    size_t room_values, room_packed;
};

static inline bool span_is_same(struct span a, struct span b)
{
    return a.len_bytes == b.len_bytes && memcmp(a.at, b.at, a.len_bytes) == 0;
}

void mvt_values_reset(struct mvt_values *m);
void mvt_values_clear(struct mvt_values *m);

/**
 * The index of a value, added when it is new.
 *
 * In       v: not null; packed: its packed form, by which values are equal. Both are copied
 * Errors   NO_MEMORY, LIMIT
 */
enum err_code mvt_values_find(struct mvt_values *m, const struct value *v, struct span packed,
                              struct arena *a, uint32_t *out_index, struct err *err) MUST_USE;

#endif
