/*
 * Records in any number, given back in order of their keys, within a fixed memory: sorted runs in
 * a temporary file that has no name (a killed process leaves nothing), then a k-way merge. Records
 * of equal key keep their order of arrival.
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spool;

/** `folder` holds the nameless file (O_TMPFILE, else created and unlinked). Nothing is written
 * while all fits in memory. */
enum err_code spool_new(const char *folder, size_t memory_bytes, struct spool **out,
                        struct err *err) MUST_USE;
void spool_free(struct spool *s);

/** Errors IO (disk full: words say how much was written), NO_MEMORY. A record over half of the
 * memory is written at once, and read back on top of the memory. */
enum err_code spool_put(struct spool *s, uint64_t key, struct span record,
                        struct err *err) MUST_USE;
/** No more records come: get ready to give them back. */
enum err_code spool_sort(struct spool *s, struct err *err) MUST_USE;
/** The next record, lent until the next call; `*out_more` false at the end. */
enum err_code spool_next(struct spool *s, uint64_t *out_key, struct span *out_record,
                         bool *out_more, struct err *err) MUST_USE;

uint64_t spool_count(const struct spool *s);

#endif
