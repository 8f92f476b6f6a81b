/* A table of texts for people: columns as wide as their longest cell. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS_MAX 8

/** A plain value: table_init(), table_row() for each row, table_put(). Cells are lent. */
struct table {
    size_t n_columns, n_rows, room_rows;
    bool right[TABLE_COLUMNS_MAX]; /* numbers stand at the right of their column */
    const char **cells;            /* n_columns * n_rows; on the heap */
    enum err_code failed;
};

/** `titles`: the first row. */
void table_init(struct table *t, size_t n_columns, const char *const *titles);
void table_clear(struct table *t);
void table_row(struct table *t, const char *const *cells);
/** Errors NO_MEMORY in any of the above. */
enum err_code table_put(const struct table *t, struct buf *b, struct err *err) MUST_USE;

#endif
