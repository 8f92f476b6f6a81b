/* What a CSV source does not say of itself: what stands between its fields. */
#ifndef IMPORTERS_CSV_GUESS_H
#define IMPORTERS_CSV_GUESS_H

#include "base/err.h"
#include "base/text.h"
#include "importers/csv_split.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_guess {
    struct csv_dialect dialect;
    size_t n_skip_bytes; /* of a first line "sep=;", which is Excel's */
    size_t n_columns;    /* of the first record */
    size_t n_records;    /* looked at */
    size_t n_alike;      /* of those: as many fields as the first */
};

/**
 * Look at the first lines: the delimiter is one that the first line has and that cuts the others
 * into as many fields; a comma where none does.
 * In       head: the text's beginning, in UTF-8; is_whole: all of it
 *          said: one character, or "tab"; NULL: it is to be found
 * Errors   BAD_ARG what was said is not one character; NO_MEMORY
 */
enum err_code csv_guess(struct span head, bool is_whole, const char *said, struct csv_guess *out,
                        struct err *err) MUST_USE;

#endif
