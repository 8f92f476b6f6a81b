/* Reads the drawables of a chunk, one after the other (their bytes: tiler/chunk_write.h). */
#ifndef TILER_CHUNK_READ_H
#define TILER_CHUNK_READ_H

#include "base/buf.h"
#include "tiler/drawable.h"

#include <stdbool.h>
#include <stddef.h>

/** Starts zeroed; arrays are its own and kept for the next chunk. */
struct chunk_reader {
    enum drawable_role role;
    size_t n_columns;
    struct span *values; /* packed; lent from the chunk */
    size_t n_values, room_values;
    uint64_t n_left;
    struct bytes records;
    uint32_t last_x, last_y;
};

void chunk_reader_clear(struct chunk_reader *r);

/** Begin with a chunk, which is lent until the next start. Errors BAD_DATA, NO_MEMORY */
enum err_code chunk_reader_start(struct chunk_reader *r, const struct chunk *c,
                                 struct err *err) MUST_USE;
/** `out->values` are numbers of values, one for each column: see chunk_reader_value(). Errors
 * BAD_DATA */
enum err_code chunk_reader_next(struct chunk_reader *r, struct drawable *out, bool *out_more,
                                struct err *err) MUST_USE;

/** The number of the next column's value, counted from 1; 0 is null. Errors BAD_DATA there is no
 * such value, or the bytes end */
static inline enum err_code chunk_reader_value(const struct chunk_reader *r, struct bytes *numbers,
                                               uint32_t *out, struct err *err)
{
    uint64_t number = 0;
    if (bytes_get_varint(numbers, &number, err))
        return BAD_DATA;
    if (number > r->n_values)
        return err_set(err, BAD_DATA, "a drawable with a value that its chunk does not have");
    *out = (uint32_t)number;
    return OK;
}

#endif
