/*
 * Takes CSV apart (RFC 4180 and what else goes by that name): records and their fields. Lines end
 * with LF, CR LF or CR; quotes are '"', doubled inside; blanks around fields are left out unless
 * they are quoted; lines without anything are skipped.
 */
#ifndef IMPORTERS_CSV_SPLIT_H
#define IMPORTERS_CSV_SPLIT_H

#include "base/encoding.h"
#include "base/err.h"
#include "base/text.h"
#include "importers/csv_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_dialect {
    char delimiter;
    bool backslash; /* inside quotes \" is a quote and \\ a backslash */
};

/** One record; lent until the next. Fields are UTF-8 unless there is a problem. */
struct csv_record {
    const struct span *fields;
    size_t n_fields;
    struct span raw;     /* as it stands in the text, without the end of its line */
    uint64_t line, byte; /* where it begins */
    const char *problem; /* why it cannot be taken; NULL: it can */
};

struct csv_split;

/**
 * In       text: lent until the splitter is freed; line: the number of its first
 *          fallback: what fields are in that are not UTF-8; NULL: such a record has a problem; lent
 * Errors   NO_MEMORY
 */
enum err_code csv_split_new(struct csv_text *text, uint64_t line, struct csv_dialect dialect,
                            struct encoding *fallback, struct csv_split **out,
                            struct err *err) MUST_USE;
void csv_split_free(struct csv_split *s); /* accepts NULL */

/**
 * The next record; `*out_more` false: there is none. When a quoted field does not end, its first
 * line alone is a record with a problem, and reading goes on behind that line.
 * Errors  LIMIT a record longer than the text may have in memory; those of csv_text_more()
 */
enum err_code csv_split_next(struct csv_split *s, struct csv_record *out, bool *out_more,
                             struct err *err) MUST_USE;

/** What was found out about the encoding, so far. */
struct csv_encoding_report {
    uint64_t n_utf8;     /* fields that are more than ASCII, and UTF-8 */
    uint64_t n_fallback; /* fields that were not, and were read in the other encoding */
    uint64_t first_line; /* of the first of those */
};
struct csv_encoding_report csv_split_encoding(const struct csv_split *s);

#endif
