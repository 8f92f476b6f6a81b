/* The records of a joined file, in memory, by their keys. */
#ifndef IMPORTERS_MAPPING_JOIN_H
#define IMPORTERS_MAPPING_JOIN_H

#include "importers/importer.h"
#include "importers/mapping.h"

struct join_table;

/**
 * Read all of them.
 * In       join: lent to the table for its life; format: its own, or the mapping's; folder: see
 *          mapping_open_beside()
 * Errors   those of mapping_open_beside() and record_reader_next(); LIMIT they are more than
 *          --max-join-size bears
 */
enum err_code join_table_new(const struct mapping_join *join, enum record_format format,
                             const struct input *in, const struct reader_options *o,
                             const char *folder, struct join_table **out, struct err *err) MUST_USE;
void join_table_free(struct join_table *t); /* accepts NULL */

/**
 * The record that a key of ours belongs to; `*out_found` false: there is none.
 * In       local: the text of our key, of which the join may take a part
 * Out      out: lent until the next call
 */
enum err_code join_table_find(struct join_table *t, struct span local, struct json_value *out,
                              bool *out_found, struct err *err) MUST_USE;

/** Keys that were looked up in vain, and records whose key had come before: those are not used. */
uint64_t join_table_n_missed(const struct join_table *t);
uint64_t join_table_n_repeated(const struct join_table *t);

#endif
