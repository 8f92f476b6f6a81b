/* Names of a CSV source's fields: from its first record, or as they were said. */
#ifndef IMPORTERS_CSV_HEADER_H
#define IMPORTERS_CSV_HEADER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/** In the arena. */
struct csv_header {
    struct span *names; /* n_columns, no two alike, none empty */
    size_t n_columns;
    bool ends_unnamed; /* the last had no name: perhaps a delimiter stands behind the last field */
    bool has_numbers;  /* some are numbers: perhaps this is no header at all */
};

/**
 * Every field gets a name: the third, where it has none, is "col_3", and the second "name" is
 * "name_2".
 * Errors  LIMIT more fields than a layer can have; NO_MEMORY
 */
enum err_code csv_header_make(const struct span *fields, size_t n_fields, struct arena *a,
                              struct csv_header *out, struct err *err) MUST_USE;

/** As csv_header_make() of names with commas between them. */
enum err_code csv_header_say(const char *columns, struct arena *a, struct csv_header *out,
                             struct err *err) MUST_USE;

/** The field of that name; false: there is none. */
bool csv_header_find(const struct csv_header *h, struct span name, size_t *out);

#endif
