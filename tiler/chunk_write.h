/*
 * Chunks of drawables, as they lie in the store:
 *
 *   form (1 byte), role (1 byte), n_columns, n_values (varints), the distinct values of all
 *   drawables (packed, base/value.h), n_drawables (varint), then for each drawable how many bytes
 *   follow (varint) and
 *     its box: x and y of its corner from the corner of the one before (zigzag varints, modulo
 *     2^32; the first from 0, 0), width and height (varints)
 *     length of its geometry (varint), geometry (tiler/drawable_codec.h)
 *     fid, n_features, number (varints)
 *     for each column 0 (null) or the number of its value, counted from 1 (varint)
 */
#ifndef TILER_CHUNK_WRITE_H
#define TILER_CHUNK_WRITE_H

#include "base/buf.h"
#include "tiler/drawable.h"

#include <stdbool.h>

#define CHUNK_FORM          2
#define CHUNK_MAX_DRAWABLES 64
#define CHUNK_WANTED_BYTES  ((size_t)24 << 10)

struct chunk_value_slot {
    uint32_t hash, number;
};

/** One chunk in the making; starts zeroed, and is used again for the next. */
struct chunk_writer {
    enum drawable_role role;
    size_t n_columns;
    uint8_t min_zoom, max_zoom;
    uint32_t n_drawables, n_values;
    struct grid_box box;
    uint32_t last_x, last_y;
    struct buf values, records, record, content;
    /* The distinct values so far: where each stands in `values`, and a hash table of them. */
    uint32_t *value_at;
    size_t room_values;
    struct chunk_value_slot *slots;
    size_t n_slots;
    bool is_open;
};

void chunk_writer_clear(struct chunk_writer *w);

/** Begin an empty chunk. */
void chunk_writer_start(struct chunk_writer *w, enum drawable_role role, size_t n_columns,
                        uint8_t min_zoom, uint8_t max_zoom);
/** Errors BAD_DATA the packed values are not one for each column; LIMIT, NO_MEMORY */
enum err_code chunk_writer_add(struct chunk_writer *w, const struct drawable *d,
                               struct err *err) MUST_USE;
/** Whether it is time to end it. */
bool chunk_writer_is_full(const struct chunk_writer *w);
/** The chunk, lent until the next start; there must be a drawable. Errors LIMIT, NO_MEMORY */
enum err_code chunk_writer_end(struct chunk_writer *w, struct chunk *out, struct err *err) MUST_USE;

#endif
