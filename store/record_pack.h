/*
 * A row as SQLite stores it: the types of its columns, then their values.
 * Source: https://www.sqlite.org/fileformat.html, 2.1
 */
#ifndef STORE_RECORD_PACK_H
#define STORE_RECORD_PACK_H

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>

#define RECORD_VARINT_MAX_BYTES 9

/** Open to be embedded; its bytes are those of `head`, then those of `body`. */
struct record {
    struct buf head; /* without its length, which comes first: record_head_bytes() */
    struct buf body;
};

void record_init(struct record *r, size_t limit_bytes);
void record_clear(struct record *r);

/** A new row; then its columns, one after the other. The row number, which is a column, is null. */
void record_start(struct record *r);
void record_put_null(struct record *r);
void record_put_i64(struct record *r, int64_t v);
/** Of a column of real numbers; NaN is null. */
void record_put_f64(struct record *r, double v);
void record_put_text(struct record *r, struct span text);
void record_put_blob(struct record *r, struct span blob);

/** Errors LIMIT, NO_MEMORY */
enum err_code record_status(const struct record *r, struct err *err) MUST_USE;

/** All bytes of the row, as a table has them, behind what is in the buf. */
void record_put_all(const struct record *r, struct buf *out);

/** SQLite's varint, high bits first; returns its bytes, at most RECORD_VARINT_MAX_BYTES. */
size_t record_varint(uint8_t *at, uint64_t v);
/** The length of a row's head as it stands before the head: its bytes. */
size_t record_head_length(const struct record *r, uint8_t at[RECORD_VARINT_MAX_BYTES]);

#endif
