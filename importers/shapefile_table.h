/* The table of a Shapefile, or one alone (.dbf), as values of features. */
#ifndef IMPORTERS_SHAPEFILE_TABLE_H
#define IMPORTERS_SHAPEFILE_TABLE_H

#include "base/encoding.h"
#include "base/err.h"
#include "importers/importer.h"
#include "importers/shapefile_io.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shapefile_table;

/** One record of the .dbf. */
struct shapefile_row {
    bool is_deleted;
    const struct source_value *values;
    size_t n_values;
    struct span raw; /* all of the record, UTF-8 */
};

/** What was seen of all records read so far. */
struct shapefile_table_counts {
    uint64_t n_deleted;
    uint64_t n_undecoded;   /* texts with bytes that are no characters in the encoding */
    uint64_t n_not_numbers; /* in fields of numbers: ".", "NaN", "1.#INF", which are null */
    char not_a_number[24];  /* the first of them, in record */
    size_t not_a_number_at;
};

/** In      io: lent until the table is freed; sink NULL: it was told of the file before
 *  Errors  BAD_DATA not a table; UNSUPPORTED one of dBASE 7; IO, NO_MEMORY */
enum err_code shapefile_table_new(struct shapefile_io *io, const struct reader_options *o,
                                  struct sink *sink, struct shapefile_table **out,
                                  struct err *err) MUST_USE;
void shapefile_table_free(struct shapefile_table *t); /* accepts NULL */

size_t shapefile_table_count(const struct shapefile_table *t);
struct shapefile_table_counts shapefile_table_seen(const struct shapefile_table *t);
/** What was seen of one file by several tables. */
void shapefile_table_counts_add(struct shapefile_table_counts *to,
                                struct shapefile_table_counts more);
/** Where record `i` begins in the file. */
uint64_t shapefile_table_byte(const struct shapefile_table *t, size_t i);

/** The language driver that the header names; 0: none. */
int shapefile_table_ldid(const struct shapefile_table *t);
/** Whether all names and texts (of the first 256 MB) are UTF-8; a character that its field's width
 * cuts is none the worse. */
bool shapefile_table_is_utf8(struct shapefile_table *t);

/** Before the first row: names become fields, which the sink is told; NULL: it was told before. The
 * encoding is lent until the table is freed. Errors those of sink_say_field() */
enum err_code shapefile_table_declare(struct shapefile_table *t, struct encoding *encoding,
                                      struct sink *sink, struct err *err) MUST_USE;

/** Read record `i`, 0 to count - 1. Out: lent until the next call. Errors IO, NO_MEMORY; BAD_DATA
 * it is not in the file */
enum err_code shapefile_table_read(struct shapefile_table *t, size_t i, struct shapefile_row *out,
                                   struct err *err) MUST_USE;

#endif
