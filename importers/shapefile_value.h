/* One cell of a .dbf: what its bytes mean. Knows nothing of encodings. */
#ifndef IMPORTERS_SHAPEFILE_VALUE_H
#define IMPORTERS_SHAPEFILE_VALUE_H

#include "base/text.h"
#include "base/value.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stdint.h>

/** How a field's bytes are to be read. */
enum cell_kind {
    CELL_TEXT,
    CELL_WHOLE,   /* digits without decimals */
    CELL_DECIMAL, /* digits with decimals */
    CELL_DATE,    /* YYYYMMDD */
    CELL_LOGICAL, /* T, F, Y, N, ? */
    CELL_INT32,   /* four bytes, little-endian */
    CELL_DOUBLE,  /* eight bytes, little-endian IEEE 754 */
    CELL_UNREAD   /* what it holds lies in another file, or is not known */
};

/** In  type: the letter of the header; n_bytes: the field's width; n_decimals: as the header has it */
enum cell_kind cell_kind_of(char type, int n_bytes, int n_decimals);
enum field_type cell_field_type(enum cell_kind kind);

/** A cell's text without the blanks behind it, and without what follows a NUL. */
struct span cell_text(struct span cell);

#define CELL_BYTES_MAX 255

/**
 * The value of a cell that is not CELL_TEXT.
 * In       cell: at most CELL_BYTES_MAX bytes
 * Out      out: text lies in the cell, or in `room`; out_not_a_number: the cell says that it holds
 *          no number (".", NaN, infinity), and the value is null
 */
void cell_value(enum cell_kind kind, struct span cell, char room[CELL_BYTES_MAX + 1],
                struct value *out, bool *out_not_a_number);

#endif
