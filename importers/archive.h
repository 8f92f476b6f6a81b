/* The files in a ZIP archive, as streams. Private to bundle*.c; libzip stays behind it. */
#ifndef IMPORTERS_ARCHIVE_H
#define IMPORTERS_ARCHIVE_H

#include "base/err.h"
#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive;

/** Whether a file that begins like this is one (also an empty one). */
bool archive_recognises(struct span head);

/**
 * Open one, with one reference, and check it whole before anything is unpacked.
 * In       max_files: entries it may have; max_inflation: it may unpack to 1 GB, and beyond that to
 *          so many times its size
 * Errors   BAD_DATA it is broken, or a name leads out of it; UNSUPPORTED an entry is encrypted;
 *          LIMIT; IO; NO_MEMORY
 */
enum err_code archive_open(const char *path, uint64_t max_files, uint64_t max_inflation,
                           struct archive **out, struct err *err) MUST_USE;
/* It lives while anybody, an open entry too, refers to it. One thread. */
struct archive *archive_ref(struct archive *a);
void archive_unref(struct archive *a); /* accepts NULL */

/** An entry that is a file. A plain value. */
struct archive_entry {
    char *name; /* '/' between folders; UTF-8; the archive's own */
    uint64_t n_bytes;
    uint64_t index;
};

/* By name. */
size_t archive_n_entries(const struct archive *a);
const struct archive_entry *archive_entry(const struct archive *a, size_t i);

/** The entry's bytes, unpacked as they come. Reading fails with BAD_DATA when they are not what the archive promises (length, CRC), UNSUPPORTED, IO, NO_MEMORY */
enum err_code archive_origin(struct archive *a, size_t i, struct source_origin *out,
                             struct err *err) MUST_USE;

#endif
